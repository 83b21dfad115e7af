/**
 * One pass over the bytes of a JSON text, for what `JSON.parse` does not tell. It believes that the bytes are JSON in UTF-8: what it finds of anything else
 * is worth nothing, and `JSON.parse` refuses that text anyway.
 */
export type Survey = {
  /** Members of all objects, a key that stands twice counted twice. */
  readonly keys: number;
  /** First byte and the byte behind, in turn, of each number that a double may not give back. */
  readonly numbers: readonly number[];
};

/** The limits of json-guard.ts: what may pass one of them is left to it. */
export type SurveyLimits = { readonly depth: number; readonly values: number; readonly string: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** What a byte outside strings and numbers changes. */
const tableOf = (changes: Readonly<Record<string, number>>): Int8Array => {
  const table = new Int8Array(256);
  for (const [characters, change] of Object.entries(changes)) for (const character of characters) table[character.charCodeAt(0)] = change;
  return table;
};
const KEYS = tableOf({ ":": 1 });
const DEPTH = tableOf({ "{[": 1, "}]": -1 });
/** In sum at least as many as there are values. */
const VALUES = tableOf({ "{[,": 1 });
const BEGINS_NUMBER = tableOf({ "-0123456789": 1 });
const IN_NUMBER = tableOf({ "+-.0123456789eE": 1 });

/** @returns undefined where a limit may be passed */
export function surveyOf(bytes: Uint8Array, limits: SurveyLimits): Survey | undefined {
  const numbers: number[] = [];
  let keys = 0;
  let values = 1;
  let depth = 0;
  let deepest = 0;
  let longest = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = Number(bytes[at]);
    if (byte === QUOTE) {
      const end = endOfString(bytes, at + 1);
      longest = Math.max(longest, end - at - 1);
      at = end;
    } else if (BEGINS_NUMBER[byte] === 1) at = noteNumber(bytes, at, numbers) - 1;
    else {
      keys += Number(KEYS[byte]);
      values += Number(VALUES[byte]);
      depth += Number(DEPTH[byte]);
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest > limits.depth || values > limits.values || longest > limits.string ? undefined : { keys, numbers };
}

/** @returns the byte behind the number */
function noteNumber(bytes: Uint8Array, from: number, numbers: number[]): number {
  const end = endOfNumber(bytes, from);
  if (!isSurelyExact(bytes, from, end)) numbers.push(from, end);
  return end;
}

/** @returns the place of the closing quote, or of the end of the bytes */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return bytes.length;
}

/** Digits, signs, a point, an exponent. */
function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && IN_NUMBER[Number(bytes[at])] === 1) at += 1;
  return at;
}

/** Significant digits that a double always gives back. */
const EXACT_DIGITS = 15;
/** `0.000001` is written so, `0.0000001` as `1e-7`. */
const DECIMALS_WRITTEN_OUT = 6;

/**
 * Up to 15 digits, no exponent, no `-0`, no zero at the end of a fraction, and not so small that it would be printed with an exponent.
 * Others may be exact too.
 */
function isSurelyExact(bytes: Uint8Array, from: number, end: number): boolean {
  const start = bytes[from] === MINUS ? from + 1 : from;
  const point = fractionIn(bytes, start, end);
  if (point === -1 || end - start > EXACT_DIGITS) return false;
  if (point === end) return from === start || bytes[start] !== ZERO;
  return bytes[end - 1] !== ZERO && end - point - 1 <= DECIMALS_WRITTEN_OUT;
}

/** Where the point stands; `end` where there is none, -1 where there is more than digits and one point. */
function fractionIn(bytes: Uint8Array, start: number, end: number): number {
  let point = end;
  for (let at = start; at < end; at += 1) {
    const byte = Number(bytes[at]);
    if (byte >= ZERO && byte <= NINE) continue;
    if (byte !== POINT || point !== end) return -1;
    point = at;
  }
  return point;
}
