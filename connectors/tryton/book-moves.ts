import * as z from "zod";
import { isJsonList } from "../../core/documents/exact-json.ts";
import type { PostingKey } from "../../core/documents/ids.ts";
import type { CallOutcome, Remainder } from "../../core/effects/outcomes.ts";
import { compareDecimals, isNegative } from "../../core/quantities/decimals.ts";
import type { Rows, TrytonClient } from "./client.ts";
import { DecimalText, findEffect, noteEffect, referenceOf } from "./find-effect.ts";
import { detailOf, type Move, movesNoted, readMoves } from "./moves.ts";
import type { Plan, PlannedMove } from "./plan-lines.ts";
import { failureOutcome, mayHaveHappened, outcomes, unsureOutcome } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";
import type { Step } from "./steps.ts";
import { dateValue, decimalValue, numberValue } from "./typed-values.ts";

export type Booking = {
  readonly key: PostingKey;
  readonly deadline: number;
  readonly plan: () => Promise<Step<Plan>>;
  /** Its quantities as the document says them, line by line: what is booked already is compared with them. */
  readonly said: readonly string[];
};

/**
 * Books moves once, all of them or none (README.md, "How moves are booked"): looked for under our key first; noted apart from the order, where nobody books them; our key put on them;
 * reserved; the stock looked at with all reservations; booked in one call; read again. Only the booking itself can leave its outcome unknown.
 */
export async function bookMoves(client: TrytonClient, booking: Booking): Promise<CallOutcome> {
  const { key, deadline } = booking;
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const before = await movesNoted(client, found.notes, deadline);
  if (before.kind === "failed") return failureOutcome(before.failure);
  const known = before.moves;
  if (known.some(({ state }) => state === "cancelled")) return outcomes.reversedThere(referenceOf("move", ...known.map(({ id }) => id)));
  // What is booked already is not judged again by an order that has ended meanwhile.
  if (known.length > 0 && known.every(({ state }) => state === "booked")) return bookedOutcome(known, booking.said);
  return book(client, booking, known);
}

async function book(client: TrytonClient, booking: Booking, known: readonly Move[]): Promise<CallOutcome> {
  const { deadline } = booking;
  const plan = await booking.plan();
  if (plan.kind === "end") return known.some(({ state }) => state === "reserved") ? released(client, known, plan.outcome, deadline) : plan.outcome;
  if (plan.value.moves.length === 0) return outcomes.notCarried("a document without lines");
  const noted = known.length > 0 ? { moves: known } : await note(client, booking, plan.value);
  return "outcome" in noted ? noted.outcome : bookReserved(client, plan.value, noted.moves, deadline);
}

type Ended = { readonly outcome: CallOutcome };
type Noted = { readonly moves: readonly Move[] };

/** The moves, and then our key on them: until they have it they belong to no order, count in no stock, and nobody books them. */
async function note(client: TrytonClient, { key, deadline }: Booking, plan: Plan): Promise<Noted | Ended> {
  const made = await client.call("noteMoves", {}, deadline, plan.moves.map(valuesOf));
  if (made.kind !== "result") return { outcome: failureOutcome(made) };
  const ids = isJsonList(made.value) ? made.value.filter((id) => typeof id === "number") : [];
  if (ids.length !== plan.moves.length) return { outcome: failureOutcome({ kind: "unsure", why: "moves without numbers" }) };
  const records = ids.map((id, at) => ({ id, detail: detailOf(at, ids.length, plan.moves[at]?.remainder) }));
  const keyed = await noteEffect(client, key, "move", records, deadline);
  if (keyed.kind !== "result") return { outcome: failureOutcome(keyed) };
  const read = await readMoves(
    client,
    records.map(({ id, detail }) => ({ id, detail })),
    deadline,
  );
  if (read.kind === "failed") return { outcome: failureOutcome(read.failure) };
  return read.moves.length === ids.length ? read : { outcome: outcomes.noEffect(referenceOf("move", ...ids), "not there") };
}

const valuesOf = ({ material, lot, quantity, unit, from, to, date, currency }: PlannedMove) => ({
  material,
  lot,
  quantity: numberValue(quantity),
  unit,
  from,
  to,
  date: date === undefined ? undefined : dateValue(date),
  currency,
  // Its value comes with the order's end, from what it consumed.
  price: currency === undefined ? undefined : decimalValue("0"),
});

const RESERVES = { input: "reserveInputs", output: "attachOutputs", internal: "reserveInternal" } as const;
const stamped = (moves: readonly Move[]) => moves.map(({ id, stamp }) => ({ id, stamp }));

