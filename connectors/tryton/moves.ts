import * as z from "zod";
import type { Remainder } from "../../core/effects/outcomes.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, type KeyNote } from "./find-effect.ts";
import type { RpcFailure } from "./rpc-outcome.ts";

const MoveRow = z.object({
  id: z.int(),
  state: z.enum(["noted", "reserved", "booked", "cancelled"]),
  quantity: DecimalText,
  /** The quantity in the product's own unit. */
  own: DecimalText,
  stamp: z.string(),
  material: z.string(),
  materialId: z.int(),
  lot: z.string().optional(),
  lotId: z.int().optional(),
  /** Where it went. */
  to: z.int(),
  toKind: z.string(),
  order: z.string().optional(),
  orderState: z.string().optional(),
});

/** A move with our key on it. */
export type Move = z.infer<typeof MoveRow> & { readonly detail: string; readonly remainder?: Remainder };

export type MovesRead = { readonly kind: "moves"; readonly moves: readonly Move[] } | { readonly kind: "failed"; readonly failure: RpcFailure };

type Noted = { readonly id: number; readonly detail: string };

/** `2/3 remainder 0.0004 KGM`: which of several lines of one posting it is, and what its unit could not hold. */
export function detailOf(at: number, of: number, remainder: Remainder | undefined): string {
  const place = of === 1 ? [] : [`${at + 1}/${of}`];
  return [...place, ...(remainder === undefined ? [] : ["remainder", remainder.value, remainder.unit])].join(" ");
}

const REMAINDER = /remainder (-?\d[\d./]*) (\S+)$/;
const PLACE = /^(\d+)\/\d+/;
const placeOf = ({ detail }: Noted): number => Number(PLACE.exec(detail)?.[1] ?? 1);

/** In the order of the posting's lines. */
export async function readMoves(client: TrytonClient, noted: readonly Noted[], deadline: number): Promise<MovesRead> {
  if (noted.length === 0) return { kind: "moves", moves: [] };
  const rows = await client.rows("moves", { moves: noted.map(({ id }) => id) }, deadline, MoveRow);
  if (rows.kind !== "rows") return { kind: "failed", failure: rows };
  const byId = new Map(rows.rows.map((row) => [row.id, row]));
  const ordered = [...noted].sort((one, other) => placeOf(one) - placeOf(other));
  return {
    kind: "moves",
    moves: ordered.flatMap(({ id, detail }) => {
      const row = byId.get(id);
      return row === undefined ? [] : [{ ...row, detail, ...remainderIn(row, detail) }];
    }),
  };
}

function remainderIn({ material, lot }: z.infer<typeof MoveRow>, detail: string): { remainder?: Remainder } {
  const [, value, unit] = REMAINDER.exec(detail) ?? [];
  return value === undefined || unit === undefined ? {} : { remainder: { material, ...(lot === undefined ? {} : { lot }), value, unit } };
}

/**
 * The moves of one posting. Of several sets under one key (a note that was committed late, on moves that nobody goes on with) the one that is furthest counts,
 * line by line.
 */
export async function movesNoted(client: TrytonClient, notes: readonly KeyNote[], deadline: number): Promise<MovesRead> {
  const read = await readMoves(
    client,
    notes.filter((note) => note.as === "posting" && note.holder === "move"),
    deadline,
  );
  if (read.kind === "failed") return read;
  const furthest = new Map<number, Move>();
  for (const move of read.moves) {
    const known = furthest.get(placeOf(move));
    if (known === undefined || RANK[move.state] < RANK[known.state]) furthest.set(placeOf(move), move);
  }
  return { kind: "moves", moves: [...furthest.values()] };
}

const RANK = { booked: 0, cancelled: 1, reserved: 2, noted: 3 } as const;
