import { gzipSync } from "node:zlib";
import type { BadInputCase } from "./build-request.ts";
import { bytesOf, json, order, orderOfSize, orderWithQuantity } from "./documents.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const signed = (
  group: string,
  name: string,
  body: BadInputCase["body"],
  expected: BadInputCase["expected"],
  more: Partial<BadInputCase> = {},
): BadInputCase => ({
  class: group,
  name,
  by: "signed",
  body,
  expected,
  ...more,
});
const text = (value: string) => () => bytesOf(value);
const accepted = { status: 202, lines: [{ result: "accepted" }] } as const;
const TOO_LARGE = { status: 413, code: "ORL-DOOR-003" };

/** The order's text with one more member in front. */
const withMember = (member: string) => (unique: string) => bytesOf(JSON.stringify(order(unique)).replace("{", `{${member},`));

export const BYTES_CASES: readonly BadInputCase[] = [
  signed("1", "an empty body", text(""), { status: 400, code: "ORL-DOOR-016" }),
  signed("1", "only white space", text(" \n\t"), { status: 400, code: "ORL-DOOR-016" }),
  signed("2", "null", text("null"), { status: 400, code: "ORL-DOOR-023" }),
  signed("2", "a scalar", text("42"), { status: 400, code: "ORL-DOOR-023" }),
  signed("3", "truncated JSON", (unique) => json(order(unique)).slice(0, -20), { status: 400, code: "ORL-DOOR-017" }),
  signed("4", "a trailing comma", text('{"a":1,}'), { status: 400, code: "ORL-DOOR-017" }),
  signed("4", "single quotes", text("{'a':1}"), { status: 400, code: "ORL-DOOR-017" }),
  signed("4", "NaN", text('{"a":NaN}'), { status: 400, code: "ORL-DOOR-017" }),
  signed("4", "a comment", text('{"a":1} // x'), { status: 400, code: "ORL-DOOR-017" }),
  signed(
    "5",
    "an order among white space, its letters escaped",
    (unique) => bytesOf(` \r\n${JSON.stringify(order(unique)).replace("Released", "\\u0052eleased")}\n`),
    accepted,
  ),
  signed("6", "a lone surrogate in a field that nobody knows", withMember('"note":"\\ud800"'), accepted),
  signed("7", "quantity 1 and quantity 1000", (unique) => bytesOf(orderWithQuantity(unique, '{"value":1,"value":1000,"unit":"KGM"}')), {
    status: 400,
    code: "ORL-DOOR-018",
  }),
  signed("7", "a key that is the same only without its escape", text('{"type":"x","\\u0074ype":"y"}'), { status: 400, code: "ORL-DOOR-018" }),
  signed("8", "a whole number above 2^53", (unique) => bytesOf(orderWithQuantity(unique, '{"value":9007199254740993,"unit":"KGM"}')), accepted),
  signed("9", "1e400", (unique) => bytesOf(orderWithQuantity(unique, '{"value":1e400,"unit":"KGM"}')), {
    ...accepted,
    parked: { code: "ORL-MAP-006", field: "/materialRequirements/0/quantity/value", text: "1e400" },
  }),
  signed("10", "-0", (unique) => bytesOf(orderWithQuantity(unique, '{"value":-0,"unit":"KGM"}')), accepted),
  signed("10", "more decimals than a double has", (unique) => bytesOf(orderWithQuantity(unique, '{"value":0.12345678901234567890,"unit":"KGM"}')), {
    ...accepted,
    parked: { code: "ORL-MAP-006", field: "/materialRequirements/0/quantity/value", text: "0.12345678901234567890" },
  }),
  signed("11", "depth 65", text("[".repeat(65) + "]".repeat(65)), { status: 400, code: "ORL-DOOR-019" }),
  signed("11", "depth 100,000", text("[".repeat(100_000)), { status: 400, code: "ORL-DOOR-019" }),
  signed("12", "10,001 keys in one object", () => json(Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`k${at}`, 0]))), {
    status: 400,
    code: "ORL-DOOR-020",
  }),
  signed("12", "a million numbers", text(`[${"0.0,".repeat(1_000_000)}0]`), { status: 413, code: "ORL-DOOR-038" }),
  signed("13", "a string of 1 MB", () => json({ type: "x".repeat(1_000_000) }), { status: 413, code: "ORL-DOOR-021" }),
  signed("14", "a byte order mark", (unique) => bytesOf(`\ufeff${JSON.stringify(order(unique))}`), accepted),
  signed("15", "a byte that UTF-8 has not", () => Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), { status: 400, code: "ORL-DOOR-024" }),
  signed("15", "GBK bytes", () => Uint8Array.from([0x7b, 0x22, 0xb2, 0xc4, 0xc1, 0xcf, 0x22, 0x3a, 0x31, 0x7d]), { status: 400, code: "ORL-DOOR-024" }),
  signed("16", "UTF-16", (unique) => Uint8Array.from(Buffer.from(`\ufeff${JSON.stringify(order(unique))}`, "utf16le")), { status: 400, code: "ORL-DOOR-024" }),
  signed("17", "an overlong form of /", () => Uint8Array.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d]), { status: 400, code: "ORL-DOOR-024" }),
  signed("24", "__proto__", withMember('"__proto__":{"admin":true}'), { status: 400, code: "ORL-DOOR-022" }),
  signed("25", "constructor.prototype", withMember('"constructor":{"prototype":{"admin":true}}'), { status: 400, code: "ORL-DOOR-022" }),
  signed("30", "no content type", (unique) => json(order(unique)), { status: 415, code: "ORL-DOOR-005" }, { headers: { "content-type": [] } }),
  signed("30", "text/plain", (unique) => json(order(unique)), { status: 415, code: "ORL-DOOR-005" }, { headers: { "content-type": ["text/plain"] } }),
  signed("30", "a content type of JSON's own family", (unique) => json(order(unique)), accepted, {
    headers: { "content-type": ["application/vnd.example+json; charset=UTF-8"] },
  }),
  signed(
    "31",
    "a charset that JSON has not",
    (unique) => json(order(unique)),
    { status: 415, code: "ORL-DOOR-006" },
    {
      headers: { "content-type": ["application/json; charset=gbk"] },
    },
  ),
  signed("32", "a gzip bomb", () => gzipSync(new Uint8Array(200 * MIB)), TOO_LARGE, { headers: { "content-encoding": ["gzip"] } }),
  signed("32", "a gzip that is none", (unique) => json(order(unique)), { status: 400, code: "ORL-DOOR-007" }, { headers: { "content-encoding": ["gzip"] } }),
  signed(
    "32",
    "a gzip cut short",
    (unique) => gzipSync(json(order(unique))).subarray(0, -12),
    { status: 400, code: "ORL-DOOR-007" },
    {
      headers: { "content-encoding": ["gzip"] },
    },
  ),
  signed("32", "an honest gzip", (unique) => gzipSync(json(order(unique))), accepted, { headers: { "content-encoding": ["gzip"] } }),
  signed(
    "33",
    "an encoding nobody supports",
    (unique) => json(order(unique)),
    { status: 415, code: "ORL-DOOR-004" },
    { headers: { "content-encoding": ["br"] } },
  ),
  signed(
    "33",
    "two encodings, one in the other",
    (unique) => json(order(unique)),
    { status: 415, code: "ORL-DOOR-004" },
    {
      headers: { "content-encoding": ["gzip, gzip"] },
    },
  ),
  ...[256 * KIB - 1, 256 * KIB, 256 * KIB + 1].map((bytes) => signed("34", `${bytes} bytes`, (unique) => orderOfSize(unique, bytes), accepted)),
  ...[MIB - 1, MIB, MIB + 1].map((bytes) => signed("35", `${bytes} bytes`, (unique) => orderOfSize(unique, bytes), accepted)),
  ...[4 * MIB - 1, 4 * MIB].map((bytes) => signed("36", `${bytes} bytes`, (unique) => orderOfSize(unique, bytes), accepted)),
  signed("36", "4 MiB and one byte", (unique) => orderOfSize(unique, 4 * MIB + 1), TOO_LARGE),
  signed("36", "4 MiB when uncompressed", (unique) => gzipSync(orderOfSize(unique, 4 * MIB)), accepted, { headers: { "content-encoding": ["gzip"] } }),
  signed("36", "4 MiB and one byte when uncompressed", (unique) => gzipSync(orderOfSize(unique, 4 * MIB + 1)), TOO_LARGE, {
    headers: { "content-encoding": ["gzip"] },
  }),
];
