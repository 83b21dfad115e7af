import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { randomIds } from "../../aws/ids.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import { logMetrics } from "../../aws/metrics.ts";
import { type FunctionContext, failuresOf, recordsOf } from "../../aws/queue-function.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { runClient, workflowClient, workflows } from "../../aws/workflows.ts";
import { callableTargets } from "../../connectors/callable-targets.ts";
import { createMap } from "../../connectors/stored-documents.ts";
import { createLoadBudget } from "../../core/effects/load-budget.ts";
import { measuredLedger } from "../../core/metrics/measured-ledger.ts";
import { createAdvanceLane } from "./advance-lane.ts";
import { Env } from "./env.ts";

const env = Env.parse(process.env);
const parts = functionParts("advance-lane");
const { settings, surroundings, logger } = parts;
const ledger = measuredLedger(ledgerOf(parts, env.LEDGER_TABLE), logMetrics(logger, settings, systemClock.now), systemClock);
const urls = new Map(Object.entries(env.QUEUE_URLS));

const advance = createAdvanceLane({
  ledger,
  clock: systemClock,
  ids: randomIds,
  settings,
  budget: createLoadBudget({ ledger, clock: systemClock, ids: randomIds, claimSeconds: settings.limits.claimSeconds, pause }),
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  workflows: workflows({ client: workflowClient(surroundings), runs: runClient(surroundings), arns: new Map(Object.entries(env.WORKFLOW_ARNS)) }),
  map: createMap(payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS), settings),
  targetOf: callableTargets(settings, secrets({ client: secretsClient(surroundings), clock: systemClock }), systemClock),
  queueUrlOf: (connection) => {
    const url = urls.get(connection.id);
    if (url === undefined) throw new RangeError(`QUEUE_URLS has no queue of connection ${connection.id}`);
    return url;
  },
  onNotice: ({ group: lane, receiveCount }, { kind, document, attempt }) => logger.info("lane.notice", { lane, document, attempt, kind, receiveCount }),
  onFailure: (record, error) => logger.error("lane.failed", { lane: record.group, receiveCount: record.receiveCount, error }),
});

export const handler = async (event: unknown, context: FunctionContext) =>
  failuresOf(await advance(recordsOf(event), () => context.getRemainingTimeInMillis()));
