import { type DocumentId, subjectKeyIn } from "../documents/ids.ts";
import type { MappingAnswer } from "../documents/source-format.ts";
import { takingBack } from "../effects/deed.ts";
import { isCurrent, readHeader } from "../effects/effect.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { decide, markerOf } from "../ledger/header-change.ts";
import { type Delivery, type Header, Lane, type Marker, type Mode, parseIfThere } from "../ledger/items.ts";
import { laneKey } from "../ledger/keys.ts";
import {
  DELIVER,
  deliveryIdOf,
  type MailboxPorts,
  type NewDelivery,
  outcomeOfApply,
  outcomeOfTakingBack,
  outcomeOfUndo,
  putDelivery,
  readDelivery,
  takeOverToken,
  withdrawUnleased,
} from "./mailbox.ts";

export type DeliverPorts = MailboxPorts & {
  /** The canonical form of a stored document, or why it has none; undefined when its payload is no longer stored. */
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
};

/** A delivery step of one document; with a task token where a workflow waits for the verdict. */
export type DeliverStep = { readonly document: DocumentId; readonly attempt: number; readonly mode: Mode; readonly taskToken?: string };

/**
 * Puts the document into its plant's mailbox once; answers `queued`, or at once what its verdict already says (LANES.md 8).
 * The marker, the delivery and its mailbox entry are one transaction, so this effect is never unknown.
 */
export function deliver(ports: DeliverPorts, step: DeliverStep): Promise<StepOutcome> {
  return untilPut(ports, step, (header) => applyOnce(ports, step, header));
}

/** Takes back, under a cancel or a newer version, what another document had the plant do; answers `applied` when the plant has agreed. */
export function takeBackDelivery(ports: DeliverPorts, step: DeliverStep): Promise<StepOutcome> {
  return untilPut(ports, step, (header) => takeBackOnce(ports, step, header));
}

async function takeBackOnce(ports: DeliverPorts, step: DeliverStep, header: Header): Promise<StepOutcome | "again"> {
  const original = header.takesBack === undefined ? undefined : await readHeader(ports.ledger, header.takesBack);
  if (original === undefined) return { kind: "stale" };
  if (markerOf(original, DELIVER).state !== "applied") return { kind: "applied" };
  const own = takingBack(DELIVER);
  const marker = markerOf(header, own);
  switch (marker.state) {
    case "none":
    case "undone": {
      if (!(await isStored(ports, header, original.id))) return { kind: "park", reason: reasons.payloadGone() };
      const id = deliveryIdOf(header.id, marker.generation, undefined, own);
      const queued: Marker = { state: "queued", generation: marker.generation, attempt: header.attempt, delivery: id };
      return put(ports, step, header, queued, { id, step: own, action: "withdraw", content: original.id, version: original.version, hasDeadline: false });
    }
    case "applied":
      return { kind: "applied" };
    case "refused":
      return { kind: "park", reason: reasons.undoRefused(DELIVER, (marker.reason ?? reasons.outdated(DELIVER)).message) };
    case "queued":
      return awaitVerdict(ports, step, marker, outcomeOfTakingBack);
    case "claimed":
    case "unknown":
    case "undoing":
      return { kind: "stale" };
  }
}

/** Undoes a delivery: takes it back unleased, or delivers the former version again, or a withdrawal that names the version. */
export function withdraw(ports: DeliverPorts, step: DeliverStep): Promise<StepOutcome> {
  return untilPut(ports, step, (header) => withdrawOnce(ports, step, header));
}

async function untilPut(ports: MailboxPorts, step: DeliverStep, once: (header: Header) => Promise<StepOutcome | "again">): Promise<StepOutcome> {
  for (;;) {
    const header = await readHeader(ports.ledger, step.document);
    if (header === undefined || header.state !== "delivering" || !isCurrent(header, step)) return { kind: "stale" };
    const outcome = await once(header);
    if (outcome !== "again") return outcome;
  }
}

function applyOnce(ports: MailboxPorts, step: DeliverStep, header: Header): Promise<StepOutcome | "again"> {
  const marker = markerOf(header, DELIVER);
  switch (marker.state) {
    case "none":
    case "undone":
      return putApply(ports, step, header, marker.generation);
    case "refused":
      return Promise.resolve(refusedOutcome(marker));
    case "applied":
      return Promise.resolve({ kind: "applied", ...(marker.reference === undefined ? {} : { reference: marker.reference }) });
    case "queued":
      return awaitVerdict(ports, step, marker, outcomeOfApply);
    case "claimed":
    case "unknown":
    case "undoing":
      return Promise.resolve({ kind: "stale" });
  }
}

function refusedOutcome(marker: Marker): StepOutcome {
  const reason = marker.reason ?? reasons.outdated(DELIVER);
  return reason.code === reasons.outdated(DELIVER).code ? { kind: "park", reason } : { kind: "refused", reason };
}

