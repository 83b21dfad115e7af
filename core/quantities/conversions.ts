import Big from "big.js";

const Decimal = Big();
Decimal.strict = true;
/** Digits that a division may need beyond those that are kept: 12 decimals of a quotient of two 15-digit numbers. */
Decimal.DP = 40;

export type Converted = {
  /** With at most the asked decimals. */
  readonly value: string;
  /** value + remainder = quantity × numerator / denominator to 40 decimals. */
  readonly remainder: string;
};

/** quantity × numerator / denominator, rounded half-even to `decimals`; what the rounding took is the remainder (ARCHITECTURE.md 6). */
export function convertExactly(quantity: string, fraction: { readonly numerator: string; readonly denominator: string }, decimals: number): Converted {
  const whole = new Decimal(quantity).times(fraction.numerator).div(fraction.denominator);
  const value = whole.round(decimals, Decimal.roundHalfEven);
  return { value: value.toFixed(), remainder: whole.minus(value).toFixed() };
}

/** Whether a remainder, whatever its sign, is more than the tolerance. */
export const exceeds = (remainder: string, tolerance: string): boolean => new Decimal(remainder).abs().gt(tolerance);

/** Exact. */
export const multiplyDecimals = (one: string, other: string): string => new Decimal(one).times(other).toFixed();

/** value / over for a person to read: exact where it ends within 12 decimals, else with a sign that it goes on. */
export function quotientText(value: string, over: string): string {
  const { value: text, remainder } = convertExactly(value, { numerator: "1", denominator: over }, 12);
  return exceeds(remainder, "0") ? `${text}…` : text;
}
