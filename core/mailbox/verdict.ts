import { isDeepStrictEqual } from "node:util";
import { isTakingBack } from "../effects/deed.ts";
import { readHeader } from "../effects/effect.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { sendSurely } from "../lanes/send-surely.ts";
import { isSettled } from "../lanes/states.ts";
import { decide, eventWrite, markerOf } from "../ledger/header-change.ts";
import { type Delivery, type Header, type Marker, stored, type Verdict } from "../ledger/items.ts";
import { mailboxKey } from "../ledger/keys.ts";
import type { Write } from "../ledger/ledger-store.ts";
import type { LaneQueue, Workflows } from "../ledger/ports.ts";
import { resultWrites } from "../results/results.ts";
import type { Site } from "../settings/settings.ts";
import type { VerdictsBody } from "./bodies.ts";
import {
  DELIVER,
  isDeliveryId,
  keyOfDelivery,
  type MailboxPorts,
  outcomeOfApply,
  outcomeOfTakingBack,
  outcomeOfUndo,
  readDelivery,
  refusalOf,
} from "./mailbox.ts";

export type VerdictPorts = MailboxPorts & { readonly queue: LaneQueue; readonly workflows: Workflows };

export type VerdictAnswer = VerdictsBody["results"][number]["result"];

/**
 * Stores the first verdict of a delivery, with what it means for the document's marker, in one transaction, before the workflow's token is answered (LANES.md 8).
 * The same again gets the same answer, a different one is a conflict; a verdict under any lease counts; another site's delivery is unknown.
 */
export async function recordVerdict(ports: VerdictPorts, site: Site, id: string, verdict: Verdict): Promise<VerdictAnswer> {
  for (;;) {
    const delivery = isDeliveryId(id) ? await readDelivery(ports.ledger, id) : undefined;
    if (delivery === undefined || delivery.site !== site.id || !delivery.everLeased) return "unknown";
    const answer = delivery.verdict === undefined ? await keep(ports, delivery, verdict) : await again(ports, delivery, delivery.verdict, verdict);
    if (answer !== "raced") return answer;
  }
}

async function keep(ports: VerdictPorts, delivery: Delivery, verdict: Verdict): Promise<VerdictAnswer | "raced"> {
  const header = await readHeader(ports.ledger, delivery.document);
  if (header === undefined) return "unknown";
  if ((await ports.ledger.write(verdictWrites(ports, header, delivery, verdict))).kind === "refused") return "raced";
  await passOn(ports, delivery, verdict);
  return "recorded";
}

async function again(ports: VerdictPorts, delivery: Delivery, first: Verdict, verdict: Verdict): Promise<VerdictAnswer> {
  if (!sameVerdict(first, verdict)) return "conflict";
  await passOn(ports, delivery, first);
  return "repeated";
}

const sameVerdict = (one: Verdict, other: Verdict): boolean => isDeepStrictEqual(stored(one), stored(other));

function verdictWrites(ports: VerdictPorts, header: Header, delivery: Delivery, verdict: Verdict): Write[] {
  const now = ports.clock.now();
  const kept: Write = {
    kind: "update",
    key: keyOfDelivery(delivery.id),
    set: { verdict: stored(verdict), verdictAt: now },
    if: [{ path: "verdict", absent: true }],
  };
  const gone: Write = { kind: "delete", key: mailboxKey(delivery.site, delivery.createdAt, delivery.id) };
  return [kept, gone, ...headerWrites(ports, header, delivery, verdict, now)];
}

function headerWrites(ports: VerdictPorts, header: Header, delivery: Delivery, verdict: Verdict, now: number): Write[] {
  const marker = markerOf(header, delivery.step);
  if (marker.delivery === delivery.id && marker.state === "queued") {
    const named = verdict.reference === undefined || delivery.step !== DELIVER ? {} : { plantReference: verdict.reference };
    const fields = { wakes: 0, ...named };
    return [decide(header, { markers: { [delivery.step]: afterApply(marker, verdict) }, fields }, ports.settings.limits.openShards).write];
  }
  if (marker.delivery === delivery.id && marker.state === "undoing") {
    return [decide(header, { markers: { [delivery.step]: afterUndo(marker, verdict) }, fields: { wakes: 0 } }, ports.settings.limits.openShards).write];
  }
  if (isWithdrawalRefused(header, delivery, verdict)) return keepsWhatWasWithdrawn(ports, header, verdict, now);
  return isAcceptedTooLate(header, delivery, verdict) ? acceptedTooLate(ports, header, delivery, now) : [];
}

