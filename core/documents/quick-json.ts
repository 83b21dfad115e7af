import { type SurveyLimits, surveyOf } from "./json-survey.ts";

/** The quick way to exact JSON: taken only where it surely gives what the guard and the reviver of exact-json.ts give, at a third of their cost. */

type Tree<Kept> = string | number | boolean | null | Kept | Holder<Kept>;
type Holder<Kept> = Tree<Kept>[] | { [name: string]: Tree<Kept> };

export type QuickLimits = SurveyLimits & { readonly keys: number };

/**
 * @param keep makes what stands for a number that a double does not give back
 * @param text of the bytes, decoded without fault
 * @returns undefined where the exact way must decide: what is no JSON, a key that stands twice or is not allowed, a limit passed
 */
export function parseQuickly<Kept>(
  bytes: Uint8Array,
  text: string,
  limits: QuickLimits,
  keep: (text: string) => Kept,
): { readonly value: Tree<Kept> } | undefined {
  const survey = surveyOf(bytes, limits);
  if (survey === undefined) return undefined;
  const value = parsed<Kept>(text);
  if (value === undefined || !isHolder(value)) return undefined;
  const walk = new Walk(limits.keys, numbersIn(bytes, text, survey.numbers), keep);
  walk.enter(value);
  return walk.keys === survey.keys ? { value } : undefined;
}

function parsed<Kept>(text: string): Tree<Kept> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // The guard says where.
    return undefined;
  }
}

/** By its place among all numbers. */
type NumberAt = { readonly ordinal: number; readonly text: string };

/** The source texts, cut out of the text: its places are the bytes' where each byte is a character. */
function numbersIn(bytes: Uint8Array, text: string, found: readonly number[]): readonly NumberAt[] {
  const numbers: NumberAt[] = [];
  const isWide = bytes.length !== text.length;
  let unit = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? -1 : 0;
  let at = 0;
  for (let index = 0; index < found.length; index += 3) {
    const [ordinal, from, end] = [Number(found[index]), Number(found[index + 1]), Number(found[index + 2])];
    for (; isWide && at < from; at += 1) unit += unitsOf(Number(bytes[at]));
    const start = isWide ? unit : from;
    numbers.push({ ordinal, text: text.slice(start, start + end - from) });
  }
  return numbers;
}

/** Code units that begin with this byte of UTF-8. */
const unitsOf = (byte: number): number => (byte < 0x80 || (byte >= 0xc0 && byte < 0xf0) ? 1 : byte >= 0xf0 ? 2 : 0);

/** Of a tree that no kept number stands in yet. */
const isHolder = <Kept>(value: Tree<Kept> | undefined): value is Holder<Kept> => typeof value === "object" && value !== null;

/** Goes through the tree once, in the order of the text: counts its keys, and gives numbers their source texts back. */
class Walk<Kept> {
  keys = 0;
  readonly #mostKeys: number;
  readonly #numbers: readonly NumberAt[];
  readonly #keep: (text: string) => Kept;
  #met = 0;
  /** The next that needs its text. */
  #next = 0;

  constructor(mostKeys: number, numbers: readonly NumberAt[], keep: (text: string) => Kept) {
    this.#mostKeys = mostKeys;
    this.#numbers = numbers;
    this.#keep = keep;
  }

  enter(value: Holder<Kept>): void {
    if (Array.isArray(value)) this.#list(value);
    else this.#object(value);
  }

  #list(list: Tree<Kept>[]): void {
    for (let at = 0; at < list.length; at += 1) {
      const element = list[at];
      if (typeof element === "number") {
        const kept = this.#number(element);
        if (kept !== element) list[at] = kept;
      } else if (isHolder(element)) this.enter(element);
    }
  }

  #object(value: { [name: string]: Tree<Kept> }): void {
    let keys = 0;
    for (const name in value) {
      keys += this.#countOf(name);
      const member = value[name];
      if (typeof member === "number") {
        const kept = this.#number(member);
        if (kept !== member) value[name] = kept;
      } else if (isHolder(member)) this.enter(member);
    }
    this.keys += keys > this.#mostKeys ? Number.NaN : keys;
  }

  #number(number: number): Kept | number {
    const own = this.#numbers[this.#next];
    this.#met += 1;
    if (own === undefined || own.ordinal !== this.#met - 1) return number;
    this.#next += 1;
    return String(number) === own.text ? number : this.#keep(own.text);
  }

  /** Where it stands decides, the guard knows; a name that is an index is not gone through in its turn. */
  #countOf(name: string): number {
    const isSuspect = name === "__proto__" || name === "prototype" || name === "constructor.prototype";
    return isSuspect || (this.#numbers.length > 0 && isIndex(name)) ? Number.NaN : 1;
  }
}

/** JavaScript puts members with such names first. */
function isIndex(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && String(Number(name)) === name;
}
