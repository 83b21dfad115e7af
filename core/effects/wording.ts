import type { CanonicalDocument } from "../documents/canonical.ts";
import type { Connection } from "../settings/settings.ts";
import type { Reason } from "./outcomes.ts";
import type { EffectCall } from "./target-system.ts";

/** What is said to another system, in its own words, as far as that can be told without asking it: for a person to read beside the source. */
export type Wording =
  /** `call`: method and path, where it is a request; `complete`: no further call, and nothing that only the system knows, belongs to it. */
  | { readonly kind: "said"; readonly text: string; readonly call?: string; readonly complete: boolean }
  /** It cannot be said so: the system would not be called, or only its own answers make the words. */
  | { readonly kind: "unsaid"; readonly reason: Reason };

/** Nothing of it calls anybody; credentials stand in no wording. */
export type Wordings = {
  /** @param at the moment that a message of the system says it was made (clock milliseconds) */
  ofCall(connection: Connection, call: EffectCall, at: number): Wording;
  /** A delivery's document in the language that the plant's agent asks for. */
  ofDelivery(format: string, document: CanonicalDocument, delivery: { readonly id: string; readonly now: number }): Wording;
};
