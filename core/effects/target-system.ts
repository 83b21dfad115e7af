import type { CanonicalDocument } from "../documents/canonical.ts";
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

/** What is asked of the other system: `tell-accepted`, `tell-rejected`, `tell-undone` answer the sender of an order; `post` enters the document itself. */
export type Action = "tell-accepted" | "tell-rejected" | "tell-undone" | "post";

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
  /** The call must have ended by then (clock milliseconds). */
  readonly deadline: number;
};

export type ReverseCall = EffectCall & { readonly original: { readonly key: PostingKey; readonly reference: string } };

/** One other system, as effects see it. One call of a method is at most one request: retries, breaker and budget are the ledger's. */
export interface TargetSystem {
  readonly capabilities: Capabilities;
  post(call: EffectCall): Promise<CallOutcome>;
  reverse(call: ReverseCall): Promise<CallOutcome>;
  /** Is there a document under this key, and is it still in force? Never changes anything. */
  lookUp(key: PostingKey, deadline: number): Promise<LookUpOutcome>;
}
