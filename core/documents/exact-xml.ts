import { isJsonList, isJsonNumber, isJsonObject, type Json, type JsonObject, placeOf, textOfNumber } from "./exact-json.ts";
import { type QuickXmlLimits, xmlTreeQuickly } from "./quick-xml.ts";
import { decodeXml } from "./xml-charset.ts";
import { FORBIDDEN_CHARACTER, guardXml, MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, MAX_REFERENCES, MAX_TEXT, type XmlGuardFault } from "./xml-guard.ts";
import { treeOf, type XmlParserFault } from "./xml-tree.ts";

export type XmlFault = XmlGuardFault | XmlParserFault | "charset" | "encoding";

export type XmlProblem = {
  readonly kind: "refused";
  readonly fault: XmlFault;
  readonly message: string;
  /** From 1; of the decoded text. */
  readonly line: number;
  readonly column: number;
};

/** `text`: decoded, without its byte order mark. */
export type ParsedXml = { readonly kind: "parsed"; readonly value: JsonObject; readonly text: string } | XmlProblem;

/**
 * XML 1.0 with namespaces, without document types, within the door's limits (BAD-INPUT.md 46 to 55), as a tree without prototypes:
 * - an element with nothing but text is its text, verbatim; any other, and the root, an object; siblings of one name a list in their order;
 * - attributes are `@name`, as written, without namespace declarations; text beside attributes or children is `#text`, but for white space between children;
 * - a child's key is its local name where its namespace is the root's or none, else `{uri}local`; the root has `#element` (local name) and `#namespace` (`""` for none).
 * @param declaredCharset of the content type (RFC 7303)
 */
export function parseExactXml(bytes: Uint8Array, declaredCharset: string | undefined): ParsedXml {
  const decoded = decodeXml(bytes, declaredCharset);
  if (decoded.kind === "refused") return { ...decoded, line: 1, column: 1 };
  const quick = decoded.text.length > QUICK_CHARACTERS ? undefined : xmlTreeQuickly(decoded.text, LIMITS);
  return quick === undefined ? parseGuardedXml(decoded.text) : { kind: "parsed", value: quick, text: decoded.text };
}

/** The exact way, right for every text. */
export function parseGuardedXml(text: string): ParsedXml {
  const refused = guardXml(text);
  if (refused !== undefined) return { kind: "refused", fault: refused.fault, message: refused.message, ...placeOf(text, refused.at) };
  return parse(text, LONGEST_NAME);
}

/** Characters: names are keys, and a flood of long ones is a flood of memory. The names of real namespaces have 60. */
const LONGEST_NAME = 200;

const LIMITS: QuickXmlLimits = {
  depth: MAX_DEPTH,
  nodes: MAX_NODES,
  attributes: MAX_ATTRIBUTES,
  references: MAX_REFERENCES,
  text: MAX_TEXT,
  name: LONGEST_NAME,
};
/** An order of thousands of components; beyond it, a text that is refused in the end would be gone through twice, and a refusal is to be quick. */
const QUICK_CHARACTERS = 524_288;
const endless = Number.POSITIVE_INFINITY;
const NO_LIMITS: QuickXmlLimits = { depth: endless, nodes: endless, attributes: endless, references: endless, text: endless, name: endless };

/**
 * The same tree from a text that the door let in, or that `writeExactXml` wrote of a part of it: without the door's limits, which a part written anew
 * could exceed (a `<` of a CDATA section becomes a reference). Its declared encoding says nothing: it is text already.
 */
export function parseXmlText(text: string): ParsedXml {
  const quick = xmlTreeQuickly(text, NO_LIMITS);
  return quick === undefined ? parse(text, endless) : { kind: "parsed", value: quick, text };
}

function parse(text: string, longestName: number): ParsedXml {
  const tree = treeOf(text, longestName);
  if (tree.kind === "refused") return { kind: "refused", fault: tree.fault, message: tree.message, ...placeOf(text, tree.at) };
  return { kind: "parsed", value: tree.value, text };
}

/** A tree, or a text in it, that no XML document can hold: the path of the member, then what is wrong with it. */
export class NotXml extends Error {}

export type XmlWriting = {
  /** Spaces for each level; without it everything stands in one line. */
  readonly indent?: number;
};

/**
 * The document of such a tree, in UTF-8, which `parseExactXml` reads as the same tree: members in the tree's order, the root's namespace as the default one.
 * The tree does not say what the prefix of an attribute stands for: `xsi` is the one of XML Schema, any other gets a name of ours.
 * Numbers and booleans are written as their text.
 * @throws NotXml for null, a list in a list, a name or a character that XML does not have: a defect of whoever made the tree, checked by them for what came from outside
 */
export function writeExactXml(tree: JsonObject, writing: XmlWriting = {}): string {
  return new Writer(prefixesIn(tree), writing.indent).document(tree);
}

const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const namespaceOfPrefix = (prefix: string): string => (prefix === "xsi" ? XSI : `urn:orderlane:prefix:${prefix}`);

const NAME_START =
  "A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
const NAME = `[${NAME_START}][${NAME_START}.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040-]*`;
/** Namespaces in XML 1.0: NCName and QName. */
const LOCAL_NAME = new RegExp(`^${NAME}$`, "u");
const ATTRIBUTE_NAME = new RegExp(`^(?:(${NAME}):)?${NAME}$`, "u");

/** Of all attributes of the tree: none of them may be given to a namespace of elements. */
function prefixesIn(tree: JsonObject): Set<string> {
  const prefixes = new Set<string>();
  collectPrefixes(tree, prefixes);
  return prefixes;
}

