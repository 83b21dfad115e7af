import { assertMarker } from "../effects/markers.ts";
import type { Reason } from "../effects/outcomes.ts";
import { assertTransition, type DocumentState, isSettled } from "../lanes/states.ts";
import { FOREVER } from "../lanes/times.ts";
import { type Header, itemOf, type Marker, stored } from "./items.ts";
import { eventKey, headerKey, openShardOf } from "./keys.ts";
import type { Condition, Value, Write } from "./ledger-store.ts";

type Fields = Partial<
  Pick<
    Header,
    | "mode"
    | "attempt"
    | "starts"
    | "holderRevision"
    | "ordinal"
    | "heldAs"
    | "dueAt"
    | "wakes"
    | "dependsOn"
    | "dependencySince"
    | "reason"
    | "undoReason"
    | "settledAt"
    | "expiresAt"
    | "plantReference"
    | "lateAcceptance"
    | "window"
    | "share"
    | "postedWith"
    | "carries"
    | "alone"
    | "takesBack"
    | "former"
    | "commanded"
  >
>;

export type HeaderChange = {
  readonly state?: DocumentState;
  readonly fields?: Fields;
  readonly remove?: readonly (keyof Fields)[];
  readonly markers?: Readonly<Record<string, Marker>>;
};

export type Decision = { readonly write: Write; readonly next: Header };

/** A marker that was never written stands at none, generation 0. */
export const markerOf = (header: Header, step: string): Marker => header.markers[step] ?? { state: "none", generation: 0, attempt: header.attempt };

/**
 * A deciding write on a header: attribute by attribute, on condition that nothing was decided since it was read; with the header as it then stands.
 * @throws ForbiddenTransition, ForbiddenMarker
 */
export function decide(header: Header, change: HeaderChange, openShards: number): Decision {
  const state = change.state ?? header.state;
  if (state !== header.state) assertTransition(header.state, state);
  for (const [step, marker] of Object.entries(change.markers ?? {})) {
    const before = markerOf(header, step).state;
    if (before !== marker.state) assertMarker(before, marker.state);
  }
  const listed = listing(header, state, change, openShards);
  const remove = [...(change.remove ?? []), ...listed.remove];
  const fields = { ...change.fields, ...listed.set, state };
  const set: Record<string, Value> = { ...stored(fields) };
  for (const [step, marker] of Object.entries(change.markers ?? {})) set[`markers.${step}`] = stored(marker);
  const next: Header = { ...header, ...fields, markers: { ...header.markers, ...change.markers }, revision: header.revision + 1 };
  for (const name of remove) delete next[name];
  const conditions: Condition[] = [
    { path: "revision", is: header.revision },
    { path: "state", is: header.state },
    { path: "attempt", is: header.attempt },
    { path: "mode", is: header.mode },
  ];
  return { write: { kind: "update", key: headerKey(header.id), set, remove, add: { revision: 1 }, if: conditions }, next };
}

type Listing = { readonly set: { openShard?: string; dueAt?: number }; readonly remove: readonly ("openShard" | "dueAt" | "expiresAt")[] };

/** The sparse index lists what is not settled; held and parked documents are due never. */
function listing(header: Header, state: DocumentState, change: HeaderChange, openShards: number): Listing {
  if (isSettled(state)) return { set: {}, remove: header.openShard === undefined && header.dueAt === undefined ? [] : ["openShard", "dueAt"] };
  const openShard = header.openShard === undefined ? { openShard: openShardOf(header.site, header.id, openShards) } : {};
  const never = state === "held" || state === "parked" ? { dueAt: FOREVER } : {};
  // What is open never expires.
  const remove = header.expiresAt === undefined ? [] : (["expiresAt"] as const);
  return { set: { ...(change.fields?.dueAt === undefined ? {} : { dueAt: change.fields.dueAt }), ...openShard, ...never }, remove };
}

/** What was not ordinary, for the document's timeline. */
export function eventWrite(header: Header, at: number, what: string, details: { reason?: Reason; who?: string; why?: string; result?: string } = {}): Write {
  const key = eventKey(header.id, at, `${String(header.revision).padStart(6, "0")}-${what}`);
  return { kind: "put", item: itemOf(key, { at, what, attempt: header.attempt, mode: header.mode, state: header.state, ...details }) };
}
