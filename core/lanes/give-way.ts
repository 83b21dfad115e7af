import { isTakingBack } from "../effects/deed.ts";
import { readHeader } from "../effects/effect.ts";
import { reasons } from "../effects/reasons.ts";
import { isHalfTakenBack } from "../effects/take-back.ts";
import { eventWrite, type HeaderChange } from "../ledger/header-change.ts";
import type { Delivery, Header, Held, Lane } from "../ledger/items.ts";
import { headerKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { readDelivery, withdrawUnleased } from "../mailbox/mailbox.ts";
import { connectionOf } from "../settings/settings.ts";
import { executionOf, flowOf, isReport } from "./flows.ts";
import { handOn, heldOf } from "./hand-over.ts";
import type { LanePorts, Step } from "./ports.ts";
import { hold, noLongerWaiting, settle, stay, supersedeHeld } from "./settle.ts";
import { isSettled } from "./states.ts";
import { SECOND } from "./times.ts";
import { hasVersions, takesPlaceOf } from "./versions.ts";
import { partFor } from "./window-apart.ts";
import { leaveWindows, membersBefore } from "./window-members.ts";
import { putBehindWindows } from "./window-steps.ts";

/** How a holder makes room for an intent: the newer version, or the cancel, of its own object (rule 6). */
type Way =
  | { readonly kind: "superseded" }
  /** No agent ever leased it, and none can any more. */
  | { readonly kind: "taken-back"; readonly delivery: Delivery }
  | { readonly kind: "undone-first" }
  /** The intent waits until the holder's outcome is known. */
  | { readonly kind: "stays" };

/**
 * A document arrives in a blocked lane: the older held versions of its object are superseded, it is held (first, where it is to take the holder's place),
 * and the holder gives way where it can. The cure never queues behind the disease.
 */
export async function arrive(
  ports: LanePorts,
  header: Header,
  lane: Lane,
  sequence: string,
  change: HeaderChange = {},
  also: readonly Write[] = [],
): Promise<Step> {
  const rivals = await rivalsOf(ports, header, lane);
  const holder = lane.holder === undefined ? undefined : await readHeader(ports.ledger, lane.holder);
  const members = await membersBefore(ports, header, lane, holder);
  const intent = holder !== undefined && (takesPlaceOf(header, holder) || members.carried.length > 0);
  if (intent && isReplaced(header, rivals)) return settle(ports, header, lane, { state: "superseded", reason: reasons.older() });
  const replaced = rivals.filter((rival) => takesPlaceOf(header, rival)).slice(0, 20);
  const writes = await replacedWrites(ports, replaced);
  if (writes === "conflict") return { kind: "conflict" };
  const left = await leaveWindows(ports, lane, members.leaving);
  if (left === "conflict") return { kind: "conflict" };
  if (holder === undefined) return putBehindWindows(ports, header, { before: lane, released: left.lane }, sequence, change, [...left.writes, ...also]);
  const place = { intent, sequence, replaced: replaced.length };
  const held = await hold(ports, header, lane, place, change, [...writes, ...left.writes, ...left.due, ...also], left.lane);
  if (held.kind !== "go-on") return held;
  return (await giveWay(ports, holder, held.lane)) ?? askSoon(ports, holder);
}

/** The held versions of its object. */
const rivalsOf = async (ports: LanePorts, header: Header, lane: Lane): Promise<Held[]> =>
  hasVersions(header)
    ? (await heldOf(ports, lane, header.target, 1000)).filter((held) => held.object === header.object && held.document !== header.id && held.undo !== true)
    : [];

/** A newer one came before it, and is held. */
const isReplaced = (header: Header, rivals: readonly Held[]): boolean => header.state === "received" && rivals.some((rival) => takesPlaceOf(rival, header));

/** A holder under way may be about to put its delivery, which could still be taken back: it is looked at again soon. Decides nothing, so it raises no revision. */
async function askSoon(ports: LanePorts, holder: Header): Promise<Step> {
  const soon = ports.clock.now() + SECOND;
  if (holder.state === "delivering" && holder.dueAt !== undefined && holder.dueAt > soon) {
    const asRead = [
      { path: "dueAt", is: holder.dueAt },
      { path: "state", is: holder.state },
    ];
    await ports.ledger.write([{ kind: "update", key: headerKey(holder.id), set: { dueAt: soon }, if: asRead }]);
  }
  return { kind: "quiet" };
}

async function replacedWrites(ports: LanePorts, replaced: readonly Held[]): Promise<Write[] | "conflict"> {
  const writes: Write[] = [];
  for (const held of replaced) {
    const older = await readHeader(ports.ledger, held.document);
    if (older?.state !== "held") return "conflict";
    writes.push(...supersedeHeld(ports, older, held.sk, reasons.older()));
  }
  return writes;
}

/** Whether, and how, the holder makes room for the first intent of its lane; undefined where it stays. Asked again whenever the holder comes to rest. */
export async function giveWay(ports: LanePorts, holder: Header, lane: Lane): Promise<Step | undefined> {
  if (lane.holder !== holder.id || holder.state === "held") return undefined;
  if (isSettled(holder.state)) return handOn(ports, holder, lane);
  const [first] = await heldOf(ports, lane, holder.target, 1);
  if (first === undefined) return undefined;
  if (!takesPlaceOf(first, holder)) return isDoubtful(ports, holder) ? undefined : partFor(ports, holder, lane, first);
  const way = await wayOf(ports, holder);
  switch (way.kind) {
    case "stays":
      return undefined;
    case "superseded":
      return settle(ports, holder, lane, { state: "superseded", reason: reasons.older(), also: noLongerWaiting(holder) });
    case "taken-back": {
      const step = await settle(ports, holder, lane, { state: "superseded", reason: reasons.older(), also: withdrawUnleased(way.delivery) });
      if (step.kind === "go-on") await ports.workflows.stop(flowOf(ports.settings, holder), executionOf(holder), "superseded before it was leased");
      return step;
    }
    case "undone-first":
      return turnBack(ports, holder, lane);
  }
}

/** Into its undo, in the next attempt; an execution that still waits for a delivery which nobody leased is over. */
async function turnBack(ports: LanePorts, holder: Header, lane: Lane): Promise<Step> {
  const now = ports.clock.now();
  const fields = {
    mode: "undo" as const,
    undoReason: reasons.older(),
    attempt: holder.attempt + 1,
    dueAt: now + ports.settings.limits.watchSeconds * SECOND,
  };
  const turned = await stay(ports, holder, lane, { state: "delivering", fields, remove: ["dependsOn"] }, [
    ...noLongerWaiting(holder),
    eventWrite(holder, now, "undone-for-intent"),
  ]);
  if (holder.state === "delivering" && turned.kind === "go-on")
    await ports.workflows.stop(flowOf(ports.settings, holder), executionOf(holder), "undone before it was leased");
  return turned;
}

async function wayOf(ports: LanePorts, holder: Header): Promise<Way> {
  if (isHalfTakenBack(holder)) return { kind: "stays" };
  const open = await openDelivery(ports, holder);
  if (open !== undefined) return wayWhileOpen(ports, holder, open);
  if ((holder.state !== "parked" && holder.state !== "waiting") || isInTheMiddle(ports, holder)) return { kind: "stays" };
  if (!hasApplied(holder) || mayStand(ports, holder)) return { kind: "superseded" };
  return holder.mode === "undo" ? { kind: "stays" } : { kind: "undone-first" };
}

/** What the plant was to be told and never leased is taken back; where other steps stand in the ERP, by the undo of them all. */
function wayWhileOpen(ports: LanePorts, holder: Header, open: Delivery): Way {
  if (open.everLeased || holder.mode === "undo") return { kind: "stays" };
  return isReport(ports.settings, holder) ? { kind: "undone-first" } : { kind: "taken-back", delivery: open };
}

/** Of an effect whose outcome is not known, or of its undo. */
const isInTheMiddle = (ports: LanePorts, holder: Header): boolean => isUnsure(holder) || isDoubtful(ports, holder) || isHalfUndone(holder);

/** What it did itself, and would have to undo. */
export const hasApplied = ({ markers }: Header): boolean =>
  Object.entries(markers).some(([step, { state }]) => state === "applied" && !IS_TOLD_LAST.includes(step) && !isTakingBack(step));

/** What the sender is told last has no undo. */
const IS_TOLD_LAST = ["tell-rejected", "tell-undone"];

/** Whether what it applied may stay until the intent takes its place, or for good where the intent comes to nothing: not while its sender was last told that it is not in force. */
const mayStand = (ports: LanePorts, holder: Header): boolean =>
  ports.settings.documentTypes[holder.type].takesOver && (holder.mode === "undo" || holder.cancel || !wasToldOtherwise(holder));

/** Its sender was told so before a person replayed it, and has not been told since that it was accepted. */
const wasToldOtherwise = ({ markers }: Header): boolean =>
  IS_TOLD_LAST.some((step) => markers[step]?.state === "undone") && markers["tell-accepted"]?.state !== "applied";

/** A repeat of it was not processed, and the target, which would absorb another, cannot be asked for the first. */
function isDoubtful({ settings, targetOf }: LanePorts, { target, markers }: Header): boolean {
  if (!Object.values(markers).some(({ state, doubt }) => state === "none" && doubt === true)) return false;
  const connection = connectionOf(settings, target);
  return connection.role === "erp" && !targetOf(connection).capabilities.lookup;
}

/** What one of its effects came to is not known yet. */
const isUnsure = (holder: Header): boolean =>
  Object.values(holder.markers).some((marker) => ["claimed", "queued", "unknown", "undoing"].includes(marker.state));

/** In the middle of its undo: its sender is still to be told of it. */
const isHalfUndone = (holder: Header): boolean =>
  holder.mode === "undo" && Object.values(holder.markers).some((marker) => marker.state === "undone") && holder.markers["tell-undone"]?.state !== "applied";

/** The delivery without a verdict that the holder's marker names. */
async function openDelivery(ports: LanePorts, holder: Header): Promise<Delivery | undefined> {
  for (const marker of Object.values(holder.markers)) {
    if (marker.delivery === undefined || (marker.state !== "queued" && marker.state !== "undoing")) continue;
    const delivery = await readDelivery(ports.ledger, marker.delivery);
    if (delivery !== undefined && delivery.verdict === undefined && !delivery.withdrawn) return delivery;
  }
  return undefined;
}
