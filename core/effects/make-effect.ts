import { SECOND } from "../lanes/times.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Marker } from "../ledger/items.ts";
import { findDeed, performDeed } from "./deed.ts";
import { callDeadline, claimOf, commitMs, type Effect, type EffectPorts, ended, mark, patienceMs, record, type Turn, untilOutcome, waits } from "./effect.ts";
import type { CallOutcome, Remainder, StepOutcome } from "./outcomes.ts";
import { reasons } from "./reasons.ts";

/** With doubling waits up to an hour: about half a day. */
const QUEUED_LOOKS_AT_MOST = 20;

/**
 * Makes one effect at most once, whatever is repeated, killed or raced (LANES.md 6): a marker before the call, one call per claim,
 * an unknown outcome looked up before anything is repeated. `received` documents become `delivering` with their first claim.
 */
export function makeEffect(ports: EffectPorts, effect: Effect, header?: Header): Promise<StepOutcome> {
  return untilOutcome(ports, effect, (current) => turn(ports, effect, current), header);
}

function turn(ports: EffectPorts, effect: Effect, header: Header): Promise<Turn> {
  const marker = markerOf(header, effect.step);
  switch (marker.state) {
    case "applied":
      return Promise.resolve(ended({ kind: "applied", ...(marker.reference === undefined ? {} : { reference: marker.reference }) }));
    case "refused":
      // Until a person replays: a wake does not ask again what was refused.
      return Promise.resolve(ended({ kind: "refused", reason: marker.reason ?? reasons.refused(effect.step) }));
    case "undone":
      // Reversed by another: a person decides whether it is posted anew.
      if (marker.reason !== undefined) return Promise.resolve(ended({ kind: "park", reason: marker.reason }));
      return claimAndCall(ports, effect, header, marker);
    case "none":
      return claimAndCall(ports, effect, header, marker);
    case "undoing":
      return Promise.resolve(ended({ kind: "stale" }));
    case "claimed":
    case "unknown":
    case "queued":
      return resolveOutcome(ports, effect, header, marker);
  }
}

/** Finds out what became of a call whose result is not known: waits for its owner, for its commit, then looks it up. Never calls anything that changes. */
export function resolveOutcome(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  if (marker.state === "claimed") return takeOver(ports, effect, header, marker);
  if (marker.state === "queued") return lookUp(ports, effect, header, marker);
  return lookUpUnknown(ports, effect, header, marker);
}

/** Another's valid claim is waited for; one whose owner died becomes unknown. */
async function takeOver(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const deadline = marker.deadline ?? ports.clock.now();
  if (ports.clock.now() <= deadline) return waits(deadline + 1, reasons.claimed(effect.step));
  return again(await mark(ports, header, effect.step, unknownMarker(header, marker, deadline + commitMs(effect))));
}

async function lookUpUnknown(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const lookAt = marker.lookAt ?? ports.clock.now();
  if (ports.clock.now() < lookAt) return waits(lookAt, reasons.unknown(effect.step));
  const { lookup, idempotent } = effect.target.capabilities;
  if (lookup) return lookUp(ports, effect, header, marker);
  if (idempotent) return again(await mark(ports, header, effect.step, noneMarker(header, marker)));
  return ended({ kind: "park", reason: reasons.unknownOutcome(effect.step) });
}

async function lookUp(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const permit = await ports.budget.take(effect.connection, patienceMs(effect));
  if (permit.kind === "later") return waits(permit.until, reasons.budget(permit.why));
  const found = await findDeed(effect, header, marker.generation, callDeadline(ports, effect));
  await permit.done(found.kind === "retry" ? "failed" : "answered");
  switch (found.kind) {
    case "found":
      if (found.reversed) return reversedElsewhere(ports, effect, header, marker);
      return again(await mark(ports, header, effect.step, withRemainders(appliedMarker(header, marker, found.reference), found.remainders)));
    case "refused":
      if (marker.state !== "queued") return again(await mark(ports, header, effect.step, noneMarker(header, marker)));
      return again(await mark(ports, header, effect.step, { ...bare(header, marker), state: "refused", reason: found.reason }));
    case "not-found":
      if (marker.state !== "queued") return again(await mark(ports, header, effect.step, noneMarker(header, marker)));
      return stillQueued(ports, effect, header);
    case "pending":
      return stillQueued(ports, effect, header);
    case "retry":
      return waits(later(ports, found.afterSeconds), found.reason);
  }
}

const withRemainders = (marker: Marker, remainders: readonly Remainder[] | undefined): Marker =>
  remainders === undefined ? marker : { ...marker, remainders: [...remainders] };

