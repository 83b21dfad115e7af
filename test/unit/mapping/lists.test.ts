import { describe, expect, it } from "vitest";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import { compileTable } from "../../../core/mapping/compile.ts";
import { splitterOf } from "../../../core/mapping/split.ts";
import { MappingTable, MessageForms } from "../../../core/mapping/table.ts";

const words = { en: "a name", "zh-CN": "名称" };
const common = { owner: "ERP", conflict: "owner-wins", names: words };
const context = { site: SiteId.parse("hamburg"), timeZone: "Asia/Shanghai", decimalSeparator: "." as const, codes: [] };

const tableOf = (fields: readonly object[], more: object = {}) =>
  compileTable(
    MappingTable.parse({
      name: "test/lists",
      version: 1,
      direction: "from-canonical",
      documentType: "UnitOfMeasure",
      names: words,
      when: [],
      given: ["S", "A", "B", "D", "P", "list", "lines"],
      absent: [""],
      lists: "loose",
      fields,
      ignored: [],
      ...more,
    }),
  );

const xml = (text: string) => {
  const parsed = parseExactXml(Buffer.from(text), undefined);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  return parsed.value;
};

const value = (target: string, source?: string | string[], more: object = {}) => ({
  ...common,
  target,
  ...(source === undefined ? {} : { source: [source].flat() }),
  ...more,
});

describe("lists that stand in one another", () => {
  const nested = xml("<M><S><ID>1</ID><T><P>in</P><L><N>a</N></L><T><ID>3</ID><L><N>b</N></L></T></T></S><S><ID>2</ID><L><N>c</N></L></S></M>");
  const read = ["ID", "P"];

  it("are one list in their order, where the inner ones are called otherwise, each with its lineage", () => {
    const table = tableOf([
      {
        ...common,
        target: "list",
        lines: "S+T",
        fields: [
          value("id", undefined, { convert: [{ use: "lineage", separator: "/", read }] }),
          value("parent", undefined, { convert: [{ use: "lineage", separator: "/", read, of: ".." }], when: [{ path: ".", nested: true }] }),
        ],
      },
      { ...common, target: "lines", lines: "S+T/L", fields: [value("of", undefined, { convert: [{ use: "lineage", separator: "/", read, of: ".." }] })] },
    ]);
    expect(table.make(nested, context)).toMatchObject({
      made: {
        list: [{ id: "1" }, { id: "1/in", parent: "1" }, { id: "1/in/3", parent: "1/in" }, { id: "2" }],
        lines: [{ of: "1/in" }, { of: "1/in/3" }, { of: "2" }],
      },
      reasons: [],
    });
  });

  it("are made from flat lines that say what they stand in, with the lines of another list that belong to each", () => {
    const table = tableOf([
      {
        ...common,
        target: "S",
        lines: "/list",
        nest: { id: "id", parent: "in", target: "T" },
        fields: [value("ID", "id"), { ...common, target: "L", lines: "/lines", match: { line: "of", here: "id" }, fields: [value("N", "n")] }],
      },
    ]);
    const flat = {
      list: [{ id: "3", in: "2" }, { id: "1" }, { id: "2", in: "1" }],
      lines: [
        { of: "3", n: "x" },
        { of: "1", n: "y" },
        { of: "3", n: "z" },
      ],
    };
    expect(table.make(flat, context)).toMatchObject({
      made: { S: [{ ID: "1", L: [{ N: "y" }], T: [{ ID: "2", T: [{ ID: "3", L: [{ N: "x" }, { N: "z" }] }] }] }] },
      reasons: [],
    });
  });

  it("say so where a line stands in none of them, in a ring, or too deep", () => {
    const table = tableOf([{ ...common, target: "S", lines: "/list", nest: { id: "id", parent: "in", target: "T" }, fields: [value("ID", "id")] }]);
    const ring = { list: [{ id: "1" }, { id: "2", in: "3" }, { id: "3", in: "2" }, { id: "4", in: "9" }] };
    expect(table.make(ring, context).reasons.map(({ code, field }) => [code, field])).toEqual([
      ["ORL-MAP-003", "/list/1/in"],
      ["ORL-MAP-003", "/list/2/in"],
      ["ORL-MAP-003", "/list/3/in"],
    ]);
    const deep = { list: Array.from({ length: 5000 }, (_, at) => (at === 0 ? { id: "0" } : { id: String(at), in: String(at - 1) })) };
    expect(table.make(deep, context).reasons.length).toBeGreaterThan(4900);
  });

  it("park lines that share a number, across all rules that fill the list", () => {
    const list = (lines: string) => ({ ...common, target: "list", lines, unique: ["id"], fields: [value("id", "ID")] });
    const twice = xml("<M><A><ID>1</ID></A><A><ID>2</ID></A><A><ID>1</ID></A><B><ID>2</ID></B></M>");
    expect(
      tableOf([list("A"), list("B")])
        .make(twice, context)
        .reasons.map(({ code, field, text }) => [code, field, text]),
    ).toEqual([
      ["ORL-MAP-031", "/A/2", "1"],
      ["ORL-MAP-031", "/B", "2"],
    ]);
  });
});

