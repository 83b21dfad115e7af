import type { ConnectionId, SubjectKey } from "../documents/ids.ts";
import { markerOf } from "../ledger/header-change.ts";
import { type Header, itemOf, type Lane } from "../ledger/items.ts";
import { laneKey } from "../ledger/keys.ts";
import type { Condition, Write } from "../ledger/ledger-store.ts";
import { DELIVER } from "../mailbox/mailbox.ts";
import type { Settled } from "./states.ts";
import { hasVersions } from "./versions.ts";

/** A lane nobody has written yet: free. */
export const freeLane = (subject: SubjectKey, target: ConnectionId): Lane => ({
  ...laneKey(subject, target),
  revision: 0,
  heldCount: 0,
  highWater: {},
  inForce: {},
  windows: [],
  apart: [],
});

/** Nobody holds it, and nothing waits for its turn in it. */
const isOpen = (lane: Lane): boolean => lane.holder === undefined && lane.heldCount === 0 && lane.apart.length === 0;
export const isFree = (lane: Lane): boolean => isOpen(lane) && lane.windows.length === 0;
/** Nothing but windows stands in it: a document that is to be posted with others may come in. */
export const hasOnlyWindows = (lane: Lane): boolean => isOpen(lane) && lane.windows.length > 0;
export const holds = (lane: Lane, header: Header): boolean => lane.holder === header.id;

/** The lane as it is to stand, on condition that it still stands as read. */
export function laneWrite(before: Lane, after: Lane): { readonly write: Write; readonly next: Lane } {
  const next = { ...after, revision: before.revision + 1 };
  const unchanged: Condition = before.revision === 0 ? { absent: true } : { path: "revision", is: before.revision };
  return { write: { kind: "put", item: itemOf({ pk: next.pk, sk: next.sk }, next), if: [unchanged] }, next };
}

/** What a settled document leaves in its lane: the high water (of what was delivered, or stands as a former version), and what the target now holds of its object. */
export function afterSettling(lane: Lane, header: Header, state: Settled): Lane {
  if (!hasVersions(header)) return lane;
  const stays = state === "superseded" && markerOf(header, DELIVER).state === "applied";
  if (state === "delivered" || (stays && header.mode === "forward")) {
    const highWater = { ...lane.highWater, [header.object]: { version: header.version, digest: header.digest, document: header.id } };
    return { ...lane, highWater, inForce: standing(lane, header) };
  }
  return stays ? { ...lane, inForce: keptByTarget(lane, header) } : lane;
}

/** By command: what stood before it stands again, or nothing. A report's place is kept, so that its replay is known as its own. */
export function afterUndoing(lane: Lane, header: Header): Lane {
  const { [header.object]: own, ...others } = lane.inForce;
  if (own?.document !== header.id) return lane;
  return { ...lane, inForce: header.former === undefined ? others : { ...others, [header.object]: header.former } };
}

/** What its undo would bring back: what the target holds of its object as it settles. */
export function formerIn(lane: Lane, header: Header): Header["former"] {
  const before = lane.inForce[header.object];
  if (before === undefined || before.leaving === true || header.cancel) return undefined;
  return before.document === header.id ? header.former : { document: before.document, ...(before.version === undefined ? {} : { version: before.version }) };
}

function standing(lane: Lane, header: Header): Lane["inForce"] {
  const { [header.object]: _former, ...others } = lane.inForce;
  return header.cancel ? others : { ...others, [header.object]: { document: header.id, version: header.version } };
}

/** What was on its way back is no former version of its successor: the one before it is, or what the target would not give back. */
function keptByTarget(lane: Lane, header: Header): Lane["inForce"] {
  const before = lane.inForce[header.object];
  return { ...lane.inForce, [header.object]: before ?? { document: header.id, version: header.version, leaving: true } };
}
