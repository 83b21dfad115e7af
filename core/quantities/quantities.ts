import type { Quantity } from "../documents/canonical.ts";
import { addDecimals, compareDecimals } from "./decimals.ts";

export type Comparison = { readonly kind: "compared"; readonly order: -1 | 0 | 1 } | { readonly kind: "units-differ" };

export function compareQuantities(one: Quantity, other: Quantity): Comparison {
  return one.unit === other.unit ? { kind: "compared", order: compareDecimals(one.value, other.value) } : { kind: "units-differ" };
}

export type Sum = { readonly kind: "sum"; readonly quantity: Quantity } | { readonly kind: "units-differ" };

/** Exact; only within one unit. */
export function addQuantities(one: Quantity, other: Quantity): Sum {
  return one.unit === other.unit ? { kind: "sum", quantity: { value: addDecimals(one.value, other.value), unit: one.unit } } : { kind: "units-differ" };
}
