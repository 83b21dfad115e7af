import { auditOf } from "../../aws/audit.ts";
import { systemClock } from "../../aws/clock.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { randomIds } from "../../aws/ids.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { Env } from "./env.ts";
import { createManageAccess } from "./manage-access.ts";

const env = Env.parse(process.env);
const parts = functionParts("manage-access");
const { settings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);

export const handler = httpFunction(
  logger,
  createManageAccess({ ledger, clock: systemClock, settings, ids: randomIds, usage: tokenUsageOf(parts, ledger), audit: auditOf(parts, ledger) }),
);
