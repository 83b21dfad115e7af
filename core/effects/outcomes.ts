import * as z from "zod";

/** Why something stopped, in words a person can act on. `code` is stable (`ORL-LANE-003`), `field` a path in the document, `text` the offending text as sent. */
export const Reason = z.strictObject({
  code: z.string(),
  message: z.string(),
  step: z.string().optional(),
  field: z.string().optional(),
  text: z.string().optional(),
  /** The rule of a mapping table that says so: `sap-idoc/order@1 startTime`. */
  rule: z.string().optional(),
  /** Who must act, and how: required where a document parks (LANES.md 5, rule 12). */
  owner: z.string().optional(),
  next: z.string().optional(),
});
export type Reason = z.infer<typeof Reason>;

/** What the target's own unit could not hold: books + recorded remainders = reported, exactly (ARCHITECTURE.md 6). In the target's unit; decimal text, or a fraction (`1/300`). */
export const Remainder = z.object({ material: z.string(), lot: z.string().optional(), value: z.string(), unit: z.string() });
export type Remainder = z.infer<typeof Remainder>;

/** What a call of another system came to (LANES.md 6). Expected outcomes are values; a connector throws only for its own defects. */
export type CallOutcome =
  /** In force there now; `reference` is their number for it. */
  | { readonly kind: "applied"; readonly reference: string; readonly remainders?: readonly Remainder[] }
  /** Taken, not yet posted; feedback comes later. */
  | { readonly kind: "queued"; readonly reference: string }
  /** Final: the system says no. */
  | { readonly kind: "refused"; readonly reason: Reason }
  /** Surely not processed; later. */
  | { readonly kind: "retry"; readonly afterSeconds?: number; readonly reason: Reason }
  /** Surely not processed; waits by name (`material:4711`, `order:1000123`). */
  | { readonly kind: "dependency"; readonly on: string; readonly reason: Reason }
  /** Not processed, and only a person can say what now. */
  | { readonly kind: "park"; readonly reason: Reason }
  /** May have been processed: look before you repeat. */
  | { readonly kind: "unknown"; readonly reason: Reason };

export type LookUpOutcome =
  /** `reversed`: it is there, and its reversal too. */
  | { readonly kind: "found"; readonly reference: string; readonly reversed: boolean; readonly remainders?: readonly Remainder[] }
  | { readonly kind: "not-found" }
  /** It was taken, and then refused: it is not in force. */
  | { readonly kind: "refused"; readonly reason: Reason }
  /** Asked for, still under way there. */
  | { readonly kind: "pending" }
  | { readonly kind: "retry"; readonly afterSeconds?: number; readonly reason: Reason };

/** What a step, in a workflow or in place, answers. A workflow's choice state reads `kind`. */
export const StepOutcome = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("applied"),
    reference: z.string().optional(),
    /** Of a recorded inspection: which step of its workflow comes next. */
    due: z.enum(["block-lot", "release-lot", "none"]).optional(),
  }),
  z.strictObject({ kind: z.literal("refused"), reason: Reason }),
  /** Waits in the mailbox for a verdict; the task token will be answered. */
  z.strictObject({ kind: z.literal("queued") }),
  z.strictObject({ kind: z.literal("undone") }),
  /** The business deadline passed. */
  z.strictObject({ kind: z.literal("expired"), reason: Reason }),
  z.strictObject({ kind: z.literal("wait"), until: z.number(), reason: Reason }),
  z.strictObject({ kind: z.literal("dependency"), on: z.string(), reason: Reason }),
  z.strictObject({ kind: z.literal("park"), reason: Reason }),
  /** The document is not in the attempt, state or mode this step was started for. */
  z.strictObject({ kind: z.literal("stale") }),
]);
export type StepOutcome = z.infer<typeof StepOutcome>;
