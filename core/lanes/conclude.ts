import { spreadOf } from "../documents/ids.ts";
import type { Reason } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { eventWrite, type HeaderChange, markerOf } from "../ledger/header-change.ts";
import type { Header, Lane, Marker } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { DELIVER } from "../mailbox/mailbox.ts";
import { resultWrites } from "../results/results.ts";
import { isThere } from "./evaluate.ts";
import { giveWay, hasApplied } from "./give-way.ts";
import type { Conclusion } from "./notices.ts";
import type { LanePorts, Step } from "./ports.ts";
import { changeAlone, noLongerWaiting, settle, stay, waitsWrite } from "./settle.ts";
import { isRefusedAfterTakingBack, tookBack } from "./take-back.ts";
import { backOff, SECOND } from "./times.ts";
import { dissolve } from "./window-apart.ts";
import { mayComeApart } from "./windows.ts";

/** After so many starts, or waits for a crashed step, without an outcome a person is asked (rule 11). */
export const STARTS_AT_MOST = 6;

/** How a document's attempt ended, into its state and its lane. */
export function conclude(ports: LanePorts, header: Header, lane: Lane, conclusion: Conclusion): Promise<Step> {
  const now = ports.clock.now();
  switch (conclusion.kind) {
    case "delivered":
      return header.takesBack === undefined ? settle(ports, header, lane, { state: "delivered" }) : tookBack(ports, header, lane);
    case "rejected":
      if (mayComeApart(header)) return dissolve(ports, header, lane, refusalIn(header));
      return withoutEffectOrTask(ports, header, lane, conclusion.kind);
    case "undone":
      return withoutEffectOrTask(ports, header, lane, conclusion.kind);
    case "wait":
      return wait(ports, header, lane, conclusion.until, conclusion.reason);
    case "dependency":
      return waitFor(ports, header, lane, conclusion.on, conclusion.reason);
    case "park":
      return parkOrPart(ports, header, lane, conclusion.reason);
    case "stale":
      return wait(ports, header, lane, now + SECOND, reasons.stale());
    case "crashed":
      if (header.starts >= STARTS_AT_MOST) return park(ports, header, lane, reasons.keepsCrashing(header.starts));
      return wait(ports, header, lane, now + SECOND, reasons.crashed(conclusion.error), header.starts + 1);
  }
}

const withoutEffectOrTask = (ports: LanePorts, header: Header, lane: Lane, state: "rejected" | "undone"): Promise<Step> =>
  isRefusedAfterTakingBack(header) && !hasApplied(header) ? parkForward(ports, header, lane) : withoutEffect(ports, header, lane, state);

function withoutEffect(ports: LanePorts, header: Header, lane: Lane, state: "rejected" | "undone"): Promise<Step> {
  if (state === "rejected" && hasApplied(header)) return park(ports, header, lane, reasons.refusedHalfway(refusalIn(header)?.message ?? "without a reason"));
  if (state === "rejected") return settle(ports, header, lane, { state, reason: refusalIn(header) });
  return header.lateAcceptance === undefined
    ? settle(ports, header, lane, { state, reason: header.undoReason, takenBack: header })
    : withdrawOnceMore(ports, header, lane);
}

const refusalIn = (header: Header): Reason | undefined => Object.values(header.markers).find((marker) => marker.reason !== undefined)?.reason ?? header.reason;

/** The version before it was taken back already, so that its end is not like any other refusal's: neither is in force. */
function parkForward(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const reason = reasons.correctionRefused(header.version ?? header.objectId, refusalIn(header)?.message ?? "without a reason");
  const change: HeaderChange = { state: "parked", fields: { reason, starts: 0, mode: "forward" } };
  return paused(ports, header, lane, change, [eventWrite(header, ports.clock.now(), "parked", { reason }), ...parkedResult(ports, header, reason)]);
}

/** Waits in the ledger, not in the queue: not before `until`, the longer the more often it was woken in vain, and not all at once. */
async function wait(ports: LanePorts, header: Header, lane: Lane, until: number, reason: Reason, starts = 0): Promise<Step> {
  const pause = backOff(1, header.wakes);
  const spread = (spreadOf([header.id, String(header.attempt)]) % 1000) / 1000;
  const dueAt = Math.max(until, ports.clock.now() + pause / 2) + Math.floor((pause / 2) * spread);
  return paused(ports, header, lane, { state: "waiting", fields: { dueAt, reason, starts, wakes: header.wakes + 1 } }, []);
}

