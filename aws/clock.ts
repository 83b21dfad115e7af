import type { Clock } from "../core/ledger/ports.ts";

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };
