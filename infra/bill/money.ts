import Big from "big.js";

/** US dollars and counts as exact decimals; nothing is rounded before it is printed. */

const Decimal = Big();
/** Digits kept of a quotient; sums and products are exact. */
Decimal.DP = 20;

export type Amount = Big;

const NOTHING: Amount = new Decimal("0");

/** The decimal that a number's own text says: 0.625, not the binary fraction nearest to it. */
export const exactly = (number: number): Amount => new Decimal(String(number));

export const sumOf = (amounts: readonly Amount[]): Amount => amounts.reduce((sum, each) => sum.plus(each), NOTHING);

export const MILLION = 1_000_000;

/** So many at a price for a million. */
export const atMillion = (count: Amount, price: number): Amount => count.times(exactly(price)).div(MILLION);

/** So many at a price each. */
export const at = (count: Amount, price: number): Amount => count.times(exactly(price));

/** Dollars and cents, half away from zero. */
export const cents = (amount: Amount): string => amount.toFixed(2, 1);
