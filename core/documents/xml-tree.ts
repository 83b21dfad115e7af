import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { isJsonList, type Json, type JsonObject } from "./exact-json.ts";

/** What the parser finds against a text that the guard let through. */
export type XmlParserFault = "syntax" | "entity" | "character" | "duplicate-attribute" | "prefix" | "version" | "name";

export type XmlTree =
  | { readonly kind: "tree"; readonly value: JsonObject }
  | { readonly kind: "refused"; readonly fault: XmlParserFault; readonly message: string; readonly at: number };

const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

class Stop extends Error {
  readonly fault: XmlParserFault;
  constructor(fault: XmlParserFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Strict XML 1.0 with namespaces, to the tree of exact-xml.ts; linear.
 * @param longestName characters of the names of elements and attributes, as written, and of namespaces: they are keys of the tree
 */
export function treeOf(text: string, longestName: number): XmlTree {
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  const builder = new Builder(longestName);
  parser.on("error", (error) => {
    throw new Stop(faultOf(error.message), error.message);
  });
  parser.on("xmldecl", ({ version }) => {
    if (version !== "1.0") throw new Stop("version", "XML 1.0 is expected");
  });
  parser.on("opentag", (tag) => builder.open(tag));
  parser.on("closetag", () => builder.close());
  parser.on("text", (piece) => builder.text(piece));
  parser.on("cdata", (piece) => builder.text(piece));
  try {
    parser.write(text).close();
    return { kind: "tree", value: builder.root() };
  } catch (error) {
    if (error instanceof Stop) return { kind: "refused", fault: error.fault, message: error.message, at: Math.max(parser.position - 1, 0) };
    throw error;
  }
}

/** By the sentences of saxes 6.0.0, whose version is pinned. */
const SENTENCES: readonly (readonly [string, XmlParserFault])[] = [
  ["undefined entity", "entity"],
  ["malformed character entity", "character"],
  ["duplicate attribute", "duplicate-attribute"],
  ["unbound namespace prefix", "prefix"],
  ["version number must match", "version"],
];

const faultOf = (message: string): XmlParserFault => SENTENCES.find(([start]) => message.startsWith(start))?.[1] ?? "syntax";

class Incomplete extends Error {}

type Element = {
  readonly key: string;
  /** Attributes and children; of an element with neither, none yet. */
  members: Record<string, Json> | undefined;
  hasChildren: boolean;
  /** Kept text before the last child, and what came since. */
  text: string;
  piece: string;
};

class Builder {
  readonly #open: Element[] = [];
  readonly #keys = new Map<string, Map<string, string>>();
  #namespace = "";
  #root: JsonObject | undefined;
  readonly #longestName: number;

  constructor(longestName: number) {
    this.#longestName = longestName;
  }

  /** @throws Incomplete: only before the parser has ended */
  root(): JsonObject {
    if (this.#root === undefined) throw new Incomplete("the document has not ended");
    return this.#root;
  }

  open(tag: SaxesTagNS): void {
    this.#checkNames(tag);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#namespace = tag.uri;
    else beginChild(parent);
    const members = parent === undefined ? rootMembers(tag) : undefined;
    const element: Element = { key: this.#keyOf(tag), members, hasChildren: false, text: "", piece: "" };
    for (const name in tag.attributes) this.#addAttribute(element, name, tag.attributes[name]);
    this.#open.push(element);
  }

  text(piece: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.piece += piece;
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined) throw new Incomplete("no element is open");
    const value = contentOf(element);
    const parent = this.#open.at(-1);
    if (parent !== undefined) addChild(membersOf(parent), element.key, value);
    else if (element.members !== undefined) this.#root = element.members;
  }

  #checkNames(tag: SaxesTagNS): void {
    this.#checkName(tag.name, "the name of an element");
    if (tag.uri === XML_NAMESPACE) throw new Stop("prefix", "no element stands in the namespace of the prefix xml");
  }

  #addAttribute(element: Element, name: string, attribute: SaxesAttributeNS | undefined): void {
    if (attribute === undefined) return;
    this.#checkName(name, "the name of an attribute");
    if (isDeclaration(attribute)) this.#checkName(attribute.value, "the name of a namespace");
    else membersOf(element)[`@${name}`] = attribute.value;
  }

  #checkName(name: string, what: string): void {
    if (name.length > this.#longestName) throw new Stop("name", `${what} has more than ${this.#longestName} characters`);
  }

  /** One text for each name: a flood of elements in a long namespace costs no text each. */
  #keyOf({ uri, local }: SaxesTagNS): string {
    if (uri === "" || uri === this.#namespace) return local;
    let keys = this.#keys.get(uri);
    if (keys === undefined) {
      keys = new Map();
      this.#keys.set(uri, keys);
    }
    let key = keys.get(local);
    if (key === undefined) {
      key = `{${uri}}${local}`;
      keys.set(local, key);
    }
    return key;
  }
}

/** Names such as `__proto__` are data: no prototype, nothing to reach. */
function noMembers(): Record<string, Json> {
  return Object.create(null);
}

function membersOf(element: Element): Record<string, Json> {
  element.members ??= noMembers();
  return element.members;
}

function rootMembers({ local, uri }: SaxesTagNS): Record<string, Json> {
  const members = noMembers();
  members["#element"] = local;
  members["#namespace"] = uri;
  return members;
}

const isDeclaration = ({ name, prefix }: SaxesAttributeNS): boolean => name === "xmlns" || prefix === "xmlns";

const NOT_SPACE = /[^ \t\r\n]/;

/** White space alone beside children is indentation. */
function beginChild(parent: Element): void {
  parent.hasChildren = true;
  if (parent.piece !== "" && NOT_SPACE.test(parent.piece)) parent.text += parent.piece;
  parent.piece = "";
}

function addChild(members: Record<string, Json>, key: string, value: Json): void {
  const before = members[key];
  if (before === undefined) members[key] = value;
  else if (isJsonList(before)) pushTo(before, value);
  else members[key] = [before, value];
}

/** The list is the builder's own: no element is a list. */
function pushTo(list: readonly Json[], value: Json): void {
  if (Array.isArray(list)) list.push(value);
}

function contentOf(element: Element): Json {
  if (element.hasChildren) beginChild(element);
  const text = element.text + element.piece;
  const { members } = element;
  if (members === undefined) return text;
  if (text !== "") members["#text"] = text;
  return members;
}
