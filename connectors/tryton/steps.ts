import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { Rows } from "./client.ts";
import { failureOutcome } from "./reasons.ts";

/** One look-up on the way to an effect: what it found, or how it all ends. */
export type Step<T> = { readonly kind: "go"; readonly value: T } | { readonly kind: "end"; readonly outcome: CallOutcome };
export const go = <T>(value: T): Step<T> => ({ kind: "go", value });
export const end = (outcome: CallOutcome): Step<never> => ({ kind: "end", outcome });

/** The one row there is. */
export function only<T>(answer: Rows<T>, none: CallOutcome, several: () => CallOutcome): Step<T> {
  if (answer.kind !== "rows") return end(failureOutcome(answer));
  const [row, another] = answer.rows;
  if (row === undefined) return end(none);
  return another === undefined ? go(row) : end(several());
}

/** All rows, in the order they came. */
export const all = <T>(answer: Rows<T>): Step<readonly T[]> => (answer.kind === "rows" ? go(answer.rows) : end(failureOutcome(answer)));
