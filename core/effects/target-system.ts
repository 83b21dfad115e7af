import type { CanonicalDocument, Quantity } from "../documents/canonical.ts";
import type { DocumentId, PostingKey } from "../documents/ids.ts";
import type { CallOutcome, LookUpOutcome, Reason } from "./outcomes.ts";

/** What a target can do; decides what an unknown outcome becomes (LANES.md 6). */
export type Capabilities = {
  /** Can be asked for its documents by our posting key. */
  readonly lookup: boolean;
  readonly reverse: boolean;
  /** Refuses or absorbs a repeat of the same posting key by itself. */
  readonly idempotent: boolean;
  /** Answers `queued`; feedback comes later. */
  readonly asynchronous: boolean;
};

/** What answers the sender of an order. */
const ANNOUNCEMENTS = ["tell-accepted", "tell-rejected", "tell-undone"] as const;

/** The steps of an operation report and of an inspection result that are made in the target: a workflow's step has its action's name. */
export const TARGET_STEPS = [
  "confirm-operation",
  "post-backflush",
  "receive-output",
  "set-order-state",
  "record-inspection",
  "block-lot",
  "release-lot",
] as const;
export type TargetStep = (typeof TARGET_STEPS)[number];

/** What is asked of the other system; `post` enters the document itself where that is one step. */
export const ACTIONS = [...ANNOUNCEMENTS, "post", ...TARGET_STEPS] as const;
export type Action = (typeof ACTIONS)[number];

export type EffectCall = {
  /** Our name for this effect there; the same for every attempt. */
  readonly key: PostingKey;
  readonly action: Action;
  readonly document: CanonicalDocument;
  readonly documentId: DocumentId;
  /** The MES's own number of the order, once it accepted it. */
  readonly plantReference?: string;
  /** Why it was rejected or undone. */
  readonly reason?: Reason;
  /** Their numbers for the steps of this document that are in force: step → reference. */
  readonly references?: Readonly<Record<string, string>>;
  /** The call must have ended by then (clock milliseconds). */
  readonly deadline: number;
};

export type ReverseCall = EffectCall & { readonly original: { readonly key: PostingKey; readonly reference: string } };

/** One line of the other system's own books: signed decimal text in its own unit; `use`: goods issued to the order, or received from it. */
export type BookLine = {
  readonly materialUse: "Consumed" | "Produced";
  readonly material: string;
  readonly lot?: string;
  readonly quantity: Quantity;
  /** Their number of the posting. */
  readonly reference: string;
};
export type BooksAnswer = { readonly kind: "books"; readonly lines: readonly BookLine[] } | { readonly kind: "failed"; readonly reason: Reason };

/** What stands there under a number of its own, whoever entered it. What a system does not tell is absent. */
export type Entered = {
  /** As a marker names it. */
  readonly reference: string;
  /** Its single numbers, where it has several. */
  readonly numbers: readonly string[];
  readonly inForce: boolean;
  /** Of ours. */
  readonly key?: string;
  /** What it may be. */
  readonly actions?: readonly Action[];
  readonly order?: string;
  readonly lines?: readonly Omit<BookLine, "reference">[];
};
export type FindOutcome =
  | { readonly kind: "found"; readonly entered: Entered }
  | { readonly kind: "not-found" }
  /** It keeps nothing of this kind that has a number. */
  | { readonly kind: "cannot-tell"; readonly why: string }
  | { readonly kind: "retry"; readonly reason: Reason };

/** One other system, as effects see it. One call of a method is at most one request: retries, breaker and budget are the ledger's. */
export interface TargetSystem {
  readonly capabilities: Capabilities;
  post(call: EffectCall): Promise<CallOutcome>;
  reverse(call: ReverseCall): Promise<CallOutcome>;
  /** What stands in its books for an order, for comparison only; absent where it cannot be asked. */
  readonly books?: (order: string, deadline: number) => Promise<BooksAnswer>;
  /** What stands there under its own number; absent where it cannot be asked. Never changes anything. */
  readonly find?: (number: string, action: Action, deadline: number) => Promise<FindOutcome>;
  /** Is there a document under this key, and is it still in force? Never changes anything. */
  lookUp(key: PostingKey, deadline: number): Promise<LookUpOutcome>;
}
