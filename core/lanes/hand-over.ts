import { readHeader } from "../effects/effect.ts";
import { reasons } from "../effects/reasons.ts";
import { decide, type HeaderChange } from "../ledger/header-change.ts";
import { type Header, Held, type Lane, parseItem } from "../ledger/items.ts";
import { heldPrefix } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { holds, laneWrite } from "./lane-state.ts";
import { CONFLICT, type LanePorts, QUIET, type Step } from "./ports.ts";
import { SECOND } from "./times.ts";
import { allClosed, dueWindow, mayJoin } from "./windows.ts";

/** Who gets a lane next, and the writes that give it: the only way a document becomes a lane's holder after another (LANES.md 5, rules 4 and 8). */

export const shards = (ports: LanePorts): number => ports.settings.limits.openShards;
export const watchUntil = (ports: LanePorts): number => ports.clock.now() + ports.settings.limits.watchSeconds * SECOND;

/** The held documents of a lane, in the order they are to run. */
export async function heldOf(ports: Pick<LanePorts, "ledger">, lane: Lane, target: Header["target"], limit: number): Promise<Held[]> {
  if (lane.heldCount === 0) return [];
  return (await ports.ledger.list(lane.pk, { prefix: heldPrefix(target), limit })).map((item) => parseItem(Held, item));
}

export type HandOver = { readonly writes: readonly Write[]; readonly step: Step };

export async function handOver(ports: LanePorts, header: Header, after: Lane, before: Lane): Promise<HandOver | "conflict"> {
  if (!holds(before, header)) return wasReadTooEarly(before, header) ? "conflict" : besideIts(before, after);
  const { holder: _holder, ...released } = after;
  return handLane(ports, before, released, header.target);
}

/** Gives a lane without a holder to the next in turn; where there is none, it is written as it stands. */
export async function handLane(ports: LanePorts, before: Lane, released: Lane, target: Header["target"]): Promise<HandOver | "conflict"> {
  const heir = await heirOf(ports, released, target);
  if (heir === "conflict") return "conflict";
  if (heir === undefined) return { writes: [laneWrite(before, released).write], step: QUIET };
  return given(ports, before, heir);
}

/** Who is next, what it becomes with that, and the lane without its entry there. */
export type Heir = { readonly header: Header; readonly change: HeaderChange; readonly lane: Lane; readonly also: readonly Write[] };

export function given(ports: LanePorts, before: Lane, heir: Heir): { readonly writes: readonly Write[]; readonly step: Step & { readonly kind: "go-on" } } {
  const taken = laneWrite(before, { ...heir.lane, holder: heir.header.id });
  const fields = { holderRevision: taken.next.revision, dueAt: watchUntil(ports), wakes: 0, ...heir.change.fields };
  const { write, next } = decide(heir.header, { ...heir.change, state: "delivering", fields }, shards(ports));
  return { writes: [taken.write, write, ...heir.also], step: { kind: "go-on", holder: next, lane: taken.next } };
}

/** First what came out of a window, then a window that is due, then the held; one that is posted by itself has all windows posted before it. */
async function heirOf(ports: LanePorts, released: Lane, target: Header["target"]): Promise<Heir | "conflict" | undefined> {
  if (released.apart.length > 0) return memberApart(ports, released);
  if (dueWindow(released.windows, ports.clock.now()) !== undefined) return firstWindow(ports, released);
  const [first] = await heldOf(ports, released, target, 1);
  if (first === undefined) return undefined;
  const header = await readHeader(ports.ledger, first.document);
  if (header?.state !== "held") return "conflict";
  if (released.windows.length > 0 && !mayJoin(ports.settings, header)) return firstWindow(ports, { ...released, windows: allClosed(released.windows) });
  const unheld: Write = { kind: "delete", key: { pk: first.pk, sk: first.sk }, if: [{ exists: true }] };
  // Its place is kept where it may have to go back to it, because windows turn out to come first.
  const change: HeaderChange = released.windows.length > 0 ? {} : { remove: ["heldAs"] };
  return { header, change, lane: { ...released, heldCount: released.heldCount - 1 }, also: [unheld] };
}

/** The first window's leader, which carries the posting of all its members; one without others is posted like any document. */
export async function firstWindow(ports: LanePorts, released: Lane): Promise<Heir | "conflict" | undefined> {
  const [window, ...windows] = released.windows;
  if (window === undefined) return undefined;
  const header = await readHeader(ports.ledger, window.leader);
  if (header?.state !== "waiting") return "conflict";
  const { key, members } = window;
  const change: HeaderChange =
    members.length > 1
      ? { fields: { attempt: header.attempt + 1, window: { key, members } }, remove: ["reason"] }
      : { fields: { attempt: header.attempt + 1, alone: true }, remove: ["window", "share", "reason"] };
  return { header, change, lane: { ...released, windows }, also: [] };
}

async function memberApart(ports: LanePorts, released: Lane): Promise<Heir | "conflict" | undefined> {
  const [member, ...apart] = released.apart;
  if (member === undefined) return undefined;
  const header = await readHeader(ports.ledger, member.document);
  if (header?.state !== "waiting") return "conflict";
  const { dependencySince } = member;
  const fields = { attempt: header.attempt + 1, alone: true, reason: reasons.fromWindow(), ...(dependencySince === undefined ? {} : { dependencySince }) };
  return { header, change: { fields, remove: ["window", "share"] }, lane: { ...released, apart }, also: [] };
}

/** The header says that it became the holder after its lane was read: another made it that, and it must not settle without handing the lane on. */
const wasReadTooEarly = (lane: Lane, { holderRevision }: Header): boolean => holderRevision !== undefined && holderRevision > lane.revision;

/** What does not hold the lane hands nothing on, and writes it only where it changes what stands in it (rule 1). */
const besideIts = (before: Lane, after: Lane): HandOver => ({ writes: after === before ? [] : [laneWrite(before, after).write], step: QUIET });

/** A settled document never blocks its lane: whoever finds one there hands it on. */
export async function handOn(ports: LanePorts, holder: Header, lane: Lane): Promise<Step> {
  const handed = await handOver(ports, holder, lane, lane);
  if (handed === "conflict" || (await ports.ledger.write(handed.writes)).kind === "refused") return CONFLICT;
  return handed.step;
}
