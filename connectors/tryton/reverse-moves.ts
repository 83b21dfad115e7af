import * as z from "zod";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import { addDecimals, compareDecimals, isNegative } from "../../core/quantities/decimals.ts";
import { appliedMoves } from "./book-moves.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, findEffect, noteReversal, referenceOf, type Undoing } from "./find-effect.ts";
import { type Move, readMoves } from "./moves.ts";
import { stockName } from "./plan-lines.ts";
import { failureOutcome, lookUpFailure, mayHaveHappened, outcomes, reversalRefusal, unsureOutcome } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";

type Force = { readonly kind: "in-force" | "returned" | "partly-returned" } | { readonly kind: "failed"; readonly failure: RpcFailure };

const Returned = z.object({ id: z.int(), quantity: DecimalText, origin: z.string() });

/** Whether booked moves are still in force: a person may have booked return moves against them. Together with a cancellation they would reverse them twice. */
export async function forceOf(client: TrytonClient, moves: readonly Pick<Move, "id" | "state" | "quantity">[], deadline: number): Promise<Force> {
  const booked = moves.filter(({ state }) => state === "booked");
  if (booked.length === 0) return { kind: "in-force" };
  const returns = await client.rows("returns", { moves: booked.map(({ id }) => referenceOf("move", id)) }, deadline, Returned);
  if (returns.kind !== "rows") return { kind: "failed", failure: returns };
  if (returns.rows.length === 0) return { kind: "in-force" };
  const isWhole = booked.every(({ id, quantity }) => {
    const against = returns.rows.filter(({ origin }) => origin === referenceOf("move", id));
    return (
      compareDecimals(
        against.reduce((sum, each) => addDecimals(sum, each.quantity), "0"),
        quantity,
      ) >= 0
    );
  });
  return { kind: isWhole ? "returned" : "partly-returned" };
}

const ids = (moves: readonly Move[]): number[] => moves.map(({ id }) => id);

/** Takes booked moves back by cancelling them, all in one call; never where they are reversed already, whoever did it and whichever way: both ways together reverse twice. */
export async function reverseMoves(client: TrytonClient, undo: Undoing, moves: readonly Move[]): Promise<CallOutcome> {
  const reference = referenceOf("move", ...ids(moves));
  const force = await forceOf(client, moves, undo.deadline);
  if (force.kind === "failed") return failureOutcome(force.failure);
  if (force.kind === "partly-returned") return outcomes.partlyReturned(reference);
  // What was never booked is cancelled too: nobody can book it after its undo.
  const left = moves.filter(({ state }) => state !== "cancelled");
  if (force.kind === "returned" || left.length === 0) return outcomes.alreadyReversed(reference);
  const obstacle = await obstacleTo(client, left, undo.deadline);
  return obstacle ?? cancel(client, undo, moves, left);
}

const Left = z.object({ left: DecimalText });
const Use = z.object({ id: z.int() });

/** What lies in a store because of these moves must still lie there: the ERP itself lets its stock go below zero. */
async function obstacleTo(client: TrytonClient, moves: readonly Move[], deadline: number): Promise<CallOutcome | undefined> {
  for (const move of moves) {
    const obstacle = move.state === "booked" && move.toKind === "storage" ? await lackWithout(client, move, deadline) : undefined;
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

async function lackWithout(client: TrytonClient, move: Move, deadline: number): Promise<CallOutcome | undefined> {
  const { lotId, lot, material, materialId, to, own } = move;
  const stock =
    lotId === undefined
      ? await client.rows("stockOfMaterials", { materials: [materialId], from: to }, deadline, Left)
      : await client.rows("stockOfLots", { lots: [lotId], from: to }, deadline, Left);
  if (stock.kind !== "rows") return failureOutcome(stock);
  const [there] = stock.rows;
  if (there === undefined) return failureOutcome({ kind: "unsure", why: "no stock was answered" });
  const left = addDecimals(there.left, `-${own}`);
  if (!isNegative(left)) return undefined;
  const what = stockName(material, lot);
  // Without a lot nobody can say which of the goods were used.
  return lotId === undefined ? outcomes.wouldGoNegative(what, left) : usedOrMissing(client, { ...move, lotId }, what, left, deadline);
}

async function usedOrMissing(
  client: TrytonClient,
  { id, lotId, to }: Move & { lotId: number },
  what: string,
  left: string,
  deadline: number,
): Promise<CallOutcome> {
  const uses = await client.rows("lotUses", { lot: lotId, from: to, move: id }, deadline, Use);
  if (uses.kind !== "rows") return failureOutcome(uses);
  return uses.rows.length > 0 ? outcomes.hasSuccessors(what) : outcomes.wouldGoNegative(what, left);
}

async function cancel(client: TrytonClient, undo: Undoing, moves: readonly Move[], left: readonly Move[]): Promise<CallOutcome> {
  const { deadline } = undo;
  const keyed = await findEffect(client, undo.key, deadline);
  if (keyed.kind === "failed") return failureOutcome(keyed.failure);
  if (keyed.notes.length === 0) {
    const written = await noteReversal(client, undo, "move", ids(moves));
    if (written.kind !== "result") return failureOutcome(written);
  }
  const rows = left.map(({ id, stamp }) => ({ id, stamp }));
  const cancelled = await client.call("cancelMoves", {}, deadline, rows);
  return afterCancelling(client, moves, cancelled.kind === "result" ? undefined : cancelled, deadline);
}

/** A second cancellation answers as a forbidden one does: the state tells. */
async function afterCancelling(client: TrytonClient, moves: readonly Move[], failure: RpcFailure | undefined, deadline: number): Promise<CallOutcome> {
  if (failure !== undefined && mayHaveHappened(failure)) return unsureOutcome(failure);
  const after = await readMoves(client, moves, deadline);
  if (after.kind === "failed") return unsureOutcome(after.failure);
  const reference = referenceOf("move", ...ids(moves));
  const standing = after.moves.find(({ state }) => state !== "cancelled");
  if (standing === undefined) return { kind: "applied", reference };
  if (failure === undefined) return outcomes.noEffect(reference, standing.state);
  return failure.kind === "user-error" ? reversalRefusal(failure.message) : failureOutcome(failure);
}

/** Are they booked, and in force? What is only noted or reserved is in no books. */
export async function lookUpMoves(client: TrytonClient, moves: readonly Move[], deadline: number): Promise<LookUpOutcome> {
  const reference = referenceOf("move", ...ids(moves));
  if (moves.every(({ state }) => state === "cancelled")) return { kind: "found", reference, reversed: true };
  if (!moves.every(({ state }) => state === "booked")) return { kind: "not-found" };
  const force = await forceOf(client, moves, deadline);
  if (force.kind === "failed") return lookUpFailure(force.failure);
  const { remainders } = appliedMoves(moves);
  return { kind: "found", reference, reversed: force.kind === "returned", ...(remainders === undefined ? {} : { remainders }) };
}

export const isReversed = (moves: readonly Move[]): boolean => moves.length > 0 && moves.every(({ state }) => state === "cancelled");
