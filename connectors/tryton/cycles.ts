import * as z from "zod";
import type { SegmentResponse } from "../../core/documents/canonical.ts";
import { isJsonList } from "../../core/documents/exact-json.ts";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import type { TrytonClient } from "./client.ts";
import { findEffect, idsOn, noteEffect, noteReversal, referenceOf, type Undoing } from "./find-effect.ts";
import { findOrder, runningOrder } from "./orders.ts";
import { doneOutcome, failureOutcome, mayHaveHappened, outcomes, unsureOutcome } from "./reasons.ts";
import { end, go, type Step } from "./steps.ts";
import { timedeltaValue } from "./typed-values.ts";

const Work = z.object({ id: z.int(), order: z.string(), operation: z.string(), state: z.string(), stamp: z.string() });
const Cycle = z.object({
  id: z.int(),
  state: z.enum(["opened", "running", "done", "cancelled"]),
  /** There once it was opened: one that was never opened is none yet. */
  duration: z.unknown().optional(),
  work: z.int(),
  stamp: z.string(),
});
export type Cycle = z.infer<typeof Cycle>;

/**
 * Confirms an operation: a cycle of the order's work, with the time that the report tells of. While the operation runs its cycle runs; the report that completes it ends its own cycle and
 * those of ours that still run, in one call. A cycle is made as a cancelled one, which the work does not see, until our key stands on it.
 */
export async function confirmOperation(client: TrytonClient, call: EffectCall, document: SegmentResponse): Promise<CallOutcome> {
  const { deadline } = call;
  const wanted = document.segmentState === "Completed" ? "done" : "running";
  const before = await cycleUnder(client, call, deadline);
  if (before.kind === "end") return before.outcome;
  const known = before.value;
  if (known !== undefined && isInForce(known, wanted)) return { kind: "applied", reference: referenceOf("cycle", known.id) };
  if (known?.state === "cancelled" && known.duration !== undefined) return outcomes.reversedThere(referenceOf("cycle", known.id));
  const plan = await planCycle(client, document, deadline);
  if (plan.kind === "end") return plan.outcome;
  const noted = known === undefined ? await note(client, call, document, plan.value, wanted) : go(known);
  if (noted.kind === "end") return noted.outcome;
  return carryOut(client, noted.value, { ...plan.value, wanted }, deadline);
}

/** One that should only run is in force when it was ended since. */
const isInForce = ({ state }: Cycle, wanted: string): boolean => state === "done" || (state === "running" && wanted === "running");

async function cycleUnder(client: TrytonClient, { key }: Pick<EffectCall, "key">, deadline: number): Promise<Step<Cycle | undefined>> {
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return end(failureOutcome(found.failure));
  const ids = idsOn(found.notes, "cycle");
  return ids.length === 0 ? go(undefined) : furthest(client, ids, deadline);
}

const RANK = { done: 0, running: 1, opened: 2, cancelled: 3 } as const;

async function furthest(client: TrytonClient, ids: readonly number[], deadline: number): Promise<Step<Cycle | undefined>> {
  const cycles = await readCycles(client, ids, deadline);
  if (cycles.kind === "end") return cycles;
  const [first] = [...cycles.value].sort((one, other) => RANK[one.state] - RANK[other.state]);
  return go(first);
}

async function readCycles(client: TrytonClient, ids: readonly number[], deadline: number): Promise<Step<readonly Cycle[]>> {
  const cycles = await client.rows("cycles", { cycles: [...ids] }, deadline, Cycle);
  return cycles.kind === "rows" ? go(cycles.rows) : end(failureOutcome(cycles));
}

type CyclePlan = { readonly work: number; readonly seconds: string };

/** The work by its own number, as the order told it to the plant (mapping/order.json). */
async function planCycle(client: TrytonClient, document: SegmentResponse, deadline: number): Promise<Step<CyclePlan>> {
  const { operationsRequestId: number, segmentRequirementId: operation } = document;
  const order = await runningOrder(client, number, deadline);
  if (order.kind === "end") return order;
  const unknown = outcomes.operationUnknown(operation, number);
  if (!/^[1-9]\d{0,14}$/.test(operation)) return end(unknown);
  const works = await client.rows("work", { work: Number(operation) }, deadline, Work);
  if (works.kind !== "rows") return end(failureOutcome(works));
  const [work] = works.rows;
  if (work === undefined || work.order !== number) return end(unknown);
  const seconds = secondsOf(document);
  return seconds.kind === "end" ? seconds : go({ work: work.id, seconds: seconds.value });
}

