import type { PostingKey } from "../../core/documents/ids.ts";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { ReverseCall } from "../../core/effects/target-system.ts";
import { addDecimals, compareDecimals } from "../../core/quantities/decimals.ts";
import type { TrytonClient } from "./client.ts";
import { findPosting, type Move, readMove, readReturns, referenceOf, reversalText } from "./find-posting.ts";
import { failureOutcome, lookUpFailure, outcomes, reversalRefusal, unsureOutcome } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";

type Force = { readonly kind: "in-force" | "returned" | "partly-returned" } | { readonly kind: "failed"; readonly failure: RpcFailure };

/** Whether a booked move is still in force: a person may have booked a return move against it. */
async function forceOf(client: TrytonClient, move: Move, deadline: number): Promise<Force> {
  const returns = await readReturns(client, move.id, deadline);
  if (returns.kind !== "rows") return { kind: "failed", failure: returns };
  const returned = returns.rows.reduce((sum, { quantity }) => addDecimals(sum, quantity), "0");
  if (compareDecimals(returned, "0") === 0) return { kind: "in-force" };
  return { kind: compareDecimals(returned, move.quantity) >= 0 ? "returned" : "partly-returned" };
}

/** Takes a booked consumption back by cancelling its move; never where it is reversed already, whoever did it and whichever way: both ways together reverse twice. */
export async function reverseConsumption(client: TrytonClient, undo: ReverseCall): Promise<CallOutcome> {
  const { deadline, original } = undo;
  const found = await findPosting(client, original.key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  if (found.kind === "none") return outcomes.neverPosted(original.key);
  const { move } = found;
  const reference = referenceOf(move.id);
  if (move.state === "booked") {
    const force = await forceOf(client, move, deadline);
    if (force.kind === "failed") return failureOutcome(force.failure);
    if (force.kind === "partly-returned") return outcomes.partlyReturned(reference);
    if (force.kind === "returned") return { kind: "applied", reference };
  }
  // What was never booked is cancelled too: nobody can book it after its undo.
  return move.state === "cancelled" ? { kind: "applied", reference } : cancel(client, undo, move);
}

async function cancel(client: TrytonClient, undo: ReverseCall, move: Move): Promise<CallOutcome> {
  const { deadline } = undo;
  const keyed = await findPosting(client, undo.key, deadline);
  if (keyed.kind === "failed") return failureOutcome(keyed.failure);
  if (keyed.kind === "none") {
    const written = await client.call("writeKey", { text: reversalText(undo.key), move: move.id }, deadline);
    if (written.kind !== "result") return failureOutcome(written);
  }
  const cancelled = await client.call("cancelMove", { move: move.id, stamp: move.stamp }, deadline);
  return afterCancelling(client, move.id, cancelled.kind === "result" ? undefined : cancelled, deadline);
}

/** A second cancellation answers as a forbidden one does: the state tells. */
async function afterCancelling(client: TrytonClient, id: number, failure: RpcFailure | undefined, deadline: number): Promise<CallOutcome> {
  if (failure?.kind === "unsure" || failure?.kind === "busy" || failure?.kind === "session-ended" || failure?.kind === "strange") return unsureOutcome(failure);
  const after = await readMove(client, id, deadline);
  if (after.kind === "failed") return unsureOutcome(after.failure);
  const reference = referenceOf(id);
  if (after.kind === "none" || after.move.state === "cancelled") return { kind: "applied", reference };
  if (failure === undefined) return outcomes.noEffect(reference, after.move.state);
  return failure.kind === "user-error" ? reversalRefusal(failure.message) : failureOutcome(failure);
}

/** Is it booked under this key, and in force? What is only noted or reserved is in no books. Changes nothing. */
export async function lookUpConsumption(client: TrytonClient, key: PostingKey, deadline: number): Promise<LookUpOutcome> {
  const found = await findPosting(client, key, deadline);
  if (found.kind === "failed") return lookUpFailure(found.failure);
  if (found.kind === "none") return { kind: "not-found" };
  const { move, as } = found;
  const reference = referenceOf(move.id);
  if (as === "reversal") return move.state === "cancelled" ? { kind: "found", reference, reversed: false } : { kind: "not-found" };
  if (move.state === "cancelled") return { kind: "found", reference, reversed: true };
  if (move.state !== "booked") return { kind: "not-found" };
  const force = await forceOf(client, move, deadline);
  if (force.kind === "failed") return lookUpFailure(force.failure);
  return { kind: "found", reference, reversed: force.kind === "returned" };
}
