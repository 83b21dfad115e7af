import { isMasterData } from "../documents/document-types.ts";
import { subjectKeyIn } from "../documents/ids.ts";
import { matchNumber } from "../documents/match-key.ts";
import type { Reason } from "../effects/outcomes.ts";
import { forgetIfGone, forgetPerson } from "../genealogy/forget-person.ts";
import { keepLinks, NAMES_LOTS } from "../genealogy/keep-links.ts";
import { decide, eventWrite, type HeaderChange } from "../ledger/header-change.ts";
import { type Header, itemOf, type Lane, parseItem, WaitsItem } from "../ledger/items.ts";
import { heldKey, masterKey, masterSenderKey, waitsKey, waitsPartition } from "../ledger/keys.ts";
import type { Key, Write } from "../ledger/ledger-store.ts";
import { expiry } from "../ledger/retention.ts";
import { resultWrites } from "../results/results.ts";
import { connectionOf } from "../settings/settings.ts";
import { isIndependent, isReport } from "./flows.ts";
import { handOver, shards, watchUntil } from "./hand-over.ts";
import { holdWrites } from "./holding.ts";
import { afterSettling, afterUndoing, formerIn, holds, isFree, laneWrite } from "./lane-state.ts";
import { CONFLICT, type LanePorts, type Step } from "./ports.ts";
import { sendSurely } from "./send-surely.ts";
import type { Settled } from "./states.ts";
import { settleMembers } from "./window-members.ts";

/** A free lane's document becomes the holder in the same transaction as its state (rule 3). */
export async function becomeHolder(ports: LanePorts, header: Header, lane: Lane, change: HeaderChange, also: readonly Write[] = []): Promise<Step> {
  if (isIndependent(ports.settings, header))
    return changeAlone(ports, header, lane, { ...change, fields: { dueAt: watchUntil(ports), ...change.fields } }, also);
  return takeLane(ports, header, lane, change, also);
}

/** The same for one that must be alone with its lane, whatever its type's ordering. */
export async function takeLane(ports: LanePorts, header: Header, lane: Lane, change: HeaderChange, also: readonly Write[] = []): Promise<Step> {
  if (!isFree(lane)) return CONFLICT;
  const taken = laneWrite(lane, { ...lane, holder: header.id });
  const fields = { holderRevision: taken.next.revision, dueAt: watchUntil(ports), ...change.fields };
  const decision = decide(header, { ...change, fields }, shards(ports));
  const answer = await ports.ledger.write([decision.write, taken.write, ...also]);
  if (answer.kind === "refused") return CONFLICT;
  return { kind: "go-on", holder: decision.next, lane: taken.next };
}

/** A change of a document that is, or becomes, the holder; an independent one, or one that only goes on, writes no lane. */
export function stay(ports: LanePorts, header: Header, lane: Lane, change: HeaderChange, also: readonly Write[] = []): Promise<Step> {
  return holds(lane, header) ? changeAlone(ports, header, lane, change, also) : becomeHolder(ports, header, lane, change, also);
}

/** A change that leaves the lane as it is. */
export async function changeAlone(ports: LanePorts, header: Header, lane: Lane, change: HeaderChange, also: readonly Write[]): Promise<Step> {
  const decision = decide(header, change, shards(ports));
  const answer = await ports.ledger.write([decision.write, ...also]);
  return answer.kind === "refused" ? CONFLICT : { kind: "go-on", holder: decision.next, lane };
}

/** Where in a blocked lane a document is held, and how many older ones it replaces there. */
type Place = { readonly intent: boolean; readonly sequence: string; readonly replaced: number };

/** A blocked lane holds the document at its place in the queue's own order, intents first (rule 2); the older ones it replaces are superseded in the same transaction. */
export async function hold(
  ports: LanePorts,
  header: Header,
  lane: Lane,
  place: Place,
  change: HeaderChange,
  also: readonly Write[],
  after: Lane = lane,
): Promise<Step> {
  const held = heldWrites(ports, header, heldKey(subjectKeyIn(header.id), header.target, place.intent, place.sequence), change);
  const counted = laneWrite(lane, { ...after, heldCount: lane.heldCount + 1 - place.replaced });
  const answer = await ports.ledger.write([...held.writes, counted.write, ...also]);
  return answer.kind === "refused" ? CONFLICT : { kind: "go-on", holder: held.next, lane: counted.next };
}