it("selects what has no such child, or an empty one", () => {
  const table = tableOf([value("plain", "D[@lang=]"), value("english", "D[@lang=en]")]);
  expect(table.make(xml('<M><D lang="de">eins</D><D>one</D><D lang="en">two</D></M>'), context).made).toEqual({ plain: "one", english: "two" });
});

it("selects by a child that carries attributes of its own", () => {
  const table = tableOf([value("unit", "P[ID=base]/V")]);
  expect(table.make(xml('<M><P><ID scheme="x">base</ID><V>KG</V></P><P><ID>other</ID><V>M</V></P></M>'), context).made).toEqual({ unit: "KG" });
});

describe("a version", () => {
  const when = { use: "instant", zone: "UTC" };
  const route = (versions: readonly object[]) => ({
    direction: "to-canonical",
    route: { subject: { source: ["ID"] }, object: { source: ["ID"] }, version: versions, volatile: [] },
  });
  const table = tableOf(
    [
      value("id", "ID", { required: true }),
      value("code", undefined, { constant: "KGM" }),
      value("version", "At", { convert: [when, { use: "instantNumber" }] }),
    ],
    route([{ source: ["V"] }, { source: ["At"], convert: [when, { use: "instantNumber" }] }]),
  );
  const versionAtDoor = (text: string) => {
    const routed = table.route(xml(text));
    return routed.kind === "routed" ? routed.fields.version : routed.message;
  };

  it("is the first of several sources that has a value, each converted in its own way", () => {
    expect(versionAtDoor("<M><ID>1</ID><V>7</V><At>2026-11-24T10:00:00Z</At></M>")).toBe("7");
    expect(versionAtDoor("<M><ID>1</ID><At>2026-11-24T10:00:00.5Z</At></M>")).toBe("20261124100000500");
    expect(versionAtDoor("<M><ID>1</ID><V>A</V><At>2026-11-24T10:00:00Z</At></M>")).toBe("a text of 1 to 18 digits is expected");
  });

  it("is one at the door and in the lane, where a time names no zone", () => {
    const message = "<M><ID>1</ID><At>2026-11-24T10:00:00</At></M>";
    expect(table.make(xml(message), context).made).toMatchObject({ version: versionAtDoor(message) });
  });
});

describe("the forms of messages", () => {
  const split = splitterOf(
    MessageForms.parse({
      system: "test",
      accepts: ["xml"],
      forms: [
        { root: ["Get", "Ask"], namespaces: ["urn:a"], takesNone: { en: "it asks", "zh-CN": "查询" } },
        { root: ["Put", "Change"], namespaces: ["urn:a"], split: "D" },
      ],
    }),
  );

  it("may be known by several names of the root", () => {
    expect(split(xml('<Change xmlns="urn:a"><D>1</D><D>2</D></Change>'))).toMatchObject({ kind: "parts", parts: [{ path: "/D/0" }, { path: "/D/1" }] });
  });

  it("may be known to carry no documents, and why, which is not the same as unknown", () => {
    expect(split(xml('<Ask xmlns="urn:a"/>'))).toEqual({ kind: "takes-none", message: "Ask: it asks" });
    expect(split(xml('<Ask xmlns="urn:b"/>'))).toMatchObject({ kind: "unknown-form", message: expect.stringMatching(/: Put, Change$/) });
  });
});
