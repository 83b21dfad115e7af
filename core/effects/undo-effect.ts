import { postingKeyOf } from "../documents/ids.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Marker } from "../ledger/items.ts";
import { referencesIn } from "./deed.ts";
import { callDeadline, claimOf, commitMs, type Effect, type EffectPorts, ended, mark, patienceMs, record, type Turn, untilOutcome, waits } from "./effect.ts";
import { reversalByHand } from "./entered-by-hand.ts";
import { claimAndCall, isFailure, later, resolveOutcome, stillQueued } from "./make-effect.ts";
import type { CallOutcome, StepOutcome } from "./outcomes.ts";
import { reasons } from "./reasons.ts";
import { reversalTask } from "./reversal-task.ts";

/** How an effect is undone: by a reversal in the target, or `covered` by a later announcement (telling the sender `undone` covers `accepted`). */
export type UndoBy = "reversal" | "covered";

/**
 * Undoes one effect at most once; what never applied needs nothing. An effect whose outcome is unknown is resolved first,
 * so that nothing commits after its undo (LANES.md 6). Answers `undone`, or waits, or parks.
 */
export function undoEffect(ports: EffectPorts, effect: Effect, by: UndoBy, header?: Header): Promise<StepOutcome> {
  return untilOutcome(ports, effect, (current) => turn(ports, effect, by, current), header);
}

async function turn(ports: EffectPorts, effect: Effect, by: UndoBy, header: Header): Promise<Turn> {
  const marker = markerOf(header, effect.step);
  switch (marker.state) {
    case "none":
      return mayBeThere(effect, marker) ? askByRepeating(ports, effect, header, marker) : ended({ kind: "undone" });
    case "refused":
    case "undone":
      return ended({ kind: "undone" });
    case "claimed":
    case "unknown":
    case "queued":
      return resolveOutcome(ports, effect, header, marker);
    case "applied":
      if (by === "covered") return again(await mark(ports, header, effect.step, undoneMarker(header, marker)));
      if (marker.byHand !== undefined) return reverseByHand(ports, effect, header, marker);
      return reverse(ports, effect, header, marker);
    case "undoing":
      return resolveUndo(ports, effect, header, marker);
  }
}

/** An unknown posting that a target absorbing repeats cannot be asked for. */
const mayBeThere = ({ target }: Effect, { doubt }: Marker): boolean => doubt === true && !target.capabilities.lookup && target.capabilities.idempotent;

/** Under the same key the repeat is absorbed, and its answer names what there is to reverse. */
async function askByRepeating(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const turn = await claimAndCall(ports, effect, header, marker);
  return turn.kind === "outcome" && (turn.outcome.kind === "applied" || turn.outcome.kind === "refused") ? again(undefined) : turn;
}

async function reverseByHand(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const reversal = await reversalByHand(ports, effect, header, effect.step, effect.action, marker, marker);
  if (reversal.kind === "reversed") return again(await mark(ports, header, effect.step, undoneMarker(header, marker)));
  if (reversal.marker !== undefined && (await mark(ports, header, effect.step, reversal.marker)) === undefined) return again(undefined);
  return ended(reversal.outcome);
}

async function reverse(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  if (!effect.target.capabilities.reverse) return ended({ kind: "park", reason: reasons.undoRefused(effect.step, "the target has no reversal") });
  const permit = await ports.budget.take(effect.connection, patienceMs(effect));
  if (permit.kind === "later") return waits(permit.until, reasons.budget(permit.why));
  const claim = claimOf(ports, header, marker, "undoing");
  const claimed = await mark(ports, header, effect.step, claim);
  if (claimed === undefined) {
    await permit.done("not-made");
    return again(undefined);
  }
  const outcome = await effect.target.reverse({
    key: undoKey(header, effect, marker),
    action: effect.action,
    document: effect.canonical,
    documentId: header.id,
    deadline: callDeadline(ports, effect),
    ...referencesIn(header, effect.step),
    original: { key: postingKeyOf(header.id, effect.step, marker.generation), reference: marker.reference ?? header.id },
  });
  await permit.done(isFailure(outcome) ? "failed" : "answered");
  return afterReversal(ports, effect, claimed, claim, outcome);
}

