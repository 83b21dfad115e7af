import * as fc from "fast-check";
import type { Json, JsonObject } from "../../../core/documents/exact-json.ts";
import { type ParsedXml, parseExactXml } from "../../../core/documents/exact-xml.ts";
import { FORBIDDEN_CHARACTER } from "../../../core/documents/xml-guard.ts";

export const parseXml = (text: string, charset?: string): ParsedXml => parseExactXml(new TextEncoder().encode(text), charset);

/** The tree; fails where the text is refused. */
export function treeIn(text: string): JsonObject {
  const parsed = parseXml(text);
  if (parsed.kind === "refused") throw new Error(`${parsed.fault}: ${parsed.message}`);
  return parsed.value;
}

/** `parsed`, or the fault. */
export const faultIn = (text: string): string => {
  const parsed = parseXml(text);
  return parsed.kind === "refused" ? parsed.fault : parsed.kind;
};

/** A tree with names and texts as they stand, for comparing. */
export const tree = (members: Readonly<Record<string, Json>>, element = "r", namespace = ""): JsonObject =>
  withoutPrototypes({ "#element": element, "#namespace": namespace, ...members });

function withoutPrototypes(members: Readonly<Record<string, Json>>): JsonObject {
  const object: Record<string, Json> = Object.create(null);
  for (const [name, value] of Object.entries(members)) object[name] = value;
  return object;
}

const localName = fc.constantFrom("a", "b", "Order", "E1AFKOL", "物料", "__proto__", "constructor", "toString", "n1", "x-y.z", "_");
const namespace = fc.constantFrom("urn:one", "http://two.example/a/b", "x}y", 'quote"<&>', "");
const key = fc.oneof(
  { weight: 4, arbitrary: localName },
  fc.tuple(namespace, localName).map(([uri, local]) => (uri === "" ? local : `{${uri}}${local}`)),
);
const attribute = fc.tuple(fc.constantFrom("", "", "xml:", "xsi:", "n1:", "p:"), localName).map(([prefix, local]) => `@${prefix}${local}`);
/** Any text that XML can hold. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }).filter((value) => !FORBIDDEN_CHARACTER.test(value)),
  fc.constantFrom("", " ", "\r\n", "]]>", "<&>\"'", "\t", "000012", "12E4", "&amp;", "<!--", "中文 𠀀"),
);
const hasInk = (value: string): boolean => /[^ \t\r\n]/.test(value);

/** Trees as the parser makes them: two members or more in a list, no white space alone beside children. */
const content: fc.Memo<Json> = fc.memo((depth) => (depth <= 1 ? text : fc.oneof(text, elements(depth - 1))));
const member = (depth: number): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 3, arbitrary: content(depth) }, fc.array(content(depth), { minLength: 2, maxLength: 4 }));

function elements(depth: number): fc.Arbitrary<JsonObject> {
  const attributes = fc.uniqueArray(fc.tuple(attribute, text), { maxLength: 3, selector: ([name]) => name });
  const children = fc.uniqueArray(fc.tuple(key, member(depth)), { maxLength: 4, selector: ([name]) => name });
  return fc
    .tuple(attributes, children, text)
    .filter(([own, below]) => own.length + below.length > 0)
    .map(([own, below, beside]) => withoutPrototypes(Object.fromEntries([...own, ...below, ...textBeside(below.length > 0, beside)])));
}

const textBeside = (hasChildren: boolean, beside: string): (readonly [string, Json])[] =>
  beside === "" || (hasChildren && !hasInk(beside)) ? [] : [["#text", beside] as const];

/** Whole documents. No child stands in the root's namespace by its braces: the parser would have left them out. */
export const documents: fc.Arbitrary<JsonObject> = fc
  .tuple(localName, fc.constantFrom("", "urn:root", "http://root.example/x"), elements(4))
  .map(([element, uri, members]) => tree(members, element, uri));
