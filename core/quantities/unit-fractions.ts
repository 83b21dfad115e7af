import type { Fraction } from "../mapping/code-tables.ts";

/** Units of UN/ECE Recommendation 20 that are exact multiples of one another by definition, each in its kind's smallest. */
const KINDS: readonly Readonly<Record<string, string>>[] = [
  { MGM: "1", GRM: "1000", KGM: "1000000", TNE: "1000000000" },
  { MLT: "1", LTR: "1000", HLT: "100000", MTQ: "1000000" },
  { MMT: "1", CMT: "10", MTR: "1000", KMT: "1000000" },
];

/** One of `unit` in `base`; undefined where they are not of one kind: only the material's own table can relate them. */
export function unitFraction(unit: string, base: string): Fraction | undefined {
  const kind = KINDS.find((each) => Object.hasOwn(each, unit) && Object.hasOwn(each, base));
  const [numerator, denominator] = [kind?.[unit], kind?.[base]];
  return numerator === undefined || denominator === undefined ? undefined : { numerator, denominator };
}
