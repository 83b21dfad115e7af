import * as z from "zod";
import type { TrytonClient } from "./client.ts";
import { TypedText } from "./find-effect.ts";
import { outcomes } from "./reasons.ts";
import { end, go, only, type Step } from "./steps.ts";

const Order = z.object({
  id: z.int(),
  state: z.enum(["planned", "released", "running", "closed", "cancelled"]),
  /** Where it consumes and makes; where its components lie; where its output goes. */
  place: z.int(),
  storage: z.int(),
  picking: z.int().optional(),
  output: z.int().optional(),
  changedBy: z.string().optional(),
  changedAt: TypedText.optional(),
  stamp: z.string(),
  start: TypedText.optional(),
  end: TypedText.optional(),
});
export type Order = z.infer<typeof Order>;

export const findOrder = async (client: TrytonClient, number: string, deadline: number): Promise<Step<Order>> =>
  only(await client.rows("order", { order: number }, deadline, Order), outcomes.orderUnknown(number), () =>
    outcomes.several("production", "/operationsRequestId", number),
  );

/** A posting before the order runs would be booked a second time by its start, and one after its end by nobody. */
export async function runningOrder(client: TrytonClient, number: string, deadline: number): Promise<Step<Order>> {
  const order = await findOrder(client, number, deadline);
  if (order.kind === "end") return order;
  switch (order.value.state) {
    case "running":
      return order;
    case "planned":
    case "released":
      return end(outcomes.orderNotRunning(number));
    case "closed":
    case "cancelled":
      return end(orderEnded(number, order.value));
  }
}

export const orderEnded = (number: string, { state, changedBy, changedAt }: Order) =>
  outcomes.orderEnded(number, state, changedBy ?? "nobody", changedAt ?? "an unknown time");

/** Its calendar, and what its output is valued in. */
export type Company = { readonly timeZone: string; readonly currency: number };
const CompanyRow = z.object({ timeZone: z.string().default("UTC"), currency: z.int() });
/** Neither ever changes under a company's feet. */
const companies = new WeakMap<TrytonClient, Company>();

export async function findCompany(client: TrytonClient, deadline: number): Promise<Step<Company>> {
  const known = companies.get(client);
  if (known !== undefined) return go(known);
  const found = only(await client.rows("company", {}, deadline, CompanyRow), outcomes.notCarried("without a company"), () =>
    outcomes.notCarried("for several companies"),
  );
  if (found.kind === "go") companies.set(client, found.value);
  return found;
}
