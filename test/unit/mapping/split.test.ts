import { describe, expect, it } from "vitest";
import { pathInMessage, splitterOf } from "../../../core/mapping/split.ts";

const split = splitterOf({ system: "any", accepts: ["xml"], forms: [{ split: "DOC/PART/PLANT?" }] });
const partsOf = (message: Parameters<typeof split>[0]) => {
  const answer = split(message);
  return answer.kind === "parts" ? answer.parts : [];
};

describe("a message split down to what may be there", () => {
  const message = {
    DOC: [
      { no: "1", PART: { id: "a", PLANT: [{ at: "x" }, { at: "y" }] } },
      { no: "2", PART: { id: "b" } },
      { no: "3", PART: { id: "c", PLANT: { at: "z" } } },
    ],
  };

  it("is each of them, and what has none is one document", () => {
    expect(partsOf(message).map(({ document }) => document)).toEqual([
      { DOC: { no: "1", PART: { id: "a", PLANT: { at: "x" } } } },
      { DOC: { no: "1", PART: { id: "a", PLANT: { at: "y" } } } },
      { DOC: { no: "2", PART: { id: "b" } } },
      { DOC: { no: "3", PART: { id: "c", PLANT: { at: "z" } } } },
    ]);
  });

  it("says of each place in a document where it was in the message", () => {
    const [, second, third, fourth] = partsOf(message);
    const there = (part: typeof second, pointer: string) => (part === undefined ? "no part" : pathInMessage(part, pointer));
    expect(there(second, "/DOC/PART/PLANT/at")).toBe("/DOC/0/PART/PLANT/1/at");
    expect(there(second, "/DOC/PART/id")).toBe("/DOC/0/PART/id");
    expect(there(second, "/DOC")).toBe("/DOC/0");
    expect(there(second, "/head")).toBe("/head");
    expect(there(third, "/DOC/PART/PLANT/at")).toBe("/DOC/1/PART/PLANT/at");
    expect(there(fourth, "/DOC/PART/PLANT/at")).toBe("/DOC/2/PART/PLANT/at");
  });

  it("is the message itself where it is one document", () => {
    const one = { DOC: { PART: { id: "a", PLANT: { at: "x" } } } };
    expect(partsOf(one)).toEqual([{ document: one, path: "" }]);
    expect(partsOf({ other: "" })).toEqual([]);
  });
});

describe("lists beside the documents", () => {
  const splitRows = splitterOf({
    system: "any",
    accepts: ["json"],
    forms: [{ split: "data/rows", belongs: [{ list: "data/parts", line: "of", here: "no" }] }],
  });
  const documentsOf = (message: Parameters<typeof split>[0]) => {
    const answer = splitRows(message);
    return answer.kind === "parts" ? answer.parts.map(({ document }) => document) : [];
  };
  const row = (no: number | string) => ({ no });
  const part = (of: number | string | null, id: string) => ({ of, id });

  it("give each document its own lines, in their order, and the first what belongs to none", () => {
    const parts = [part(2, "a"), part(1, "b"), part(2, "c"), part(9, "d"), part(null, "e")];
    expect(documentsOf({ head: "h", data: { rows: [row(1), row(2), row(3)], parts } })).toEqual([
      { head: "h", data: { rows: row(1), parts: [part(1, "b"), part(9, "d"), part(null, "e")] } },
      { head: "h", data: { rows: row(2), parts: [part(2, "a"), part(2, "c")] } },
      { head: "h", data: { rows: row(3) } },
    ]);
  });

  it("lose nothing where a document has no name, and are left alone where they are no list, or not there", () => {
    expect(documentsOf({ data: { rows: [{}, row(2)], parts: [part(2, "a"), part(null, "e")] } })).toEqual([
      { data: { rows: {}, parts: [part(null, "e")] } },
      { data: { rows: row(2), parts: [part(2, "a")] } },
    ]);
    expect(documentsOf({ data: { rows: [row(1), row(2)], parts: "x" } })).toEqual([
      { data: { rows: row(1), parts: "x" } },
      { data: { rows: row(2), parts: "x" } },
    ]);
    expect(documentsOf({ data: { rows: [row(1), row(2)] } })).toEqual([{ data: { rows: row(1) } }, { data: { rows: row(2) } }]);
  });
});
