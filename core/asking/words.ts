import { isTakingBack, takenStepOf } from "../effects/deed.ts";
import type { MarkerState } from "../effects/markers.ts";
import type { Reason } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { type DocumentState, isSettled } from "../lanes/states.ts";
import type { Delivery, Header, Marker } from "../ledger/items.ts";
import { connectionOf, type Settings } from "../settings/settings.ts";
import type { Direction } from "./answers.ts";

/** States, steps and deliveries in words; every other sentence of this folder is made of these. */

export const instant = (at: number): string => new Date(at).toISOString();

/** `OperationsRequest 1000123 version 2`, `the cancel of OperationsRequest 1000123`. */
export function nameOf(header: Header): string {
  const name = `${header.type} ${header.objectId}${header.version === undefined ? "" : ` version ${header.version}`}`;
  return header.cancel ? `the cancel of ${name}` : name;
}

export function directionOf(settings: Settings, header: Header): Direction {
  const isKnown = settings.connections.some((connection) => connection.id === header.target);
  if (!isKnown) return "unknown";
  return connectionOf(settings, header.target).role === "mes" ? "to-plant" : "to-erp";
}

const STATES: Readonly<Record<DocumentState, string>> = {
  received: "stored, not yet taken by its lane",
  held: "waits its turn in its lane",
  delivering: "under way",
  waiting: "waits",
  parked: "stopped: a person must decide",
  delivered: "delivered",
  rejected: "refused before anything was applied; the sender was told",
  undone: "something was applied and has been reversed; the sender was told",
  superseded: "a newer version or a cancel took its place",
  skipped: "passed over by command",
  resolved: "entered by hand",
};

export function stateText(header: Pick<Header, "state" | "mode">): string {
  const text = STATES[header.state];
  return header.mode === "undo" && !isSettled(header.state) ? `${text}, on its way back` : text;
}

const STEPS: Readonly<Record<string, string | undefined>> = {
  deliver: "the delivery to the plant",
  post: "the posting",
  "reverse-rest": "posting again what was posted with it",
  "tell-accepted": "telling the sender that the plant accepted it",
  "tell-rejected": "telling the sender that it was refused",
  "tell-undone": "telling the sender that it was undone",
  "confirm-operation": "the confirmation of the operation",
  "post-backflush": "the posting of what it consumed",
  "receive-output": "the receipt of its output",
  "set-order-state": "setting the order's state",
  "record-inspection": "the record of the inspection",
  "block-lot": "blocking the lot",
  "release-lot": "releasing the lot",
};

/** A step without words of its own is called by its name. */
export function stepText(step: string): string {
  const text = STEPS[step];
  if (text !== undefined) return text;
  return isTakingBack(step) ? `taking back ${stepText(takenStepOf(step))}` : `the step ${step}`;
}

const MARKERS: Readonly<Record<MarkerState, string>> = {
  none: "not done",
  claimed: "a call is under way",
  applied: "done",
  queued: "taken, not confirmed yet",
  refused: "refused",
  unknown: "may have happened or not; it is looked up before anything is repeated",
  undoing: "is being undone",
  undone: "undone",
};

export function markerText(step: string, marker: Marker): string {
  const reference = marker.reference === undefined ? "" : `, number ${marker.reference}`;
  const reason = marker.reason === undefined ? "" : `: ${marker.reason.message}`;
  return `${stepText(step)}: ${MARKERS[marker.state]}${reference}${reason}`;
}

export function deliveryText(delivery: Delivery, now: number): string {
  if (delivery.withdrawn) return "taken back before the plant leased it";
  if (delivery.verdict !== undefined) return verdictText(delivery.verdict);
  if (delivery.firstLeasedAt === undefined) return "in the mailbox, not leased yet";
  const isLeased = delivery.leaseEnd !== undefined && delivery.leaseEnd > now;
  return isLeased ? "leased by the plant's agent, no verdict yet" : "leased before, no verdict; it is handed out again";
}

export function verdictText(verdict: NonNullable<Delivery["verdict"]>): string {
  switch (verdict.result) {
    case "accepted":
      return verdict.reference === undefined ? "the plant accepted it" : `the plant accepted it as ${verdict.reference}`;
    case "rejected":
      return verdict.reason === undefined
        ? "the plant refused it without a reason"
        : `the plant refused it: ${verdict.reason.message} (${verdict.reason.code})`;
    case "outdated":
      return "the plant holds something newer";
  }
}

const NOTHING_TO_DO: readonly (string | undefined)[] = [reasons.nothingToDo().code, reasons.nothingToTakeBack().code];

/** The reason that holds now: a header keeps that of an earlier wait, which says nothing of a document that went on. */
export function currentReason(header: Header): Reason | undefined {
  switch (header.state) {
    case "received":
    case "held":
    case "delivering":
      return undefined;
    case "delivered":
      return NOTHING_TO_DO.includes(header.reason?.code) ? header.reason : undefined;
    case "waiting":
    case "parked":
    case "rejected":
    case "undone":
    case "superseded":
    case "skipped":
    case "resolved":
      return header.reason;
  }
}
