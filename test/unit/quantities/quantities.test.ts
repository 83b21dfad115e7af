import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Quantity } from "../../../core/documents/canonical.ts";
import { parseDecimal } from "../../../core/quantities/decimals.ts";
import { addQuantities, compareQuantities } from "../../../core/quantities/quantities.ts";
import { UNIT_CODES, UNIT_NAMES, unitCodeOf } from "../../../core/quantities/units.ts";

const said = (text: string): string => {
  const answer = parseDecimal(text);
  return answer.kind === "decimal" ? answer.value : answer.fault;
};

/** A decimal as a count of 10^-12: the arithmetic of the test. */
const SCALE = 12;
const scaled = (text: string): bigint => {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole + fraction.padEnd(SCALE, "0"));
  return text.startsWith("-") ? -size : size;
};
const decimal = fc
  .tuple(fc.boolean(), fc.stringMatching(/^[0-9]{1,18}$/), fc.option(fc.stringMatching(/^[0-9]{1,12}$/)))
  .map(([isNegative, whole, fraction]) => `${isNegative ? "-" : ""}${whole}${fraction === null ? "" : `.${fraction}`}`);

describe("decimal quantities", () => {
  it.each([
    ["12.500", "12.500"],
    ["1e3", "1000"],
    ["1.5E-3", "0.0015"],
    ["-0", "0"],
    ["-0.00", "0.00"],
    ["9007199254740993", "9007199254740993"],
    ["0.1000000000000000055511151231257827", "too-many-digits"],
    ["1e400", "too-many-digits"],
    ["1e-400", "too-many-digits"],
    ["1e999999999999999999999", "too-many-digits"],
    ["123456789012345678901", "too-many-digits"],
    ["1,5", "decimal-comma"],
    ["1.000,50", "decimal-comma"],
    ["1,000.50", "decimal-comma"],
    ["", "not-decimal"],
    ["+5", "not-decimal"],
    [" 5", "not-decimal"],
    ["5 ", "not-decimal"],
    ["0x1F", "not-decimal"],
    ["Infinity", "not-decimal"],
    ["NaN", "not-decimal"],
    [".5", "not-decimal"],
    ["5.", "not-decimal"],
    ["１２", "not-decimal"],
  ])("%s is %s", (text, answer) => {
    expect(said(text)).toBe(answer);
  });

  it("keeps every plain decimal as it was sent", async () => {
    await fc.assert(
      fc.property(decimal, (text) => {
        expect(said(text)).toBe(scaled(text) === 0n ? text.replace("-", "") : text);
      }),
    );
  });

  it("writes an exponent out without changing the value", async () => {
    await fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{0,8}$/), fc.integer({ min: -12, max: 11 }), (coefficient, exponent) => {
        const shifted = exponent >= 0 ? BigInt(coefficient) * 10n ** BigInt(exponent + SCALE) : BigInt(coefficient) * 10n ** BigInt(SCALE + exponent);
        expect(scaled(said(`${coefficient}e${exponent}`))).toBe(shifted);
      }),
    );
  });

  it("answers any text with a value of the canonical form or a fault", async () => {
    await fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE,]{0,30}$/)), (text) => {
        const answer = parseDecimal(text);
        if (answer.kind === "decimal") expect(Quantity.safeParse({ value: answer.value, unit: "KGM" }).success).toBe(true);
      }),
    );
  });

  it("compares and adds exactly, within one unit only", async () => {
    await fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const [a, b] = [scaled(one), scaled(other)];
        expect(compareQuantities({ value: one, unit: "KGM" }, { value: other, unit: "KGM" })).toEqual({ kind: "compared", order: a < b ? -1 : a > b ? 1 : 0 });
        const sum = addQuantities({ value: one, unit: "KGM" }, { value: other, unit: "KGM" });
        expect(sum.kind === "sum" ? scaled(sum.quantity.value) : sum.kind).toBe(a + b);
        expect(addQuantities({ value: one, unit: "KGM" }, { value: other, unit: "GRM" })).toEqual({ kind: "units-differ" });
        expect(compareQuantities({ value: one, unit: "KGM" }, { value: other, unit: "GRM" })).toEqual({ kind: "units-differ" });
      }),
    );
  });
});

describe("units", () => {
  it("gives every name in the table one code of the canonical form", () => {
    expect(new Set(UNIT_NAMES).size).toBe(UNIT_NAMES.length);
    expect(UNIT_NAMES.filter((name) => !UNIT_CODES.includes(unitCodeOf(name) ?? ""))).toEqual([]);
    expect(UNIT_CODES.filter((code) => unitCodeOf(code) !== code || !Quantity.shape.unit.safeParse(code).success)).toEqual([]);
  });

  it("knows what plants write, and guesses nothing", () => {
    expect(["kg", "KG", "KGM", "pcs", "EA", "l", "m²"].map(unitCodeOf)).toEqual(["KGM", "KGM", "KGM", "H87", "EA", "LTR", "MTK"]);
    expect(["ST", "Mg", "kgm", "", " kg", "constructor", "__proto__", "KAR", "件"].map(unitCodeOf)).toEqual(Array.from({ length: 9 }, () => undefined));
  });
});
