import * as z from "zod";
import type { PostingKey } from "../../core/documents/ids.ts";
import type { TrytonClient } from "./client.ts";
import { filled } from "./fill-template.ts";
import type { RpcFailure } from "./rpc-outcome.ts";
import { RPC } from "./rpc-table.ts";
import { decimalTextOf } from "./typed-values.ts";

/** A decimal of an answer as text, never as a double. */
export const DecimalText = z.unknown().transform((value, context): string => {
  const text = decimalTextOf(value);
  if (text !== undefined) return text;
  context.issues.push({ code: "custom", input: value, message: "is no decimal" });
  return z.NEVER;
});

const Note = z.object({ text: z.string(), reference: z.string().optional() });
const Move = z.object({ id: z.int(), state: z.enum(["noted", "reserved", "booked", "cancelled"]), quantity: DecimalText, stamp: z.string() });
export type Move = z.infer<typeof Move>;
const Returned = z.object({ id: z.int(), quantity: DecimalText });

const textOf = (template: string, values: Record<string, string | number>): string => String(filled(template, values));
export const postingText = (key: PostingKey): string => textOf(RPC.texts.posting, { key });
export const reversalText = (key: PostingKey): string => textOf(RPC.texts.reversal, { key });
/** The reference of an effect: their model and number. */
export const referenceOf = (move: number): string => textOf(RPC.texts.moveReference, { move });

/** A move under our key: as a posting, or as the reversal of one. */
export type Found =
  | { readonly kind: "found"; readonly as: "posting" | "reversal"; readonly move: Move }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly failure: RpcFailure };

const failed = (failure: RpcFailure): Found => ({ kind: "failed", failure });

/**
 * What stands in the ERP under this key. A move has no field that could hold it, so the key stands in a note on the move (README.md).
 * Of several moves (a note that was committed late) the one that is furthest counts.
 */
export async function findPosting(client: TrytonClient, key: PostingKey, deadline: number): Promise<Found> {
  const values = { posting: postingText(key), reversal: reversalText(key) };
  const notes = await client.rows("findKey", values, deadline, Note);
  if (notes.kind !== "rows") return failed(notes);
  const ids = notes.rows.flatMap(({ reference }) => (reference === undefined ? [] : [moveIn(reference)])).filter((id) => id !== undefined);
  if (ids.length === 0) return { kind: "none" };
  const moves = await client.rows("moves", { moves: ids }, deadline, Move);
  if (moves.kind !== "rows") return failed(moves);
  const [move] = [...moves.rows].sort((one, other) => RANK[one.state] - RANK[other.state]);
  if (move === undefined) return { kind: "none" };
  const isReversal = notes.rows.some(({ text }) => text === values.reversal);
  return { kind: "found", as: isReversal ? "reversal" : "posting", move };
}

const RANK = { booked: 0, cancelled: 1, reserved: 2, noted: 3 } as const;

function moveIn(reference: string): number | undefined {
  const number = /^(.*?)(\d+)$/.exec(reference)?.[2];
  return number !== undefined && referenceOf(Number(number)) === reference ? Number(number) : undefined;
}

export async function readMove(client: TrytonClient, id: number, deadline: number): Promise<Found> {
  const moves = await client.rows("moves", { moves: [id] }, deadline, Move);
  if (moves.kind !== "rows") return failed(moves);
  const [move] = moves.rows;
  return move === undefined ? { kind: "none" } : { kind: "found", as: "posting", move };
}

/** Return moves that a person booked against it: together with a cancellation they would reverse it twice. */
export function readReturns(client: TrytonClient, move: number, deadline: number) {
  return client.rows("returns", { move }, deadline, Returned);
}
