import type { Json, JsonObject } from "./exact-json.ts";

/**
 * The quick way to the tree of exact-xml.ts, for the XML that systems write: elements and attributes in ASCII names, one default namespace, the five entities, no
 * comments or sections. It answers only where the guard and the parser surely answer the same tree; whatever else it meets, faults included, is left to them.
 */

export type QuickXmlLimits = {
  readonly depth: number;
  readonly nodes: number;
  readonly attributes: number;
  readonly references: number;
  readonly text: number;
  readonly name: number;
};

/** Without a version other than 1.0, and nothing that needs more than a look. */
const DECLARATION = /^<\?xml version="1\.0"(?: encoding="[A-Za-z][A-Za-z0-9._-]*")?(?: standalone="(?:yes|no)")? ?\?>/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NOT_SPACE = /[^ \t\n]/;
/** What an attribute's value may hold and stay as it is. */
const UNLIKE = /[<&\t\n]/;
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };
const ATTRIBUTE = /[ \t\n]+([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?="([^"]*)"/y;
const RESERVED = /^xml/i;
const RESERVED_NAMESPACE = "http://www.w3.org/";
const XSI = "http://www.w3.org/2001/XMLSchema-instance";

const GREATER = 0x3e;
const SLASH = 0x2f;

const IN_NAME = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.-") IN_NAME[character.charCodeAt(0)] = 1;
const BEGINS_NAME = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") BEGINS_NAME[character.charCodeAt(0)] = 1;

type Members = Record<string, Json>;
type Open = { readonly name: string; members: Members | undefined; hasChildren: boolean };

/** @returns undefined where the exact way must decide */
export function xmlTreeQuickly(text: string, limits: QuickXmlLimits): JsonObject | undefined {
  const declared = DECLARATION.exec(text)?.[0].length ?? 0;
  // A line ends in one way only before anything else is looked at (XML 1.0, 2.11).
  const body = text.includes("\r") ? text.slice(declared).replace(/\r\n?/g, "\n") : text.slice(declared);
  if (body.includes("<!") || body.includes("<?") || body.includes("]]>") || FORBIDDEN.test(body) || !body.isWellFormed()) return undefined;
  return new Reader(body, limits).document();
}

class Reader {
  readonly #text: string;
  readonly #limits: QuickXmlLimits;
  readonly #hasReferences: boolean;
  readonly #open: Open[] = [];
  /** Declared by the root. */
  readonly #prefixes = new Set<string>();
  #at = 0;
  #nodes = 0;
  #references = 0;
  #space = 0;
  #namespace = "";
  #root: JsonObject | undefined;

  constructor(text: string, limits: QuickXmlLimits) {
    this.#text = text;
    this.#limits = limits;
    this.#hasReferences = text.includes("&");
  }