async function afterReversal(ports: EffectPorts, effect: Effect, header: Header, claim: Marker & { owner: string }, outcome: CallOutcome): Promise<Turn> {
  const write = (marker: Marker): Promise<boolean> => record(ports, effect, claim.owner, marker);
  switch (outcome.kind) {
    case "applied":
      return (await write(undoneMarker(header, claim))) ? ended({ kind: "undone" }) : ended({ kind: "stale" });
    case "refused":
    case "park":
      if (!(await write(stillApplied(header, claim)))) return ended({ kind: "stale" });
      return ended({ kind: "park", reason: reversalTask(effect.step, outcome.reason) });
    case "queued":
    case "unknown":
      return afterUnsureReversal(ports, effect, header, claim);
    case "retry":
    case "dependency":
      if (claim.doubt === true) return afterUnsureReversal(ports, effect, header, claim);
      if (!(await write(stillApplied(header, claim)))) return ended({ kind: "stale" });
      return waits(later(ports, afterSecondsOf(outcome)), outcome.reason);
  }
}

const afterSecondsOf = (outcome: CallOutcome): number | undefined => (outcome.kind === "retry" ? outcome.afterSeconds : undefined);

async function afterUnsureReversal(ports: EffectPorts, effect: Effect, header: Header, claim: Marker & { owner: string }): Promise<Turn> {
  const lookAt = ports.clock.now() + commitMs(effect);
  if (!(await record(ports, effect, claim.owner, unsureUndo(header, claim, lookAt)))) return ended({ kind: "stale" });
  return waits(lookAt, reasons.unknown(effect.step));
}

/** An undo that may have happened is looked up as well: is its reversal there, is the original still in force. */
async function resolveUndo(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const now = ports.clock.now();
  if (marker.phase === "claimed") {
    const deadline = marker.deadline ?? now;
    if (now <= deadline) return waits(deadline + 1, reasons.claimed(effect.step));
    return again(await mark(ports, header, effect.step, unsureUndo(header, marker, deadline + commitMs(effect))));
  }
  const lookAt = marker.lookAt ?? now;
  if (now < lookAt) return waits(lookAt, reasons.unknown(effect.step));
  const { lookup, idempotent } = effect.target.capabilities;
  if (lookup) return lookUpUndo(ports, effect, header, marker);
  // Under the same key the target absorbs a repeat.
  if (idempotent) return again(await mark(ports, header, effect.step, stillApplied(header, marker)));
  return ended({ kind: "park", reason: reasons.unknownOutcome(`the undo of ${effect.step}`) });
}

async function lookUpUndo(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const permit = await ports.budget.take(effect.connection, patienceMs(effect));
  if (permit.kind === "later") return waits(permit.until, reasons.budget(permit.why));
  const deadline = callDeadline(ports, effect);
  const reversal = await effect.target.lookUp(undoKey(header, effect, marker), deadline);
  const original =
    reversal.kind === "not-found" || reversal.kind === "refused"
      ? await effect.target.lookUp(postingKeyOf(header.id, effect.step, marker.generation), deadline)
      : reversal;
  await permit.done(original.kind === "retry" ? "failed" : "answered");
  if (original.kind === "retry") return waits(later(ports, original.afterSeconds), original.reason);
  if (original.kind === "pending") return stillQueued(ports, effect, header);
  const done = reversal.kind === "found" || original.kind !== "found" || original.reversed;
  const next = await mark(ports, header, effect.step, done ? undoneMarker(header, marker) : stillApplied(header, marker));
  if (done || reversal.kind !== "refused" || next === undefined) return again(next);
  return ended({ kind: "park", reason: reversalTask(effect.step, reversal.reason) });
}

const undoKey = (header: Header, effect: Effect, marker: Marker) => postingKeyOf(header.id, effect.step, marker.generation, true);

const undoneMarker = (header: Header, marker: Marker): Marker => ({ state: "undone", generation: marker.generation + 1, attempt: header.attempt });
const stillApplied = (header: Header, marker: Marker): Marker => ({
  state: "applied",
  generation: marker.generation,
  attempt: header.attempt,
  ...(marker.reference === undefined ? {} : { reference: marker.reference }),
  ...(marker.doubt === undefined ? {} : { doubt: marker.doubt }),
});
const unsureUndo = (header: Header, marker: Marker, lookAt: number): Marker => ({
  ...stillApplied(header, marker),
  state: "undoing",
  phase: "unknown",
  doubt: true,
  lookAt,
});

const again = (header: Header | undefined): Turn => ({ kind: "again", ...(header === undefined ? {} : { header }) });
