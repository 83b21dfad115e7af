import { setTimeout as delay } from "node:timers/promises";

/** The shift cannot go on; says what, why, and what to do next. */
export class ShiftStopped extends Error {
  constructor(what: string, why: string, next: string) {
    super(`${what}\n  why   ${why}\n  next  ${next}`);
  }
}

type Wait = {
  readonly what: string;
  readonly seconds: number;
  /** How it stands, where the time is over. */
  readonly why: () => string;
  readonly next: string;
};

const EVERY_MS = 200;

/** Waits for a condition, never for a time. @throws ShiftStopped once the time is over */
export async function untilTrue(condition: () => boolean | Promise<boolean>, { what, seconds, why, next }: Wait): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) throw new ShiftStopped(`${what}: not within ${seconds} s`, why(), next);
    await delay(EVERY_MS);
  }
}
