import type { CanonicalDocument } from "../documents/canonical.ts";
import type { DocumentId } from "../documents/ids.ts";
import { SECOND } from "../lanes/times.ts";
import { type Decision, decide, type HeaderChange } from "../ledger/header-change.ts";
import { Header, type Marker, type Mode, parseIfThere, stored } from "../ledger/items.ts";
import { headerKey } from "../ledger/keys.ts";
import type { Condition, LedgerStore, Value } from "../ledger/ledger-store.ts";
import type { Clock, Ids } from "../ledger/ports.ts";
import type { Connection, Settings } from "../settings/settings.ts";
import type { LoadBudget } from "./load-budget.ts";
import type { Reason, StepOutcome } from "./outcomes.ts";
import type { Action, TargetSystem } from "./target-system.ts";

export type EffectPorts = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly budget: LoadBudget;
  readonly settings: Settings;
};

/** An effect of another document that is in force: its step, the generation and number it has there. */
export type TakesBack = { readonly original: DocumentId; readonly step: string; readonly generation: number; readonly reference: string };

/** One effect to be made, or undone, in another system. */
export type Effect = {
  readonly document: DocumentId;
  readonly attempt: number;
  /** The mode the document must be in. */
  readonly mode: Mode;
  readonly step: string;
  readonly action: Action;
  readonly target: TargetSystem;
  readonly connection: Connection;
  readonly canonical: CanonicalDocument;
  readonly reason?: Reason;
  /** Present where the effect is to take back one of another document's, whose canonical form stands above. */
  readonly takesBack?: TakesBack;
  /** Present where the effect is made for another document, under that one's keys: the generation that its first call goes by. */
  readonly onBehalfOf?: { readonly document: DocumentId; readonly step: string; readonly generation: number };
  /** What is left of the function's time. */
  readonly remainingMs: () => number;
};

/** What one look at the marker led to: an outcome, or a changed header to be looked at again. */
export type Turn = { readonly kind: "outcome"; readonly outcome: StepOutcome } | { readonly kind: "again"; readonly header?: Header };

export const ended = (outcome: StepOutcome): Turn => ({ kind: "outcome", outcome });
export const waits = (until: number, reason: Reason): Turn => ended({ kind: "wait", until, reason });

/** A claim is only made, and a step only acts, in its attempt, in its mode, while the document is under way (LANES.md 6). */
export const isCurrent = (header: Header, effect: Pick<Effect, "attempt" | "mode">): boolean =>
  header.attempt === effect.attempt &&
  header.mode === effect.mode &&
  (header.state === "delivering" || (header.state === "received" && effect.mode === "forward"));

export async function readHeader(ledger: LedgerStore, document: DocumentId): Promise<Header | undefined> {
  return parseIfThere(Header, await ledger.read(headerKey(document)));
}

/** Turns until there is an outcome; a lost race reads the header again. */
export async function untilOutcome(ports: EffectPorts, effect: Effect, turn: (header: Header) => Promise<Turn>, first?: Header): Promise<StepOutcome> {
  let header = first;
  for (;;) {
    header ??= await readHeader(ports.ledger, effect.document);
    if (header === undefined || !isCurrent(header, effect)) return { kind: "stale" };
    const result = await turn(header);
    if (result.kind === "outcome") return result.outcome;
    header = result.header;
  }
}

/** A deciding write of one marker; again with the header as it stands after it, or as another left it. */
export async function mark(
  ports: EffectPorts,
  header: Header,
  step: string,
  marker: Marker,
  change: Omit<HeaderChange, "markers"> = {},
): Promise<Decision["next"] | undefined> {
  const decision = decide(header, { ...change, markers: { [step]: marker } }, ports.settings.limits.openShards);
  return (await ports.ledger.write([decision.write])).kind === "written" ? decision.next : undefined;
}

/** The claim as it is written before a call: it outlives the function's hard timeout. */
export function claimOf(ports: EffectPorts, header: Header, marker: Marker, state: "claimed" | "undoing"): Marker & { owner: string } {
  const { reference, doubt } = marker;
  return {
    state,
    generation: marker.generation,
    attempt: header.attempt,
    owner: ports.ids.next(),
    deadline: ports.clock.now() + ports.settings.limits.claimSeconds * SECOND,
    ...(state === "undoing" ? { phase: "claimed" as const } : {}),
    ...(reference === undefined ? {} : { reference }),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** Writing down the result of a call needs only the ownership of its claim; false: the claim was taken over, the result no longer counts. */
export async function record(
  ports: EffectPorts,
  effect: Effect,
  owner: string,
  marker: Marker,
  fields: { readonly [name: string]: Value } = {},
): Promise<boolean> {
  const owned: Condition[] = [{ path: `markers.${effect.step}.owner`, is: owner }];
  const set = { ...fields, [`markers.${effect.step}`]: stored(marker) };
  return (await ports.ledger.write([{ kind: "update", key: headerKey(effect.document), set, add: { revision: 1 }, if: owned }])).kind === "written";
}

/** When a call of ours that began now must have ended: before the function's own end. */
export function callDeadline(ports: EffectPorts, effect: Effect): number {
  const margin = SECOND / 2;
  return ports.clock.now() + Math.max(0, Math.min(ports.settings.limits.callSeconds * SECOND, effect.remainingMs() - margin));
}

/** How long a call may stay for a token of the load budget: half of what is left, the other half is the call's. */
export const patienceMs = (effect: Effect): number => effect.remainingMs() / 2;

export const commitMs = (effect: Effect): number => effect.connection.target.commitSeconds * SECOND;
