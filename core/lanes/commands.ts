import type { Reason } from "../effects/outcomes.ts";
import { eventWrite, type HeaderChange } from "../ledger/header-change.ts";
import type { Header, Lane, Marker } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { connectionOf } from "../settings/settings.ts";
import { ANNOUNCEMENTS, askedAnew, refusedAnew } from "./asked-anew.ts";
import { isIndependent, POST } from "./flows.ts";
import { arrive } from "./give-way.ts";
import { holds, isFree } from "./lane-state.ts";
import type { Notice } from "./notices.ts";
import { CONFLICT, type LanePorts, QUIET, type Run, type Step } from "./ports.ts";
import { commandRefusal } from "./possible-commands.ts";
import { resolution } from "./resolve.ts";
import { becomeHolder, noLongerWaiting, settle, stay } from "./settle.ts";
import { SECOND } from "./times.ts";
import { goBackInTurn, undoObstacle } from "./undo-delivered.ts";
import { isOvertaken, whoCameFirst } from "./who-came-first.ts";

export type Command = Extract<Notice, { kind: "command" }>;

/** An operator's command, decided in the document's own lane; what it came to stands in the timeline (LANES.md 5, rules 10 and 12). */
export function command(ports: LanePorts, run: Run, header: Header, lane: Lane, order: Command, sequence: string): Promise<Step> {
  if (order.attempt !== header.attempt) return told(ports, header, order, `too late: ${whoCameFirst(header)}`);
  if (isOvertaken(header, order.revision)) return told(ports, header, order, `too late: ${whoCameFirst(header)}`);
  const refusal = commandRefusal(ports.settings, header, order.command, ports.clock.now());
  if (refusal !== undefined) return told(ports, header, order, `refused: ${refusal}`);
  switch (order.command) {
    case "replay":
      return replay(ports, header, lane, order, sequence);
    case "resolve":
      return resolve(ports, run, header, lane, order);
    case "skip":
      return skip(ports, header, lane, order);
    case "undo":
      return undo(ports, header, lane, order, sequence);
  }
}

/** The message of a command that is done may come again: that one lost to nobody. */
async function told(ports: LanePorts, header: Header, order: Command, result: string): Promise<Step> {
  if (header.commanded?.id !== order.id) await ports.ledger.write([event(ports, header, order, result)]);
  return QUIET;
}

const event = (ports: LanePorts, header: Header, order: Command, result: string): Write =>
  eventWrite(header, ports.clock.now(), `${order.command}-${order.id}`, { who: order.who, why: order.why, result });

/** Who changed it with what, kept for those who come too late. */
const commandedBy = (ports: LanePorts, { id, command: name, who }: Command, result: string) => ({
  commanded: { id, command: name, who, at: ports.clock.now(), result },
});

const nextAttempt = (ports: LanePorts, header: Header) => ({
  attempt: header.attempt + 1,
  wakes: 0,
  dueAt: ports.clock.now() + ports.settings.limits.watchSeconds * SECOND,
});

/** Begins the next attempt: a parked document in its mode, a settled one forward, behind what its lane holds. */
async function replay(ports: LanePorts, header: Header, lane: Lane, order: Command, sequence: string): Promise<Step> {
  if (header.state === "parked" && !holds(lane, header) && !isFree(lane) && !isIndependent(ports.settings, header))
    return told(ports, header, order, "refused: another document holds its lane now; replay it when the lane is free");
  if (header.state === "parked") return replayParked(ports, header, lane, order);
  const markers = askedAnew(header);
  if (isFree(lane) || isIndependent(ports.settings, header)) {
    const fields = { ...nextAttempt(ports, header), ...commandedBy(ports, order, "replayed") };
    return becomeHolder(ports, header, lane, { state: "delivering", fields, markers, remove: ["lateAcceptance"] }, [event(ports, header, order, "replayed")]);
  }
  return holdAgain(ports, header, lane, order, sequence);
}

