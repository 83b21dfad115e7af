import type { CallOutcome, Remainder } from "../../core/effects/outcomes.ts";
import { convertExactly, exceeds } from "../../core/quantities/conversions.ts";
import { outcomes } from "./reasons.ts";
import { end, go, type Step } from "./steps.ts";
import { withoutZeros } from "./typed-values.ts";

/** Of the ERP: `factor` of the category's reference unit. */
export type UnitThere = { readonly id: number; readonly digits: number; readonly factor: string };
/** `unit`: the code of Recommendation 20. */
export type OwnUnit = UnitThere & { readonly unit: string };

/** What is booked, in a unit of the ERP's, and what that unit could not hold. */
export type Booked = { readonly quantity: string; readonly unit: number; readonly remainder?: Remainder };

type Wanted = { readonly material: string; readonly lot?: string | undefined; readonly quantity: string; readonly unit: string };

/** More significant digits than any double keeps: a quantity is one there. */
const SIGNIFICANT = 15;

/**
 * As sent, where the unit that was sent holds it and the product's own unit, in which the ERP keeps its stock, too. Else in the product's own unit, by exact fraction, rounded
 * half-even to its digits, with the remainder; above the tolerance nothing is booked (the ERP would round without a word).
 */
export function bookedQuantity(wanted: Wanted, sent: UnitThere, own: OwnUnit, tolerance: string, inUnit: "as-sent" | "own"): Step<Booked> {
  const quantity = withoutZeros(wanted.quantity);
  if (significant(quantity) > SIGNIFICANT) return end(outcomes.tooManyDigits(wanted.quantity, sent.digits, wanted.unit));
  const fits = decimalsOf(quantity) <= sent.digits;
  const converted = convertExactly(quantity, { numerator: sent.factor, denominator: own.factor }, own.digits);
  if (fits && inUnit === "as-sent" && converted.remainder === "0") return go({ quantity, unit: sent.id });
  // The same fraction, in more digits than the sent unit has: its own unit may hold it to the last.
  if (converted.remainder === "0") return go({ quantity: withoutZeros(converted.value), unit: own.id });
  if (exceeds(converted.remainder, tolerance) || converted.value === "0") return end(tooMuch(wanted, sent, own, fits, converted.remainder));
  const { material, lot } = wanted;
  const remainder = { material, ...(lot === undefined ? {} : { lot }), value: converted.remainder, unit: own.unit };
  return go({ quantity: withoutZeros(converted.value), unit: own.id, remainder });
}

const tooMuch = (wanted: Wanted, sent: UnitThere, own: OwnUnit, fits: boolean, remainder: string): CallOutcome =>
  fits ? outcomes.remainder(wanted.quantity, own.unit, remainder) : outcomes.tooManyDigits(wanted.quantity, sent.digits, wanted.unit);

const decimalsOf = (quantity: string): number => quantity.split(".")[1]?.length ?? 0;
const significant = (quantity: string): number => quantity.replace(/\D|^0+/g, "").length;
