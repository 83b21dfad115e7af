import { type DocumentId, subjectKeyIn } from "../documents/ids.ts";
import { leavesNothing } from "../effects/markers.ts";
import { reasons } from "../effects/reasons.ts";
import { decide, eventWrite, markerOf } from "../ledger/header-change.ts";
import { type Delivery, Header, Lane, parseIfThere } from "../ledger/items.ts";
import { headerKey, laneKey } from "../ledger/keys.ts";
import { deadlineOf, readAgent } from "../mailbox/agent-silence.ts";
import { DELIVER, deliveringStep, deliveryIdOf, putDelivery, readDelivery } from "../mailbox/mailbox.ts";
import { siteOf } from "../settings/settings.ts";
import { command } from "./commands.ts";
import { conclude, park, parkBeside, STARTS_AT_MOST, wake } from "./conclude.ts";
import { executionOf, flowOf, isIndependent, type WorkflowName } from "./flows.ts";
import { arrive, giveWay } from "./give-way.ts";
import { freeLane, holds, isFree } from "./lane-state.ts";
import { Conclusion, type Notice } from "./notices.ts";
import { type LanePorts, QUIET, type Run, type Step } from "./ports.ts";
import { proceed } from "./proceed.ts";
import { sendSurely } from "./send-surely.ts";
import { afterDelivery, becomeHolder, stay } from "./settle.ts";
import { isSettled } from "./states.ts";
import { backOff, SECOND } from "./times.ts";
import { mayComeIn, wakeInWindow } from "./window-steps.ts";
import { isInWindow } from "./windows.ts";

const RACES_AT_MOST = 8;
const CAREFUL_FROM = 3;
/** Go on within the invocation until 70 % of its time is used (rule 4). */
const SHARE_LEFT = 0.3;

class LostRaces extends Error {}

/**
 * The lane's only writer: takes one notice to its end, then drains what the lane hands over.
 * `sequence` is the queue's own number of the message, `received` how often it came. Throws where it must be delivered again.
 */
export async function advance(ports: LanePorts, run: Run, notice: Notice, sequence: string, received: number): Promise<void> {
  const careful = received >= CAREFUL_FROM;
  let step = await decided(ports, run, notice, sequence, careful);
  while (step.kind === "go-on" && step.holder.state === "delivering") {
    const { holder, lane } = step;
    if (isLate(run)) return handToNextRun(ports, holder);
    step = await counted(ports, holder, lane, sequence, careful, (current) => proceed(ports, run, current, lane, sequence));
    if (step.kind === "conflict")
      step = await decided(ports, run, { kind: "document", target: holder.target, document: holder.id, attempt: holder.attempt }, sequence, careful);
  }
}

const isLate = (run: Run): boolean => run.remainingMs() < run.totalMs * SHARE_LEFT;

async function handToNextRun(ports: LanePorts, holder: Header): Promise<void> {
  const notice = { kind: "wake", target: holder.target, document: holder.id, attempt: holder.attempt } as const;
  await sendSurely(ports.queue, notice, `drain ${holder.revision}`);
}

async function decided(ports: LanePorts, run: Run, notice: Notice, sequence: string, careful: boolean): Promise<Step> {
  for (let race = 0; race < RACES_AT_MOST; race += 1) {
    const { header, lane } = await readBoth(ports, notice.document, notice.target);
    if (header === undefined) return QUIET;
    const step = await counted(ports, header, lane, sequence, careful, (current) => dispatch(ports, run, notice, current, lane, sequence));
    if (step.kind !== "conflict") return step;
  }
  throw new LostRaces(`lost ${RACES_AT_MOST} races for ${notice.document}`);
}

async function readBoth(ports: LanePorts, document: DocumentId, target: Notice["target"]): Promise<{ header: Header | undefined; lane: Lane }> {
  const [header, lane] = await ports.ledger.readMany([headerKey(document), laneKey(subjectKeyIn(document), target)]);
  return { header: parseIfThere(Header, header), lane: parseIfThere(Lane, lane) ?? freeLane(subjectKeyIn(document), target) };
}

/**
 * From a message's third receive on each start of a document is counted first, since it may be the one that kills the function, and counted down again
 * when it came to an end, whatever the others of its batch do (rule 11).
 */
async function counted(
  ports: LanePorts,
  header: Header,
  lane: Lane,
  sequence: string,
  careful: boolean,
  act: (header: Header) => Promise<Step>,
): Promise<Step> {
  if (!careful || isSettled(header.state) || header.state === "parked") return act(header);
  const { write, next } = decide(header, { fields: { starts: header.starts + 1 } }, ports.settings.limits.openShards);
  if ((await ports.ledger.write([write])).kind === "refused") return { kind: "conflict" };
  if (next.starts > STARTS_AT_MOST) return parkCrashing(ports, next, lane, sequence);
  const step = await act(next);
  await ports.ledger.write([{ kind: "update", key: headerKey(header.id), add: { starts: -1 }, if: [{ exists: true }, { path: "starts", isNot: 0 }] }]);
  return step;
}

