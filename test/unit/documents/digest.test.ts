import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/documents/digest.ts";
import { type Json, parseExactJson } from "../../../core/documents/exact-json.ts";

import { treeIn } from "./xml-fixtures.ts";

const parsed = (text: string): Json => {
  const answer = parseExactJson(new TextEncoder().encode(text));
  if (answer.kind === "refused") throw new Error(answer.message);
  return answer.value;
};
const digest = (text: string, volatile: readonly string[] = []): string => digestOf(parsed(text), volatile);

/** The same members in another order, with other white space, all the way down. */
const shuffled = (value: unknown): string => {
  if (Array.isArray(value)) return `[ ${value.map(shuffled).join(" , ")} ]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .reverse()
    .map(([name, member]) => `${JSON.stringify(name)} :\n${shuffled(member)}`)
    .join(",")} }`;
};
const object = fc.dictionary(
  fc.string({ maxLength: 5 }).filter((name) => !["__proto__", "prototype", "constructor.prototype"].includes(name)),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
);
const isSound = (text: string): boolean => parseExactJson(new TextEncoder().encode(text)).kind === "parsed";

describe("the digest of a document", () => {
  it("does not depend on the order of members or on white space", async () => {
    await fc.assert(
      fc.property(object, (value) => {
        const text = JSON.stringify(value);
        fc.pre(isSound(text));
        expect(digest(shuffled(JSON.parse(text)))).toBe(digest(text));
      }),
    );
  });

  it("differs where the content does", async () => {
    await fc.assert(
      fc.property(object, object, (one, other) => {
        const texts = [JSON.stringify(one), JSON.stringify(other)] as const;
        fc.pre(texts.every(isSound));
        const same = shuffled(sorted(JSON.parse(texts[0]))) === shuffled(sorted(JSON.parse(texts[1])));
        expect(digest(texts[0]) === digest(texts[1])).toBe(same);
      }),
    );
  });

  it("takes numbers as they were sent, and never for a text", () => {
    const spellings = ['{"q":1}', '{"q":1.0}', '{"q":1.00}', '{"q":"1"}', '{"q":1e0}', '{"q":9007199254740993}', '{"q":9007199254740992}'];
    expect(new Set(spellings.map((text) => digest(text))).size).toBe(spellings.length);
  });

  it("passes over volatile fields at the top, and only there", () => {
    expect(digest('{"a":1,"sentAt":"x"}', ["sentAt"])).toBe(digest('{"sentAt":"y","a":1}', ["sentAt"]));
    expect(digest('{"a":{"sentAt":"x"}}', ["sentAt"])).not.toBe(digest('{"a":{"sentAt":"y"}}', ["sentAt"]));
  });

  it("passes over volatile fields by their paths, through lists, and nothing else", () => {
    const sent = (id: string, line: string) => `{"Area":{"BODID":"${id}","Sender":"x"},"lines":[{"at":"${line}","n":1},{"at":"${line}","n":2}],"BODID":"kept"}`;
    expect(digest(sent("1", "08:00"), ["Area/BODID", "lines/at"])).toBe(digest(sent("2", "09:00"), ["Area/BODID", "lines/at"]));
    expect(digest(sent("1", "08:00"), ["Area/BODID"])).not.toBe(digest(sent("1", "09:00"), ["Area/BODID"]));
    expect(digest(sent("1", "08:00"), ["BODID"])).not.toBe(digest(sent("2", "08:00"), ["BODID"]));
    expect(digest('{"a":{"b":1}}', ["a/b"])).not.toBe(digest('{"a":{"b":1}}', []));
    expect(digest('{"a":{"b":1}}', ["a/b/c", "x", "", "/"])).toBe(digest('{"a":{"b":1}}', []));
    expect(digest('{"a/b":1,"c":2}', ["a/b"])).toBe(digest('{"c":2}', []));
  });

  it("reads the trees of XML: attributes, names with a namespace, names of every object's members", () => {
    const xml = (text: string, volatile: readonly string[] = []) => digestOf(treeIn(text), volatile);
    const sent = (id: string) => `<R xmlns="u" sent="${id}"><v:Head xmlns:v="http://x.example/y"><ID>${id}</ID></v:Head><a>1</a></R>`;
    const volatile = ["@sent", "{http://x.example/y}Head/ID"];
    expect(xml(sent("1"), volatile)).toBe(xml(sent("2").replaceAll("v:", "w:").replace(":v=", ":w="), volatile));
    expect(xml(sent("1"))).not.toBe(xml(sent("2")));
    expect(xml("<r><a>1</a></r>")).not.toBe(xml('<r xmlns="u"><a>1</a></r>'));
    const proto = (value: string) => `<r><__proto__><x>${value}</x></__proto__><constructor><y>${value}</y></constructor><keep>1</keep></r>`;
    expect(xml(proto("1"))).not.toBe(xml(proto("2")));
    expect(xml(proto("1"), ["constructor/y"])).not.toBe(xml(proto("2"), ["constructor/y"]));
    expect(xml(proto("1"), ["__proto__/x", "constructor"])).toBe(xml(proto("2"), ["__proto__/x", "constructor"]));
    expect(xml(proto("1"), ["keep"])).not.toBe(xml(proto("2"), ["keep"]));
  });

  it("is SHA-256 of the sorted text", () => {
    // echo -n '{"a":1.50,"b":"x"}' | sha256sum
    expect(digest('{"b":"x","a":1.50}')).toBe("28aed0ab61fe677cb7d0082ee5558151dccfd03c2073333fd953d1886e515ce7");
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