async function putApply(ports: MailboxPorts, step: DeliverStep, header: Header, generation: number): Promise<StepOutcome | "again"> {
  const id = deliveryIdOf(header.id, generation);
  // What a failed inspection holds stays held, however late the plant says so.
  const hasDeadline = step.taskToken !== undefined && !header.cancel && header.type === "OperationsRequest";
  return put(
    ports,
    step,
    header,
    { state: "queued", generation, attempt: header.attempt, delivery: id },
    { id, action: "apply", content: header.id, hasDeadline },
  );
}

type Content = Omit<NewDelivery, "taskToken" | "version"> & { readonly version?: string | undefined };

async function put(ports: MailboxPorts, step: DeliverStep, header: Header, marker: Marker, content: Content): Promise<StepOutcome | "again"> {
  const numbered = { ...header, ordinal: header.ordinal + 1 };
  const delivery = { version: header.version, ...content, taskToken: step.taskToken };
  const markers = { [content.step ?? DELIVER]: marker };
  const { write } = decide(header, { markers, fields: { ordinal: numbered.ordinal } }, ports.settings.limits.openShards);
  const answer = await ports.ledger.write([write, ...putDelivery(numbered, delivery, ports.clock.now())]);
  return answer.kind === "written" ? { kind: "queued" } : "again";
}

/** The delivery is there: its verdict answers at once, else the token of this repeat is the one to be answered. */
async function awaitVerdict(
  ports: MailboxPorts,
  step: DeliverStep,
  marker: Marker,
  outcomeOf: (verdict: NonNullable<Delivery["verdict"]>) => StepOutcome,
): Promise<StepOutcome | "again"> {
  const delivery = marker.delivery === undefined ? undefined : await readDelivery(ports.ledger, marker.delivery);
  if (delivery === undefined) return { kind: "stale" };
  if (delivery.verdict !== undefined) return outcomeOf(delivery.verdict);
  const answer = await ports.ledger.write([takeOverToken(delivery, step.attempt, step.taskToken)]);
  return answer.kind === "written" ? { kind: "queued" } : "again";
}

async function withdrawOnce(ports: DeliverPorts, step: DeliverStep, header: Header): Promise<StepOutcome | "again"> {
  const marker = markerOf(header, DELIVER);
  switch (marker.state) {
    case "none":
    case "undone":
    case "refused":
      return { kind: "undone" };
    case "undoing":
      return awaitVerdict(ports, step, marker, outcomeOfUndo);
    case "queued":
      return (await takeBack(ports, header, marker)) ?? putWithdrawal(ports, step, header, marker);
    case "applied":
      // A verdict that refused this attempt's withdrawal stands until a person replays.
      if (marker.attempt === header.attempt && marker.reason !== undefined) return { kind: "park", reason: marker.reason };
      return putWithdrawal(ports, step, header, marker);
    case "claimed":
    case "unknown":
      return { kind: "stale" };
  }
}

async function takeBack(ports: MailboxPorts, header: Header, marker: Marker): Promise<StepOutcome | "again" | undefined> {
  const delivery = marker.delivery === undefined ? undefined : await readDelivery(ports.ledger, marker.delivery);
  if (delivery === undefined || delivery.everLeased) return undefined;
  const refused: Marker = { ...marker, state: "refused", attempt: header.attempt, reason: reasons.withdrawnUnleased() };
  const { write } = decide(header, { markers: { [DELIVER]: refused } }, ports.settings.limits.openShards);
  const answer = await ports.ledger.write([write, ...withdrawUnleased(delivery)]);
  return answer.kind === "written" ? { kind: "undone" } : "again";
}

async function putWithdrawal(ports: DeliverPorts, step: DeliverStep, header: Header, marker: Marker): Promise<StepOutcome | "again"> {
  const lane = parseIfThere(Lane, await ports.ledger.read(laneKey(subjectKeyIn(header.id), header.target)));
  const inForce = lane?.inForce[header.object];
  // What a report's version replaced was taken back before it came.
  const before = inForce?.document === header.id ? header.former : inForce;
  const former = header.type === "TestResult" || before === undefined || inForce?.leaving === true ? undefined : before;
  // What is no longer stored could never be leased.
  if (!(await isStored(ports, header, former?.document ?? header.id))) return { kind: "park", reason: reasons.payloadGone() };
  const id = deliveryIdOf(header.id, marker.generation, String(header.attempt));
  const undoing: Marker = { state: "undoing", phase: "queued", generation: marker.generation, attempt: header.attempt, delivery: id };
  const content: Content =
    former === undefined
      ? { id, action: "withdraw", content: header.id, hasDeadline: false }
      : { id, action: "apply", content: former.document, version: former.version, hasDeadline: false };
  return put(ports, step, header, undoing, content);
}

async function isStored(ports: DeliverPorts, header: Header, document: DocumentId): Promise<boolean> {
  const content = document === header.id ? header : await readHeader(ports.ledger, document);
  return content !== undefined && (await ports.map(content))?.kind === "canonical";
}
