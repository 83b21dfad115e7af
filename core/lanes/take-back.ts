import { subjectKeyIn } from "../documents/ids.ts";
import { isTakingBack } from "../effects/deed.ts";
import { readHeader } from "../effects/effect.ts";
import { reasons } from "../effects/reasons.ts";
import { takenBackWrites } from "../effects/take-back.ts";
import { decide, eventWrite, type HeaderChange } from "../ledger/header-change.ts";
import { type Header, itemOf, type Lane, type Marker } from "../ledger/items.ts";
import { heldKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { resultWrites } from "../results/results.ts";
import type { Settings } from "../settings/settings.ts";
import { isReport } from "./flows.ts";
import { type Former, isUntouched } from "./former.ts";
import { holdWrites } from "./holding.ts";
import { holds, isFree, laneWrite } from "./lane-state.ts";
import { CONFLICT, type LanePorts, type Step } from "./ports.ts";
import { noLongerWaiting, settle, stay } from "./settle.ts";
import { SECOND } from "./times.ts";
import { carrierOf, takenOutWrites } from "./window-take-back.ts";

const shards = (ports: LanePorts): number => ports.settings.limits.openShards;

/** The older one left nothing anywhere: superseded, in a write that a late call of it would miss. Then the newer one looks again. */
export async function supersedeFormer(ports: LanePorts, original: Header): Promise<Step> {
  const now = ports.clock.now();
  const reason = reasons.older();
  const change: HeaderChange = { state: "superseded", fields: { settledAt: now, reason, mode: "forward" }, remove: ["dependsOn"] };
  const { write, next } = decide(original, change, shards(ports));
  await ports.ledger.write([write, ...noLongerWaiting(original), eventWrite(next, now, "superseded", { reason }), ...resultWrites(ports.settings, next, now)]);
  return CONFLICT;
}

/** The older one stopped beside its lane with something in force, or in doubt. It takes the lane, goes back, and the newer one is first in line behind it. */
export async function turnFormer(ports: LanePorts, header: Header, original: Header, lane: Lane): Promise<Step> {
  if (!holds(lane, header) && !isFree(lane)) return CONFLICT;
  const now = ports.clock.now();
  const key = heldKey(subjectKeyIn(header.id), header.target, true, String(lane.revision));
  const place = itemOf(key, { document: header.id, object: header.object, version: header.version, cancel: header.cancel });
  const taken = laneWrite(lane, { ...lane, holder: original.id, heldCount: lane.heldCount + 1 });
  const change = goingBack(ports, original);
  const turned = decide(original, { ...change, state: "delivering", fields: { ...change.fields, holderRevision: taken.next.revision } }, shards(ports));
  const held = decide(header, { state: "held", fields: { heldAs: key.sk } }, shards(ports));
  const answer = await ports.ledger.write([
    taken.write,
    turned.write,
    held.write,
    { kind: "put", item: place, if: [{ absent: true }] },
    ...noLongerWaiting(original),
    eventWrite(original, now, "undone-for-intent"),
  ]);
  return answer.kind === "refused" ? CONFLICT : { kind: "go-on", holder: turned.next, lane: taken.next };
}

/** Into its undo, in the next attempt. */
function goingBack(ports: LanePorts, header: Header): HeaderChange {
  const dueAt = ports.clock.now() + ports.settings.limits.watchSeconds * SECOND;
  const fields = { mode: "undo" as const, undoReason: reasons.older(), attempt: header.attempt + 1, wakes: 0, dueAt };
  return { fields, remove: ["dependsOn", "dependencySince"] };
}

/** Older than what is in force, and yet something of it stands: that goes back before it settles. */
export const mustGoBack = (settings: Settings, header: Header): boolean => isReport(settings, header) && !isUntouched(header);

export const goBack = (ports: LanePorts, header: Header, lane: Lane): Promise<Step> =>
  stay(ports, header, lane, goingBack(ports, header), [eventWrite(header, ports.clock.now(), "undone-for-intent")]);

/** It becomes the holder, and says what it takes back, before the first reversal. */
export const beginTakingBack = (ports: LanePorts, header: Header, lane: Lane, original: Header): Promise<Step> =>
  stay(ports, header, lane, {
    ...(header.state === "received" ? { state: "delivering" } : {}),
    fields: { takesBack: original.id },
    markers: reversedBefore(header),
  });

/** What it reversed once, before a person replayed the older one and then this one, says nothing of what is in force now. */
function reversedBefore(header: Header): Record<string, Marker> {
  const before = Object.entries(header.markers).filter(([step, { state }]) => isTakingBack(step) && state === "applied");
  return Object.fromEntries(before.map(([step, { generation }]) => [step, { state: "undone", generation: generation + 1, attempt: header.attempt } as const]));
}

/** Every effect of the older one is reversed. It is `undone` in the transaction that settles the cancel, or begins the newer version's own way. */
export async function tookBack(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const original = header.takesBack === undefined ? undefined : await readHeader(ports.ledger, header.takesBack);
  const now = ports.clock.now();
  const takenBack = original?.state === "delivered" ? original : undefined;
  const undone: Write[] = takenBack === undefined ? [] : await undoneWrites(ports, header, takenBack, now);
  if (header.cancel) return settle(ports, header, lane, { state: "delivered", also: undone, takenBack });
  const fields = { attempt: header.attempt + 1, wakes: 0, dueAt: now + ports.settings.limits.watchSeconds * SECOND };
  const held = await holdWrites(ports.ledger, undefined, takenBack);
  return stay(ports, header, lane, { fields, remove: ["takesBack"] }, [...undone, ...held]);
}

async function undoneWrites(ports: LanePorts, header: Header, original: Header, now: number): Promise<Write[]> {
  const carrier = await carrierOf(ports, original);
  return carrier === undefined ? takenBackWrites(original, header, now, ports.settings) : takenOutWrites(ports, header, original, carrier, now);
}

/** Nothing of it is in force: a cancel has nothing to do, and keeps out what comes late. */
export const nothingToTakeBack = (ports: LanePorts, header: Header, lane: Lane, { check }: Extract<Former, { kind: "gone" }>): Promise<Step> =>
  settle(ports, header, lane, { state: "delivered", reason: reasons.nothingToTakeBack(), also: check });

/** A newer version took back the one before it, and was then refused itself: neither is in force, and a person must know. */
export const isRefusedAfterTakingBack = ({ markers, takesBack }: Header): boolean =>
  takesBack === undefined &&
  Object.entries(markers).some(([step, { state }]) => isTakingBack(step) && state === "applied") &&
  Object.entries(markers).some(([step, { state }]) => !isTakingBack(step) && state === "refused");
