import { describe, expect, it } from "vitest";
import type { Json } from "../../../core/documents/exact-json.ts";
import { linesReaderOf, parsePath, placeOf, readerOf, rootScope, type Scope } from "../../../core/mapping/paths.ts";
import { wire } from "./tables.ts";

const DOCUMENT = wire(
  JSON.stringify({
    head: { no: "1", "a/b": "x", "{urn:x/y}name": "spaced" },
    segs: [
      { no: "10", parts: [{ q: "1" }, { q: "2" }], kind: "A", only: ["x"] },
      { no: "20", parts: { q: "3" }, kind: "B", none: [] },
    ],
    tree: { id: "a", tree: [{ id: "b" }, { id: "c", tree: { id: "d" } }] },
    status: [{ code: "I0001", on: "X" }, { code: "I0002" }],
    attributed: { "@unit": "KG", "#text": "5" },
  }),
);
const read = (path: string, from: Scope = rootScope(DOCUMENT), strict = false): Json | undefined => readerOf(parsePath(path), strict)(from);
const linesAt = (path: string, from: Scope = rootScope(DOCUMENT)) => linesReaderOf(parsePath(path))(from);
const lineAt = (path: string, at: number): Scope => {
  const line = linesAt(path).lines[at];
  if (line === undefined) throw new Error(`no line ${at}`);
  return line;
};

describe("a path", () => {
  it.each([
    ["head/no", "1"],
    ["head/nothing", undefined],
    ["head/no/deeper", undefined],
    ["head/{urn:x/y}name", "spaced"],
    ["segs/no", ["10", "20"]],
    ["segs/parts/q", ["1", "2", "3"]],
    ["segs[no=20]/kind", "B"],
    ["segs[no=30]/kind", undefined],
    ["segs[no=10]/parts/q", ["1", "2"]],
    ["status[code=I0001]/on", "X"],
    ["status[code=I0002]/on", undefined],
    ["segs/only", "x"],
    ["segs/none", undefined],
    ["toString", undefined],
    ["constructor/name", undefined],
    ["attributed/@unit", "KG"],
  ])("%s reads %j", (path, expected) => {
    expect(read(path)).toEqual(expected);
  });

  it("goes up, and to the root, from where it stands", () => {
    const part = lineAt("segs/parts", 2);
    expect([read("q", part), read("../no", part), read("../../head/no", part), read("/head/no", part), read("../../../no", part)]).toEqual([
      "3",
      "20",
      "1",
      "1",
      undefined,
    ]);
    expect(placeOf(part)).toEqual(["segs", 1, "parts"]);
    expect(placeOf(lineAt("segs/parts", 1))).toEqual(["segs", 0, "parts", 1]);
  });

  it("takes a list of one for one thing only where lists are loose", () => {
    const first = lineAt("segs", 0);
    expect(read("only", first)).toBe("x");
    expect(read("only", first, true)).toEqual(["x"]);
    expect(read("none", lineAt("segs", 1))).toEqual([]);
  });

  it("counts lines over the whole document, and tells a list from one thing and from nothing", () => {
    expect(linesAt("segs/parts").lines.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2]);
    expect([linesAt("segs").isList, linesAt("head").isList, linesAt("nothing").isList, linesAt("segs/none").isList]).toEqual([true, false, false, true]);
    expect(linesAt("segs/none").lines).toEqual([]);
    expect(linesAt(".", lineAt("segs", 1)).lines.map(({ value, ordinal }) => [value, ordinal])).toEqual([[lineAt("segs", 1).value, 0]]);
  });

  it("takes nested things of one name at any depth, in the order of the document", () => {
    const { lines } = linesAt("tree+");
    expect(lines.map((line) => read("id", line))).toEqual(["a", "b", "c", "d"]);
    expect(lines.map((line) => line.ordinal)).toEqual([0, 1, 2, 3]);
    expect(read("../id", lines[3])).toBe("c");
    expect(linesAt("segs[kind=B]/parts").lines.map((line) => read("q", line))).toEqual(["3"]);
  });

  it.each(["/../a", "a[b", "a]", "a/../b", "[x=1]", "a[b=c]d"])("%s is refused", (path) => {
    expect(() => parsePath(path)).toThrow(path);
  });
});
