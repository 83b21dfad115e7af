import { shown } from "./show.ts";
import { dictionary, type Language, type Text } from "./words.ts";

/** What the shell is told. `differences`: a comparison found some. */
export const EXIT = { done: 0, failed: 1, usage: 2, differences: 3 } as const;

type Told = {
  /** What did not happen. */
  readonly what: Text;
  readonly why: Text;
  /** What to run or do next. */
  readonly next: Text;
  readonly exit: (typeof EXIT)["failed"] | (typeof EXIT)["usage"];
  /** The API's own words, where it answered. */
  readonly problem?: unknown;
};

/** A command ended without doing what it was asked for, for a reason that a person can act on. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly told: Told;
  constructor(told: Told) {
    super(`${told.what.en}: ${told.why.en}`);
    this.told = told;
  }
}

export const usage = (what: Text, why: Text, next: Text): Failure => new Failure({ what, why, next, exit: EXIT.usage });

const WORDS = dictionary({ colon: ": ", next: "next" }, { colon: "：", next: "下一步" });

/** What, why and the next command. */
export function failureLines({ what, why, next }: Pick<Told, "what" | "why" | "next">, lang: Language): string[] {
  const words = WORDS[lang];
  return [`orderlane: ${shown(what[lang])}${words.colon}${shown(why[lang])}`, `  ${words.next}${words.colon}${shown(next[lang])}`];
}
