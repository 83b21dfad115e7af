import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { randomIds } from "../../aws/ids.ts";
import type { FunctionContext } from "../../aws/queue-function.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { workflowClient, workflows } from "../../aws/workflows.ts";
import { callableTargets } from "../../connectors/callable-targets.ts";
import { createMap } from "../../connectors/stored-documents.ts";
import { createLoadBudget } from "../../core/effects/load-budget.ts";
import { Env } from "./env.ts";
import { createPerformStep } from "./perform-step.ts";

const env = Env.parse(process.env);
const parts = functionParts("perform-step");
const { settings, surroundings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);

const perform = createPerformStep({
  ledger,
  clock: systemClock,
  ids: randomIds,
  settings,
  budget: createLoadBudget({ ledger, clock: systemClock, ids: randomIds, claimSeconds: settings.limits.claimSeconds, pause }),
  workflows: workflows({ client: workflowClient(surroundings), arns: new Map() }),
  map: createMap(payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS), settings),
  onStep: ({ step, direction, document, attempt }, outcome) => logger.info("step.ended", { document, attempt, step, direction, outcome }),
  targetOf: callableTargets(settings, secrets({ client: secretsClient(surroundings), clock: systemClock }), systemClock),
});

export const handler = (input: unknown, context: FunctionContext) => perform(input, () => context.getRemainingTimeInMillis());
