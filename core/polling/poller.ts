import type { JsonObject } from "../documents/exact-json.ts";

/** What a system without webhooks is asked for, again and again, and what is remembered of it. */

/** What was last told of one thing that is not over. */
export type Told = { readonly number: string; readonly version: string; readonly digest: string };

export type Claim =
  | { readonly kind: "claimed"; readonly watermark?: string; readonly told: ReadonlyMap<string, Told> }
  | { readonly kind: "another-polls" }
  | { readonly kind: "not-due" };

/** What one connection's poller remembers. One poller at a time: what another took over meanwhile takes no word of the first. */
export interface PollMemory {
  claim(): Promise<Claim>;
  /** @param what `order:17`; undefined: it is over. False: the claim was lost. */
  remember(what: string, told: Told | undefined): Promise<boolean>;
  /** All up to here was told. */
  advance(watermark: string): Promise<boolean>;
  release(): Promise<void>;
}

/** The door's word on a document that is told: `later`: not taken, tell it again; `refused`: for good. */
export type Taken = { readonly kind: "taken" } | { readonly kind: "refused" | "later"; readonly why: string };

export type PollOptions = {
  readonly now: () => number;
  /** Clock milliseconds after which no further slice is begun; the next poll goes on there. */
  readonly stopAt: number;
  /** How far behind the watermark is read again: a change is stamped at the start of its transaction, and seen at its end. */
  readonly overlapSeconds: number;
};

export type PollOutcome =
  | { readonly kind: "polled"; readonly told: number; readonly refused: readonly string[] }
  | { readonly kind: "another-polls" }
  | { readonly kind: "not-due" }
  | { readonly kind: "failed"; readonly why: string };

/** One poll of one system: tells what is new, at least once each. Never rejects for what a partner or a network does. */
export type Poller = (memory: PollMemory, tell: (document: JsonObject) => Promise<Taken>, options: PollOptions) => Promise<PollOutcome>;
