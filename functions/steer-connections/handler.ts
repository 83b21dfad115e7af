import { auditOf } from "../../aws/audit.ts";
import { systemClock } from "../../aws/clock.ts";
import { eventSources } from "../../aws/event-sources.ts";
import { functionParts, ledgerOf } from "../../aws/function-parts.ts";
import { httpFunction } from "../../aws/http-function.ts";
import { tokenUsageOf } from "../../aws/token-usage.ts";
import { Env } from "./env.ts";
import { createSteerConnections } from "./steer-connections.ts";

const env = Env.parse(process.env);
const parts = functionParts("steer-connections");
const { settings, surroundings, logger } = parts;
const ledger = ledgerOf(parts, env.LEDGER_TABLE);
const sources = eventSources(surroundings, new Map(Object.entries(env.EVENT_SOURCES)));

export const handler = httpFunction(
  logger,
  createSteerConnections({ ledger, clock: systemClock, settings, usage: tokenUsageOf(parts, ledger), audit: auditOf(parts, ledger), sources }),
);
