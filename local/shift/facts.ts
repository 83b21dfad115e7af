import { scaled, textOf } from "./exact.ts";

/** What a book says, as numbers that can be added: all that is said of one subject in one unit is one sum. */

export const KINDS = [
  "consumed",
  "produced",
  "taken from a lot",
  "taken back",
  "operation cycles",
  "operation time",
  "good",
  "scrap",
  "inspections passed",
  "inspections failed",
  "in quarantine",
  "held by the MES",
  "order in the MES",
  "order completed",
] as const;
export type Kind = (typeof KINDS)[number];

export type Fact = {
  readonly kind: Kind;
  /** In words: `order 12 · AL-6061 · AL-2026-010`. */
  readonly subject: string;
  readonly unit: string;
  /** Decimal text. */
  readonly value: string;
};

export const subjectOf = (...parts: readonly (string | undefined)[]): string => parts.map((part) => part ?? "no lot").join(" · ");
export const once = (kind: Kind, subject: string): Fact => ({ kind, subject, unit: "times", value: "1" });

export type Row = {
  readonly kind: Kind;
  readonly subject: string;
  readonly unit: string;
  readonly journal: string;
  readonly books: string;
  /** What the ERP's unit could not hold, as it is recorded there. */
  readonly remainder: string;
  readonly isEqual: boolean;
};

/** Books and recorded remainders against the journal: each sum of any side, to the last digit. */
export function compareFacts(journal: readonly Fact[], books: readonly Fact[], remainders: readonly Fact[]): readonly Row[] {
  const sums = new Map<string, { readonly fact: Fact; journal: bigint; books: bigint; remainder: bigint }>();
  const add = (facts: readonly Fact[], side: "journal" | "books" | "remainder") => {
    for (const fact of facts) {
      const key = JSON.stringify([fact.kind, fact.subject, fact.unit]);
      const sum = sums.get(key) ?? { fact, journal: 0n, books: 0n, remainder: 0n };
      sum[side] += scaled(fact.value);
      sums.set(key, sum);
    }
  };
  add(journal, "journal");
  add(books, "books");
  add(remainders, "remainder");
  return [...sums.values()].map(({ fact: { kind, subject, unit }, ...sum }) => ({
    kind,
    subject,
    unit,
    journal: textOf(sum.journal),
    books: textOf(sum.books),
    remainder: textOf(sum.remainder),
    isEqual: sum.journal === sum.books + sum.remainder,
  }));
}
