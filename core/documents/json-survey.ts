/**
 * One pass over the bytes of a JSON text, for what `JSON.parse` does not tell. It believes that the bytes are JSON in UTF-8: what it finds of anything else
 * is worth nothing, and `JSON.parse` refuses that text anyway.
 */
export type Survey = {
  /** Members of all objects, a key that stands twice counted twice. */
  readonly keys: number;
  /** In turn, of each number that a double may not give back: its place among all numbers of the text, its first byte, the byte behind. */
  readonly numbers: readonly number[];
};

/** The limits of json-guard.ts: what may pass one of them is left to it. */
export type SurveyLimits = { readonly depth: number; readonly values: number; readonly string: number };

const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

const STRING = 1;
const NUMBER = 2;
const OPEN = 3;
const CLOSE = 4;
const COMMA = 5;
const COLON = 6;

const kindsOf = (kinds: Readonly<Record<string, number>>): Uint8Array => {
  const table = new Uint8Array(256);
  for (const [characters, kind] of Object.entries(kinds)) for (const character of characters) table[character.charCodeAt(0)] = kind;
  return table;
};
const KINDS = kindsOf({ '"': STRING, "-0123456789": NUMBER, "{[": OPEN, "}]": CLOSE, ",": COMMA, ":": COLON });
const ENDS_RUN = kindsOf({ '"\\': 1 });
const IN_NUMBER = kindsOf({ "+-.0123456789eE": 1 });

/** @returns undefined where a limit may be passed */
export function surveyOf(bytes: Uint8Array, limits: SurveyLimits): Survey | undefined {
  const numbers: number[] = [];
  const counts = new Uint32Array(COLON + 1);
  const countOf = (kind: number): number => Number(counts[kind]);
  let deepest = 0;
  let longest = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const kind = Number(KINDS[Number(bytes[at])]);
    counts[kind] = countOf(kind) + 1;
    if (kind === STRING) {
      const end = endOfString(bytes, at + 1);
      longest = Math.max(longest, end - at - 1);
      at = end;
    } else if (kind === NUMBER) at = noteNumber(bytes, at, countOf(NUMBER) - 1, numbers) - 1;
    else if (kind === OPEN) deepest = Math.max(deepest, countOf(OPEN) - countOf(CLOSE));
  }
  // At least as many as there are.
  const values = 1 + countOf(COMMA) + countOf(OPEN);
  return deepest > limits.depth || values > limits.values || longest > limits.string ? undefined : { keys: countOf(COLON), numbers };
}

/** @returns the byte behind the number */
function noteNumber(bytes: Uint8Array, from: number, ordinal: number, numbers: number[]): number {
  const end = endOfNumber(bytes, from);
  if (!isSurelyExact(bytes, from, end)) numbers.push(ordinal, from, end);
  return end;
}

/** @returns the place of the closing quote, or one behind the bytes */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    while (ENDS_RUN[Number(bytes[at])] === 0) at += 1;
    if (bytes[at] !== BACKSLASH) return at;
    at += 2;
  }
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
