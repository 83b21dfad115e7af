import Big from "big.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MappingContext } from "../../../core/documents/source-format.ts";
import { CodeTables } from "../../../core/mapping/code-tables.ts";
import { convertExactly, exceeds, ratioOf } from "../../../core/quantities/conversions.ts";
import { context, converted } from "./tables.ts";

const withCodes = (...codes: readonly object[]): MappingContext => ({ ...context, codes: codes.map((one) => CodeTables.parse(one)) });
const lookup = [{ use: "lookup", codes: "materials" }];
const document = '{"id":"1","v":"4711","m":"4711","u":"ROL"}';

describe("code tables", () => {
  it("give the site's code, the connection's before the site's", () => {
    const site = { materials: { codes: { "4711": "M-SITE", "4712": "M-2" } } };
    expect(converted(lookup, document, withCodes(site))).toBe("M-SITE");
    expect(converted(lookup, document, withCodes({ materials: { codes: { "4711": "M-ERP" } } }, site))).toBe("M-ERP");
    expect(converted(lookup, document.replaceAll("4711", "4712"), withCodes({ materials: { codes: { "4711": "M-ERP" } } }, site))).toBe("M-2");
  });

  it("park an unknown code by the table's name and the code as sent", () => {
    expect(converted(lookup, document, withCodes({ materials: { codes: {} } }))).toBe("ORL-MAP-017 /v 4711 | test/material@1 properties/value");
    expect(converted(lookup, '{"id":"1","v":"toString"}', withCodes({ materials: { codes: {} } }))).toContain("ORL-MAP-017");
  });

  it("keep what is not listed where they say so, or where there is none", () => {
    expect(converted(lookup, document, withCodes({ materials: { codes: {}, others: "as-sent" } }))).toBe("4711");
    expect(converted(lookup, document, withCodes({ operations: { codes: {} } }))).toBe("4711");
  });

  it("give a system's own units before the names that everybody uses", () => {
    const unit = [{ use: "unit" }];
    expect(converted(unit, '{"id":"1","v":"ST"}')).toContain("ORL-MAP-007");
    expect(converted(unit, '{"id":"1","v":"ST"}', withCodes({ units: { ST: "H87" } }))).toBe("H87");
    expect(converted(unit, '{"id":"1","v":"kg"}', withCodes({ units: { ST: "H87" } }))).toBe("KGM");
  });
});

describe("a quantity in the plant's unit", () => {
  const units = (numerator: string, denominator: string, decimals: number): MappingContext =>
    withCodes({ materialUnits: { "4711": { plantUnit: "MTR", decimals, units: { ROL: { numerator, denominator } } } } });
  const inPlantUnit = [{ use: "inPlantUnit", material: "m", unit: "u", tolerance: "0.01" }];
  const of = (quantity: string): string => `{"id":"1","v":"${quantity}","m":"4711","u":"ROL"}`;

  it("is exact, and rounded half to even", () => {
    expect(converted(inPlantUnit, of("2.5"), units("100", "3", 3))).toBe("83.333");
    expect(converted(inPlantUnit, of("0.5"), units("1", "4", 2))).toBe("0.12");
    expect(converted(inPlantUnit, of("1.5"), units("1", "4", 2))).toBe("0.38");
  });

  it("parks a remainder above the tolerance, and a unit without a fraction", () => {
    expect(converted(inPlantUnit, of("1"), units("1", "3", 1))).toContain("ORL-MAP-019 /v 1 |");
    expect(converted(inPlantUnit, of("1").replace("ROL", "BOX"), units("1", "3", 1))).toContain("ORL-MAP-018 /v BOX |");
  });

  it("is by the first table that knows the material, and no name that JavaScript knows is one", () => {
    const site = { materialUnits: { "4711": { plantUnit: "MTR", decimals: 1, units: { ROL: { numerator: "100", denominator: "1" } } } } };
    const connection = { materialUnits: { "9": { plantUnit: "KGM", decimals: 3, units: {} } } };
    expect(converted(inPlantUnit, of("2"), withCodes(connection, site))).toBe("200");
    for (const name of ["constructor", "toString", "__proto__"]) {
      expect(converted(inPlantUnit, of("2").replace('"m":"4711"', `"m":"${name}"`), withCodes(site))).toBe("2");
      expect(converted(inPlantUnit, of("2").replace('"u":"ROL"', `"u":"${name}"`), withCodes(site))).toContain(`ORL-MAP-018 /v ${name} |`);
    }
  });

  it("stays as sent in the plant's own unit, and for a material without conversions", () => {
    expect(converted(inPlantUnit, of("1.500").replace("ROL", "MTR"), units("1", "3", 0))).toBe("1.500");
    expect(converted(inPlantUnit, of("1.500").replace('"m":"4711"', '"m":"9"'), units("1", "3", 0))).toBe("1.500");
    const plantUnit = [{ use: "plantUnit", material: "m" }];
    expect(converted(plantUnit, of("ROL"), units("1", "3", 0))).toBe("MTR");
    expect(converted(plantUnit, of("ROL"))).toBe("ROL");
  });

  const whole = fc.bigInt({ min: 1n, max: 999_999n }).map(String);
  const decimals = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.nat(6))
    .map(([digits, places]) => new Big(digits.toString()).div(new Big(10).pow(places)).toFixed());

  it("and its remainder are together what was sent, exactly", async () => {
    await fc.assert(
      fc.property(decimals, whole, whole, fc.nat(12), (quantity, numerator, denominator, places) => {
        const { value, remainder } = convertExactly(quantity, { numerator, denominator }, places);
        // As fractions, without dividing.
        const rest = ratioOf(remainder);
        const sum = new Big(value).times(rest.over).plus(rest.value).times(denominator);
        expect(sum.eq(new Big(quantity).times(numerator).times(rest.over))).toBe(true);
        expect(value.split(".")[1]?.length ?? 0).toBeLessThanOrEqual(places);
        const half = new Big("0.5").times(new Big(10).pow(-places));
        expect(new Big(rest.value).abs().lte(half.times(rest.over))).toBe(true);
        // At the very middle the last digit is even.
        if (new Big(rest.value).abs().eq(half.times(rest.over))) expect(Number(new Big(value).toFixed(places).at(-1)) % 2).toBe(0);
        expect(exceeds(remainder, half.toFixed())).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
