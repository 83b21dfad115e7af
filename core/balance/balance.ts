import type { Quantity } from "../documents/canonical.ts";
import type { BookLine } from "../effects/target-system.ts";
import type { Fraction } from "../mapping/code-tables.ts";
import { multiplyDecimals, quotientText, type Ratio, ratioOf } from "../quantities/conversions.ts";
import { addDecimals, compareDecimals } from "../quantities/decimals.ts";

/** One line that the plant reported. */
export type ReportedLine = {
  readonly materialUse: BookLine["materialUse"];
  readonly material: string;
  readonly lot?: string | undefined;
  readonly quantity: Quantity;
  /** False: its document is still on its way. */
  readonly posted: boolean;
};

/** What the ERP's unit could not hold of a posting, as its marker recorded it: decimal text, or a fraction. */
export type Recorded = {
  readonly materialUse: BookLine["materialUse"];
  readonly material: string;
  readonly lot?: string | undefined;
  readonly value: string;
  readonly unit: string;
};

/** One of `unit` is numerator / denominator of `base`, exactly; undefined where nobody says. */
export type FractionOf = (material: string, unit: string, base: string) => Fraction | undefined;

export type BalanceRow = {
  readonly materialUse: BookLine["materialUse"];
  readonly material: string;
  readonly lot?: string;
  /** The unit of the books, else of the reports: every column is in it. */
  readonly unit: string;
  readonly reported: string;
  readonly books: string;
  readonly remainder: string;
  /** Reported, and not posted yet. */
  readonly underWay: string;
  /** `no-conversion`: units that nobody relates; nothing is guessed. */
  readonly verdict: "equal" | "differs" | "no-conversion";
};

/**
 * Per order, material, lot and unit: books + recorded remainders = reported, exactly, in decimals (ARCHITECTURE.md 6). What is under way counts on neither side.
 * The comparison multiplies both sides by all denominators, so that a third of something is no excuse.
 */
export function balanceOf(
  reported: readonly ReportedLine[],
  books: readonly BookLine[],
  recorded: readonly Recorded[],
  fractionOf: FractionOf,
): readonly BalanceRow[] {
  const groups = Map.groupBy(
    [...reported.map((line) => ({ line, from: "plant" as const })), ...books.map((line) => ({ line, from: "books" as const }))],
    ({ line }) => keyOf(line),
  );
  return [...groups.entries()]
    .sort(([one], [other]) => Number(one > other) - Number(one < other))
    .flatMap(([, group]) => {
      const ofPlant = reported.filter((line) => group.some((each) => each.line === line));
      const ofBooks = books.filter((line) => group.some((each) => each.line === line));
      const first = ofBooks[0] ?? ofPlant[0];
      return first === undefined ? [] : [rowOf(first, ofPlant, ofBooks, recorded, fractionOf)];
    });
}

type Named = Pick<ReportedLine, "materialUse" | "material" | "lot">;
const keyOf = ({ materialUse, material, lot }: Named): string => JSON.stringify([materialUse, material, lot]);

function rowOf(
  first: Named & { readonly quantity: Quantity },
  ofPlant: readonly ReportedLine[],
  ofBooks: readonly BookLine[],
  recorded: readonly Recorded[],
  fractionOf: FractionOf,
): BalanceRow {
  const { materialUse, material, lot } = first;
  const { unit } = first.quantity;
  const named = { materialUse, material, ...(lot === undefined ? {} : { lot }), unit };
  const lost = recorded
    .filter((each) => each.materialUse === materialUse && each.material === material && each.lot === lot)
    .map(({ value, unit: its }) => ({ value, unit: its }));
  const sides = {
    reported: sumIn(
      unit,
      ofPlant.filter(({ posted }) => posted).map(({ quantity }) => quantity),
      material,
      fractionOf,
    ),
    underWay: sumIn(
      unit,
      ofPlant.filter(({ posted }) => !posted).map(({ quantity }) => quantity),
      material,
      fractionOf,
    ),
    books: sumIn(
      unit,
      ofBooks.map(({ quantity }) => quantity),
      material,
      fractionOf,
    ),
    remainder: sumIn(unit, lost, material, fractionOf),
  };
  const { reported, books, remainder, underWay } = sides;
  if (reported === undefined || books === undefined || remainder === undefined || underWay === undefined)
    return {
      ...named,
      reported: plain(ofPlant),
      books: plain(ofBooks),
      remainder: plain(lost.map((quantity) => ({ quantity }))),
      underWay: "0",
      verdict: "no-conversion",
    };
  const isEqual = compareExactly(add(books, remainder), reported) === 0;
  return {
    ...named,
    reported: quotientText(reported.value, reported.over),
    books: quotientText(books.value, books.over),
    remainder: quotientText(remainder.value, remainder.over),
    underWay: quotientText(underWay.value, underWay.over),
    verdict: isEqual ? "equal" : "differs",
  };
}

const plain = (lines: readonly { readonly quantity: Quantity }[]): string => lines.map(({ quantity }) => `${quantity.value} ${quantity.unit}`).join(" + ");

const NOTHING: Ratio = { value: "0", over: "1" };

const add = (one: Ratio, other: Ratio): Ratio =>
  one.over === other.over
    ? { value: addDecimals(one.value, other.value), over: one.over }
    : { value: addDecimals(multiplyDecimals(one.value, other.over), multiplyDecimals(other.value, one.over)), over: multiplyDecimals(one.over, other.over) };

const compareExactly = (one: Ratio, other: Ratio): number => compareDecimals(multiplyDecimals(one.value, other.over), multiplyDecimals(other.value, one.over));

function sumIn(unit: string, quantities: readonly Quantity[], material: string, fractionOf: FractionOf): Ratio | undefined {
  let sum = NOTHING;
  for (const quantity of quantities) {
    const fraction = quantity.unit === unit ? { numerator: "1", denominator: "1" } : fractionOf(material, quantity.unit, unit);
    if (fraction === undefined) return undefined;
    const { value, over } = ratioOf(quantity.value);
    sum = add(sum, { value: multiplyDecimals(value, fraction.numerator), over: multiplyDecimals(over, fraction.denominator) });
  }
  return sum;
}
