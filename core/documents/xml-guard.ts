/** The guard before the XML parser: one linear scan that refuses floods and what is plainly not well-formed, before anything is built. */

export type XmlGuardFault = "empty" | "syntax" | "doctype" | "entity" | "character" | "depth" | "nodes" | "attributes" | "references" | "text";

/** Where and why; undefined where the scan found nothing against the text: the parser still has the last word. */
export type XmlGuardAnswer = { readonly fault: XmlGuardFault; readonly message: string; readonly at: number } | undefined;

/** As of JSON: real documents nest 12 deep. */
export const MAX_DEPTH = 64;
/** Elements, attributes, comments, instructions and CDATA sections of one text: 4 MiB of real documents hold 120,000. */
export const MAX_NODES = 300_000;
/** Namespace declarations included; an IDoc's element has one, a B2MML root a dozen. */
export const MAX_ATTRIBUTES = 256;
/** `&#20013;` and the like: a text of 4 MiB with every umlaut so stays below. */
export const MAX_REFERENCES = 100_000;
/** Characters of the text of one element; of all comments and instructions together, which nobody reads. */
export const MAX_TEXT = 999_999;

const SPACE = /[^ \t\r\n]/;
/** What no XML 1.0 text may hold; half a surrogate pair has been refused by the decoder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
export const FORBIDDEN_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#0*(\d{1,7})|#x0*([\da-fA-F]{1,6}));/y;

class Stop extends Error {
  readonly fault: XmlGuardFault;
  readonly at: number;
  constructor(fault: XmlGuardFault, message: string, at: number) {
    super(message);
    this.fault = fault;
    this.at = at;
  }
}

export function guardXml(text: string): XmlGuardAnswer {
  try {
    new Scan(text).document();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return { fault: error.fault, message: error.message, at: error.at };
    throw error;
  }
}

type Open = { readonly name: string; readonly at: number; characters: number };

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const BANG = 0x21;
const QUESTION = 0x3f;

class Scan {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #nextAmpersand: number;
  #sawRoot = false;
  #nodes = 0;
  #references = 0;
  #unread = 0;

  constructor(text: string) {
    this.#text = text;
    this.#nextAmpersand = this.#ampersandFrom(0);
  }

  document(): void {
    if (!SPACE.test(this.#text)) throw new Stop("empty", "the body holds only white space", 0);
    const forbidden = this.#text.search(FORBIDDEN_CHARACTER);
    if (forbidden !== -1) throw new Stop("character", "a character that XML does not allow", forbidden);
    for (let less = this.#text.indexOf("<"); less !== -1; less = this.#text.indexOf("<", this.#at)) {
      this.#characters(less);
      this.#at = less;
      this.#markup(this.#text.charCodeAt(less + 1));
    }
    this.#characters(this.#text.length);
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw new Stop("syntax", `the element ${shown(unclosed.name)} is not closed`, unclosed.at);
    if (!this.#sawRoot) throw new Stop("syntax", "the document has no root element", this.#text.length);
  }

  #markup(next: number): void {
    if (next === SLASH) this.#closeTag();
    else if (next === BANG) this.#declared();
    else if (next === QUESTION) this.#unreadTo("?>", 2, "processing instruction");
    else this.#openTag();
  }

  #declared(): void {
    const text = this.#text;
    if (text.startsWith("<!--", this.#at)) this.#unreadTo("-->", 4, "comment");
    else if (text.startsWith("<![CDATA[", this.#at)) this.#section();
    else if (/^<!doctype/i.test(text.slice(this.#at, this.#at + 9))) throw new Stop("doctype", "a document type declaration is not taken", this.#at);
    else throw new Stop("syntax", "something that is neither a comment nor a CDATA section", this.#at);
  }

  #unreadTo(end: string, opening: number, what: string): void {
    const until = this.#endOf(end, opening, what);
    this.#unread += until - this.#at;
    if (this.#unread > MAX_TEXT) throw new Stop("text", `comments and processing instructions of more than ${MAX_TEXT} characters`, this.#at);
    this.#at = until;
  }

  #section(): void {
    const until = this.#endOf("]]>", 9, "CDATA section");
    this.#grow(until - this.#at - 12);
    this.#at = until;
  }

  #endOf(end: string, opening: number, what: string): number {
    this.#node();
    const found = this.#text.indexOf(end, this.#at + opening);
    if (found === -1) throw new Stop("syntax", `a ${what} is not closed`, this.#at);
    return found + end.length;
  }

  #node(): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw new Stop("nodes", `more than ${MAX_NODES} elements, attributes, comments and sections`, this.#at);
  }

  /** Between the markup before and the one at `until`. */
  #characters(until: number): void {
    const from = this.#at;
    if (until === from) return;
    if (this.#open.length > 0) this.#grow(until - from);
    else if (SPACE.test(this.#text.slice(from, until))) throw new Stop("syntax", "text outside the root element", from);
    this.#checkReferences(from, until);
  }

  #grow(characters: number): void {
    const element = this.#open.at(-1);
    if (element === undefined) throw new Stop("syntax", "text outside the root element", this.#at);
    element.characters += characters;
    if (element.characters > MAX_TEXT) throw new Stop("text", `a text longer than ${MAX_TEXT} characters`, this.#at);
  }

  #openTag(): void {
    if (this.#sawRoot && this.#open.length === 0) throw new Stop("syntax", "a second root element", this.#at);
    this.#node();
    const start = this.#at;
    const end = this.#endOfTag(start + 1);
    this.#sawRoot = true;
    this.#at = end + 1;
    if (this.#text.charCodeAt(end - 1) === SLASH) return;
    if (this.#open.length === MAX_DEPTH) throw new Stop("depth", `nested deeper than ${MAX_DEPTH}`, start);
    this.#open.push({ name: nameIn(this.#text, start + 1, end), at: start, characters: 0 });
  }

  /** Steps over quoted values, where a `>` is text. */
  #endOfTag(from: number): number {
    const text = this.#text;
    let attributes = 0;
    let at = from;
    for (let code = text.charCodeAt(at); code !== GREATER; code = text.charCodeAt(at)) {
      if (code === LESS || at >= text.length) throw new Stop("syntax", "a tag is not closed", this.#at);
      if (code === QUOTE || code === APOSTROPHE) at = this.#value(at, ++attributes);
      else at += 1;
    }
    return at;
  }

  #value(at: number, attributes: number): number {
    if (attributes > MAX_ATTRIBUTES) throw new Stop("attributes", `more than ${MAX_ATTRIBUTES} attributes in one element`, at);
    this.#node();
    const end = this.#text.indexOf(this.#text.charAt(at), at + 1);
    if (end === -1) throw new Stop("syntax", "the value of an attribute is not closed", at);
    if (end - at > MAX_TEXT) throw new Stop("text", `an attribute longer than ${MAX_TEXT} characters`, at);
    this.#checkReferences(at + 1, end);
    return end + 1;
  }

  #closeTag(): void {
    const end = this.#text.indexOf(">", this.#at);
    if (end === -1) throw new Stop("syntax", "a tag is not closed", this.#at);
    const element = this.#open.pop();
    if (element === undefined || !this.#closes(element.name, end)) throw this.#wronglyClosed(element, end);
    this.#at = end + 1;
  }

  #closes(name: string, end: number): boolean {
    const after = this.#at + 2 + name.length;
    return this.#text.startsWith(name, this.#at + 2) && (after === end || this.#text.charCodeAt(after) <= 0x20);
  }

  #wronglyClosed(element: Open | undefined, end: number): Stop {
    const name = shown(nameIn(this.#text, this.#at + 2, end));
    if (element === undefined) return new Stop("syntax", `the element ${name} is closed but was never opened`, this.#at);
    return new Stop("syntax", `the element ${shown(element.name)} is closed by ${name}`, this.#at);
  }

  /** Ampersands in comments and sections are none. */
  #checkReferences(from: number, until: number): void {
    if (this.#nextAmpersand < from) this.#nextAmpersand = this.#ampersandFrom(from);
    while (this.#nextAmpersand < until) {
      const at = this.#nextAmpersand;
      this.#references += 1;
      if (this.#references > MAX_REFERENCES) throw new Stop("references", `more than ${MAX_REFERENCES} character and entity references`, at);
      checkReference(this.#text, at);
      this.#nextAmpersand = this.#ampersandFrom(REFERENCE.lastIndex);
    }
  }

  #ampersandFrom(at: number): number {
    const found = this.#text.indexOf("&", at);
    return found === -1 ? Number.POSITIVE_INFINITY : found;
  }
}

function checkReference(text: string, at: number): void {
  REFERENCE.lastIndex = at;
  const found = REFERENCE.exec(text);
  if (found === null) {
    if (text.startsWith("&#", at)) throw new Stop("character", "a character reference that names no character of XML", at);
    throw new Stop("entity", "a reference to an entity that is not defined", at);
  }
  const [, decimal, hex] = found;
  const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number.parseInt(decimal, 10);
  if (code !== undefined && !isXmlCharacter(code)) throw new Stop("character", "a reference to a character that XML does not allow", at);
}

/** The production Char of XML 1.0. */
const isXmlCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

/** Up to the first white space, or the slash of an empty element. */
function nameIn(text: string, from: number, until: number): string {
  let end = from;
  while (end < until && text.charCodeAt(end) > 0x20 && text.charCodeAt(end) !== SLASH) end += 1;
  return text.slice(from, end);
}

const shown = (name: string): string => JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
