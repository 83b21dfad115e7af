import { describe, expect, it } from "vitest";
import { SiteId } from "../../../core/documents/ids.ts";
import type { MappingContext } from "../../../core/documents/source-format.ts";
import { compileTable } from "../../../core/mapping/compile.ts";
import { MappingTable } from "../../../core/mapping/table.ts";

const words = { en: "a", "zh-CN": "甲" };
const rule = { owner: "ERP", conflict: "owner-wins", names: words } as const;
const context = (timeZone: string): MappingContext => ({ site: SiteId.parse("hamburg"), timeZone, decimalSeparator: ".", codes: [] });
const made = (
  fields: readonly object[],
  document: { readonly [name: string]: string | readonly { readonly [name: string]: string }[] },
  timeZone = "Europe/Berlin",
) =>
  withoutMore(
    compileTable(
      MappingTable.parse({
        name: "any/thing",
        version: 1,
        direction: "from-canonical",
        documentType: "OperationsRequest",
        names: words,
        reads: "own",
        when: [],
        absent: [""],
        lists: "loose",
        fields,
        ignored: [],
      }),
    ).make(document, context(timeZone)),
  );
const withoutMore = ({ made, reasons }: ReturnType<ReturnType<typeof compileTable>["make"]>) => ({ made, reasons });

const line = { target: "id", source: ["no"], ...rule };
const other = { target: "of", source: ["of"], ...rule };

describe("lines that are there once", () => {
  const lines = { target: "lines", lines: "line", unique: ["of", "id"], ...rule, fields: [line, other] };

  it("are carried, where they differ in one of the names", () => {
    const document = { line: [{ no: "1", of: "a" }, { no: "1", of: "b" }, { no: "1" }] };
    expect(made([lines], document)).toEqual({ made: { lines: [{ id: "1", of: "a" }, { id: "1", of: "b" }, { id: "1" }] }, reasons: [] });
  });

  it("park where one is repeated, by its place and what it is", () => {
    const { reasons } = made([lines], {
      line: [
        { no: "1", of: "a" },
        { no: "2", of: "a" },
        { no: "1", of: "a" },
      ],
    });
    expect(reasons).toMatchObject([{ code: "ORL-MAP-031", field: "/line/2", text: "a 1", rule: "any/thing@1 lines" }]);
  });
});

describe("a list of which no line counts", () => {
  const lines = { target: "lines", lines: "line", when: [{ path: "no", isNot: ["1"] }], ...rule, fields: [line] };
  it("is not made, unless it must be there", () => {
    expect(made([lines], { line: [{ no: "1" }] })).toEqual({ made: {}, reasons: [] });
    expect(made([{ ...lines, required: true }], { line: [{ no: "1" }] })).toEqual({ made: { lines: [] }, reasons: [] });
  });
});

describe("fields of fixed length, and local clocks", () => {
  const slice = (from: number, length: number) => ({ target: `at${from}`, source: ["text"], convert: [{ use: "slice", from, length }], ...rule });
  it("are cut by characters, and empty behind the text's end", () => {
    expect(made([slice(0, 3), slice(3, 2), slice(5, 2)], { text: "ab🙂de" }).made).toEqual({ at0: "ab🙂", at3: "de", at5: "" });
  });

  const local = (write: string) => ({ target: write, source: ["at"], convert: [{ use: "localTime", write }], ...rule });
  it.each([
    ["2026-03-29T00:59:59Z", "Europe/Berlin", "20260329", "015959"],
    ["2026-03-29T01:00:00Z", "Europe/Berlin", "20260329", "030000"],
    ["2026-12-31T23:30:00.250Z", "Asia/Shanghai", "20270101", "073000"],
  ])("%s in %s is %s %s", (at, timeZone, date, time) => {
    expect(made([local("yyyyMMdd"), local("HHmmss")], { at }, timeZone)).toEqual({ made: { yyyyMMdd: date, HHmmss: time }, reasons: [] });
  });

  it("say what is no instant", () => {
    expect(made([local("HHmmss")], { at: "soon" }).reasons).toMatchObject([{ code: "ORL-MAP-009", field: "/at", text: "soon" }]);
  });
});
