import Big from "big.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookedQuantity } from "../../../connectors/tryton/quantity.ts";

const kilogram = { id: 1, digits: 3, factor: "1", unit: "KGM" };
const gram = { id: 2, digits: 2, factor: "0.001" };
const pound = { id: 3, digits: 4, factor: "0.45359237" };
/** Of no finite number of kilograms in its own unit. */
const ounce = { id: 4, digits: 2, factor: "0.028349523125", unit: "ONZ" };
const wanted = (quantity: string) => ({ material: "AL", lot: "L1", quantity, unit: "x" });

describe("a quantity in the ERP", () => {
  it.each([
    ["1250", gram, { quantity: "1250", unit: 2 }],
    ["12.500", kilogram, { quantity: "12.5", unit: 1 }],
    ["1.0001", { ...kilogram, digits: 4 }, { kind: "park" }],
    ["1.25001", gram, { kind: "park" }],
    ["0", kilogram, { quantity: "0", unit: 1 }],
  ])("of %s is as sent where both units hold it, and parks without a tolerance where not", (quantity, unit, expected) => {
    const booked = bookedQuantity(wanted(quantity), unit, kilogram, "0", "as-sent");
    expect(booked.kind === "go" ? booked.value : booked.outcome).toMatchObject(expected);
  });

  it("whose fraction never ends leaves a remainder that says it exactly, in the note on its move too", () => {
    const booked = bookedQuantity(wanted("1"), kilogram, ounce, "0.01", "as-sent");
    expect(booked).toMatchObject({ kind: "go", value: { quantity: "35.27", remainder: { value: "17971101/4535923700", unit: "ONZ" } } });
  });

  it("goes into its own unit where only that holds all of it", () => {
    expect(bookedQuantity(wanted("1250.125"), { ...gram, digits: 0 }, { ...kilogram, digits: 6 }, "0", "as-sent")).toEqual({
      kind: "go",
      value: { quantity: "1.250125", unit: 1 },
    });
  });

  it("and its remainder are what was sent, exactly, whatever the units; half-even, never more than the tolerance", () => {
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, scale]) => new Big(digits).div(new Big(10).pow(scale)));
    fc.assert(
      fc.property(amount, fc.constantFrom(gram, pound, kilogram), (sent, unit) => {
        const booked = bookedQuantity(wanted(sent.toFixed()), unit, kilogram, "0.0005", "as-sent");
        if (booked.kind === "end") return;
        const { quantity, remainder } = booked.value;
        const factor = booked.value.unit === unit.id ? unit.factor : kilogram.factor;
        const rest = remainder === undefined ? "0" : remainder.value;
        expect(new Big(quantity).times(factor).plus(rest).eq(sent.times(unit.factor))).toBe(true);
        expect(new Big(rest).abs().lte("0.0005")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
