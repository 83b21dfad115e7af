import { type PostingKey, postingKeyOf } from "../documents/ids.ts";
import type { Header } from "../ledger/items.ts";
import type { Effect, TakesBack } from "./effect.ts";
import type { CallOutcome, LookUpOutcome } from "./outcomes.ts";

/** What an effect does in its target: it enters the document's own posting, or takes back one of another document. Each goes by one key for every attempt (LANES.md 6). */

/** The key of its own posting, in a generation of its own marker. */
function keyOf({ onBehalfOf, step }: Effect, header: Header, generation: number): PostingKey {
  if (onBehalfOf === undefined) return postingKeyOf(header.id, step, generation);
  return postingKeyOf(onBehalfOf.document, onBehalfOf.step, onBehalfOf.generation + generation);
}

const undoKeyOf = ({ original, step, generation }: TakesBack): PostingKey => postingKeyOf(original, step, generation, true);
const ownKeyOf = ({ original, step, generation }: TakesBack): PostingKey => postingKeyOf(original, step, generation);

/** The call itself: one, made under a claim. @param deadline clock milliseconds */
export function performDeed(effect: Effect, header: Header, generation: number, deadline: number): Promise<CallOutcome> {
  const { target, action, canonical, reason, takesBack } = effect;
  const told = reason === undefined ? {} : { reason };
  if (takesBack !== undefined) {
    const original = { key: ownKeyOf(takesBack), reference: takesBack.reference };
    return target.reverse({ key: undoKeyOf(takesBack), action, document: canonical, documentId: takesBack.original, deadline, original, ...told });
  }
  return target.post({
    key: keyOf(effect, header, generation),
    action,
    document: canonical,
    documentId: effect.onBehalfOf?.document ?? header.id,
    deadline,
    ...referencesIn(header, effect.step),
    ...(header.plantReference === undefined ? {} : { plantReference: header.plantReference }),
    ...told,
  });
}

/** What became of such a call. A reversal that is not there may still not be needed: somebody else made one, or nothing is left to reverse. */
export async function findDeed(effect: Effect, header: Header, generation: number, deadline: number): Promise<LookUpOutcome> {
  const { target, takesBack } = effect;
  if (takesBack === undefined) return target.lookUp(keyOf(effect, header, generation), deadline);
  const reversal = await target.lookUp(undoKeyOf(takesBack), deadline);
  if (reversal.kind !== "not-found" && reversal.kind !== "refused") return reversal;
  const original = await target.lookUp(ownKeyOf(takesBack), deadline);
  switch (original.kind) {
    case "retry":
    case "pending":
      return original;
    case "found":
      return original.reversed ? { kind: "found", reference: original.reference, reversed: false } : reversal;
    case "not-found":
    case "refused":
      return { kind: "found", reference: takesBack.reference, reversed: false };
  }
}

/** Their numbers for the other steps of this document that are in force. */
export function referencesIn(header: Header, step: string): { readonly references?: Readonly<Record<string, string>> } {
  const inForce = Object.entries(header.markers).flatMap(([name, { state, reference }]) =>
    name !== step && state === "applied" && reference !== undefined && !isTakingBack(name) ? [[name, reference] as const] : [],
  );
  return inForce.length === 0 ? {} : { references: Object.fromEntries(inForce) };
}

const PREFIX = "reverse-";

/** The marker, on a cancel or a newer version, of the effect that takes back another document's step. */
export const takingBack = (step: string): string => `${PREFIX}${step}`;
export const isTakingBack = (step: string): boolean => step.startsWith(PREFIX);
/** The step that such a marker takes back. */
export const takenStepOf = (step: string): string => step.slice(PREFIX.length);