function parkCrashing(ports: LanePorts, header: Header, lane: Lane, sequence: string): Promise<Step> {
  if (header.state === "held") return Promise.resolve(QUIET);
  if (isIndependent(ports.settings, header) || isFree(lane) || holds(lane, header)) return park(ports, header, lane, reasons.keepsCrashing(header.starts));
  return header.state === "received" ? arrive(ports, header, lane, sequence) : Promise.resolve(QUIET);
}

function dispatch(ports: LanePorts, run: Run, notice: Notice, header: Header, lane: Lane, sequence: string): Promise<Step> {
  if (notice.kind === "command") return command(ports, run, header, lane, notice, sequence);
  if (notice.kind === "finished") return finished(ports, header, lane, notice);
  if (isSettled(header.state)) return settledAgain(ports, header, lane);
  if (notice.kind === "wake" && notice.attempt !== header.attempt) return Promise.resolve(QUIET);
  if (notice.kind !== "wake" || header.state !== "waiting") return goOn(ports, run, header, lane, sequence);
  return isInWindow(header) ? wakeInWindow(ports, header, lane) : wake(ports, header, lane);
}

/** Another has the lane: it is held. In the middle of an effect in place that means that its message was lost, and another took the free lane. */
const isBeside = (ports: LanePorts, header: Header, lane: Lane): boolean => !holds(lane, header) && !isFree(lane) && !isIndependent(ports.settings, header);

