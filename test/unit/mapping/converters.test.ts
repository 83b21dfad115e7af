import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Converter } from "../../../core/mapping/table.ts";
import { context, converted } from "./tables.ts";

type Rule = Readonly<Record<string, unknown>>;
type Case = readonly [says: string, convert: readonly Rule[], document: string, answer: string];

const AT = "/v";
const refused = (code: string, text: string): string => `ORL-MAP-${code} ${AT} ${text} | test/material@1 properties/value`;

const DECIMAL: Rule = { use: "decimal", negative: "park" };
const AT_MOST: Rule = { use: "atMost", of: "most", unit: "u", ofUnit: "mu", fault: "scrap-above-started" };

const CASES: readonly Case[] = [
  ["no converter keeps a text as it is", [], '{"id":"1","v":" 007 "}', " 007 "],
  ["no converter takes no number", [], '{"id":"1","v":7}', refused("002", "7")],
  ["trim takes white space at both ends", [{ use: "trim" }], '{"id":"1","v":"  a b "}', "a b"],
  ["trim takes no number", [{ use: "trim" }], '{"id":"1","v":1.50}', refused("002", "1.50")],
  ["text keeps a number's digits as sent", [{ use: "text" }], '{"id":"1","v":1.50}', "1.50"],
  ["text writes a boolean", [{ use: "text" }], '{"id":"1","v":true}', "true"],
  ["text takes no object", [{ use: "text" }], '{"id":"1","v":{"a":1}}', refused("002", '{"a":1}')],
  ["strip takes leading zeros and leaves the last", [{ use: "strip", leading: "0" }], '{"id":"1","v":"000123"}', "123"],
  ["strip leaves one zero", [{ use: "strip", leading: "0" }], '{"id":"1","v":"000"}', "0"],
  ["strip of digits alone leaves letters alone", [{ use: "strip", leading: "0", onlyDigits: true }], '{"id":"1","v":"00A1"}', "00A1"],
  ["pad fills up in front", [{ use: "pad", length: 6, with: "0" }], '{"id":"1","v":"123"}', "000123"],
  ["pad of digits alone leaves letters alone", [{ use: "pad", length: 6, with: "0", onlyDigits: true }], '{"id":"1","v":"A1"}', "A1"],
  ["decimal keeps zeros at the end of a number", [{ use: "decimal", negative: "park" }], '{"id":"1","v":12.500}', "12.500"],
  ["decimal keeps zeros at the end of a text", [{ use: "decimal", negative: "park" }], '{"id":"1","v":"12.500"}', "12.500"],
  ["decimal writes an exponent out", [{ use: "decimal", negative: "park" }], '{"id":"1","v":1e3}', "1000"],
  ["decimal reads a sign at the end where it is told so", [{ use: "decimal", negative: "carry", trailingSign: true }], '{"id":"1","v":"5.000-"}', "-5.000"],
  ["decimal takes no sign at the end otherwise", [{ use: "decimal", negative: "carry" }], '{"id":"1","v":"5.000-"}', refused("004", "5.000-")],
  ["decimal parks what is below zero", [{ use: "decimal", negative: "park" }], '{"id":"1","v":-1}', refused("008", "-1")],
  ["decimal takes minus nothing as nothing", [{ use: "decimal", negative: "park" }], '{"id":"1","v":-0.00}', "0.00"],
  ["decimal parks a comma", [{ use: "decimal", negative: "park" }], '{"id":"1","v":"1,5"}', refused("005", "1,5")],
  ["decimal parks more digits than are carried", [{ use: "decimal", negative: "park" }], '{"id":"1","v":1.1234567890123}', refused("006", "1.1234567890123")],
  ["decimal takes no list", [{ use: "decimal", negative: "park" }], '{"id":"1","v":["1","2"]}', refused("016", "1, 2")],
  ["instant reads a local time in the connection's zone", [{ use: "instant" }], '{"id":"1","v":"2026-03-02 08:00:00"}', "2026-03-02T00:00:00Z"],
  ["instant takes 24:00 as the next day", [{ use: "instant" }], '{"id":"1","v":"20231211240000"}', "2023-12-11T16:00:00Z"],
  ["instant reads a time of its own", [{ use: "instant", time: "t" }], '{"id":"1","v":"20231211","t":"240000"}', "2023-12-11T16:00:00Z"],
  ["instant without its time is midnight", [{ use: "instant", time: "t" }], '{"id":"1","v":"20231211","t":""}', "2023-12-10T16:00:00Z"],
  ["instant says date and time of what is wrong", [{ use: "instant", time: "t" }], '{"id":"1","v":"20231211","t":"250000"}', refused("009", "20231211 250000")],
  ["instant parks 30 February", [{ use: "instant" }], '{"id":"1","v":"2026-02-30"}', refused("009", "2026-02-30")],
  ["instant parks a year out of range", [{ use: "instant" }], '{"id":"1","v":"9999-12-31"}', refused("012", "9999-12-31")],
  ["instant of an epoch in milliseconds", [{ use: "instant", epoch: "ms" }], '{"id":"1","v":1772409600500}', "2026-03-02T00:00:00.500Z"],
  ["instant of an epoch in seconds", [{ use: "instant", epoch: "s" }], '{"id":"1","v":"1772409600"}', "2026-03-02T00:00:00Z"],
  ["instant of no epoch", [{ use: "instant", epoch: "s" }], '{"id":"1","v":"soon"}', refused("009", "soon")],
  ["date keeps a day as it stands there", [{ use: "date" }], '{"id":"1","v":"20260302"}', "2026-03-02"],
  ["date of a time is the day of the connection's clocks", [{ use: "date" }], '{"id":"1","v":"2026-03-02T17:00:00Z"}', "2026-03-03"],
  ["date parks 30 February", [{ use: "date" }], '{"id":"1","v":"2026-02-30"}', refused("009", "2026-02-30")],
  ["date parks a year out of range", [{ use: "date" }], '{"id":"1","v":"99991231"}', refused("012", "99991231")],
  ["date takes no number", [{ use: "date" }], '{"id":"1","v":20260302}', refused("002", "20260302")],
  ["atMost takes as much", [DECIMAL, AT_MOST], '{"id":"1","v":"2.0","u":"kg","most":2,"mu":"KGM"}', "2.0"],
  ["atMost takes what has no bound", [DECIMAL, AT_MOST], '{"id":"1","v":"2.0"}', "2.0"],
  ["atMost parks what is more", [DECIMAL, AT_MOST], '{"id":"1","v":"2.001","u":"kg","most":2,"mu":"KGM"}', refused("033", "2.001")],
  ["atMost compares no pieces with kilograms", [DECIMAL, AT_MOST], '{"id":"1","v":"1","u":"pcs","most":2,"mu":"kg"}', refused("034", "1")],
  ["atMost says that the bound is none", [DECIMAL, AT_MOST], '{"id":"1","v":"1","u":"kg","most":"two","mu":"kg"}', refused("004", "two")],
  ["same is one value of several that are alike", [{ use: "same" }], '{"id":"1","v":["kg","kg"]}', "kg"],
  ["same parks values that differ", [{ use: "same" }], '{"id":"1","v":["kg","g"]}', refused("016", "kg, g")],
  ["total of what is alike adds", [{ use: "total", alike: ["u"] }], '{"id":"1","v":["1","2.5"],"u":["kg","kg"]}', "3.5"],
  ["total of what is not alike parks", [{ use: "total", alike: ["u"] }], '{"id":"1","v":["1","2.5"],"u":["kg","g"]}', refused("016", "kg, g")],
  ["instantNumber grows with time", [{ use: "instant" }, { use: "instantNumber" }], '{"id":"1","v":"2026-03-02T00:00:00Z"}', "20260302000000000"],
  [
    "concat joins what is there",
    [{ use: "concat", separator: "-", before: [{ path: "a" }], after: [{ path: "b" }, { text: "Z" }] }],
    '{"id":"1","v":"x","a":7,"b":""}',
    "7-x-Z",
  ],
  ["split takes the part", [{ use: "split", separator: "/", part: 2 }], '{"id":"1","v":"a/b/c"}', "b"],
  ["split says that the part is missing", [{ use: "split", separator: "/", part: 4 }], '{"id":"1","v":"a/b/c"}', refused("015", "a/b/c")],
  ["choose takes the case", [{ use: "choose", cases: [["I0002", "Released"]] }], '{"id":"1","v":["I0001","I0002"]}', "Released"],
  ["choose parks what is no case", [{ use: "choose", cases: [["I0002", "Released"]] }], '{"id":"1","v":"I9999"}', refused("003", "I9999")],
  ["choose names what others are", [{ use: "choose", cases: [["a", "A"]], otherwise: "B" }], '{"id":"1","v":"c"}', "B"],
  ["unit knows the names that everybody uses", [{ use: "unit" }], '{"id":"1","v":"kg"}', "KGM"],
  ["unit parks any other", [{ use: "unit" }], '{"id":"1","v":"Fass"}', refused("007", "Fass")],
  ["lookup without a table keeps the code", [{ use: "lookup", codes: "materials" }], '{"id":"1","v":"4711"}', "4711"],
  ["total adds exactly", [{ use: "total" }], '{"id":"1","v":["0.1","0.2",0.30]}', "0.6"],
  ["total says which is none", [{ use: "total" }], '{"id":"1","v":["0.1","x"]}', refused("004", "x")],
  ["position numbers what has no number", [{ use: "position", first: 10, step: 10, digits: 4 }], '{"id":"1","v":"x"}', "0010"],
  [
    "converters work one after another",
    [{ use: "text" }, { use: "pad", length: 4, with: "0" }, { use: "concat", separator: "", before: [{ text: "P" }] }],
    '{"id":"1","v":7}',
    "P0007",
  ],
  ["null is of the wrong kind", [{ use: "text" }], '{"id":"1","v":null}', refused("002", "null")],
  ["an empty list is of the wrong kind", [{ use: "text" }], '{"id":"1","v":[]}', refused("002", "[]")],
  ["an absent text is missing", [{ use: "trim" }], '{"id":"1","v":""}', refused("001", "")],
  ["nothing is missing", [{ use: "trim" }], '{"id":"1"}', refused("001", "-")],
];

