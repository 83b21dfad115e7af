import * as z from "zod";
import type { Json, JsonObject } from "../../core/documents/exact-json.ts";
import { convertExactly } from "../../core/quantities/conversions.ts";
import { addDecimals, compareDecimals } from "../../core/quantities/decimals.ts";
import type { Rows, TrytonClient } from "./client.ts";
import { DecimalText } from "./find-effect.ts";
import type { Change, MaterialThere, OrdersThere, OrderThere } from "./poll.ts";
import { failureOutcome } from "./reasons.ts";
import { datetimeValue, typedTextOf, withoutZeros } from "./typed-values.ts";

const AnyJson = z.json();
const Typed = z.unknown().transform((value, context): string => {
  const json = AnyJson.safeParse(value);
  const text = json.success ? typedTextOf(json.data)?.text : undefined;
  if (text !== undefined) return text;
  context.issues.push({ code: "custom", input: value, message: "is no date or time" });
  return z.NEVER;
});
const Changed = z.object({ id: z.int(), written: Typed.optional(), made: Typed });
const Id = z.object({ id: z.int() });
const Order = z.object({
  id: z.int(),
  number: z.string().optional(),
  state: z.enum(["planned", "released", "running", "closed", "cancelled"]),
  material: z.string(),
  description: z.string(),
  quantity: DecimalText,
  unit: z.string(),
  factor: DecimalText,
  start: Typed.optional(),
  end: Typed.optional(),
  bill: z.int().optional(),
  billName: z.string().optional(),
  routing: z.string().optional(),
});
type Order = z.infer<typeof Order>;
const Operation = z.object({ id: z.int(), order: z.int(), operation: z.string(), place: z.string().optional() });
const Input = z.object({ id: z.int(), bill: z.int(), material: z.string(), quantity: DecimalText, unit: z.string(), digits: z.int() });
const Output = z.object({ bill: z.int(), material: z.string(), quantity: DecimalText, factor: DecimalText });

class ReadFailed extends Error {}

const Product = z.object({ code: z.string(), name: z.string(), unit: z.string(), made: Typed, written: Typed.optional(), alsoWritten: Typed.optional() });

/** The reading half of the poller, over a live Tryton. */
export function ordersThere(client: TrytonClient, deadline: () => number): OrdersThere {
  async function all<T>(asked: Promise<Rows<T>>): Promise<readonly T[]> {
    const answer = await asked;
    if (answer.kind === "rows") return answer.rows;
    throw new ReadFailed(failureOutcome(answer).reason.message);
  }

  async function detailed(changes: readonly Change[]): Promise<OrderThere[]> {
    const ids = changes.map(({ id }) => id);
    const orders = await all(client.rows("orders", { orders: ids }, deadline(), Order));
    const operations = await all(client.rows("operations", { orders: ids }, deadline(), Operation));
    const bills = [...new Set(orders.flatMap(({ bill }) => (bill === undefined ? [] : [bill])))];
    const inputs = bills.length === 0 ? [] : await all(client.rows("billInputs", { bills }, deadline(), Input));
    const outputs = bills.length === 0 ? [] : await all(client.rows("billOutputs", { bills }, deadline(), Output));
    return orders.flatMap((order) => {
      const at = changes.find(({ id }) => id === order.id);
      // Without a number it was never released, and nobody was told of it.
      if (at === undefined || order.number === undefined) return [];
      const materials = materialsOf(order, inputs, outputs);
      const content = contentOf(order, order.number, operations, materials);
      return [{ ...at, number: order.number, state: order.state, content, materials: [...new Set(materials.map(({ material }) => material))] }];
    });
  }

  async function materialsThere(codes: readonly string[]): Promise<MaterialThere[]> {
    const products = codes.length === 0 ? [] : await all(client.rows("products", { materials: [...codes] }, deadline(), Product));
    return products.map(({ code, name, unit, made, written, alsoWritten }) => {
      const changed = [made, written, alsoWritten].flatMap((time) => (time === undefined ? [] : [microseconds(time)]));
      return { code, changed: changed.reduce((one, other) => (BigInt(one) < BigInt(other) ? other : one)), content: { code, name, unit } };
    });
  }

  const guarded = async <T>(work: () => Promise<T>): Promise<T | { kind: "failed"; why: string }> =>
    work().catch((error: unknown) => {
      if (error instanceof ReadFailed) return { kind: "failed", why: error.message };
      throw error;
    });

  return {
    changes: (from) =>
      guarded(async () => {
        const rows =
          from === undefined ? client.rows("openOrders", {}, deadline(), Changed) : client.rows("changedOrders", { from: timeOf(from) }, deadline(), Changed);
        return { kind: "changes" as const, changes: (await all(rows)).map(({ id, written, made }) => ({ id, changed: microseconds(written ?? made) })) };
      }),
    details: (changes) =>
      guarded(async () => {
        const orders = await detailed(changes);
        return { kind: "orders" as const, orders, materials: await materialsThere([...new Set(orders.flatMap(({ materials }) => materials))]) };
      }),
    stillThere: (ids) =>
      guarded(async () => ({ kind: "ids" as const, ids: (await all(client.rows("ordersThere", { orders: [...ids] }, deadline(), Id))).map(({ id }) => id) })),
  };
}