/** A document's own message, first or again, or a wake: goes on from where the ledger says it stands. */
async function goOn(ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> {
  switch (header.state) {
    case "received":
      if (mayComeIn(ports, header, lane) && !isLate(run)) return proceed(ports, run, header, lane, sequence);
      return isBeside(ports, header, lane) ? arrive(ports, header, lane, sequence) : begin(ports, run, header, lane, sequence);
    case "delivering":
      return isBeside(ports, header, lane) ? overtaken(ports, header, lane, sequence) : watch(ports, run, header, lane, sequence);
    case "held":
      return continueHolder(ports, lane);
    default:
      return (await giveWay(ports, header, lane)) ?? QUIET;
  }
}

/** It waits for its turn like any other where nothing of it was done; what became of its posting else, a person is asked (rule 2). */
const overtaken = (ports: LanePorts, header: Header, lane: Lane, sequence: string): Promise<Step> =>
  isUntouched(header) ? arrive(ports, header, lane, sequence) : parkBeside(ports, header, lane, reasons.laneTaken());

const isUntouched = ({ markers }: Header): boolean => Object.values(markers).every(({ state }) => leavesNothing(state));

/** What begins too late would be cut off by the function's end: the next run begins it, and what comes behind it is held. */
const begin = (ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> =>
  isLate(run) ? becomeHolder(ports, header, lane, { state: "delivering" }) : proceed(ports, run, header, lane, sequence);

function watch(ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> {
  const flow = flowOf(ports.settings, header);
  switch (flow) {
    case "release-production-order":
    case "hold-lot":
      return watchWorkflow(ports, run, header, lane, flow, sequence);
    case "report-operation":
      return runAgain(ports, header, lane);
    case "mailbox":
    case "post":
      return watchEffect(ports, run, header, lane, sequence);
  }
}

/** Its run was cut off, or its caller died: the next attempt goes on by the markers, and finds whatever is left of this one stale. */
function runAgain(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  const fields = { attempt: header.attempt + 1, dueAt: ports.clock.now() + ports.settings.limits.watchSeconds * SECOND };
  return stay(ports, header, lane, { fields });
}

/** The lane's holder gives way to an intent, or goes on where an invocation died before starting it. */
async function continueHolder(ports: LanePorts, lane: Lane): Promise<Step> {
  if (lane.holder === undefined) return QUIET;
  const holder = parseIfThere(Header, await ports.ledger.read(headerKey(lane.holder)));
  if (holder === undefined) return QUIET;
  return (await giveWay(ports, holder, lane)) ?? { kind: "go-on", holder, lane };
}

/** A message that comes again after its document settled goes on draining, and wakes again all who wait for it (rule 4). */
async function settledAgain(ports: LanePorts, header: Header, lane: Lane): Promise<Step> {
  if (header.state === "delivered") await afterDelivery(ports, header);
  if (header.lateAcceptance !== undefined) return withdrawLate(ports, header);
  return continueHolder(ports, lane);
}

/**
 * Accepted by the plant after it was settled: a withdrawal of its own (LANES.md 8). Its number follows the document's own deliveries,
 * so that it is outdated where the plant holds anything newer.
 */
async function withdrawLate(ports: LanePorts, header: Header): Promise<Step> {
  const now = ports.clock.now();
  const ordinal = header.ordinal + 1;
  const { write, next } = decide(header, { fields: { ordinal }, remove: ["lateAcceptance"] }, ports.settings.limits.openShards);
  const id = deliveryIdOf(header.id, markerOf(header, DELIVER).generation, `late ${ordinal}`);
  const delivery = { id, action: "withdraw", content: header.id, version: header.version, hasDeadline: false, taskToken: undefined } as const;
  const answer = await ports.ledger.write([write, ...putDelivery(next, delivery, now), eventWrite(next, now, "withdrawn-after-settling")]);
  return answer.kind === "written" ? QUIET : { kind: "conflict" };
}

/** A wake for a holder under way asks Step Functions first (LANES.md 7). */
async function watchWorkflow(ports: LanePorts, run: Run, header: Header, lane: Lane, workflow: WorkflowName, sequence: string): Promise<Step> {
  const execution = await ports.workflows.look(workflow, executionOf(header));
  switch (execution.kind) {
    case "absent":
      return proceed(ports, run, header, lane, sequence);
    case "running":
      return (await giveWay(ports, header, lane)) ?? watchToken(ports, header, lane, workflow);
    case "ended": {
      const conclusion = Conclusion.safeParse(execution.output);
      return conclude(ports, header, lane, conclusion.success ? conclusion.data : { kind: "crashed", error: "the workflow ended without an outcome" });
    }
  }
}

/** A zombie step may have left a dead token on the delivery: an execution that nobody can answer ends, and the next attempt finds the verdict. */
async function watchToken(ports: LanePorts, header: Header, lane: Lane, workflow: WorkflowName): Promise<Step> {
  const now = ports.clock.now();
  const delivery = await deliveryOf(ports, header);
  const overdueSince = delivery === undefined || delivery.answered ? undefined : (delivery.verdictAt ?? (await deadlineIn(ports, header, delivery, now)));
  if (overdueSince === undefined || now < overdueSince + ports.settings.limits.watchSeconds * SECOND) return lookAgainLater(ports, header);
  await ports.workflows.stop(workflow, executionOf(header), "its task token cannot be answered");
  return wake(ports, header, lane);
}

/** A single effect goes on where it stands: its marker tells. */
async function watchEffect(ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> {
  const { state } = markerOf(header, DELIVER);
  if (state !== "queued" && state !== "undoing") return proceed(ports, run, header, lane, sequence);
  return (await giveWay(ports, header, lane)) ?? lookAgainLater(ports, header);
}

async function lookAgainLater(ports: LanePorts, header: Header): Promise<Step> {
  const now = ports.clock.now();
  const later = now + backOff(ports.settings.limits.watchSeconds, header.wakes);
  const deadline = await openDeadline(ports, header, now);
  const dueAt = deadline === undefined ? later : Math.min(later, Math.max(deadline, now + ports.settings.limits.watchSeconds * SECOND));
  const decision = decide(header, { fields: { dueAt, wakes: header.wakes + 1 } }, ports.settings.limits.openShards);
  await ports.ledger.write([decision.write]);
  return QUIET;
}

async function deliveryOf(ports: LanePorts, header: Header): Promise<Delivery | undefined> {
  const { delivery } = markerOf(header, deliveringStep(header));
  return delivery === undefined ? undefined : readDelivery(ports.ledger, delivery);
}

async function openDeadline(ports: LanePorts, header: Header, now: number): Promise<number | undefined> {
  const delivery = await deliveryOf(ports, header);
  return delivery === undefined ? undefined : deadlineIn(ports, header, delivery, now);
}

async function deadlineIn(ports: LanePorts, header: Header, delivery: Delivery, now: number): Promise<number | undefined> {
  const site = siteOf(ports.settings, header.site);
  return deadlineOf(delivery, await readAgent(ports, site), site, now);
}

/** The workflow of an attempt has ended. One that means an older attempt changes nothing. */
function finished(ports: LanePorts, header: Header, lane: Lane, notice: Extract<Notice, { kind: "finished" }>): Promise<Step> {
  if (notice.attempt === header.attempt && header.state === "delivering") return conclude(ports, header, lane, notice.conclusion);
  if (isSettled(header.state)) return settledAgain(ports, header, lane);
  return continueHolder(ports, lane);
}
