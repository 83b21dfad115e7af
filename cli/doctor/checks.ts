import type { Text } from "../words.ts";

/** What one look came to. `unchecked`: it could not be looked at, which says nothing of what it is. */
export type Check =
  | { readonly kind: "fine"; readonly what: Text }
  | { readonly kind: "finding" | "unchecked"; readonly what: Text; readonly why: Text; readonly next: Text };

export const fine = (what: Text): Check => ({ kind: "fine", what });
export const finding = (what: Text, why: Text, next: Text): Check => ({ kind: "finding", what, why, next });
export const unchecked = (what: Text, why: Text, next: Text): Check => ({ kind: "unchecked", what, why, next });