describe("converters", () => {
  it.each(CASES)("%s", (_says, convert, document, answer) => {
    expect(converted(convert, document)).toBe(answer);
  });

  it("have a case here each, but those that other tests are about", () => {
    const tried = new Set(CASES.flatMap(([, convert]) => convert.map(({ use }) => use)));
    const elsewhere = ["lineage", "inPlantUnit", "plantUnit", "slice", "localTime"];
    const all = Converter.options.map((option) => option.shape.use.value);
    expect([...all].filter((use) => !tried.has(use)).sort()).toEqual(elsewhere.sort());
  });

  it("park what is said to have happened and lies more than a day after the document came; a plan may", () => {
    const came = { ...context, receivedAt: Date.UTC(2026, 2, 2, 12) };
    const [past, plan] = [[{ use: "instant", future: "park" }], [{ use: "instant" }]];
    expect(converted(past, '{"id":"1","v":"2026-03-03T12:00:00Z"}', came)).toBe("2026-03-03T12:00:00Z");
    expect(converted(past, '{"id":"1","v":"2026-03-03T12:00:01Z"}', came)).toBe(refused("032", "2026-03-03T12:00:01Z"));
    expect(converted(plan, '{"id":"1","v":"2027-03-03T12:00:01Z"}', came)).toBe("2027-03-03T12:00:01Z");
    expect(converted(past, '{"id":"1","v":"2027-03-03T12:00:01Z"}')).toBe("2027-03-03T12:00:01Z");
    expect(converted([{ use: "date", future: "park" }], '{"id":"1","v":"2026-03-03"}', came)).toBe("2026-03-03");
    expect(converted([{ use: "date", future: "park" }], '{"id":"1","v":"20260304"}', came)).toBe(refused("032", "20260304"));
  });

  it("read a comma where the connection writes one, and then no point", () => {
    const comma = { ...context, decimalSeparator: "," } as const;
    const decimal = [{ use: "decimal", negative: "park" }];
    expect(converted(decimal, '{"id":"1","v":"1,500"}', comma)).toBe("1.500");
    expect(converted(decimal, '{"id":"1","v":"1.500"}', comma)).toContain("ORL-MAP-004");
    expect(converted(decimal, '{"id":"1","v":1.500}', comma)).toBe("1.500");
  });

  it("park a time that the clocks skipped, and one that they showed twice", () => {
    const berlin = { ...context, timeZone: "Europe/Berlin" };
    expect(converted([{ use: "instant" }], '{"id":"1","v":"2026-03-29 02:30:00"}', berlin)).toContain("ORL-MAP-010");
    expect(converted([{ use: "instant" }], '{"id":"1","v":"2026-10-25 02:30:00"}', berlin)).toContain("ORL-MAP-011");
  });

  it("never throw, whatever stands there and whatever they are", async () => {
    const converters = fc.array(fc.constantFrom(...CASES.flatMap(([, convert]) => convert)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 1 }), converters, (v, t, convert) => {
        const document = JSON.stringify({ id: "1", v, t, a: t, b: v });
        if (!document.includes("__proto__")) expect(typeof converted(convert, document)).toBe("string");
      }),
      { numRuns: 1500 },
    );
  });
});
