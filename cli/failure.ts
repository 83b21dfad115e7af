/** What the shell is told. `differences`: a comparison found some. */
export const EXIT = { done: 0, failed: 1, usage: 2, differences: 3 } as const;

type Told = {
  /** What did not happen. */
  readonly what: string;
  readonly why: string;
  /** What to run or do next. */
  readonly next: string;
  readonly exit: (typeof EXIT)["failed"] | (typeof EXIT)["usage"];
  /** The API's own words, where it answered. */
  readonly problem?: unknown;
};

/** A command ended without doing what it was asked for, for a reason that a person can act on. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly told: Told;
  constructor(told: Told) {
    super(`${told.what}: ${told.why}`);
    this.told = told;
  }
}

export const usage = (what: string, why: string, next: string): Failure => new Failure({ what, why, next, exit: EXIT.usage });
