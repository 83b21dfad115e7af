import type { CanonicalDocument } from "../core/documents/canonical.ts";
import type { RoutingFields } from "../core/documents/source-format.ts";
import type { Reason } from "../core/effects/outcomes.ts";

/** One value: where it was, what it became, and the rule behind it. */
export type TriedValue = {
  readonly source: string;
  readonly sent: string;
  readonly rule: string;
  readonly canonical: string;
  /** Where it stands in what the plant gets. */
  readonly target: string;
  readonly value: string;
};

export type Tried = {
  readonly document: string;
  readonly outcome: "mapped" | "parks" | "refused";
  /** What comes from a plant goes to an ERP. */
  readonly goesTo: "plant" | "erp";
  readonly table?: string;
  readonly fields?: RoutingFields;
  readonly site?: string;
  /** Why it would be refused, or park: with owner and next step. */
  readonly reasons: readonly Reason[];
  readonly values: readonly TriedValue[];
  readonly ignored: readonly { readonly source: string; readonly sent: string; readonly reason: string }[];
  /** Of no rule: let through by the door, recorded, not carried. */
  readonly unknown: readonly string[];
  /** Master data that the plant must have accepted before. */
  readonly waitsFor: readonly string[];
  readonly canonical?: CanonicalDocument;
};
