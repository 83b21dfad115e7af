import * as z from "zod";
import type { BookLine, BooksAnswer } from "../../core/effects/target-system.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, referenceOf } from "./find-effect.ts";
import { findOrder } from "./orders.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";
import { withoutZeros } from "./typed-values.ts";

const Booked = z.object({
  id: z.int(),
  material: z.string(),
  lot: z.string().optional(),
  quantity: DecimalText,
  unit: z.string(),
  input: z.int().optional(),
  output: z.int().optional(),
  origin: z.string().optional(),
});
type Booked = z.infer<typeof Booked>;

/**
 * What stands in the ERP's own books for an order: its done moves, goods issued to it and received from it, whoever made them, and return moves against them with a minus.
 * What is cancelled counts in no books.
 */
export async function readBooks(client: TrytonClient, number: string, deadline: number): Promise<BooksAnswer> {
  const order = await findOrder(client, number, deadline);
  if (order.kind === "end") return { kind: "failed", reason: "reason" in order.outcome ? order.outcome.reason : outcomes.orderUnknown(number).reason };
  const moves = await client.rows("orderMoves", { order: order.value.id }, deadline, Booked);
  if (moves.kind !== "rows") return failed(moves);
  const byReference = new Map(moves.rows.map((move) => [referenceOf("move", move.id), move]));
  const returns = byReference.size === 0 ? moves : await client.rows("returnMoves", { moves: [...byReference.keys()] }, deadline, Booked);
  if (returns.kind !== "rows") return failed(returns);
  const back = byReference.size === 0 ? [] : returns.rows;
  return {
    kind: "books",
    lines: [
      ...moves.rows.map((move) => lineOf(move, move, "")),
      ...back.flatMap((move) => {
        const original = byReference.get(move.origin ?? "");
        return original === undefined ? [] : [lineOf(move, original, "-")];
      }),
    ],
  };
}

const failed = (failure: RpcFailure): BooksAnswer => ({ kind: "failed", reason: failureOutcome(failure).reason });

const lineOf = ({ id, material, lot, quantity, unit }: Booked, { input }: Booked, sign: string): BookLine => ({
  materialUse: input === undefined ? "Produced" : "Consumed",
  material,
  ...(lot === undefined ? {} : { lot }),
  quantity: { value: sign + withoutZeros(quantity), unit },
  reference: referenceOf("move", id),
});