  document(): JsonObject | undefined {
    const text = this.#text;
    while (this.#root === undefined) {
      const less = text.indexOf("<", this.#at);
      if (less === -1 || !this.#between(less)) return undefined;
      this.#at = less + 1;
      const isRead = text.charCodeAt(this.#at) === SLASH ? this.#close() : this.#element();
      if (!isRead || this.#nodes > this.#limits.nodes) return undefined;
    }
    return NOT_SPACE.test(text.slice(this.#at)) ? undefined : this.#root;
  }

  /** What stands between tags here is white space: other texts are read with their elements. */
  #between(less: number): boolean {
    this.#space += less - this.#at;
    return less === this.#at || (this.#space <= this.#limits.text && !NOT_SPACE.test(this.#text.slice(this.#at, less)));
  }

  #name(): string | undefined {
    const text = this.#text;
    const from = this.#at;
    if (BEGINS_NAME[text.charCodeAt(from)] !== 1) return undefined;
    let to = from + 1;
    while (IN_NAME[text.charCodeAt(to)] === 1) to += 1;
    this.#at = to;
    return to - from > this.#limits.name ? undefined : text.slice(from, to);
  }

  /** Behind the `<` of a start tag: the whole element where it holds no other, else its start. */
  #element(): boolean {
    const name = this.#name();
    if (name === undefined) return false;
    this.#nodes += 1;
    const element: Open = { name, members: undefined, hasChildren: false };
    const isRoot = this.#open.length === 0;
    if (isRoot) element.members = members();
    if (this.#text.charCodeAt(this.#at) !== GREATER && !this.#attributes(element, isRoot)) return false;
    if (isRoot && !this.#beginRoot(element)) return false;
    if (this.#text.charCodeAt(this.#at) === SLASH) return this.#empty(element);
    if (this.#text.charCodeAt(this.#at) !== GREATER) return false;
    this.#at += 1;
    return this.#content(element);
  }

  /** The root's own names come before its attributes. */
  #beginRoot(root: Open): boolean {
    const attributes = root.members;
    root.members = members();
    root.members["#element"] = root.name;
    root.members["#namespace"] = this.#namespace;
    Object.assign(root.members, attributes);
    return true;
  }

  #empty(element: Open): boolean {
    if (this.#text.charCodeAt(this.#at + 1) !== GREATER) return false;
    this.#at += 2;
    this.#put(element, element.members === undefined ? "" : element.members);
    return true;
  }

  #content(element: Open): boolean {
    const text = this.#text;
    const less = text.indexOf("<", this.#at);
    if (less === -1 || less - this.#at > this.#limits.text || this.#open.length === this.#limits.depth) return false;
    const { name } = element;
    const closes = text.charCodeAt(less + 1) === SLASH && text.charCodeAt(less + 2 + name.length) === GREATER && text.startsWith(name, less + 2);
    if (!closes) {
      element.members ??= members();
      this.#open.push(element);
      return true;
    }
    const own = this.#resolved(text.slice(this.#at, less));
    if (own === undefined) return false;
    this.#at = less + name.length + 3;
    if (element.members !== undefined && own !== "") element.members["#text"] = own;
    this.#put(element, element.members === undefined ? own : element.members);
    return true;
  }

  /** Behind `<`, at the slash. */
  #close(): boolean {
    const element = this.#open.pop();
    if (element === undefined || !element.hasChildren) return false;
    const { name } = element;
    const end = this.#at + 1 + name.length;
    if (!this.#text.startsWith(name, this.#at + 1) || this.#text.charCodeAt(end) !== GREATER) return false;
    this.#at = end + 1;
    if (element.members !== undefined) this.#put(element, element.members);
    return true;
  }

  #put({ name }: Open, value: Json): void {
    const parent = this.#open.at(-1);
    if (parent?.members === undefined) {
      if (typeof value === "object" && value !== null && "#element" in value) this.#root = value;
      return;
    }
    parent.hasChildren = true;
    const { members: siblings } = parent;
    const before = siblings[name];
    if (before === undefined) siblings[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else siblings[name] = [before, value];
  }

  /** The five entities; a reference to a character is left to the parser. */
  #resolved(text: string): string | undefined {
    if (!this.#hasReferences || !text.includes("&")) return text;
    let isKnown = true;
    const resolved = text.replace(/&[^;]*;?/g, (reference) => {
      this.#references += 1;
      const character = ENTITIES[reference];
      isKnown &&= character !== undefined;
      return character === undefined ? reference : character;
    });
    return isKnown && this.#references <= this.#limits.references ? resolved : undefined;
  }

  #attributes(element: Open, isRoot: boolean): boolean {
    const seen = new Set<string>();
    ATTRIBUTE.lastIndex = this.#at;
    for (let found = ATTRIBUTE.exec(this.#text); found !== null; found = ATTRIBUTE.exec(this.#text)) {
      this.#at = ATTRIBUTE.lastIndex;
      this.#nodes += 1;
      const [, first = "", second, value = ""] = found;
      const name = second === undefined ? first : `${first}:${second}`;
      if (seen.has(name) || seen.size === this.#limits.attributes || name.length > this.#limits.name || UNLIKE.test(value)) return false;
      seen.add(name);
      if (value.length > this.#limits.text || !this.#attribute(element, first, second, value, isRoot)) return false;
    }
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#prefixedAreApart(seen);
  }

  /** One with a prefix at most, or two that stand for one name might be meant. */
  #prefixedAreApart(names: ReadonlySet<string>): boolean {
    const prefixed = [...names].filter((name) => name.includes(":") && !name.startsWith("xmlns:"));
    return prefixed.length < 2 && prefixed.every((name) => this.#prefixes.has(name.slice(0, name.indexOf(":"))));
  }

  #attribute(element: Open, first: string, second: string | undefined, value: string, isRoot: boolean): boolean {
    if (first === "xmlns") return isRoot && this.#declare(second, value);
    if (RESERVED.test(first)) return false;
    element.members ??= members();
    element.members[second === undefined ? `@${first}` : `@${first}:${second}`] = value;
    return true;
  }

  #declare(prefix: string | undefined, uri: string): boolean {
    // saxes takes the white space around a namespace away.
    if (/\s/.test(uri) || uri.length > this.#limits.name || (uri.startsWith(RESERVED_NAMESPACE) && uri !== XSI)) return false;
    if (prefix === undefined) this.#namespace = uri;
    else if (uri === "" || RESERVED.test(prefix)) return false;
    else this.#prefixes.add(prefix);
    return true;
  }
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a;

/** As of xml-tree.ts: names are data, nothing is reached through them. */
const members = (): Members => Object.create(null);
