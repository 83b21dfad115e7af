import Big from "big.js";

/** Decimal text, never a float. Strict: it throws where a number would be taken for a decimal. */
const Decimal = Big();
Decimal.strict = true;

export type DecimalAnswer =
  | { readonly kind: "decimal"; readonly value: string }
  | { readonly kind: "invalid"; readonly fault: "not-decimal" | "decimal-comma" | "too-many-digits"; readonly message: string };

const CARRIED = /^-?\d{1,20}(\.\d{1,12})?$/;
const WRITTEN = /^-?\d+(\.\d+)?(?:[eE]([+-]?\d+))?$/;
/** Beyond these no number fits 20 digits before and 12 after the point; bounds what an exponent can cost. */
const LONGEST_TEXT = 100;
const LARGEST_EXPONENT = 60;

/**
 * The decimal that a text or a JSON number's source text writes: as sent where it needs no exponent (`12.500` stays), else written out (`1e3` is `1000`).
 * Nothing is rounded: more digits than are carried is a fault.
 */
export function parseDecimal(text: string): DecimalAnswer {
  if (CARRIED.test(text)) return { kind: "decimal", value: withoutNegativeZero(text) };
  if (/^-?[\d.]*,[\d.,]*$/.test(text)) return { kind: "invalid", fault: "decimal-comma", message: "a comma in a quantity, where this connection has none" };
  const written = WRITTEN.exec(text);
  if (written === null) return { kind: "invalid", fault: "not-decimal", message: "not a decimal number" };
  const exponent = written[2];
  if (text.length > LONGEST_TEXT || (exponent !== undefined && isBeyond(exponent))) return TOO_MANY_DIGITS;
  const value = exponent === undefined ? text : new Decimal(text).toFixed();
  return CARRIED.test(value) ? { kind: "decimal", value: withoutNegativeZero(value) } : TOO_MANY_DIGITS;
}

const TOO_MANY_DIGITS = {
  kind: "invalid",
  fault: "too-many-digits",
  message: "more than 20 digits before or 12 after the decimal point",
} as const satisfies DecimalAnswer;

const isBeyond = (exponent: string): boolean => exponent.replace(/^[+-]?0*/, "").length > 3 || Math.abs(Number.parseInt(exponent, 10)) > LARGEST_EXPONENT;

const withoutNegativeZero = (value: string): string => (value.startsWith("-") && /^-[0.]*$/.test(value) ? value.slice(1) : value);

/** Of two decimal texts; -1, 0, 1. */
export const compareDecimals = (one: string, other: string): -1 | 0 | 1 => new Decimal(one).cmp(other);

/** Exact. */
export const addDecimals = (one: string, other: string): string => new Decimal(one).plus(other).toFixed();

export const isNegative = (value: string): boolean => value.startsWith("-") && compareDecimals(value, "0") < 0;
