import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { randomIds } from "../../aws/ids.ts";
import { laneQueueOf } from "../../aws/lane-queue.ts";
import type { FunctionContext } from "../../aws/queue-function.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { callablePollers } from "../../connectors/callable-targets.ts";
import { sourceOf } from "../../connectors/registry.ts";
import { Env } from "./env.ts";
import { createPollOrders } from "./poll-orders.ts";

const env = Env.parse(process.env);
const parts = functionParts("poll-orders");
const { settings, surroundings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);

const poll = createPollOrders({
  ledger,
  payloads: payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS),
  queue: laneQueueOf(parts, env.QUEUE_URLS),
  clock: systemClock,
  ids: randomIds,
  settings,
  formatOf: sourceOf,
  pollerOf: callablePollers(settings, secrets({ client: secretsClient(surroundings), clock: systemClock }), systemClock),
});

export const handler = async (_event: unknown, context: FunctionContext) => {
  const report = await poll(() => context.getRemainingTimeInMillis());
  // Its alarm counts these lines (infra/constructs/poll-schedule.ts).
  const failed = Object.entries(report).filter(([, outcome]) => outcome.kind === "failed" || outcome.kind === "crashed" || isRefused(outcome));
  if (failed.length > 0) logger.error("poll.failed", Object.fromEntries(failed));
  return report;
};

const isRefused = (outcome: { readonly kind: string; readonly refused?: readonly string[] }): boolean =>
  outcome.refused !== undefined && outcome.refused.length > 0;