/** Nothing where no times were reported: the ERP would take the time of the call for it. */
function secondsOf({ actualStartTime: from, actualEndTime: to }: SegmentResponse): Step<string> {
  if (from === undefined || to === undefined) return go("0");
  const ms = Date.parse(to) - Date.parse(from);
  return ms < 0 ? end(outcomes.timesReversed(from, to)) : go(String(ms / 1000));
}

async function note(client: TrytonClient, call: EffectCall, document: SegmentResponse, { work }: CyclePlan, wanted: string): Promise<Step<Cycle>> {
  const { deadline, key } = call;
  const made = await client.call("makeCycle", { work }, deadline);
  if (made.kind !== "result") return end(failureOutcome(made));
  const id = isJsonList(made.value) ? made.value[0] : undefined;
  if (typeof id !== "number") return end(failureOutcome({ kind: "unsure", why: "a cycle without a number" }));
  const keyed = await noteEffect(client, key, "cycle", [{ id, detail: `${wanted}${wordsOf(document)}` }], deadline);
  if (keyed.kind !== "result") return end(failureOutcome(keyed));
  const read = await readCycles(client, [id], deadline);
  if (read.kind === "end") return read;
  const [cycle] = read.value;
  return cycle === undefined ? end(outcomes.noEffect(referenceOf("cycle", id), "not there")) : go(cycle);
}

/** What the cycle has no field for, for the people who look at it. */
function wordsOf({ id, goodQuantity, scrapQuantity, scrapReasonCode, downtimes }: SegmentResponse): string {
  const lines = [
    `report ${id}`,
    ...(goodQuantity === undefined ? [] : [`good ${goodQuantity.value} ${goodQuantity.unit}`]),
    ...(scrapQuantity === undefined
      ? []
      : [`scrap ${scrapQuantity.value} ${scrapQuantity.unit}${scrapReasonCode === undefined ? "" : ` (${scrapReasonCode})`}`]),
    ...(downtimes ?? []).map(({ reasonCode, startTime, endTime }) => `downtime ${reasonCode} ${startTime} ${endTime}`),
  ];
  return lines.map((line) => `\n${line}`).join("");
}

const STEPS = { cancelled: ["openCycle", "runCycle"], opened: ["runCycle"], running: [], done: [] } as const;

async function carryOut(client: TrytonClient, cycle: Cycle, plan: CyclePlan & { readonly wanted: "done" | "running" }, deadline: number): Promise<CallOutcome> {
  let now = cycle;
  for (const step of STEPS[cycle.state]) {
    const next = await advance(client, now, step, plan, deadline);
    if (next.kind === "end") return next.outcome;
    now = next.value;
  }
  return plan.wanted === "running" ? reached(now, "running") : finish(client, now, plan, deadline);
}

async function advance(
  client: TrytonClient,
  { id, stamp }: Cycle,
  step: "openCycle" | "runCycle",
  { seconds }: CyclePlan,
  deadline: number,
): Promise<Step<Cycle>> {
  const done = await client.call(step, { duration: timedeltaValue(seconds) }, deadline, [{ id, stamp }]);
  if (done.kind !== "result") return end(mayHaveHappened(done) && step === "runCycle" ? unsureOutcome(done) : failureOutcome(done));
  const read = await furthest(client, [id], deadline);
  if (read.kind === "end") return read;
  return read.value === undefined ? end(outcomes.noEffect(referenceOf("cycle", id), "not there")) : go(read.value);
}

const reached = ({ id, state }: Cycle, wanted: string): CallOutcome =>
  state === wanted ? { kind: "applied", reference: referenceOf("cycle", id) } : outcomes.noEffect(referenceOf("cycle", id), state);

const Note = z.object({ text: z.string(), reference: z.string() });

