import type { CanonicalDocument } from "../documents/canonical.ts";
import { subjectKeyIn } from "../documents/ids.ts";
import { reasons } from "../effects/reasons.ts";
import { keepLinks } from "../genealogy/keep-links.ts";
import { decide, type HeaderChange } from "../ledger/header-change.ts";
import type { Header, Lane } from "../ledger/items.ts";
import { heldKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { connectionOf } from "../settings/settings.ts";
import type { Evaluation } from "./evaluate.ts";
import { firstWindow, given, handLane, heldOf, shards } from "./hand-over.ts";
import { hasOnlyWindows } from "./lane-state.ts";
import { CONFLICT, type LanePorts, QUIET, type Step } from "./ports.ts";
import { heldWrites } from "./settle.ts";
import { FOREVER } from "./times.ts";
import { headersOf } from "./window-members.ts";
import { allClosed, closedUpTo, isOfOtherPeriod, joined, type Limits, limitsOf, mayJoin, type Place, placeOf } from "./windows.ts";

/** What happens to a lane's windows: a report joins, a timer closes, another document closes them all (LANES.md 5, rule 8). */

/** A report that may be posted with others comes into a lane where nothing but windows stands. */
export const mayComeIn = (ports: LanePorts, header: Header, lane: Lane): boolean => hasOnlyWindows(lane) && mayJoin(ports.settings, header);

/**
 * A report that may be posted with others takes its place in a window; one that turns out to be posted by itself lets the open windows go first.
 * Undefined: there is nothing to wait for, and it goes on by itself. `sequence`: the place of its message in the queue.
 */
export async function meetWindows(ports: LanePorts, header: Header, lane: Lane, evaluation: Evaluation, sequence: string): Promise<Step | undefined> {
  const limits = limitsOf(ports.settings, header);
  if (limits === undefined || !mayJoin(ports.settings, header)) return undefined;
  const place = evaluation.kind === "start" ? placeIn(ports, header, lane, evaluation.canonical) : undefined;
  if (evaluation.kind === "start" && place !== undefined) return join(ports, header, lane, { canonical: evaluation.canonical, place, limits });
  if (lane.windows.length === 0) return undefined;
  const { holder: _holder, ...released } = lane;
  return putBehindWindows(ports, header, { before: lane, released }, sequence, {}, []);
}

/** Undefined: it does not join now, and lets what is open go first; of another month, it opens a window when its turn comes. */
function placeIn(ports: LanePorts, header: Header, lane: Lane, canonical: CanonicalDocument): Place | undefined {
  const place = placeOf(canonical, connectionOf(ports.settings, header.target).source.timeZone);
  return place === undefined || isOfOtherPeriod(lane.windows, place) ? undefined : place;
}

type Joining = { readonly canonical: CanonicalDocument; readonly place: Place; readonly limits: Limits };

/** One transaction with its lane, which goes to the next at once where the joined window is full, or where it held the lane. Undefined: nobody could join it, so it is posted by itself. */
async function join(ports: LanePorts, header: Header, lane: Lane, { canonical, place, limits }: Joining): Promise<Step | undefined> {
  const { holder: _holder, ...open } = lane;
  const windows = joined(lane.windows, place, header.id, limits, ports.clock.now());
  const released = { ...open, windows };
  if (await wouldPostAtOnce(ports, released, header)) return undefined;
  const handed = await handLane(ports, lane, released, header.target);
  // The held were read once more: nobody hands it what it is about to give away.
  if (handed === "conflict" || (handed.step.kind === "go-on" && handed.step.holder.id === header.id)) return CONFLICT;
  const led = windows.find(({ leader }) => leader === header.id);
  const fields = {
    window: { key: place.key },
    share: place.share,
    reason: reasons.inWindow(),
    dueAt: led === undefined ? FOREVER : led.closesAt,
    starts: 0,
    wakes: 0,
  };
  const { write } = decide(header, { state: "waiting", fields, remove: ["heldAs", "dependsOn", "dependencySince"] }, shards(ports));
  // What it says of a lot's way is believed once it is delivered, in a transaction that has no room for that.
  const links = await keepLinks(ports, header, canonical);
  return (await ports.ledger.write([write, ...handed.writes, ...links])).kind === "refused" ? CONFLICT : handed.step;
}

/** It would lead a window that the next in turn closes at once. */
async function wouldPostAtOnce(ports: LanePorts, released: Lane, header: Header): Promise<boolean> {
  if (released.windows[0]?.leader !== header.id) return false;
  const [next] = await heldOf(ports, released, header.target, 1);
  if (next === undefined) return false;
  const [after] = await headersOf(ports, [next.document]);
  return after !== undefined && !mayJoin(ports.settings, after);
}

/** The timer's wake of a leader: its window closes, and those opened before it; a blocked lane comes to it by itself. */
export async function wakeInWindow(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const at = lane.windows.findIndex(({ members }) => members.includes(header.id));
  const window = lane.windows[at];
  if (window === undefined || ports.clock.now() < window.closesAt) return QUIET;
  if (lane.holder !== undefined) return leftToHolder(ports, header, lane);
  const handed = await handLane(ports, lane, { ...lane, windows: closedUpTo(lane.windows, at) }, header.target);
  if (handed === "conflict" || (await ports.ledger.write(handed.writes)).kind === "refused") return CONFLICT;
  return handed.step;
}

/** Whoever hands this lane on finds the window due; until then, which may be long, its leader is not woken again. */
async function leftToHolder(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const { write } = decide(header, { fields: { dueAt: FOREVER } }, shards(ports));
  const stillBlocked: Write = { kind: "check", key: { pk: lane.pk, sk: lane.sk }, if: [{ path: "revision", is: lane.revision }] };
  return (await ports.ledger.write([write, stillBlocked])).kind === "refused" ? CONFLICT : QUIET;
}

/** `released`: the lane as it is to stand, without a holder. */
export type Released = { readonly before: Lane; readonly released: Lane };

/** A document that is posted by itself is held, and every open window is posted before it, in one transaction; where its coming left none, the lane is its own. */
export async function putBehindWindows(
  ports: LanePorts,
  header: Header,
  { before, released }: Released,
  sequence: string,
  change: HeaderChange,
  also: readonly Write[],
): Promise<Step> {
  const heir = await firstWindow(ports, { ...released, windows: allClosed(released.windows) });
  if (heir === "conflict") return CONFLICT;
  if (heir === undefined) {
    const taken = given(ports, before, { header, change, lane: released, also });
    return (await ports.ledger.write(taken.writes)).kind === "refused" ? CONFLICT : taken.step;
  }
  const taken = given(ports, before, { ...heir, lane: { ...heir.lane, heldCount: heir.lane.heldCount + 1 } });
  // The place it was held at before is its own.
  const key = header.heldAs === undefined ? heldKey(subjectKeyIn(header.id), header.target, false, sequence) : { pk: header.pk, sk: header.heldAs };
  const held = heldWrites(ports, header, key, change);
  return (await ports.ledger.write([...taken.writes, ...held.writes, ...also])).kind === "refused" ? CONFLICT : taken.step;
}