function contentOf(order: Order, number: string, operations: readonly z.infer<typeof Operation>[], materials: readonly MaterialLine[]): JsonObject {
  const { description, start, end, billName, routing } = order;
  const made: { [name: string]: Json } = { number, description, operations: operationsOf(order, operations), materials: [...materials] };
  for (const [name, value] of Object.entries({ start, end, billName, routing })) if (value !== undefined) made[name] = value;
  return made;
}

const operationsOf = (order: Order, operations: readonly z.infer<typeof Operation>[]): Json[] =>
  operations
    .filter((each) => each.order === order.id)
    .map(({ id, operation, place }) => ({ id: String(id), operation, ...(place === undefined ? {} : { place }) }));

type MaterialLine = { readonly id: string; readonly material: string; readonly use: string; readonly quantity: string; readonly unit: string };

/** The product and what its bill of material asks for: a new order's own inputs are not there until somebody explodes the bill (behaviour 8). */
function materialsOf(order: Order, inputs: readonly z.infer<typeof Input>[], outputs: readonly z.infer<typeof Output>[]): MaterialLine[] {
  const product = { id: "product", material: order.material, use: "Produced", quantity: withoutZeros(order.quantity), unit: order.unit };
  const output = outputs.find(({ bill, material }) => bill === order.bill && material === order.material);
  if (output === undefined) return [product];
  const lines = inputs
    .filter(({ bill }) => bill === order.bill)
    .map(({ id, material, quantity, unit, digits }) => ({
      id: String(id),
      material,
      use: "Consumed",
      quantity: needed(order, output, quantity, digits),
      unit,
    }));
  return [product, ...lines];
}

/** As Tryton explodes a bill: in proportion to what the order makes, rounded up to the unit's digits. */
function needed(order: Order, output: z.infer<typeof Output>, quantity: string, digits: number): string {
  const perOrder = convertExactly(order.quantity, { numerator: order.factor, denominator: output.factor }, 12).value;
  const { value, remainder } = convertExactly(quantity, { numerator: perOrder, denominator: output.quantity }, digits);
  if (compareDecimals(remainder, "0") <= 0) return value;
  return addDecimals(value, digits === 0 ? "1" : `0.${"1".padStart(digits, "0")}`);
}

/** `2026-11-25T03:48:14.025602Z` as microseconds since 1970. */
function microseconds(instant: string): string {
  const [seconds = "", fraction = ""] = instant.replace("Z", "").split(".");
  return String(BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0")));
}

function timeOf(micros: string): Json {
  const whole = BigInt(micros);
  const seconds = new Date(Number((whole / 1_000_000n) * 1000n)).toISOString().slice(0, 19);
  return datetimeValue(`${seconds}.${String(whole % 1_000_000n).padStart(6, "0")}Z`);
}
