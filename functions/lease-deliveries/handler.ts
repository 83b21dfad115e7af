import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf, payloadsOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { randomIds } from "../../aws/ids.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { createCanonicalOf, createMap } from "../../connectors/stored-documents.ts";
import { guarded } from "../../core/door/guarded.ts";
import { jsonAnswer } from "../../core/door/problems.ts";
import { Env } from "./env.ts";
import { createLeaseDeliveries, LeaseRequest } from "./lease-deliveries.ts";

const env = Env.parse(process.env);
const parts = functionParts("lease-deliveries");
const { settings } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const canonicalOf = createCanonicalOf(ledger, createMap(payloadsOf(parts, ledger, env.PAYLOAD_BUCKET, env.PAYLOAD_DAYS), settings));
const ports = {
  ledger,
  clock: systemClock,
  ids: randomIds,
  settings,
  usage: tokenUsageOf(parts, ledger),
  canonicalOf,
  onUnleasable: (delivery: string, error: unknown) => parts.logger.error("lease.failed", { delivery, error }),
};
const lease = createLeaseDeliveries(ports);

export const handler = httpFunction(parts.logger, (request) =>
  guarded(request, ports, { action: "lease", body: LeaseRequest }, async (site, body) => jsonAnswer(200, await lease(site, body))),
);