async function bookReserved(client: TrytonClient, plan: Plan, noted: readonly Move[], deadline: number): Promise<CallOutcome> {
  const { side, order, moves } = plan;
  const reference = referenceOf("move", ...noted.map(({ id }) => id));
  const date = moves[0]?.date;
  const values = { ...(order === undefined ? {} : { order }), date: date === undefined ? undefined : dateValue(date) };
  const reserved = await client.call(RESERVES[side], values, deadline, stamped(noted));
  if (reserved.kind !== "result") return failureOutcome(reserved);
  const lacking = side === "output" ? undefined : await lackOf(client, moves, deadline);
  if (lacking !== undefined) return released(client, noted, lacking, deadline);
  const before = await readMoves(client, noted, deadline);
  if (before.kind === "failed") return failureOutcome(before.failure);
  const off = before.moves.find(({ state }) => state !== (side === "output" ? "noted" : "reserved"));
  if (off !== undefined || before.moves.length !== noted.length) return outcomes.noEffect(reference, off?.state ?? "not there");
  const booked = await client.call("bookMoves", {}, deadline, stamped(before.moves));
  return afterBooking(client, plan, noted, booked.kind === "result" ? undefined : booked, deadline);
}

const Left = z.object({ id: z.int(), left: DecimalText });
type Left = z.infer<typeof Left>;

/**
 * What would be missing. The ERP's own check is bypassed by what is reserved one by one; ours counts every reservation, and comes after ours is committed:
 * of two that want the same last kilogram at least one sees both.
 */
async function lackOf(client: TrytonClient, moves: readonly PlannedMove[], deadline: number): Promise<CallOutcome | undefined> {
  for (const [from, there] of Map.groupBy(moves, (move) => move.from)) {
    const lots = [...new Set(there.flatMap(({ lot }) => (lot === undefined ? [] : [lot])))];
    const materials = [...new Set(there.flatMap(({ lot, material }) => (lot === undefined ? [material] : [])))];
    const ofLots = lots.length === 0 ? NONE : await client.rows("stockOfLots", { lots, from }, deadline, Left);
    const ofMaterials = materials.length === 0 ? NONE : await client.rows("stockOfMaterials", { materials, from }, deadline, Left);
    const lacking = lackIn(there, ofLots, ofMaterials);
    if (lacking !== undefined) return lacking;
  }
  return undefined;
}

const NONE = { kind: "rows", rows: [] } as const;

function lackIn(moves: readonly PlannedMove[], ofLots: Rows<Left>, ofMaterials: Rows<Left>): CallOutcome | undefined {
  if (ofLots.kind !== "rows") return failureOutcome(ofLots);
  if (ofMaterials.kind !== "rows") return failureOutcome(ofMaterials);
  for (const { lot, material, stock } of moves) {
    const row = lot === undefined ? ofMaterials.rows.find(({ id }) => id === material) : ofLots.rows.find(({ id }) => id === lot);
    if (row === undefined) return failureOutcome({ kind: "unsure", why: "no stock was answered" });
    if (isNegative(row.left)) return outcomes.notEnough(stock, row.left);
  }
  return undefined;
}

/** Gives the reservation back. Where even that fails it stays reserved, and the next try finds it by our key. */
async function released(client: TrytonClient, moves: readonly Move[], outcome: CallOutcome, deadline: number): Promise<CallOutcome> {
  await client.call(
    "releaseMoves",
    {},
    deadline,
    moves.map(({ id }) => ({ id })),
  );
  return outcome;
}

/** The state counts, not the answer: a yes may be without effect, and a no may be to a repetition. */
async function afterBooking(client: TrytonClient, plan: Plan, noted: readonly Move[], failure: RpcFailure | undefined, deadline: number): Promise<CallOutcome> {
  if (failure !== undefined && mayHaveHappened(failure)) return unsureOutcome(failure);
  const after = await readMoves(client, noted, deadline);
  if (after.kind === "failed") return unsureOutcome(after.failure);
  const off = after.moves.find(({ state }) => state !== "booked");
  if (off === undefined && after.moves.length === noted.length)
    return bookedOutcome(
      after.moves,
      plan.moves.map(({ quantity }) => quantity),
    );
  if (failure === undefined) return outcomes.noEffect(referenceOf("move", ...noted.map(({ id }) => id)), off?.state ?? "not there");
  return released(client, noted, failureOutcome(failure), deadline);
}

/** A line with a remainder is not booked as it was said. */
function bookedOutcome(moves: readonly Move[], said: readonly string[]): CallOutcome {
  const reference = referenceOf("move", ...moves.map(({ id }) => id));
  const altered = moves.find(({ quantity, remainder }, at) => remainder === undefined && said[at] !== undefined && compareDecimals(quantity, said[at]) !== 0);
  return altered === undefined ? appliedMoves(moves) : outcomes.altered(reference, altered.quantity);
}

/** With what the ERP's unit could not hold, as our notes say it. */
export function appliedMoves(moves: readonly Move[]): CallOutcome & { readonly kind: "applied" } {
  const remainders = remaindersOf(moves);
  return { kind: "applied", reference: referenceOf("move", ...moves.map(({ id }) => id)), ...(remainders.length === 0 ? {} : { remainders }) };
}

const remaindersOf = (moves: readonly Move[]): Remainder[] => moves.flatMap(({ remainder }) => (remainder === undefined ? [] : [remainder]));
