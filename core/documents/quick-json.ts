import { type SurveyLimits, surveyOf } from "./json-survey.ts";

/** The quick way to exact JSON: taken only where it surely gives what the guard and the reviver of exact-json.ts give, at a third of their cost. */

type Tree<Kept> = string | number | boolean | null | Kept | Holder<Kept>;
type Holder<Kept> = Tree<Kept>[] | { [name: string]: Tree<Kept> };

export type QuickLimits = SurveyLimits & { readonly keys: number };

/** DEL, which stands in no number and, looked for first, in no string of the text. */
const MARK = "\u007f";
const MARK_CODE = 0x7f;
const ESCAPED_MARK = "\\u007";

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
  const { keys, numbers } = survey;
  if (numbers.length > 0 && (text.includes(MARK) || text.includes(ESCAPED_MARK))) return undefined;
  const marked = numbers.length === 0 ? text : withMarks(text, placesInText(bytes, text, numbers));
  const value = marked === undefined ? undefined : parsed<Kept>(marked);
  if (value === undefined || !isHolder(value)) return undefined;
  const walk = new Walk<Kept>(limits.keys, numbers.length === 0 ? undefined : keep);
  walk.enter(value);
  return walk.keys === keys ? { value } : undefined;
}

function parsed<Kept>(text: string): Tree<Kept> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // The guard says where.
    return undefined;
  }
}

/** Bytes to places of the text without its byte order mark: the same where each byte is a character. */
function placesInText(bytes: Uint8Array, text: string, places: readonly number[]): readonly number[] {
  if (bytes.length === text.length) return places;
  const units: number[] = [];
  let unit = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? -1 : 0;
  let at = 0;
  for (const place of places) {
    for (; at < place; at += 1) unit += unitsOf(Number(bytes[at]));
    units.push(unit);
  }
  return units;
}

/** Code units that begin with this byte of UTF-8. */
const unitsOf = (byte: number): number => (byte < 0x80 || (byte >= 0xc0 && byte < 0xf0) ? 1 : byte >= 0xf0 ? 2 : 0);

/** `JSON.parse` no longer sees what is marked. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Each number as a text with the mark before it; undefined where one is none. */
function withMarks(text: string, places: readonly number[]): string | undefined {
  let marked = "";
  let done = 0;
  for (let index = 0; index < places.length; index += 2) {
    const from = Number(places[index]);
    const end = Number(places[index + 1]);
    const number = text.slice(from, end);
    if (!NUMBER.test(number)) return undefined;
    marked += `${text.slice(done, from)}"${MARK}${number}"`;
    done = end;
  }
  return marked + text.slice(done);
}

/** Of a tree that no kept number stands in yet. */
const isHolder = <Kept>(value: Tree<Kept> | undefined): value is Holder<Kept> => typeof value === "object" && value !== null;

/** Goes through the tree once: counts its keys, and gives the marked numbers back. */
class Walk<Kept> {
  keys = 0;
  readonly #mostKeys: number;
  readonly #keep: ((text: string) => Kept) | undefined;

  constructor(mostKeys: number, keep: ((text: string) => Kept) | undefined) {
    this.#mostKeys = mostKeys;
    this.#keep = keep;
  }

  enter(value: Holder<Kept>): void {
    if (Array.isArray(value)) this.#list(value);
    else this.#object(value);
  }

  #list(list: Tree<Kept>[]): void {
    for (let at = 0; at < list.length; at += 1) {
      const element = list[at];
      if (isHolder(element)) this.enter(element);
      else if (typeof element === "string" && this.#keep !== undefined && isMarked(element)) list[at] = kept(element, this.#keep);
    }
  }

  #object(value: { [name: string]: Tree<Kept> }): void {
    let keys = 0;
    for (const name in value) {
      keys += isSuspect(name) ? Number.NaN : 1;
      const member = value[name];
      if (isHolder(member)) this.enter(member);
      else if (typeof member === "string" && this.#keep !== undefined && isMarked(member)) value[name] = kept(member, this.#keep);
    }
    this.keys += keys > this.#mostKeys ? Number.NaN : keys;
  }
}

/** Where it stands decides, the guard knows; a number for a key was marked. */
const isSuspect = (name: string): boolean => name === "__proto__" || name === "prototype" || name === "constructor.prototype" || isMarked(name);

const isMarked = (text: string): boolean => text.charCodeAt(0) === MARK_CODE;

function kept<Kept>(marked: string, keep: (text: string) => Kept): Kept | number {
  const text = marked.slice(1);
  // A double is never printed with a zero at the end of its fraction.
  if (/\.\d*0$/.test(text)) return keep(text);
  const number = Number(text);
  return String(number) === text ? number : keep(text);
}
