import * as z from "zod";
import type { ErpRpc } from "./erp-rpc.ts";
import { inBase } from "./exact.ts";
import { type Fact, once, subjectOf } from "./facts.ts";
import { orderOf } from "./journal.ts";
import { MATERIALS } from "./plan.ts";

/** What stands in Tryton: its own moves, works, inspections and lots, and what our notes on them record. Nothing of our ledger, nothing of our connector. */
export type Books = { readonly facts: readonly Fact[]; readonly remainders: readonly Fact[] };

/** Stock of each lot of the materials, before or after. By `material · lot`. */
export type Stock = ReadonlyMap<string, { readonly unit: string; readonly value: string }>;

const WithSymbol = z.object({ symbol: z.string() });
const Coded = z.object({ code: z.string() });
const Numbered = z.object({ number: z.string() });
const Move = z.object({
  id: z.int(),
  quantity: z.number(),
  "unit.": WithSymbol,
  "product.": Coded,
  "lot.": Numbered.nullish(),
  "production_input.": Numbered.nullish(),
  "production_output.": Numbered.nullish(),
  origin: z.string().nullish(),
});
type Move = z.infer<typeof Move>;
const MOVE = ["quantity", "unit.symbol", "product.code", "lot.number", "production_input.number", "production_output.number", "origin"];
const Note = z.object({ message: z.string(), resource: z.string().nullish() });
const Duration = z.object({ seconds: z.number() });
const Cycle = z.object({ id: z.int(), work: z.int(), duration: Duration.nullish(), "work.": z.object({ "production.": Numbered }) });
const Inspection = z.object({ state: z.enum(["passed", "failed"]), origin: z.string().nullish() });
const Order = z.object({ id: z.int(), number: z.string(), state: z.string() });
const Place = z.object({ id: z.int() });
const Lot = z.object({ number: z.string(), quantity: z.number(), "product.": Coded.extend({ "default_uom.": WithSymbol }) });

export async function readBooks(rpc: ErpRpc, before: Stock): Promise<Books> {
  const notes = await rpc.rows("ir.note", [["message", "like", "orderlane %"]], ["message", "resource"], Note);
  const textOn = (record: string): string =>
    notes
      .filter(({ resource }) => resource === record)
      .map(({ message }) => message)
      .join("\n");
  const orders = await rpc.rows("production", [], ["number", "state"], Order);
  const moves = await readMoves(rpc);
  return {
    facts: [
      ...moves.flatMap(({ move, original, isBack }) => factsOfMove(move, original, isBack)),
      ...(await operationFacts(rpc, textOn)),
      ...(await inspectionFacts(rpc, orders)),
      ...(await takenFromLots(rpc, before)),
      ...(await quarantineFacts(rpc)),
      ...(await takenBack(rpc)),
      ...orders.filter(({ state }) => state === "done").map(({ number }) => once("order completed", orderOf(number))),
    ],
    remainders: moves.filter(({ isBack }) => !isBack).flatMap(({ move }) => remaindersOf(move, textOn(`stock.move,${move.id}`))),
  };
}

type Moved = { readonly move: Move; readonly original: Move; readonly isBack: boolean };

/** Goods to and from all orders, whoever booked them, and what was returned against them. */
async function readMoves(rpc: ErpRpc): Promise<readonly Moved[]> {
  const ofOrders = ["OR", ["production_input", "!=", null], ["production_output", "!=", null]];
  const moves = await rpc.rows("stock.move", [["state", "=", "done"], ofOrders], MOVE, Move);
  const byReference = new Map(moves.map((move) => [`stock.move,${move.id}`, move]));
  const back =
    byReference.size === 0
      ? []
      : await rpc.rows(
          "stock.move",
          [
            ["state", "=", "done"],
            ["origin", "in", [...byReference.keys()]],
          ],
          MOVE,
          Move,
        );
  return [
    ...moves.map((move) => ({ move, original: move, isBack: false })),
    ...back.flatMap((move) => {
      const original = byReference.get(move.origin ?? "");
      return original === undefined ? [] : [{ move, original, isBack: true }];
    }),
  ];
}

function factsOfMove(move: Move, original: Move, isBack: boolean): Fact[] {
  const { unit, value } = inBase({ value: String(move.quantity), unit: move["unit."].symbol });
  const order = original["production_input."] ?? original["production_output."];
  const kind = original["production_input."] ? "consumed" : "produced";
  const subject = subjectOf(`order ${order?.number ?? "none"}`, move["product."].code, move["lot."]?.number);
  return [{ kind, subject, unit, value: isBack ? `-${value}` : value }];
}

