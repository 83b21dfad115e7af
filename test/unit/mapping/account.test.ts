import { describe, expect, it } from "vitest";
import type { Json } from "../../../core/documents/exact-json.ts";
import { accountOf } from "../../../core/mapping/account.ts";
import { MappingTable } from "../../../core/mapping/table.ts";

const words = { en: "x", "zh-CN": "某" };
const rule = { owner: "ERP", conflict: "owner-wins", names: words };
const table = MappingTable.parse({
  name: "own/order",
  version: 1,
  direction: "to-canonical",
  documentType: "MaterialDefinition",
  names: words,
  when: [{ path: "KIND", is: ["M"] }],
  lists: "loose",
  absent: [""],
  route: { subject: { source: ["LONG", "SHORT"] }, object: { source: ["LONG"] }, volatile: [] },
  fields: [
    { target: "id", source: ["LONG", "SHORT"], ...rule },
    { target: "description", source: ["TEXT[LANG=EN]/WORDS"], ...rule },
    {
      target: "properties",
      lines: "P",
      when: [{ path: "N", present: true }],
      fields: [
        { target: "id", source: ["N"], ...rule },
        { target: "value", source: ["V"], ...rule },
      ],
      ...rule,
    },
  ],
  ignored: [{ source: "TEXT/USER", reason: words }],
});

const fates = (document: Json): Record<string, string> => Object.fromEntries(accountOf(table, document).map(({ pointer, fate }) => [pointer, fate.kind]));

describe("the account of a document's fields", () => {
  const document = {
    KIND: "M",
    LONG: "4711",
    SHORT: "4711",
    TEXT: [
      { LANG: "EN", WORDS: "ring", USER: "u" },
      { LANG: "DE", WORDS: "Ring", USER: "u" },
    ],
    P: [
      { N: "a", V: "1" },
      { N: "", V: "2" },
    ],
    EXTRA: { deep: true },
  };

  it("tells of each field whether a rule reads it, it is ignored, or it is lost", () => {
    expect(fates(document)).toEqual({
      "/KIND": "mapped",
      "/LONG": "mapped",
      "/SHORT": "mapped",
      "/TEXT/0/LANG": "mapped",
      "/TEXT/0/WORDS": "mapped",
      "/TEXT/0/USER": "ignored",
      "/TEXT/1/LANG": "lost",
      "/TEXT/1/WORDS": "lost",
      "/TEXT/1/USER": "ignored",
      "/P/0/N": "mapped",
      "/P/0/V": "mapped",
      "/P/1/N": "mapped",
      "/P/1/V": "lost",
      "/EXTRA/deep": "lost",
    });
  });

  it("calls a second source lost where it says another thing than the first", () => {
    expect(fates({ ...document, SHORT: "12" })).toMatchObject({ "/LONG": "mapped", "/SHORT": "mapped" });
    const without = { ...table, route: undefined };
    const kinds = Object.fromEntries(accountOf(without, { ...document, SHORT: "12" }).map(({ pointer, fate }) => [pointer, fate.kind]));
    expect(kinds).toMatchObject({ "/LONG": "mapped", "/SHORT": "lost" });
  });
});