const isWithdrawalRefused = (header: Header, delivery: Delivery, verdict: Verdict): boolean =>
  verdict.result === "rejected" && delivery.action === "withdraw" && header.state === "undone" && markerOf(header, DELIVER).state === "undone";

/** What is going forward again wants what was accepted. */
const isAcceptedTooLate = (header: Header, delivery: Delivery, verdict: Verdict): boolean =>
  verdict.result === "accepted" && delivery.action === "apply" && delivery.content === header.id && isTakenBack(header);

const isTakenBack = (header: Header): boolean => header.mode === "undo" || header.state === "undone" || header.state === "superseded";

/** The withdrawal after settling is refused: the plant holds what everybody believes gone. The document becomes a person's task again, beside its lane. */
function keepsWhatWasWithdrawn(ports: VerdictPorts, header: Header, verdict: Verdict, now: number): Write[] {
  const { generation } = markerOf(header, DELIVER);
  const reason = reasons.undoRefused(DELIVER, refusalOf(verdict).message);
  const markers = { [DELIVER]: { state: "applied", generation, attempt: header.attempt } as const };
  const { write, next } = decide(
    header,
    { state: "parked", fields: { mode: "undo", reason }, markers, remove: ["settledAt"] },
    ports.settings.limits.openShards,
  );
  return [write, eventWrite(next, now, "parked", { reason }), ...resultWrites(ports.settings, next, now)];
}

/** Accepted after its undo began: settling as undone, or the lane once it is settled, withdraws it once more. */
function acceptedTooLate(ports: VerdictPorts, header: Header, delivery: Delivery, now: number): Write[] {
  const { write } = decide(header, { fields: { lateAcceptance: delivery.id } }, ports.settings.limits.openShards);
  return [write, eventWrite(header, now, "accepted-too-late")];
}

const base = (marker: Marker) => ({ generation: marker.generation, attempt: marker.attempt, delivery: marker.delivery });

function afterApply(marker: Marker, verdict: Verdict): Marker {
  if (verdict.result === "accepted") return { ...base(marker), state: "applied", reference: verdict.reference };
  return { ...base(marker), state: "refused", reason: verdict.result === "rejected" ? refusalOf(verdict) : reasons.outdated(DELIVER) };
}

function afterUndo(marker: Marker, verdict: Verdict): Marker {
  if (verdict.result === "accepted") return { ...base(marker), state: "undone", generation: marker.generation + 1 };
  const outcome = outcomeOfUndo(verdict);
  return { ...base(marker), state: "applied", reason: outcome.kind === "park" ? outcome.reason : undefined };
}

/** The outcome for whoever waits: the workflow by its token, else the lane by a wake. An answer counts only when Step Functions took it. */
export async function passOn(ports: VerdictPorts, delivery: Delivery, verdict: Verdict): Promise<void> {
  if (delivery.answered) return wakeIfLate(ports, delivery);
  const token = (await readDelivery(ports.ledger, delivery.id))?.taskToken;
  if (token === undefined || (await ports.workflows.answer(token, outcomeFor(delivery, verdict))) === "gone") {
    await wakeLane(ports, delivery);
    return;
  }
  await ports.ledger.write([{ kind: "update", key: keyOfDelivery(delivery.id), set: { answered: true }, if: [{ path: "taskToken", is: token }] }]);
}

const outcomeFor = (delivery: Delivery, verdict: Verdict): StepOutcome =>
  isTakingBack(delivery.step) ? outcomeOfTakingBack(verdict) : ownOutcome(delivery, verdict);

const ownOutcome = (delivery: Delivery, verdict: Verdict): StepOutcome =>
  delivery.action === "apply" && delivery.content === delivery.document ? outcomeOfApply(verdict) : outcomeOfUndo(verdict);

/** Its workflow was answered, with its expiry, and is over: a late acceptance is the lane's affair, which no timer lists any more. */
async function wakeIfLate(ports: VerdictPorts, delivery: Delivery): Promise<void> {
  const header = await readHeader(ports.ledger, delivery.document);
  if (header !== undefined && header.lateAcceptance === delivery.id && isSettled(header.state)) await wakeLane(ports, delivery);
}

async function wakeLane(ports: VerdictPorts, delivery: Delivery): Promise<void> {
  const header = await readHeader(ports.ledger, delivery.document);
  if (header === undefined) return;
  const notice = { kind: "wake", target: delivery.target, document: delivery.document, attempt: header.attempt } as const;
  // Where it throws the agent repeats its verdict, and with it this wake: a settled document has no timer that would.
  await sendSurely(ports.queue, notice, `verdict ${delivery.id} ${ports.clock.now()}`);
}
