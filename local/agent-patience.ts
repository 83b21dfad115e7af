import { setTimeout as sleep } from "node:timers/promises";
import { ApiFailure } from "./agent-wire.ts";

export type Patience = {
  /** First wait; doubles up to a minute. Milliseconds. */
  readonly firstMs: number;
  readonly onFailure: (error: unknown) => void;
};

const LONGEST_MS = 60_000;

/** Calls until it works, waiting longer each time; undefined when told to stop. */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, patience: Patience): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await work();
    } catch (error) {
      patience.onFailure(error);
      const asked = error instanceof ApiFailure ? error.retryAfterSeconds : undefined;
      await pause(asked === undefined ? backoffOf(failures, patience) : asked * 1000, signal);
    }
  }
  return undefined;
}

/** Twice as long each time, up to a minute, and a little uneven so that plants do not call in step. Milliseconds. */
export const backoffOf = (failures: number, patience: Patience): number => Math.min(LONGEST_MS, patience.firstMs * 2 ** failures) * (0.8 + 0.4 * Math.random());

/** Waits, or less: a stop is noticed at once. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
