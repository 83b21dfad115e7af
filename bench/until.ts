import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 20;

export class NeverHappened extends Error {}

/** Asks again and again until it is so. @returns false when the time ran out first */
export async function isSoWithin(limitMs: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** @throws NeverHappened after a minute */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await isSoWithin(60_000, isSo))) throw new NeverHappened(`after a minute, still not so: ${what}`);
}