/** Where the target cannot be asked, a replay says that the person looked and it is not there (LANES.md 6). */
async function replayParked(ports: LanePorts, header: Header, lane: Lane, order: Command): Promise<Step> {
  const unsure = Object.entries(header.markers).filter(([, marker]) => marker.lookAt !== undefined);
  const markers = Object.fromEntries(unsure.filter(([step]) => !canBeAsked(ports, header, step)).map(([step, marker]) => [step, lookedFor(header, marker)]));
  const change: HeaderChange = {
    state: "delivering",
    fields: { ...nextAttempt(ports, header), ...commandedBy(ports, order, "replayed") },
    remove: ["dependencySince"],
    markers: { ...refusedAnew(header), ...markers },
  };
  return stay(ports, header, lane, change, [event(ports, header, order, "replayed")]);
}

/** Announcements go to the sender, everything else to the target. */
function canBeAsked(ports: LanePorts, header: Header, step: string): boolean {
  const connection = connectionOf(ports.settings, ANNOUNCEMENTS.includes(step) ? header.connection : header.target);
  return ports.targetOf(connection).capabilities.lookup;
}

const lookedFor = (header: Header, { generation, reference }: Marker): Marker => ({
  state: header.mode === "undo" && reference !== undefined ? "applied" : "none",
  generation,
  attempt: header.attempt,
  reference,
});

/** Behind a blocked lane the attempt begins now, and its turn comes later. */
async function holdAgain(ports: LanePorts, header: Header, lane: Lane, order: Command, sequence: string): Promise<Step> {
  const result = "replayed, held behind its lane";
  const fields = { attempt: header.attempt + 1, wakes: 0, ...commandedBy(ports, order, result) };
  const change: HeaderChange = { fields, markers: askedAnew(header), remove: ["lateAcceptance"] };
  const held = await arrive(ports, header, lane, sequence, change, [event(ports, header, order, result)]);
  return held.kind === "conflict" ? CONFLICT : held;
}

/** What a person entered by hand becomes the document's own, and it goes on from there; a document of a single step is done with that, whether or not its content can be read. */
async function resolve(ports: LanePorts, run: Run, header: Header, lane: Lane, order: Command): Promise<Step> {
  const found = await resolution(ports, run, header, lane, order);
  if (found.kind === "refused") return told(ports, header, order, `refused: ${found.why}`);
  const also = [...found.also, event(ports, header, order, found.said)];
  const fields = { ...nextAttempt(ports, header), ...commandedBy(ports, order, found.said) };
  const markers = { [found.step]: found.marker };
  if (found.step !== POST) return stay(ports, header, lane, { state: "delivering", fields, markers, remove: ["dependencySince"] }, also);
  const own = { fields: { attempt: fields.attempt, wakes: 0, commanded: fields.commanded }, markers };
  return settle(ports, header, lane, { state: "delivered", own, also: [...also, ...noLongerWaiting(header)] });
}

/** Passes over a parked document that left nothing behind anywhere. */
function skip(ports: LanePorts, header: Header, lane: Lane, order: Command): Promise<Step> {
  const reason: Reason = { code: "ORL-LANE-030", message: `skipped by ${order.who}: ${order.why}` };
  return settle(ports, header, lane, {
    state: "skipped",
    reason,
    own: { fields: commandedBy(ports, order, "skipped") },
    also: [event(ports, header, order, "skipped")],
  });
}

/** Turns a parked document, or a delivered one, to its undo; a cancel has none. */
async function undo(ports: LanePorts, header: Header, lane: Lane, order: Command, sequence: string): Promise<Step> {
  const obstacle = await undoObstacle(ports, header, lane);
  if (obstacle !== undefined) return told(ports, header, order, `refused: ${obstacle}`);
  const result = header.state !== "delivered" || isFree(lane) ? "undo begun" : "to be undone, in its turn in the lane";
  const undoReason: Reason = { code: "ORL-LANE-031", message: `undone by ${order.who}: ${order.why}` };
  const fields = { ...nextAttempt(ports, header), mode: "undo" as const, undoReason, ...commandedBy(ports, order, result) };
  const also = [event(ports, header, order, result)];
  if (header.state !== "delivered") return stay(ports, header, lane, { state: "delivering", fields, remove: ["dependencySince"] }, also);
  return goBackInTurn(ports, header, lane, sequence, { fields, remove: ["settledAt", "reason"] }, also);
}
