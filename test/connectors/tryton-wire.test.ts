import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rpcOutcomeOf } from "../../connectors/tryton/classify-answer.ts";
import rpc from "../../connectors/tryton/mapping/rpc.json" with { type: "json" };
import { datetimeValue, dateValue, decimalTextOf, decimalValue, numberValue, timedeltaValue, typedTextOf } from "../../connectors/tryton/typed-values.ts";
import { type Json, parseExactJson, writeExactJson } from "../../core/documents/exact-json.ts";

const sentAndRead = (value: Json): Json => {
  const parsed = parseExactJson(Buffer.from(writeExactJson([value])));
  if (parsed.kind === "refused" || !Array.isArray(parsed.value)) throw new Error("not read");
  return parsed.value[0];
};

describe("typed values", () => {
  it.each([
    ["decimal", "12.50", decimalValue("12.50"), '{"__class__":"Decimal","decimal":"12.50"}'],
    ["date", "2026-01-05", dateValue("2026-01-05"), '{"__class__":"date","year":2026,"month":1,"day":5}'],
    [
      "datetime",
      "2026-11-25T08:03:00.000123Z",
      datetimeValue("2026-11-25T08:03:00.000123Z"),
      '{"__class__":"datetime","year":2026,"month":11,"day":25,"hour":8,"minute":3,"second":0,"microsecond":123}',
    ],
    ["timedelta", "90.5", timedeltaValue("90.5"), '{"__class__":"timedelta","seconds":90.5}'],
  ] as const)("a %s goes out as the server reads it, and comes back as its text", (type, text, value, written) => {
    expect(writeExactJson(value)).toBe(written);
    expect(typedTextOf(sentAndRead(value))).toEqual({ type, text });
  });

  it("every decimal goes out digit by digit and comes back the same", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(0|[1-9]\d{0,15})(\.\d{1,10})?$/), (decimal) => {
        expect(writeExactJson(numberValue(decimal))).toBe(decimal);
        expect(decimalTextOf(sentAndRead(numberValue(decimal)))).toBe(decimal);
      }),
    );
  });

  it("a float that the server writes with an exponent is a decimal text too", () => {
    expect(decimalTextOf(sentAndRead(numberValue("1e-05")))).toBe("0.00001");
    expect(decimalTextOf("1.5")).toBeUndefined();
    expect(typedTextOf({ __class__: "bytes", base64: "" })).toBeUndefined();
  });
});

describe("answers", () => {
  const answered = (status: number, body: string, headers = {}) => rpcOutcomeOf({ kind: "answered", status, headers, body }, 0);

  it.each([
    ["a result", 200, '{"id":1,"result":[7]}', { kind: "result", value: [7] }],
    ["null as a result", 200, '{"id":1,"result":null}', { kind: "result", value: null }],
    ["a user error", 200, '{"id":1,"error":["UserError",["no","",null]]}', { kind: "user-error", message: "no" }],
    ["a warning", 200, '{"id":1,"error":["UserWarning",["name","careful",""]]}', { kind: "user-warning", name: "name", message: "careful" }],
    ["a change meanwhile", 200, '{"id":1,"error":["ConcurrencyException","changed"]}', { kind: "changed-meanwhile", message: "changed" }],
    ["a login", 200, '{"id":1,"error":["LoginException",["password","Password","password"]]}', { kind: "login-asked" }],
    ["an error of its code", 200, '{"id":1,"error":["\'nope\'",""]}', { kind: "fault", message: "'nope'" }],
    ["an error of no form", 200, '{"id":1,"error":7}', { kind: "unsure" }],
    ["neither result nor error", 200, '{"id":1}', { kind: "unsure" }],
    ["half an answer", 200, '{"id":1,"res', { kind: "unsure" }],
    ["a page with 200", 200, "<html>welcome</html>", { kind: "unsure" }],
    ["401", 401, "", { kind: "session-ended" }],
    ["403", 403, "<h1>Forbidden</h1>", { kind: "strange", why: "HTTP 403: Forbidden" }],
    ["429", 429, "", { kind: "busy" }],
    ["503", 503, "<p>database is locked</p>", { kind: "busy" }],
    ["500", 500, "<h1>Error</h1>", { kind: "unsure" }],
    ["a redirect", 302, "", { kind: "unsure" }],
  ])("%s is its own outcome", (_name, status, body, outcome) => {
    expect(answered(status, body)).toMatchObject(outcome);
  });

  it("any bytes at all are an outcome, not an exception", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(answered(status, body).kind).toEqual(expect.any(String));
      }),
    );
  });
});

describe("the connector's code", () => {
  /** Words of Tryton with a dot or an underscore: fields, methods, states and paths, as mapping/rpc.json names them. */
  const theirs = new Set(JSON.stringify(rpc).match(/\b[a-z]+(?:[._][a-z]+)+\b/g));

  it("holds no field or method of Tryton: those stand in mapping/*.json", () => {
    const folder = join(import.meta.dirname, "..", "..", "connectors", "tryton");
    const found = readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => {
        const code = readFileSync(join(folder, name), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
        return [...theirs].filter((word) => new RegExp(`["'\`/.]${word.replaceAll(".", "\\.")}\\b`).test(code)).map((word) => `${name}: ${word}`);
      });
    expect(theirs.size).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
});