/** Posted, and reversed behind our back: nothing of it is in force, which is what an undo wants; forward, a person decides whether it is posted anew. */
async function reversedElsewhere(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const undone: Marker = { state: "undone", generation: marker.generation + 1, attempt: header.attempt };
  const asked = effect.mode === "forward" ? { ...undone, reason: reasons.reversedElsewhere(effect.step) } : undone;
  return again(await mark(ports, header, effect.step, asked));
}

/** Its feedback is asked for by timer, and by a person after a limit. */
export function stillQueued(ports: EffectPorts, effect: Effect, header: Header): Turn {
  if (header.wakes > QUEUED_LOOKS_AT_MOST) return ended({ kind: "park", reason: reasons.neverPosted(effect.step) });
  return waits(ports.clock.now() + commitMs(effect), reasons.queued(effect.step));
}

/** One call under a claim of its own. */
export async function claimAndCall(ports: EffectPorts, effect: Effect, header: Header, marker: Marker): Promise<Turn> {
  const permit = await ports.budget.take(effect.connection, patienceMs(effect));
  if (permit.kind === "later") return waits(permit.until, reasons.budget(permit.why));
  const claim = claimOf(ports, header, marker, "claimed");
  const claimed = await mark(ports, header, effect.step, claim, header.state === "received" ? { state: "delivering" } : {});
  if (claimed === undefined) {
    await permit.done("not-made");
    return again(undefined);
  }
  const outcome = await performDeed(effect, header, claim.generation, callDeadline(ports, effect));
  await permit.done(isFailure(outcome) ? "failed" : "answered");
  const after = markerAfter(ports, effect, claimed, claim, outcome);
  const looks = after.state === "queued" ? { wakes: 0 } : {};
  if (!(await record(ports, effect, claim.owner, after, looks))) return ended({ kind: "stale" });
  return ended(outcomeOf(ports, effect, after, outcome));
}

export const isFailure = (outcome: CallOutcome): boolean => outcome.kind === "unknown" || outcome.kind === "retry";

function markerAfter(ports: EffectPorts, effect: Effect, header: Header, claim: Marker, outcome: CallOutcome): Marker {
  switch (outcome.kind) {
    case "applied":
      return withRemainders(appliedMarker(header, claim, outcome.reference), outcome.remainders);
    case "queued":
      return { ...bare(header, claim), state: "queued", reference: outcome.reference };
    case "refused":
      return { ...bare(header, claim), state: "refused", reason: outcome.reason };
    case "retry":
    case "dependency":
    case "park":
      // A repeat that was surely not processed says nothing of an earlier call that may still commit.
      return claim.doubt === true ? unknownMarker(header, claim, ports.clock.now() + commitMs(effect)) : { ...bare(header, claim), state: "none" };
    case "unknown":
      return unknownMarker(header, claim, ports.clock.now() + commitMs(effect));
  }
}

function outcomeOf(ports: EffectPorts, effect: Effect, marker: Marker, outcome: CallOutcome): StepOutcome {
  switch (outcome.kind) {
    case "applied":
      return { kind: "applied", reference: outcome.reference };
    case "queued":
      return { kind: "wait", until: ports.clock.now() + commitMs(effect), reason: reasons.queued(effect.step) };
    case "unknown":
      return { kind: "wait", until: marker.lookAt ?? ports.clock.now(), reason: outcome.reason };
    case "retry":
      return { kind: "wait", until: later(ports, outcome.afterSeconds), reason: outcome.reason };
    case "refused":
    case "dependency":
    case "park":
      return outcome;
  }
}

/** Retry-After is honoured; without one, a second, to which the lane's back-off is added. */
export const later = (ports: EffectPorts, afterSeconds: number | undefined): number => ports.clock.now() + (afterSeconds ?? 1) * SECOND;

const bare = (header: Header, marker: Marker): Omit<Marker, "state"> => ({
  generation: marker.generation,
  attempt: header.attempt,
  ...(marker.doubt === undefined ? {} : { doubt: marker.doubt }),
});

const appliedMarker = (header: Header, marker: Marker, reference: string): Marker => ({
  generation: marker.generation,
  attempt: header.attempt,
  state: "applied",
  reference,
});
const unknownMarker = (header: Header, marker: Marker, lookAt: number): Marker => ({ ...bare(header, marker), state: "unknown", doubt: true, lookAt });
const noneMarker = (header: Header, marker: Marker): Marker => ({ ...bare(header, marker), state: "none" });

const again = (header: Header | undefined): Turn => ({ kind: "again", ...(header === undefined ? {} : { header }) });
