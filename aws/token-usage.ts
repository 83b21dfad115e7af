import { setTimeout as wait } from "node:timers/promises";
import { type TokenUsage, tokenUsage } from "../core/access/token-usage.ts";
import type { LedgerStore } from "../core/ledger/ledger-store.ts";
import { systemClock } from "./clock.ts";
import type { FunctionParts } from "./function-parts.ts";

/** A request does not wait longer than this for the note that its token was used: the ledger itself may be patient for far longer. */
const PATIENCE_MS = 300;

export function tokenUsageOf({ logger }: FunctionParts, ledger: LedgerStore): TokenUsage {
  const usage = tokenUsage({ ledger, clock: systemClock, onTrouble: (error) => logger.warn("access.use-not-noted", { error }) });
  return { used: (grant) => Promise.race([usage.used(grant), wait(PATIENCE_MS, undefined, { ref: false })]) };
}
