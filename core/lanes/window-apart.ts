import type { DocumentId } from "../documents/ids.ts";
import type { Reason } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { decide, eventWrite, type HeaderChange, markerOf } from "../ledger/header-change.ts";
import type { Header, Lane } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { POST } from "./flows.ts";
import { shards, watchUntil } from "./hand-over.ts";
import { laneWrite } from "./lane-state.ts";
import { CONFLICT, type LanePorts, type Step } from "./ports.ts";
import { noLongerWaiting } from "./settle.ts";
import { takesPlaceOf, type Versioned } from "./versions.ts";
import { endedAlike, headersOf, othersOf } from "./window-members.ts";
import { mayComeApart } from "./windows.ts";

/** Who leaves a window that comes apart, with the writes that settle them. */
type Leaving = { readonly gone: ReadonlySet<DocumentId>; readonly writes: readonly Write[] };

/**
 * A closed window waits with nothing posted (for stock, for a system that is down), and a cancel or a newer version of one of its members is first in line: that one may be
 * what it waits for. It is superseded, and the others go on without it. Undefined where there is none, or nothing is sure.
 */
export async function partFor(ports: LanePorts, leader: Header, lane: Lane, intent: Versioned): Promise<Step | undefined> {
  if (leader.state !== "waiting" || !mayComeApart(leader)) return undefined;
  const replaced = (await headersOf(ports, othersOf(leader))).filter((member) => takesPlaceOf(intent, member));
  if (replaced.length === 0) return undefined;
  if (replaced.some(({ state }) => state !== "waiting")) return CONFLICT;
  const reason = reasons.older();
  const writes = replaced.flatMap((member) => endedAlike(ports, member, "superseded", reason));
  return dissolve(ports, leader, lane, reason, { gone: new Set(replaced.map(({ id }) => id)), writes });
}

/**
 * The posting of a closed window came to nothing: its leader goes on by itself at once, and each of the others after it, in their order, so that only the one the target
 * objects to stops. What the target refused under the leader's key is never sent under it again with another content: hence the next generation.
 */
export async function dissolve(
  ports: LanePorts,
  leader: Header,
  lane: Lane,
  why: Reason | undefined,
  leaving: Leaving = { gone: new Set(), writes: [] },
): Promise<Step> {
  const others = othersOf(leader).filter((member) => !leaving.gone.has(member));
  const since = leader.dependencySince === undefined ? {} : { dependencySince: leader.dependencySince };
  const apart = [...others.map((document) => ({ document, ...since })), ...lane.apart];
  const parted = laneWrite(lane, { ...lane, apart });
  const decision = decide(leader, aloneChange(ports, leader), shards(ports));
  const event = eventWrite(decision.next, ports.clock.now(), "window-dissolved", why === undefined ? {} : { reason: why });
  const answer = await ports.ledger.write([decision.write, parted.write, event, ...noLongerWaiting(leader), ...leaving.writes]);
  return answer.kind === "refused" ? CONFLICT : { kind: "go-on", holder: decision.next, lane: parted.next };
}

function aloneChange(ports: LanePorts, leader: Header): HeaderChange {
  const isUnderWay = leader.state === "delivering";
  const marker = markerOf(leader, POST);
  const attempt = isUnderWay ? leader.attempt : leader.attempt + 1;
  return {
    state: "delivering",
    fields: { attempt, alone: true, dueAt: watchUntil(ports), wakes: 0, starts: 0 },
    remove: ["window", "share", "reason", "dependsOn"],
    ...(leader.markers[POST] === undefined ? {} : { markers: { [POST]: { state: "none", generation: marker.generation + 1, attempt } } }),
  };
}
