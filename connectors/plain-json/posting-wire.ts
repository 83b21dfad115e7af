import * as z from "zod";
import { DecimalText, UnitCode } from "../../core/documents/canonical.ts";
import { ACTIONS } from "../../core/effects/target-system.ts";

/** What the partner answers (README.md of this folder). Unknown fields are let through. */

const Reference = z.string().min(1).max(200);

/** In force, or taken and not yet posted. It names our key, so that a stock answer of a proxy is never taken for a posting. */
export const PostingAnswer = z.object({ status: z.enum(["applied", "queued"]), key: z.string(), reference: Reference });

/** Waits by name. */
export const DependencyAnswer = z.object({
  status: z.literal("dependency"),
  on: z.string().regex(/^[a-z]+:.{1,100}$/),
  message: z.string().max(2000).optional(),
});

/** The partner's plain statement that nothing was posted, and why; who brought that about, and when. Codes with a meaning of their own stand in `PROBLEM_CODES`. */
export const ProblemAnswer = z.object({
  code: z.string().min(1).max(100),
  message: z.string().max(2000),
  by: z.string().max(200).optional(),
  at: z.string().max(40).optional(),
});

/** `already-reversed` carries the reference of the reversal that is in force. */
export const AlreadyReversed = z.object({ code: z.literal("already-reversed"), reference: Reference });

export const PROBLEM_CODES = { locked: "locked", sessionExpired: "session-expired", postingNotFound: "posting-not-found" } as const;

/** The answer to a look-up. `refused`: it was queued, and then refused. */
export const LookUpAnswer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("applied"), key: z.string(), reference: Reference }),
  z.object({ status: z.literal("reversed"), key: z.string(), reference: Reference }),
  z.object({ status: z.literal("queued"), key: z.string() }),
  z.object({ status: z.literal("refused"), key: z.string(), code: z.string().min(1).max(100), message: z.string().max(2000) }),
]);
export type LookUpAnswer = z.infer<typeof LookUpAnswer>;

/** The body as JSON; undefined where it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON is an expected answer of a proxy; what it means depends on the status.
    return undefined;
  }
}

const BookedLine = z.object({
  materialUse: z.enum(["Consumed", "Produced"]),
  material: z.string().min(1).max(100),
  lot: z.string().min(1).max(100).optional(),
  quantity: z.object({ value: DecimalText, unit: UnitCode }),
});

/** What the books say of one order. Decimal text, UN/ECE Rec 20 units. */
export const BooksBody = z.object({ lines: z.array(BookedLine.extend({ reference: Reference })) });

/** What stands under one of the partner's own numbers. `key`: of ours, where we posted it; `action`: `reversal` of one that takes another back. */
export const FoundAnswer = z.object({
  status: z.enum(["applied", "reversed"]),
  reference: Reference,
  key: z.string().optional(),
  action: z.enum([...ACTIONS, "reversal"]),
  order: z.string().max(100).optional(),
  lines: z.array(BookedLine).optional(),
});