/** A document and its place among the held. */
export function heldWrites(ports: LanePorts, header: Header, key: Key, change: HeaderChange): { readonly writes: readonly Write[]; readonly next: Header } {
  const undo = change.fields?.mode === "undo" ? { undo: true } : {};
  const item = itemOf(key, { document: header.id, object: header.object, version: header.version, cancel: header.cancel, ...undo });
  const { write, next } = decide(header, { ...change, state: "held", fields: { ...change.fields, heldAs: key.sk } }, shards(ports));
  return { writes: [write, { kind: "put", item, if: [{ absent: true }] }], next };
}

export type Settlement = {
  readonly state: Settled;
  readonly reason?: Reason | undefined;
  readonly also?: readonly Write[];
  /** By a cancel: whose effects are not in force any more. */
  readonly takenBack?: Header | undefined;
  /** What else changes in its own header. */
  readonly own?: Pick<HeaderChange, "fields" | "markers">;
};

/** What a header says only while its document is open. */
const WHILE_OPEN = ["dependsOn", "dependencySince", "heldAs"] as const;
/** In force, or withdrawn once more: nothing is left to take back. */
const leavesNothingLate = (state: Settled): readonly "lateAcceptance"[] => (state === "delivered" || state === "undone" ? ["lateAcceptance"] : []);

/**
 * Settles a document, and with it those whose posting it carries; the holder hands its lane on in the same transaction, which makes the next one due (rule 4).
 * Then those that waited for it are woken.
 */
export async function settle(ports: LanePorts, header: Header, lane: Lane, settlement: Settlement): Promise<Step> {
  const now = ports.clock.now();
  const { state, reason } = settlement;
  const members = await settleMembers(ports, header, lane, settlement);
  if (members === "conflict") return CONFLICT;
  const told = reason === undefined ? { fields: {}, remove: ["reason"] as const } : { fields: { reason }, remove: [] };
  const fields = {
    mode: "forward" as const,
    settledAt: now,
    starts: 0,
    ...expiry(ports.settings, header, state, now),
    ...members.fields,
    ...told.fields,
    ...replacedBy(ports, header, lane, state),
    ...settlement.own?.fields,
  };
  const remove = [...WHILE_OPEN, ...leavesNothingLate(state), ...members.remove, ...told.remove];
  const markers = settlement.own?.markers ?? {};
  const { write, next: settled } = decide(header, { state, fields, remove, markers }, shards(ports));
  const also = [...members.writes, ...(await writesBeside(ports, settled, settlement, now)), ...(settlement.also ?? [])];
  const handed = await handOver(ports, header, leftIn(ports, header, members.lane, state), lane);
  if (handed === "conflict") return CONFLICT;
  const answer = await ports.ledger.write([write, ...handed.writes, ...also]);
  if (answer.kind === "refused") return CONFLICT;
  if (state === "delivered") await afterDelivery(ports, settled);
  if (state !== "delivered") await forgetIfGone(ports.ledger, settled, lane);
  return handed.step;
}

/** Its lane once it is settled. */
const leftIn = ({ settings }: LanePorts, header: Header, lane: Lane, state: Settled): Lane =>
  state === "undone" && !isReport(settings, header) ? afterUndoing(lane, header) : afterSettling(lane, header, state);

/** What it takes the place of, where a newer one simply does. */
function replacedBy({ settings }: LanePorts, header: Header, lane: Lane, state: Settled): Pick<Header, "former"> | undefined {
  const former = state !== "delivered" || isReport(settings, header) ? undefined : formerIn(lane, header);
  return former === undefined ? undefined : { former };
}

/** What else its end leaves: the timeline, what the plant knows of materials, what we hold of a lot. */
async function writesBeside(ports: LanePorts, settled: Header, { state, reason, takenBack }: Settlement, now: number): Promise<Write[]> {
  const event = state === "delivered" ? [] : [eventWrite(settled, now, state, reason === undefined ? {} : { reason })];
  const delivered = state === "delivered" && !settled.cancel ? settled : undefined;
  return [
    ...event,
    ...resultWrites(ports.settings, settled, now),
    ...(await masterWrites(ports, settled, state, now)),
    ...(await holdWrites(ports.ledger, delivered, takenBack)),
    ...(await lotWrites(ports, settled, state)),
  ];
}