function collectPrefixes(value: Json | undefined, prefixes: Set<string>): void {
  if (isJsonList(value)) for (const one of value) collectPrefixes(one, prefixes);
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    if (!key.startsWith("@")) collectPrefixes(value[key], prefixes);
    else if (key.includes(":")) prefixes.add(key.slice(1, key.indexOf(":")));
  }
}

class Writer {
  readonly #pieces: string[] = ['<?xml version="1.0" encoding="UTF-8"?>', "\n"];
  readonly #taken: ReadonlySet<string>;
  readonly #indent: number | undefined;
  /** By namespace; declared by the root. */
  readonly #prefixes = new Map<string, string>();
  #numbered = 0;
  /** By key of the tree, checked. */
  readonly #names = new Map<string, string>();

  constructor(taken: ReadonlySet<string>, indent: number | undefined) {
    this.#taken = taken;
    this.#indent = indent;
  }

  document(tree: JsonObject): string {
    const { "#element": name, "#namespace": namespace } = tree;
    if (typeof name !== "string" || typeof namespace !== "string") throw new NotXml("the root has no #element or no #namespace");
    this.#pieces.push(`<${checkedName(name, LOCAL_NAME)}`);
    const declarations = this.#pieces.push("") - 1;
    this.#inside(name, tree, 0);
    const declared = [...this.#taken].filter((prefix) => prefix !== "xml").map((prefix) => declaration(`xmlns:${prefix}`, namespaceOfPrefix(prefix)));
    for (const [uri, prefix] of this.#prefixes) declared.push(declaration(`xmlns:${prefix}`, uri));
    this.#pieces[declarations] = (namespace === "" ? "" : declaration("xmlns", namespace)) + declared.join("");
    return this.#pieces.join("");
  }

  #child(key: string, value: Json, depth: number, isMixed: boolean): void {
    const name = this.#nameOf(key);
    if (!isMixed) this.#breakLine(depth);
    this.#pieces.push(`<${name}`);
    if (isJsonObject(value)) this.#inside(name, value, depth);
    else this.#end(name, escapeText(textOf(key, value)));
  }

  #end(name: string, content: string): void {
    this.#pieces.push(content === "" ? "/>" : `>${content}</${name}>`);
  }

  /** What follows the name of an opened tag. */
  #inside(name: string, value: JsonObject, depth: number): void {
    const keys = Object.keys(value);
    for (const key of keys) if (key.startsWith("@")) this.#attribute(key, value[key]);
    const content = keys.filter((key) => !key.startsWith("@") && key !== "#element" && key !== "#namespace");
    if (!content.some((key) => key !== "#text")) {
      const { "#text": text } = value;
      this.#end(name, text === undefined ? "" : escapeText(textOf("#text", text)));
      return;
    }
    this.#pieces.push(">");
    const isMixed = Object.hasOwn(value, "#text");
    for (const key of content) this.#content(key, value[key], depth + 1, isMixed);
    if (!isMixed) this.#breakLine(depth);
    this.#pieces.push(`</${name}>`);
  }

  #content(key: string, value: Json | undefined, depth: number, isMixed: boolean): void {
    if (value === undefined) return;
    if (key === "#text") this.#pieces.push(escapeText(textOf(key, value)));
    else for (const one of isJsonList(value) ? value : [value]) this.#child(key, one, depth, isMixed);
  }

  #breakLine(depth: number): void {
    if (this.#indent !== undefined) this.#pieces.push("\n", " ".repeat(this.#indent * depth));
  }

  #attribute(key: string, value: Json | undefined): void {
    const name = checkedName(key.slice(1), ATTRIBUTE_NAME);
    if (value !== undefined) this.#pieces.push(declaration(name, textOf(key, value)));
  }

  #nameOf(key: string): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      const end = key.startsWith("{") ? key.lastIndexOf("}") : 0;
      const local = checkedName(end > 0 ? key.slice(end + 1) : key, LOCAL_NAME);
      name = end > 1 ? `${this.#prefixOf(key.slice(1, end))}:${local}` : local;
      this.#names.set(key, name);
    }
    return name;
  }

  #prefixOf(uri: string): string {
    let prefix = this.#prefixes.get(uri);
    while (prefix === undefined || this.#taken.has(prefix)) prefix = `n${++this.#numbered}`;
    this.#prefixes.set(uri, prefix);
    return prefix;
  }
}

const declaration = (name: string, value: string): string => ` ${name}="${escapeAttribute(value)}"`;

function checkedName(name: string, pattern: RegExp): string {
  if (!pattern.test(name) || name.startsWith("xmlns:") || name === "xmlns") throw new NotXml(`${JSON.stringify(name.slice(0, 40))} is no name in XML`);
  return name;
}

function textOf(key: string, value: Json): string {
  const text = typeof value === "boolean" ? String(value) : isJsonNumber(value) ? textOfNumber(value) : value;
  if (typeof text !== "string") throw new NotXml(`${key.slice(0, 40)} is neither a text nor an element`);
  if (!text.isWellFormed() || FORBIDDEN_CHARACTER.test(text)) throw new NotXml(`${key.slice(0, 40)} holds a character that XML does not allow`);
  return text;
}

/** A carriage return that is not written as a reference is read as a line feed; so is white space in an attribute, as a space. */
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };
const escaped = (character: string): string => ESCAPES[character] ?? character;
const escapeText = (text: string): string => (/[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, escaped) : text);
const escapeAttribute = (text: string): string => (/[&<>"\t\n\r]/.test(text) ? text.replace(/[&<>"\t\n\r]/g, escaped) : text);
