import type { CanonicalDocument } from "../documents/canonical.ts";
import type { DocumentId } from "../documents/ids.ts";
import type { Reason } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { decide, eventWrite } from "../ledger/header-change.ts";
import { Header, type Lane, parseItem } from "../ledger/items.ts";
import { headerKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { expiry } from "../ledger/retention.ts";
import { resultWrites } from "../results/results.ts";
import { shards } from "./hand-over.ts";
import type { LanePorts } from "./ports.ts";
import type { Settled } from "./states.ts";
import { hasVersions, takesPlaceOf } from "./versions.ts";
import { carriedBy, type Share, summed, without } from "./windows.ts";

class LostMember extends Error {}

/** @throws LostMember: a defect of ours. */
export async function headersOf(ports: Pick<LanePorts, "ledger">, documents: readonly DocumentId[]): Promise<Header[]> {
  const headers: Header[] = [];
  for (let from = 0; from < documents.length; from += 100) {
    const slice = documents.slice(from, from + 100);
    const items = await ports.ledger.readMany(slice.map(headerKey));
    for (const [at, item] of items.entries()) {
      if (item === undefined) throw new LostMember(`${slice[at]}, a member of a window, is not stored`);
      headers.push(parseItem(Header, item));
    }
  }
  return headers;
}

export const othersOf = (header: Header): DocumentId[] => carriedBy(header).filter((member) => member !== header.id);

export function shareOf(member: Header): Share {
  if (member.share === undefined) throw new LostMember(`${member.id} brings nothing into its window`);
  return member.share;
}

/** What a document is in its target: with the sum of all whose posting it carries, or as it came. */
export async function asPosted(ports: Pick<LanePorts, "ledger">, header: Header, canonical: CanonicalDocument): Promise<CanonicalDocument> {
  const members = carriedBy(header);
  if (members.length === 0 || canonical.type !== "MaterialActual") return canonical;
  const others = await headersOf(ports, othersOf(header));
  return summed(canonical, [header, ...others].filter(({ id }) => members.includes(id)).map(shareOf));
}

export type MembersSettled = {
  readonly writes: readonly Write[];
  readonly lane: Lane;
  /** Of the header of whoever carries them. */
  readonly fields: { readonly carries?: DocumentId[] };
  readonly remove: readonly ("window" | "share")[];
};

/**
 * What the settling of a document means for those whose posting it carries: they end as it does, in the same transaction, each with the name of its carrier.
 * Where a newer one took its place they go on, each by itself. At most 29 of them, with three writes each: a transaction takes 100.
 */
export async function settleMembers(
  ports: LanePorts,
  header: Header,
  lane: Lane,
  { state, reason }: { readonly state: Settled; readonly reason?: Reason | undefined },
): Promise<MembersSettled | "conflict"> {
  const others = othersOf(header);
  if (others.length === 0) return { writes: [], lane, fields: {}, remove: [] };
  if (state === "superseded") {
    const apart = [...others.map((document) => ({ document })), ...lane.apart];
    return { writes: [], lane: { ...lane, apart }, fields: {}, remove: ["window", "share"] };
  }
  const members = await headersOf(ports, others);
  if (members.some((member) => member.state !== "waiting")) return "conflict";
  return {
    writes: members.flatMap((member) => (state === "delivered" ? posted(ports, member, header.id) : endedAlike(ports, member, state, reason))),
    lane,
    ...(state === "delivered" ? { fields: { carries: [...carriedBy(header)] }, remove: ["window"] } : { fields: {}, remove: ["window", "share"] }),
  };
}

function posted(ports: LanePorts, member: Header, carrier: DocumentId): Write[] {
  const now = ports.clock.now();
  const fields = { settledAt: now, starts: 0, postedWith: carrier, ...expiry(ports.settings, member, "delivered", now) };
  const { write, next } = decide(member, { state: "delivered", fields, remove: ["window", "reason"] }, shards(ports));
  return [write, ...resultWrites(ports.settings, next, now)];
}

export function endedAlike(ports: LanePorts, member: Header, state: Settled, reason: Reason | undefined): Write[] {
  const now = ports.clock.now();
  const told = reason === undefined ? {} : { reason };
  const { write, next } = decide(member, { state, fields: { settledAt: now, starts: 0, ...told }, remove: ["window", "share"] }, shards(ports));
  return [write, eventWrite(next, now, state, told), ...resultWrites(ports.settings, next, now)];
}

/** The members of windows whose place a newer version, or a cancel, takes. */
export type MembersBefore = {
  /** Of open windows, or out of one: they leave at once. */
  readonly leaving: readonly Header[];
  /** Of the posting that the holder carries: its outcome is waited for. */
  readonly carried: readonly Header[];
};

export async function membersBefore(ports: LanePorts, header: Header, lane: Lane, holder: Header | undefined): Promise<MembersBefore> {
  if (!hasVersions(header)) return { leaving: [], carried: [] };
  const open = [...lane.windows.flatMap(({ members }) => members), ...lane.apart.map(({ document }) => document)];
  const carried = holder === undefined ? [] : othersOf(holder);
  const headers = await headersOf(ports, [...open, ...carried]);
  const older = headers.filter((member) => takesPlaceOf(header, member));
  return { leaving: older.filter(({ id }) => open.includes(id)), carried: older.filter(({ id }) => carried.includes(id)) };
}

/** `due`: the wakes of windows whose leader left, for the next member of each. */
export type WindowsLeft = { readonly lane: Lane; readonly writes: readonly Write[]; readonly due: readonly Write[] };

/** Members leave their windows before anything of them was posted: superseded, and nothing in the target has to be taken back. */
export async function leaveWindows(ports: LanePorts, lane: Lane, leaving: readonly Header[]): Promise<WindowsLeft | "conflict"> {
  if (leaving.length === 0) return { lane, writes: [], due: [] };
  if (leaving.some((member) => member.state !== "waiting")) return "conflict";
  const gone = new Set(leaving.map(({ id }) => id));
  const writes = leaving.flatMap((member) => endedAlike(ports, member, "superseded", reasons.older()));
  const windows = without(lane.windows, gone);
  const led = new Set(lane.windows.map(({ leader }) => leader));
  const due: Write[] = [];
  for (const window of windows.filter(({ leader }) => !led.has(leader))) {
    const [next] = await headersOf(ports, [window.leader]);
    if (next?.state !== "waiting") return "conflict";
    due.push(decide(next, { fields: { dueAt: window.closesAt } }, shards(ports)).write);
  }
  return { lane: { ...lane, windows, apart: lane.apart.filter(({ document }) => !gone.has(document)) }, writes, due };
}
