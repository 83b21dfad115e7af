import type { Clock } from "../../../core/ledger/ports.ts";

export type VirtualClock = Clock & {
  advance(milliseconds: number): void;
  /** To a moment not before now. */
  advanceTo(moment: number): void;
};

/** Stands still until it is told otherwise. */
export function virtualClock(start: number): VirtualClock {
  let now = start;
  const advanceTo = (moment: number): void => {
    if (!(moment >= now)) throw new RangeError(`the clock cannot go back from ${now} to ${moment}`);
    now = moment;
  };
  return { now: () => now, advance: (milliseconds) => advanceTo(now + milliseconds), advanceTo };
}
