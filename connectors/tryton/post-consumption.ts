import * as z from "zod";
import type { MaterialActual } from "../../core/documents/canonical.ts";
import { isJsonList } from "../../core/documents/exact-json.ts";
import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { compareDecimals, isNegative } from "../../core/quantities/decimals.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, findPosting, type Move, postingText, readMove, referenceOf } from "./find-posting.ts";
import { type Plan, planConsumption } from "./plan-consumption.ts";
import { failureOutcome, outcomes, unsureOutcome } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";
import { dateValue, numberValue } from "./typed-values.ts";

/**
 * Books a consumption once (README.md, "How a consumption is booked"): looked for under our key first; noted apart from the order, where nobody books it; our key put on it;
 * reserved on the order; the stock looked at with all reservations; booked; read again. Only the booking itself can leave its outcome unknown.
 */
export async function postConsumption(client: TrytonClient, call: EffectCall): Promise<CallOutcome> {
  const { action, document, deadline } = call;
  if (action !== "post") return outcomes.notCarried(action);
  if (document.type !== "MaterialActual") return outcomes.notCarried(document.type);
  const before = await findPosting(client, call.key, deadline);
  if (before.kind === "failed") return failureOutcome(before.failure);
  const known = before.kind === "found" ? before.move : undefined;
  if (known?.state === "cancelled") return outcomes.reversedThere(referenceOf(known.id));
  // What is booked already is not judged again by an order that has ended meanwhile.
  if (known?.state === "booked") return bookedOutcome(known, document.quantity.value);
  return book(client, call, document, known);
}

async function book(client: TrytonClient, call: EffectCall, document: MaterialActual, known: Move | undefined): Promise<CallOutcome> {
  const { deadline } = call;
  const plan = await planConsumption(client, document, deadline);
  if (plan.kind === "end") return known?.state === "reserved" ? released(client, known.id, plan.outcome, deadline) : plan.outcome;
  const noted = known ?? (await note(client, call, plan.value));
  return "outcome" in noted ? noted.outcome : bookReserved(client, plan.value, noted, deadline);
}

type Ended = { readonly outcome: CallOutcome };

/** The move, and then our key on it: until it has its key it belongs to no order, counts in no stock, and nobody books it. */
async function note(client: TrytonClient, call: EffectCall, plan: Plan): Promise<Move | Ended> {
  const { deadline } = call;
  const made = await client.call("noteMove", { ...plan, quantity: numberValue(plan.quantity), date: dateValue(plan.date) }, deadline);
  if (made.kind !== "result") return { outcome: failureOutcome(made) };
  const id = isJsonList(made.value) ? made.value[0] : undefined;
  if (typeof id !== "number") return { outcome: failureOutcome({ kind: "unsure", why: "a move without a number" }) };
  const keyed = await client.call("writeKey", { text: postingText(call.key), move: id }, deadline);
  if (keyed.kind !== "result") return { outcome: failureOutcome(keyed) };
  const read = await readMove(client, id, deadline);
  if (read.kind === "found") return read.move;
  return { outcome: read.kind === "failed" ? failureOutcome(read.failure) : outcomes.noEffect(referenceOf(id), "not there") };
}

async function bookReserved(client: TrytonClient, plan: Plan, noted: Move, deadline: number): Promise<CallOutcome> {
  const { id } = noted;
  const reserved = await client.call("reserveMove", { move: id, order: plan.order, date: dateValue(plan.date), stamp: noted.stamp }, deadline);
  if (reserved.kind !== "result") return failureOutcome(reserved);
  const lacking = await lackOf(client, plan, deadline);
  if (lacking !== undefined) return released(client, id, lacking, deadline);
  const before = await readMove(client, id, deadline);
  if (before.kind === "failed") return failureOutcome(before.failure);
  if (before.kind === "none" || before.move.state !== "reserved")
    return outcomes.noEffect(referenceOf(id), before.kind === "none" ? "not there" : before.move.state);
  const booked = await client.call("bookMove", { move: id, stamp: before.move.stamp }, deadline);
  return afterBooking(client, plan, id, booked.kind === "result" ? undefined : booked, deadline);
}

const Left = z.object({ left: DecimalText });

/**
 * What would be missing. The ERP's own check is bypassed by what is reserved one by one; ours counts every reservation, and comes after ours is committed:
 * of two that want the same last kilogram at least one sees both.
 */
async function lackOf(client: TrytonClient, plan: Plan, deadline: number): Promise<CallOutcome | undefined> {
  const { lot, material, from } = plan;
  const stock =
    lot === undefined
      ? await client.rows("stockOfMaterial", { material, from }, deadline, Left)
      : await client.rows("stockOfLot", { lot, from }, deadline, Left);
  if (stock.kind !== "rows") return failureOutcome(stock);
  const [row] = stock.rows;
  if (row === undefined) return failureOutcome({ kind: "unsure", why: "no stock was answered" });
  return isNegative(row.left) ? outcomes.notEnough(plan.stock, row.left) : undefined;
}

/** Gives the reservation back. Where even that fails it stays reserved, and the next try finds it by our key. */
async function released(client: TrytonClient, move: number, outcome: CallOutcome, deadline: number): Promise<CallOutcome> {
  await client.call("releaseMove", { move }, deadline);
  return outcome;
}

/** The state counts, not the answer: a yes may be without effect, and a no may be to a repetition. */
async function afterBooking(client: TrytonClient, plan: Plan, id: number, failure: RpcFailure | undefined, deadline: number): Promise<CallOutcome> {
  if (failure !== undefined && mayStillBook(failure)) return unsureOutcome(failure);
  const after = await readMove(client, id, deadline);
  if (after.kind === "failed") return unsureOutcome(after.failure);
  if (after.kind === "found" && after.move.state === "booked") return bookedOutcome(after.move, plan.quantity);
  const state = after.kind === "found" ? after.move.state : "not there";
  if (failure === undefined) return outcomes.noEffect(referenceOf(id), state);
  return released(client, id, failureOutcome(failure), deadline);
}

/** The server did not say that it rolled back. */
const mayStillBook = ({ kind }: RpcFailure): boolean => kind === "unsure" || kind === "busy" || kind === "session-ended" || kind === "strange";

function bookedOutcome(move: Move, quantity: string): CallOutcome {
  const reference = referenceOf(move.id);
  return compareDecimals(move.quantity, quantity) === 0 ? { kind: "applied", reference } : outcomes.altered(reference, move.quantity);
}
