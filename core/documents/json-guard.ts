/** The guard before `JSON.parse`, which itself takes duplicate keys and any depth without a word. */

export type JsonFault = "empty" | "encoding" | "scalar" | "syntax" | "duplicate-key" | "forbidden-key" | "depth" | "keys" | "values" | "string";

export type JsonScan =
  /** `exact`: every number is one that `String(Number(text))` gives back. */
  { readonly kind: "sound"; readonly exact: boolean } | { readonly kind: "refused"; readonly fault: JsonFault; readonly message: string; readonly at: number };

/** Real orders nest 6 deep; 64 leaves room and keeps the scan's own recursion small. */
export const MAX_DEPTH = 64;
export const MAX_KEYS = 10_000;
/** Objects, lists and scalars of one text: 4 MiB of real documents hold 200,000; without a bound 4 MiB of `0.0,` cost seconds to build. */
export const MAX_VALUES = 300_000;
/** Characters between the quotes, escapes as sent: a string of a million is refused. */
export const MAX_STRING = 999_999;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const UPPER_E = 0x45;
const LETTER_E = 0x65;
const LETTER_T = 0x74;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const ESCAPED = new Set(['"', "\\", "/", "b", "f", "n", "r", "t"]);
const HEX = /^[0-9a-fA-F]{4}$/;

class Stop extends Error {
  readonly fault: JsonFault;
  readonly at: number;
  constructor(fault: JsonFault, message: string, at: number) {
    super(message);
    this.fault = fault;
    this.at = at;
  }
}

/** Reads the whole text once and builds nothing but the key sets of the objects it stands in. */
export function scanJson(text: string): JsonScan {
  const scan = new Scan(text);
  try {
    scan.root();
    return { kind: "sound", exact: scan.exact };
  } catch (error) {
    if (error instanceof Stop) return { kind: "refused", fault: error.fault, message: error.message, at: error.at };
    throw error;
  }
}

class Scan {
  exact = true;
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  root(): void {
    this.#space();
    if (this.#at === this.#text.length) throw new Stop("empty", "the body holds only white space", 0);
    const start = this.#at;
    const isContainer = this.#text[start] === "{" || this.#text[start] === "[";
    this.#value(0, undefined);
    this.#space();
    if (this.#at < this.#text.length) throw new Stop("syntax", "something follows the end of the document", this.#at);
    if (!isContainer) throw new Stop("scalar", "the document is neither an object nor an array", start);
  }

  /** @param holder the key of the member this value belongs to */
  #value(depth: number, holder: string | undefined): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new Stop("values", `more than ${MAX_VALUES} values`, this.#at);
    const first = this.#text.charCodeAt(this.#at);
    if (first === QUOTE) this.#string();
    else if (first === OPEN_OBJECT) this.#object(this.#deeper(depth), holder);
    else if (first === OPEN_LIST) this.#list(this.#deeper(depth));
    else if (first === LETTER_T) this.#literal("true");
    else if (first === LETTER_F) this.#literal("false");
    else if (first === LETTER_N) this.#literal("null");
    else this.#number();
  }

  #deeper(depth: number): number {
    if (depth === MAX_DEPTH) throw new Stop("depth", `nested deeper than ${MAX_DEPTH}`, this.#at);
    this.#at += 1;
    this.#space();
    return depth + 1;
  }

  #object(depth: number, holder: string | undefined): void {
    const keys = new Set<string>();
    if (this.#took(CLOSE_OBJECT)) return;
    do {
      this.#space();
      const key = this.#key(keys, holder);
      this.#space();
      if (!this.#took(COLON)) throw this.#unexpected("a colon");
      this.#space();
      this.#value(depth, key);
      this.#space();
    } while (this.#took(COMMA));
    if (!this.#took(CLOSE_OBJECT)) throw this.#unexpected("a comma or }");
  }

  #list(depth: number): void {
    if (this.#took(CLOSE_LIST)) return;
    do {
      this.#space();
      this.#value(depth, undefined);
      this.#space();
    } while (this.#took(COMMA));
    if (!this.#took(CLOSE_LIST)) throw this.#unexpected("a comma or ]");
  }

  #key(keys: Set<string>, holder: string | undefined): string {
    const start = this.#at;
    if (this.#text.charCodeAt(start) !== QUOTE) throw this.#unexpected("a key in quotes");
    this.#string();
    const raw = this.#text.slice(start, this.#at);
    const key: string = raw.includes("\\") ? JSON.parse(raw) : raw.slice(1, -1);
    if (keys.has(key)) throw new Stop("duplicate-key", `the key ${shown(key)} stands twice in one object`, start);
    if (isForbidden(key, holder)) throw new Stop("forbidden-key", `the key ${shown(key)} is not allowed here`, start);
    if (keys.size === MAX_KEYS) throw new Stop("keys", `more than ${MAX_KEYS} keys in one object`, start);
    keys.add(key);
    return key;
  }

  #string(): void {
    const start = this.#at;
    const text = this.#text;
    let at = start + 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
      if (code === BACKSLASH) at = this.#escape(at);
      else if (code >= 0x20) at += 1;
      else throw this.#inString(at);
    }
    if (at - start - 1 > MAX_STRING) throw new Stop("string", `a string longer than ${MAX_STRING} characters`, start);
    this.#at = at + 1;
  }

  #inString(at: number): Stop {
    if (at >= this.#text.length) return new Stop("syntax", "the document ends inside a string", this.#text.length);
    return new Stop("syntax", "a control character inside a string must be escaped", at);
  }

  #escape(at: number): number {
    const letter = this.#text.charAt(at + 1);
    if (ESCAPED.has(letter)) return at + 2;
    if (letter === "u" && HEX.test(this.#text.slice(at + 2, at + 6))) return at + 6;
    throw new Stop("syntax", "an escape that JSON does not know", at);
  }

  #literal(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected("a value");
    this.#at += word.length;
  }

  #number(): void {
    const start = this.#at;
    this.#took(MINUS);
    if (!this.#took(ZERO)) this.#digits("a value");
    if (this.#took(POINT)) this.#digits("a digit");
    if (this.#took(LETTER_E) || this.#took(UPPER_E)) {
      if (!this.#took(PLUS)) this.#took(MINUS);
      this.#digits("a digit");
    }
    this.exact &&= isExact(this.#text.slice(start, this.#at));
  }

  #digits(expected: string): void {
    const start = this.#at;
    for (let code = this.#text.charCodeAt(start); code >= 0x30 && code <= 0x39; code = this.#text.charCodeAt(this.#at)) this.#at += 1;
    if (this.#at === start) throw this.#unexpected(expected);
  }

  #took(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    for (let code = this.#text.charCodeAt(this.#at); isSpace(code); code = this.#text.charCodeAt(this.#at)) this.#at += 1;
  }

  #unexpected(expected: string): Stop {
    if (this.#at >= this.#text.length) return new Stop("syntax", `the document ends where ${expected} is expected`, this.#text.length);
    return new Stop("syntax", `${expected} is expected here`, this.#at);
  }
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** Whole numbers of up to 15 digits fit a double; any other is compared with what the double would print. */
const isExact = (text: string): boolean => /^(?:0|-?[1-9]\d{0,14})$/.test(text) || String(Number(text)) === text;

/** What reaches an object's prototype in code that merges or sets by path (BAD-INPUT.md 24, 25). */
const isForbidden = (key: string, holder: string | undefined): boolean =>
  key === "__proto__" || key === "constructor.prototype" || (key === "prototype" && holder === "constructor");

const shown = (key: string): string => JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
