import * as z from "zod";
import type { OperationsRequest } from "../../core/documents/canonical.ts";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import type { TrytonClient } from "./client.ts";
import { findEffect, idsOn, type KeyNote, noteEffect, noteReversal, referenceOf, TypedText, type Undoing } from "./find-effect.ts";
import { dateIn } from "./local-date.ts";
import { findCompany, findOrder, type Order, orderEnded } from "./orders.ts";
import { doneOutcome, failureOutcome, lookUpFailure, mayHaveHappened, outcomes, unsureOutcome } from "./reasons.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";
import type { Step } from "./steps.ts";
import { dateValue } from "./typed-values.ts";

/** What a note of ours on an order stands for, by the word after its key. */
const TOLD = "told";
const COMPLETED = "completed";
const SCHEDULED = "scheduled";

type Tell = "tell-accepted" | "tell-rejected" | "tell-undone";
const TELLS: Readonly<Record<Tell, string>> = {
  "tell-accepted": "accepted by the plant",
  "tell-rejected": "rejected by the plant",
  "tell-undone": "taken back",
};

/** Tells the planner, in a note on the order, what became of it in the plant. An order that vanished has nobody to be told. */
export async function tellOrder(client: TrytonClient, call: EffectCall, action: Tell): Promise<CallOutcome> {
  const { document, deadline, plantReference, reason } = call;
  if (document.type !== "OperationsRequest") return noteOnMaster(document.type, document.id);
  const found = await findEffect(client, call.key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const [known] = idsOn(found.notes, "order");
  if (known !== undefined) return { kind: "applied", reference: referenceOf("order", known) };
  const order = await findOrder(client, document.id, deadline);
  if (order.kind === "end") return order.outcome.kind === "dependency" ? { kind: "applied", reference: `no order ${document.id}` } : order.outcome;
  const words = [TOLD, TELLS[action], ...(plantReference === undefined ? [] : [plantReference]), ...(reason === undefined ? [] : [`\n${reason.message}`])];
  const written = await noteEffect(client, call.key, "order", [{ id: order.value.id, detail: words.join(" ") }], deadline);
  return doneOutcome(written, referenceOf("order", order.value.id));
}

/** Of master data the ERP asks nothing: it is told of in the ledger alone. */
const noteOnMaster = (type: string, id: string): CallOutcome => ({ kind: "applied", reference: `${type} ${id}` });

const Work = z.object({ id: z.int(), operation: z.string(), state: z.string() });

/** Ends the order. Its traps (behaviours 1, 8, 12): works that are not finished, an inspection that is missing (the answer is an action, and nothing happens) or failed. */
export async function completeOrder(client: TrytonClient, call: EffectCall, number: string): Promise<CallOutcome> {
  const { deadline } = call;
  const order = await findOrder(client, number, deadline);
  if (order.kind === "end") return order.outcome;
  const { id, state } = order.value;
  const reference = referenceOf("order", id);
  // Whoever ended it: it is what was wanted.
  if (state === "closed") return { kind: "applied", reference };
  if (state === "cancelled") return orderEnded(number, order.value);
  if (state !== "running") return outcomes.orderNotRunning(number);
  const works = await client.rows("works", { order: id }, deadline, Work);
  if (works.kind !== "rows") return failureOutcome(works);
  const open = works.rows.filter((work) => work.state !== "finished").map(({ operation }) => operation);
  if (open.length > 0) return outcomes.worksOpen(number, open.join(", "));
  const keyed = await keyedOnce(client, call, id, COMPLETED);
  if (keyed !== undefined) return keyed;
  return end(client, number, order.value, deadline);
}

/** Undefined once our key stands on the order. */
async function keyedOnce(client: TrytonClient, { key, deadline }: EffectCall, order: number, detail: string): Promise<CallOutcome | undefined> {
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  if (found.notes.some(({ as, holder, detail: text }) => as === "posting" && holder === "order" && text === detail)) return undefined;
  const written = await noteEffect(client, key, "order", [{ id: order, detail }], deadline);
  return written.kind === "result" ? undefined : failureOutcome(written);
}

async function end(client: TrytonClient, number: string, { id, stamp }: Order, deadline: number): Promise<CallOutcome> {
  const done = await client.call("finishOrder", { order: id, stamp }, deadline);
  if (done.kind !== "result" && mayHaveHappened(done)) return unsureOutcome(done);
  const after = await findOrder(client, number, deadline);
  if (after.kind === "end") return unsureOutcome({ kind: "unsure", why: "it could not be read again" });
  const reference = referenceOf("order", id);
  if (after.value.state === "closed") return { kind: "applied", reference };
  if (done.kind !== "result") return failureOutcome(done);
  // An action to be done first is no null.
  return done.value === null ? outcomes.noEffect(reference, after.value.state) : outcomes.inspectionMissing(number);
}

type Schedule = { readonly start?: string; readonly end?: string };

/**
 * Schedule feedback: planned dates, and a start. Absolute values, written again they are the same; what they were before stands in our note, so that a reversal can put it back.
 */
export async function schedule(client: TrytonClient, call: EffectCall, document: OperationsRequest): Promise<CallOutcome> {
  const { deadline } = call;
  if (document.requestState === "Completed") return completeOrder(client, call, document.id);
  const order = await findOrder(client, document.id, deadline);
  if (order.kind === "end") return order.outcome;
  const { value } = order;
  if (value.state === "closed" || value.state === "cancelled") return outcomes.scheduleEnded(document.id, value.state);
  const wanted = await scheduleOf(client, document, deadline);
  if (wanted.kind === "end") return wanted.outcome;
  const written = await writeSchedule(client, call, value, wanted.value);
  if (written !== undefined) return written;
  return document.requestState === "Running" && value.state !== "running" ? start(client, document.id, value, deadline) : scheduled(value);
}

const scheduled = ({ id }: Order): CallOutcome => ({ kind: "applied", reference: referenceOf("order", id) });

async function scheduleOf(client: TrytonClient, { startTime, endTime }: OperationsRequest, deadline: number): Promise<Step<Schedule>> {
  const company = await findCompany(client, deadline);
  if (company.kind === "end") return company;
  const zone = company.value.timeZone;
  return {
    kind: "go",
    value: { ...(startTime === undefined ? {} : { start: dateIn(startTime, zone) }), ...(endTime === undefined ? {} : { end: dateIn(endTime, zone) }) },
  };
}

/** Undefined once the dates stand. */
async function writeSchedule(client: TrytonClient, call: EffectCall, order: Order, wanted: Schedule): Promise<CallOutcome | undefined> {
  const { deadline } = call;
  // The ERP takes no end without a start.
  const next = { start: wanted.start ?? order.start, end: wanted.end ?? order.end };
  const detail = [SCHEDULED, dateWord(next.start), dateWord(next.end), "before", dateWord(order.start), dateWord(order.end)].join(" ");
  const found = await findEffect(client, call.key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  if (idsOn(found.notes, "order").length === 0) {
    const keyed = await noteEffect(client, call.key, "order", [{ id: order.id, detail }], deadline);
    if (keyed.kind !== "result") return failureOutcome(keyed);
  }
  if (next.start === order.start && next.end === order.end) return undefined;
  const written = await setDates(client, order, next, deadline);
  return written.kind === "result" ? undefined : doneOutcome(written, referenceOf("order", order.id));
}

const dateWord = (date: string | undefined): string => date ?? "-";
const dateOf = (word: string | undefined): string | undefined => (word === undefined || word === "-" ? undefined : word);

const setDates = (client: TrytonClient, { id, stamp }: Order, { start: from, end: to }: Schedule | Before, deadline: number): Promise<RpcOutcome> => {
  const value = (date: string | undefined) => (date === undefined ? null : dateValue(date));
  return client.call("scheduleOrder", { order: id, stamp, start: value(from), end: value(to) }, deadline);
};
type Before = { readonly start: string | undefined; readonly end: string | undefined };

/** As a person starts it: reserve what its bill needs, then run. A yes without effect is common: the state tells. */
async function start(client: TrytonClient, number: string, order: Order, deadline: number): Promise<CallOutcome> {
  if (order.state === "planned") return outcomes.orderNotRunning(number);
  const assigned = await client.call("assignOrder", { order: order.id }, deadline);
  if (assigned.kind !== "result" && mayHaveHappened(assigned)) return failureOutcome(assigned);
  const done = await client.call("runOrder", { order: order.id }, deadline);
  if (done.kind !== "result" && mayHaveHappened(done)) return unsureOutcome(done);
  const after = await findOrder(client, number, deadline);
  if (after.kind === "end") return after.outcome;
  if (after.value.state === "running") return scheduled(order);
  return done.kind === "result" ? outcomes.notAssigned(number) : startRefused(number, done);
}

const startRefused = (number: string, failure: RpcFailure): CallOutcome =>
  failure.kind === "user-error" ? outcomes.notAssigned(number) : failureOutcome(failure);

/** A told order stays told, a completed one completed; a schedule gets its former dates back. */
export async function reverseOnOrder(client: TrytonClient, undo: Undoing & Pick<EffectCall, "document">, note: KeyNote): Promise<CallOutcome> {
  const [word] = note.detail.split(/\s/);
  const number = "operationsRequestId" in undo.document ? undo.document.operationsRequestId : undo.document.id;
  if (word === COMPLETED) return completedReversal(client, number ?? undo.document.id, note, undo.deadline);
  if (word === SCHEDULED) return unschedule(client, undo, note);
  return written(client, undo, note.id);
}

async function completedReversal(client: TrytonClient, number: string, note: KeyNote, deadline: number): Promise<CallOutcome> {
  const order = await findOrder(client, number, deadline);
  if (order.kind === "end") return order.outcome;
  // Cancelled as a whole, or never ended: nothing of it is in force.
  return order.value.state === "closed" ? outcomes.orderDone(number) : outcomes.alreadyReversed(referenceOf("order", note.id));
}

async function written(client: TrytonClient, undo: Undoing, order: number): Promise<CallOutcome> {
  const found = await findEffect(client, undo.key, undo.deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  if (found.notes.length > 0) return { kind: "applied", reference: referenceOf("order", order) };
  return doneOutcome(await noteReversal(client, undo, "order", [order]), referenceOf("order", order));
}

async function unschedule(client: TrytonClient, undo: Undoing & Pick<EffectCall, "document">, note: KeyNote): Promise<CallOutcome> {
  const [, , , , from, to] = note.detail.split(/\s/);
  const order = await findOrder(client, undo.document.id, undo.deadline);
  if (order.kind === "end") return order.outcome;
  if (order.value.state === "closed" || order.value.state === "cancelled") return outcomes.orderDone(undo.document.id);
  const set = await setDates(client, order.value, { start: dateOf(from), end: dateOf(to) }, undo.deadline);
  if (set.kind !== "result") return doneOutcome(set, referenceOf("order", note.id));
  return written(client, undo, note.id);
}

const OrderThere = z.object({ state: z.string(), start: TypedText.optional(), end: TypedText.optional() });

/** Is what the note on the order stands for in force? */
export async function lookUpOnOrder(client: TrytonClient, notes: readonly KeyNote[], note: KeyNote, deadline: number): Promise<LookUpOutcome> {
  const reference = referenceOf("order", note.id);
  const reversed = notes.some(({ as }) => as === "reversed");
  const [word, from, to] = note.detail.split(/\s/);
  if (reversed || word === TOLD || note.as === "reversal") return { kind: "found", reference, reversed };
  const order = await client.rows("orderById", { order: note.id }, deadline, OrderThere);
  if (order.kind !== "rows") return lookUpFailure(order);
  const [there] = order.rows;
  if (there === undefined) return { kind: "not-found" };
  const isThere = word === COMPLETED ? there.state === "closed" : dateWord(there.start) === from && dateWord(there.end) === to;
  return isThere ? { kind: "found", reference, reversed: false } : { kind: "not-found" };
}
