import Big from "big.js";

const Decimal = Big();
Decimal.strict = true;
/** Digits that a division may need beyond those that are kept: 12 decimals of a quotient of two 15-digit numbers. */
Decimal.DP = 40;

export type Converted = {
  /** With at most the asked decimals. */
  readonly value: string;
  /** value + remainder = quantity × numerator / denominator, exactly: decimal text, or where that never ends a fraction of whole numbers (`1/300`). */
  readonly remainder: string;
};

/** quantity × numerator / denominator, rounded half-even to `decimals`; what the rounding took is the remainder (ARCHITECTURE.md 6). */
export function convertExactly(quantity: string, fraction: { readonly numerator: string; readonly denominator: string }, decimals: number): Converted {
  const over = new Decimal(fraction.denominator);
  const top = new Decimal(quantity).times(fraction.numerator);
  const whole = top.div(over);
  const value = whole.round(decimals, Decimal.roundHalfEven);
  const isExact = whole.times(over).eq(top);
  return { value: value.toFixed(), remainder: isExact ? whole.minus(value).toFixed() : lowestTerms(top.minus(value.times(over)).toFixed(), over.toFixed()) };
}

/** value / over, exactly; decimal texts. */
export type Ratio = { readonly value: string; readonly over: string };

/** Of decimal text, or of a fraction as a remainder may be. */
export function ratioOf(text: string): Ratio {
  const [value = text, over = "1"] = text.split("/");
  return { value, over };
}

function lowestTerms(top: string, over: string): string {
  const places = Math.max(placesOf(top), placesOf(over));
  const [one, other] = [scaledBy(top, places), scaledBy(over, places)];
  const common = commonDivisor(one < 0n ? -one : one, other);
  return `${one / common}/${other / common}`;
}

const placesOf = (text: string): number => text.split(".")[1]?.length ?? 0;
const scaledBy = (text: string, places: number): bigint => BigInt(new Decimal(text).times(new Decimal("10").pow(places)).toFixed());

function commonDivisor(one: bigint, other: bigint): bigint {
  let [left, right] = [one, other];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

/** Whether a remainder, whatever its sign, is more than the tolerance. */
export function exceeds(remainder: string, tolerance: string): boolean {
  const { value, over } = ratioOf(remainder);
  return new Decimal(value).abs().gt(new Decimal(tolerance).times(over));
}

/** Exact. */
export const multiplyDecimals = (one: string, other: string): string => new Decimal(one).times(other).toFixed();

/** value / over for a person to read: exact where it ends within 12 decimals, else with a sign that it goes on. */
export function quotientText(value: string, over: string): string {
  const { value: text, remainder } = convertExactly(value, { numerator: "1", denominator: over }, 12);
  return exceeds(remainder, "0") ? `${text}…` : text;
}