async function takenBack(rpc: ErpRpc): Promise<Fact[]> {
  const cancelled = await rpc.rows(
    "stock.move",
    [
      ["state", "=", "cancelled"],
      ["production_input", "!=", null],
    ],
    MOVE,
    Move,
  );
  return cancelled.map((move) => once("taken back", orderOf(move["production_input."]?.number)));
}

const REMAINDER = /remainder (-?[\d.]+) (\S+)$/m;

function remaindersOf(move: Move, text: string): Fact[] {
  const [, value, unit] = REMAINDER.exec(text) ?? [];
  if (value === undefined || unit === undefined) return [];
  const amount = inBase({ value, unit });
  const [material, lot] = [move["product."].code, move["lot."]?.number];
  return [
    { kind: "consumed", subject: subjectOf(`order ${move["production_input."]?.number ?? "none"}`, material, lot), ...amount },
    { kind: "taken from a lot", subject: subjectOf(material, lot), ...amount },
  ];
}

const SAID = /^(good|scrap) (\S+) (\S+)/gm;

async function operationFacts(rpc: ErpRpc, textOn: (record: string) => string): Promise<Fact[]> {
  const cycles = await rpc.rows("production.work.cycle", [["state", "=", "done"]], ["work", "duration", "work.production.number"], Cycle);
  return cycles.flatMap(({ id, work, duration, "work.": { "production.": order } }) => {
    const subject = subjectOf(`order ${order.number}`, `work ${work}`);
    const said = [...textOn(`production.work.cycle,${id}`).matchAll(SAID)].map(
      ([, kind, value = "", unit = ""]): Fact => ({
        kind: kind === "good" ? "good" : "scrap",
        subject,
        ...inBase({ value, unit }),
      }),
    );
    return [once("operation cycles", subject), { kind: "operation time" as const, subject, unit: "s", value: String(duration?.seconds ?? 0) }, ...said];
  });
}

async function inspectionFacts(rpc: ErpRpc, orders: readonly z.infer<typeof Order>[]): Promise<Fact[]> {
  const numbers = new Map(orders.map(({ id, number }) => [`production,${id}`, number]));
  const inspections = await rpc.rows("quality.inspection", [["state", "in", ["passed", "failed"]]], ["state", "origin"], Inspection);
  return inspections.map(({ state, origin }) => once(`inspections ${state}`, orderOf(numbers.get(origin ?? ""))));
}

const placesOf = async (rpc: ErpRpc, code: string): Promise<number[]> =>
  (await rpc.rows("stock.location", [["code", "=", code]], ["name"], Place)).map(({ id }) => id);
const lotsIn = async (rpc: ErpRpc, place: string, materials: readonly string[]) =>
  rpc.rows("stock.lot", [["product.code", "in", materials]], ["number", "quantity", "product.code", "product.default_uom.symbol"], Lot, {
    locations: await placesOf(rpc, place),
  });

export async function readStock(rpc: ErpRpc): Promise<Stock> {
  const lots = await lotsIn(rpc, "STO", MATERIALS);
  return new Map(lots.map((lot) => [subjectOf(lot["product."].code, lot.number), amountIn(lot)]));
}

const amountIn = ({ quantity, "product.": { "default_uom.": unit } }: z.infer<typeof Lot>) => inBase({ value: String(quantity), unit: unit.symbol });

/** What was there and is not there any more. */
async function takenFromLots(rpc: ErpRpc, before: Stock): Promise<Fact[]> {
  const after = await readStock(rpc);
  const facts = (stock: Stock, sign: "" | "-"): Fact[] =>
    [...stock].map(([subject, { unit, value }]) => ({ kind: "taken from a lot", subject, unit, value: negated(value, sign) }));
  return [...facts(before, ""), ...facts(after, "-")];
}

const negated = (value: string, sign: "" | "-"): string => (sign === "-" && value.startsWith("-") ? value.slice(1) : sign + value);

async function quarantineFacts(rpc: ErpRpc): Promise<Fact[]> {
  const products = await rpc.rows("product.product", [["code", "!=", null]], ["code"], Coded);
  const lots = await lotsIn(
    rpc,
    "QUARANTINE",
    products.map(({ code }) => code),
  );
  return lots
    .filter(({ quantity }) => quantity !== 0)
    .map((lot) => ({ kind: "in quarantine", subject: subjectOf(lot["product."].code, lot.number), ...amountIn(lot) }));
}