/** What the site's MES has accepted is known from then on, until it is taken away. */
async function masterWrites(ports: LanePorts, header: Header, state: Settled, now: number): Promise<Write[]> {
  if (isMasterData(header.type) && state === "undone") return masterUndone(ports, header, now);
  if (!isMasterData(header.type) || state !== "delivered") return [];
  const what = await provides(ports, header);
  const [key, sender] = [masterKey(header.site, what), masterSenderKey(header.site, header.connection, what)];
  if (header.cancel) return [key, sender].map((each) => ({ kind: "delete", key: each }));
  return [
    { kind: "put", item: itemOf(key, { document: header.id, version: header.version, at: now }) },
    { kind: "put", item: itemOf(sender, { document: header.id, what, at: now }) },
  ];
}

/** What it brought is not known any more, unless the plant has its former version again, or another told of it since. */
async function masterUndone(ports: LanePorts, header: Header, now: number): Promise<Write[]> {
  const what = await provides(ports, header);
  const keys = [masterKey(header.site, what), masterSenderKey(header.site, header.connection, what)] as const;
  const items = await ports.ledger.readMany(keys);
  return keys.flatMap((key, at): Write[] => {
    if (items[at]?.document !== header.id) return [];
    const own = [{ path: "document", is: header.id }];
    const again = at === 0 ? { ...header.former, at: now } : { document: header.former?.document, what, at: now };
    return [header.former === undefined ? { kind: "delete", key, if: own } : { kind: "put", item: itemOf(key, again), if: own }];
  });
}

/** What a lot's way is told by (core/genealogy), once its document is delivered. */
async function lotWrites(ports: LanePorts, header: Header, state: Settled): Promise<Write[]> {
  if (!NAMES_LOTS.includes(header.type) || state !== "delivered" || header.cancel) return [];
  const mapped = await ports.map(header);
  return mapped?.kind === "canonical" ? keepLinks(ports, header, mapped.document) : [];
}

/** What others may wait for by name. Master data by its canonical code: an order's lines name it so, whatever its sender calls it. */
async function provides(ports: LanePorts, header: Header): Promise<string> {
  const mapped = isMasterData(header.type) ? await ports.map(header) : undefined;
  if (mapped?.kind !== "canonical") return `${header.subject.kind}:${header.matched}`;
  return `${header.subject.kind}:${matchNumber(connectionOf(ports.settings, header.connection).source.matchKey, mapped.document.id)}`;
}

/** What follows a delivery, repeated whenever its message comes again: all who wait for what it brought are woken, and a person who was taken away is forgotten. */
export async function afterDelivery(ports: LanePorts, header: Header): Promise<void> {
  await wakeDependents(ports, header);
  if (header.type === "Person" && header.cancel) await forgetPerson(ports.ledger, header);
}

async function wakeDependents(ports: LanePorts, header: Header): Promise<void> {
  const partition = waitsPartition(header.site, await provides(ports, header));
  for (let after: string | undefined; ; ) {
    const items = await ports.ledger.list(partition, { prefix: "", limit: 100, ...(after === undefined ? {} : { after }) });
    for (const item of items) {
      const waiting = parseItem(WaitsItem, item);
      after = waiting.sk;
      const notice = { kind: "wake", target: waiting.target, document: waiting.document, attempt: waiting.attempt } as const;
      await sendSurely(ports.queue, notice, `${header.id} ${ports.clock.now()}`);
    }
    if (items.length < 100) return;
  }
}

/** A held document superseded by a newer one: its place and its header, for the newer one's transaction. */
export function supersedeHeld(ports: LanePorts, older: Header, heldAs: string, reason: Reason): Write[] {
  const now = ports.clock.now();
  const decision = decide(older, { state: "superseded", fields: { settledAt: now, reason, mode: "forward" }, remove: ["heldAs"] }, shards(ports));
  const place: Write = { kind: "delete", key: { pk: older.pk, sk: heldAs }, if: [{ exists: true }] };
  return [decision.write, place, eventWrite(decision.next, now, "superseded", { reason }), ...resultWrites(ports.settings, decision.next, now)];
}

export const waitsWrite = (header: Header, what: string): Write => ({
  kind: "put",
  item: itemOf(waitsKey(header.site, what, header.id), { document: header.id, target: header.target, attempt: header.attempt }),
});

export const noLongerWaiting = (header: Header): Write[] =>
  header.dependsOn === undefined ? [] : [{ kind: "delete", key: waitsKey(header.site, header.dependsOn, header.id) }];
