import * as z from "zod";
import type { ErpRpc } from "./erp-rpc.ts";
import { PRODUCT } from "./reports.ts";

/** The ERP's planner. */

const Id = z.object({ id: z.int() });
const Product = z.object({ id: z.int(), default_uom: z.int() });
const Made = z.object({ id: z.int(), number: z.string() });
const Ids = z.array(z.int());
export type MadeOrder = z.infer<typeof Made>;

class SeedError extends Error {}

/** Makes production orders of the seeded product, by its bill and routing, and starts them. @returns in the order of their quantities */
export async function startOrders(rpc: ErpRpc, quantities: readonly number[]): Promise<readonly MadeOrder[]> {
  if (quantities.length === 0) return [];
  const one = async <T>(model: string, domain: readonly unknown[], fields: readonly string[], row: z.ZodType<T>): Promise<T> => {
    const [found] = await rpc.rows(model, domain, fields, row);
    if (found === undefined) throw new SeedError(`the seeded plant has no ${model}`);
    return found;
  };
  const product = await one("product.product", [["code", "=", PRODUCT]], ["default_uom"], Product);
  const bom = await one("production.bom", [], ["name"], Id);
  const routing = await one("production.routing", [], ["name"], Id);
  const centre = await one("production.work.center", [["parent", "=", null]], ["name"], Id);
  const made = Ids.parse(
    await rpc.call("model.production.create", [
      quantities.map((quantity) => ({ product: product.id, quantity, unit: product.default_uom, bom: bom.id, routing: routing.id, work_center: centre.id })),
    ]),
  );
  // Its inputs are what the plant reports: nobody explodes the bill.
  for (const step of ["wait", "assign_try", "run"]) await rpc.call(`model.production.${step}`, [made]);
  return rpc.rows("production", [["id", "in", made]], ["number"], Made);
}

/** The numbers that the ERP will give its next orders: it counts up by one. */
export function nextNumbers(orders: readonly MadeOrder[], count: number): readonly string[] {
  const last = orders.at(-1)?.number;
  if (last === undefined || !/^\d+$/.test(last)) throw new SeedError(`an order's number is no number: ${last}`);
  return Array.from({ length: count }, (_, at) => String(BigInt(last) + BigInt(at + 1)).padStart(last.startsWith("0") ? last.length : 0, "0"));
}