/** With it, what earlier reports of ours left running on this work. */
async function finish(client: TrytonClient, cycle: Cycle, { work }: CyclePlan, deadline: number): Promise<CallOutcome> {
  const running = await client.rows("cyclesUnderWay", { work }, deadline, Cycle);
  if (running.kind !== "rows") return failureOutcome(running);
  const notes = await client.rows("notesOn", { references: running.rows.map(({ id }) => referenceOf("cycle", id)) }, deadline, Note);
  if (notes.kind !== "rows") return failureOutcome(notes);
  const ours = running.rows.filter(({ id }) => notes.rows.some(({ reference }) => reference === referenceOf("cycle", id)));
  const done = await client.call(
    "finishCycles",
    {},
    deadline,
    ours.map(({ id, stamp }) => ({ id, stamp })),
  );
  if (done.kind !== "result" && mayHaveHappened(done)) return unsureOutcome(done);
  const ids = ours.map(({ id }) => id);
  const after = await readCycles(client, [...new Set([cycle.id, ...ids])], deadline);
  if (after.kind === "end") return unsureOutcome({ kind: "unsure", why: "it could not be read again" });
  const own = after.value.find(({ id }) => id === cycle.id);
  if (own?.state === "done") return reached(own, "done");
  // What somebody ended beside us is no fault of this report: the next try leaves it out.
  const taken = ids.find((id) => after.value.find((each) => each.id === id)?.state !== "running");
  if (done.kind !== "result") return taken === undefined ? failureOutcome(done) : outcomes.changedBeside(referenceOf("cycle", taken));
  return outcomes.noEffect(referenceOf("cycle", cycle.id), own === undefined ? "not there" : own.state);
}

/** The cycle is cancelled within its work, so that the work's own state follows. Neither it nor its time counts any more. */
export async function reverseCycle(client: TrytonClient, undo: Undoing, ids: readonly number[]): Promise<CallOutcome> {
  const { deadline } = undo;
  const found = await furthest(client, ids, deadline);
  if (found.kind === "end") return found.outcome;
  const cycle = found.value;
  if (cycle === undefined || cycle.state === "cancelled") return outcomes.alreadyReversed(referenceOf("cycle", ...(cycle === undefined ? ids : [cycle.id])));
  const closed = await closedBy(client, cycle, deadline);
  if (closed !== undefined) return closed;
  const keyed = await findEffect(client, undo.key, deadline);
  if (keyed.kind === "failed") return failureOutcome(keyed.failure);
  if (keyed.notes.length === 0) {
    const written = await noteReversal(client, undo, "cycle", [cycle.id]);
    if (written.kind !== "result") return failureOutcome(written);
  }
  const rows = [{ id: cycle.id, stamp: cycle.stamp, state: "cancelled" }];
  return doneOutcome(await client.call("takeBackCycles", { work: cycle.work }, deadline, rows), referenceOf("cycle", cycle.id));
}

/** An order that has ended keeps its works. */
async function closedBy(client: TrytonClient, { work: id }: Cycle, deadline: number): Promise<CallOutcome | undefined> {
  const works = await client.rows("work", { work: id }, deadline, Work);
  if (works.kind !== "rows") return failureOutcome(works);
  const [work] = works.rows;
  const order = work === undefined ? undefined : await findOrder(client, work.order, deadline);
  if (order?.kind === "end") return order.outcome;
  return work !== undefined && order?.value.state === "closed" ? outcomes.orderDone(work.order) : undefined;
}

export async function lookUpCycle(
  client: TrytonClient,
  ids: readonly number[],
  detail: string,
  as: "posting" | "reversal",
  deadline: number,
): Promise<LookUpOutcome> {
  const found = await furthest(client, ids, deadline);
  if (found.kind === "end") return found.outcome.kind === "retry" ? found.outcome : { kind: "retry", reason: reasonOf(found.outcome) };
  return found.value === undefined ? { kind: "not-found" } : standing(found.value, as, detail);
}

/** The note of a posting begins with the state that it is for. */
function standing(cycle: Cycle, as: "posting" | "reversal", detail: string): LookUpOutcome {
  const at = (reversed: boolean): LookUpOutcome => ({ kind: "found", reference: referenceOf("cycle", cycle.id), reversed });
  if (as === "reversal") return cycle.state === "cancelled" ? at(false) : { kind: "not-found" };
  if (cycle.state === "cancelled" && cycle.duration !== undefined) return at(true);
  return isInForce(cycle, detail.startsWith("running") ? "running" : "done") ? at(false) : { kind: "not-found" };
}

const reasonOf = (outcome: CallOutcome) => ("reason" in outcome ? outcome.reason : { code: "ORL-TRYTON-035", message: "the ERP could not be asked" });
