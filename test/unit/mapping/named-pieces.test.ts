import { describe, expect, it } from "vitest";
import type { Json } from "../../../core/documents/exact-json.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import { compileTable } from "../../../core/mapping/compile.ts";
import { conditionsOf } from "../../../core/mapping/conditions.ts";
import { rootScope } from "../../../core/mapping/paths.ts";
import { MappingTable } from "../../../core/mapping/table.ts";
import { TablesRefused, tableFormat } from "../../../core/mapping/table-set.ts";

const words = { en: "x", "zh-CN": "x" };
const rule = (target: string, more: object) => ({ target, owner: "ERP", conflict: "owner-wins", names: words, ...more });
const BASE = [rule("id", { constant: "X" }), rule("description", { constant: "x" }), rule("baseUnit", { constant: "KGM" })];
/** A material's table of these rules, and of constants where they give nothing. */
const table = (fields: readonly { readonly target: string }[]) =>
  MappingTable.parse({
    name: "acme/note",
    version: 1,
    direction: "to-canonical",
    documentType: "MaterialDefinition",
    names: words,
    when: [],
    absent: [""],
    lists: "strict",
    fields: [...BASE.filter(({ target }) => !fields.some((field) => field.target === target)), ...fields],
    ignored: [],
  });
const context = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] } as const;
const made = (fields: readonly { readonly target: string }[], document: Json) => compileTable(table(fields)).make(document, context);
const without = (target: string) => expect.not.objectContaining({ [target]: expect.anything() });

describe("a number made of two", () => {
  const number = [rule("id", { source: ["no"], required: true, convert: [{ use: "concat", separator: "-", after: [{ path: "line", required: true }] }] })];

  it("is both, with the numbers as they were sent", () => {
    expect(made(number, { no: "A", line: 10 })).toMatchObject({ made: { id: "A-10" }, reasons: [] });
  });

  it.each([{ no: "A" }, { no: "A", line: "" }, { no: "A", line: null }])("is none where one half is missing: %j", (document) => {
    expect(made(number, document)).toMatchObject({ made: without("id"), reasons: [{ code: "ORL-MAP-001", rule: "acme/note@1 id" }] });
  });

  it("leaves out a piece that need not be there", () => {
    const free = [rule("id", { source: ["no"], required: true, convert: [{ use: "concat", separator: "-", after: [{ path: "line" }] }] })];
    expect(made(free, { no: "A" }).made).toMatchObject({ id: "A" });
  });
});

describe("a version made of a time", () => {
  const version = [rule("version", { source: ["at"], convert: [{ use: "instantNumber" }] })];

  it.each([
    ["2025-05-08T10:42:59.073", "20250508104259073"],
    ["2025-05-08T10:42:59", "20250508104259000"],
    ["2025-05-08 10:42:59", "20250508104259000"],
    ["2025-05-08T10:42:59.1", "20250508104259100"],
    ["20250507240000", "20250508000000000"],
    ["2025-05-08T10:42:59+08:00", "20250508024259000"],
  ])("reads %s as %s", (at, expected) => {
    expect(made(version, { at }).made).toMatchObject({ version: expected });
  });

  it.each(["n/a", "yesterday", "2025-13-01T00:00:00", "12"])("is none where there is no time: %s", (at) => {
    expect(made(version, { at })).toMatchObject({ made: without("version"), reasons: [{ code: "ORL-MAP-009", text: at }] });
  });
});

describe("what a table looks at", () => {
  it("selects the line of a list by a number as by a text", () => {
    const name = [rule("materialClassId", { source: ["names[key=2052]/value"] })];
    for (const key of [2052, "2052"])
      expect(
        made(name, {
          names: [
            { key: 1033, value: "gear" },
            { key, value: "齿轮" },
          ],
        }).made,
      ).toMatchObject({ materialClassId: "齿轮" });
  });

  it("tells a sentence by what it says", () => {
    const says = conditionsOf([{ path: "errors/message", contains: ["unique", "唯一"] }], () => false);
    const scope = (document: Json) => rootScope(document);
    expect(says(scope({ errors: [{ message: "x" }, { message: "编码唯一" }] }))).toBe(true);
    expect(says(scope({ errors: { message: "Unique" } }))).toBe(false);
    expect(says(scope({}))).toBe(false);
  });

  it("makes one line of the element itself, in a strict table too", () => {
    const line = [rule("properties", { lines: ".", fields: [rule("id", { source: ["no"], required: true }), rule("value", { constant: "" })] })];
    expect(made(line, { no: "A" })).toMatchObject({ made: { properties: [{ id: "A", value: "" }] }, reasons: [] });
  });
});

describe("a set of tables", () => {
  const order = { name: "acme/order" };
  const files = { messages: { system: "acme", accepts: ["json"], forms: [{}] }, tables: [order] };

  it("refuses a name that is no table of it, and says which there are", () => {
    for (const name of ["acme/orders", "acm", "acme/"]) expect(() => tableFormat([files], [name])).toThrow(TablesRefused);
    expect(() => tableFormat([files], ["acme", "kingdee"])).toThrow(/"kingdee" .* there are acme\/order, acme/);
  });

  it("reads its files when it is first asked, and not before", () => {
    const format = tableFormat([files], ["acme"]);
    expect(() => format.accepts).toThrow(/documentType/);
  });
});