/** Waits by name (rule 9): its WAITS item in the same transaction, then a second look. Parks when its time is over. */
export async function waitFor(ports: LanePorts, header: Header, lane: Lane, what: string, reason: Reason | undefined): Promise<Step> {
  const now = ports.clock.now();
  const since = header.dependencySince ?? now;
  const limit = since + ports.settings.documentTypes[header.type].dependencySeconds * SECOND;
  if (now >= limit) return parkOrPart(ports, header, lane, reasons.dependencyNeverCame(what));
  const retryAt = reason === undefined ? limit : Math.min(limit, now + backOff(1, header.wakes));
  const fields = { dueAt: retryAt, dependsOn: what, dependencySince: since, reason: reason ?? reasons.waitsFor(what), starts: 0, wakes: header.wakes + 1 };
  const step = await paused(ports, header, lane, { state: "waiting", fields }, [
    waitsWrite(header, what),
    eventWrite(header, now, "waits-for", { reason: fields.reason }),
  ]);
  const mine = step.kind === "go-on" && step.holder.id === header.id && step.holder.state === "waiting";
  if (!mine || reason !== undefined || !(await isThere(ports, header, what))) return step;
  return wake(ports, step.holder, step.lane);
}

/** Of a posting of many the one that a person must look at parks, and the others go on. */
const parkOrPart = (ports: LanePorts, header: Header, lane: Lane, reason: Reason): Promise<Step> =>
  mayComeApart(header) ? dissolve(ports, header, lane, reason) : park(ports, header, lane, reason);

/** A person must decide; what waits for its place may take it. */
export function park(ports: LanePorts, header: Header, lane: Lane, reason: Reason): Promise<Step> {
  const now = ports.clock.now();
  const change: HeaderChange = { state: "parked", fields: { reason, starts: 0 }, remove: ["dependsOn"] };
  return paused(ports, header, lane, change, [
    ...noLongerWaiting(header),
    eventWrite(header, now, "parked", { reason }),
    ...parkedResult(ports, header, reason),
  ]);
}

const parkedResult = (ports: LanePorts, header: Header, reason: Reason): Write[] =>
  resultWrites(ports.settings, { ...header, state: "parked", reason }, ports.clock.now());

/** Parks a document that does not hold its lane, while another does. */
export function parkBeside(ports: LanePorts, header: Header, lane: Lane, reason: Reason): Promise<Step> {
  return changeAlone(ports, header, lane, { state: "parked", fields: { reason, starts: 0 } }, [
    eventWrite(header, ports.clock.now(), "parked", { reason }),
    ...parkedResult(ports, header, reason),
  ]);
}

async function paused(ports: LanePorts, header: Header, lane: Lane, change: HeaderChange, also: readonly Write[]): Promise<Step> {
  const step = await stay(ports, header, lane, change, also);
  if (step.kind !== "go-on") return step;
  const given = await giveWay(ports, step.holder, step.lane);
  return given ?? step;
}

/** The next attempt of a waiting document begins, in its mode. */
export function wake(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const fields = { attempt: header.attempt + 1, dueAt: ports.clock.now() + ports.settings.limits.watchSeconds * SECOND };
  return stay(ports, header, lane, { state: "delivering", fields, remove: ["dependsOn"] }, noLongerWaiting(header));
}

/** The plant accepted it after its undo began: what the undo withdrew is withdrawn once more, in the next attempt (LANES.md 8). */
function withdrawOnceMore(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const marker: Marker = { state: "applied", generation: markerOf(header, DELIVER).generation, attempt: header.attempt };
  const fields = { attempt: header.attempt + 1, dueAt: ports.clock.now() + ports.settings.limits.watchSeconds * SECOND };
  return stay(ports, header, lane, { fields, remove: ["lateAcceptance"], markers: { [DELIVER]: marker } }, [
    eventWrite(header, ports.clock.now(), "withdrawn-once-more"),
  ]);
}
