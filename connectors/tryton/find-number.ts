import * as z from "zod";
import { PostingKey } from "../../core/documents/ids.ts";
import type { Action, Entered, FindOutcome } from "../../core/effects/target-system.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, postingText, referenceOf } from "./find-effect.ts";
import { lookUpFailure } from "./reasons.ts";
import { forceOf } from "./reverse-moves.ts";
import { withoutZeros } from "./typed-values.ts";

const Standing = z.object({
  id: z.int(),
  state: z.enum(["noted", "reserved", "booked", "cancelled"]),
  quantity: DecimalText,
  unit: z.string(),
  material: z.string(),
  lot: z.string().optional(),
  inputOf: z.string().optional(),
  outputOf: z.string().optional(),
});
type Standing = z.infer<typeof Standing>;
const Note = z.object({ text: z.string() });

const BOOKINGS: readonly Action[] = ["post", "post-backflush", "receive-output"];
const PREFIX = referenceOf("move", 0).replace(/0$/, "");
const NUMBERS = /^\d{1,9}(,\d{1,9})*$/;

/**
 * What a person booked, by the numbers of the moves as the client shows them: `1234`, or `1234,1235` for a booking of several lines, with or without the model's name before them.
 * Other records (cycles, inspections, notes on an order or a lot) say too little of what they are for to be taken for a document's.
 */
export async function findNumber(client: TrytonClient, number: string, action: Action, deadline: number): Promise<FindOutcome> {
  if (!BOOKINGS.includes(action)) return { kind: "cannot-tell", why: `what the ERP keeps of ${action} does not say which document it is for` };
  const text = number.replaceAll(" ", "");
  const bare = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  if (!NUMBERS.test(bare)) return { kind: "not-found" };
  const ids = [...new Set(bare.split(",").map(Number))];
  const read = await client.rows("standing", { moves: ids }, deadline, Standing);
  if (read.kind !== "rows") return lookUpFailure(read);
  if (read.rows.length !== ids.length) return { kind: "not-found" };
  const force = await forceOf(client, read.rows, deadline);
  if (force.kind === "failed") return lookUpFailure(force.failure);
  const keyed = await client.rows("notesOn", { references: ids.map((id) => referenceOf("move", id)) }, deadline, Note);
  if (keyed.kind !== "rows") return lookUpFailure(keyed);
  const inForce = force.kind === "in-force" && read.rows.every(({ state }) => state === "booked");
  return { kind: "found", entered: { ...enteredAs(read.rows), inForce, ...keyIn(keyed.rows.map(({ text: said }) => said)) } };
}

/** Moves of one order and one side are one booking; of several they are nothing of ours. */
function enteredAs(moves: readonly Standing[]): Omit<Entered, "inForce" | "key"> {
  const ids = moves.map(({ id }) => id);
  const orders = new Set(moves.map(({ inputOf, outputOf }) => inputOf ?? outputOf));
  const sides = new Set(moves.map(sideOf));
  const [order] = orders;
  const [side] = sides;
  return {
    reference: referenceOf("move", ...ids),
    numbers: ids.map((id) => referenceOf("move", id)),
    actions: sides.size === 1 && orders.size === 1 && side !== undefined ? ACTIONS_OF[side] : [],
    ...(order === undefined || orders.size > 1 ? {} : { order }),
    lines: moves.flatMap(lineOf),
  };
}

type Side = "input" | "output" | "internal";
const sideOf = ({ inputOf, outputOf }: Standing): Side => {
  if (inputOf !== undefined) return "input";
  return outputOf === undefined ? "internal" : "output";
};
const ACTIONS_OF: Readonly<Record<Side, readonly Action[]>> = { input: ["post", "post-backflush"], output: ["receive-output"], internal: ["post"] };

function lineOf(move: Standing): NonNullable<Entered["lines"]>[number][] {
  const side = sideOf(move);
  if (side === "internal") return [];
  const { material, lot, quantity, unit } = move;
  const value = withoutZeros(quantity);
  return [{ materialUse: side === "input" ? "Consumed" : "Produced", material, ...(lot === undefined ? {} : { lot }), quantity: { value, unit } }];
}

/** Of ours: of the effect that noted it. */
function keyIn(texts: readonly string[]): { readonly key?: string } {
  const keys = texts.flatMap((text) => {
    const key = PostingKey.safeParse(text.split(/\s/).find((word) => PostingKey.safeParse(word).success));
    return key.success && text.startsWith(postingText(key.data)) ? [key.data] : [];
  });
  const [key] = keys;
  return key === undefined ? {} : { key };
}
