import * as z from "zod";
import { isJsonList } from "../../core/documents/exact-json.ts";
import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { TrytonClient } from "./client.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import { end, go, type Step } from "./steps.ts";

export const Lot = z.object({ id: z.int(), number: z.string(), material: z.int() });
export type Lot = z.infer<typeof Lot>;

export type LotName = { readonly number: string; readonly material: string; readonly materialId: number };
/** `made`: made where there is none. `known`: waited for by name. */
export type LotRule = "made" | "known";

/** The one lot of this number of this material. */
export async function findLot(client: TrytonClient, name: LotName, rule: LotRule, deadline: number): Promise<Step<number>> {
  const lots = await client.rows("lots", { lots: [name.number] }, deadline, Lot);
  if (lots.kind !== "rows") return end(failureOutcome(lots));
  const found = lotAmong(lots.rows, name);
  return found === undefined && rule === "made" ? makeLot(client, name, deadline) : (found ?? unknownLot(lots.rows, name));
}

/** Undefined where there is none. */
export function lotAmong(lots: readonly Lot[], { number, materialId }: LotName): Step<number> | undefined {
  const [lot, another] = lots.filter((each) => each.number === number && each.material === materialId);
  if (lot === undefined) return undefined;
  return another === undefined ? go(lot.id) : end(outcomes.several("lot", "/materialLotId", number));
}

/** The server answers an unknown lot and a lot of another product alike. */
export const unknownLot = (lots: readonly Lot[], { number, material }: LotName): Step<never> =>
  end(lots.some((each) => each.number === number) ? outcomes.lotOfAnother(number, material) : outcomes.lotUnknown(number));

/**
 * The ERP takes the same number twice (behaviour 3). Whoever makes a lot looks again, and where there is another takes its own away and comes again: of two at once
 * the later one sees both. An answer that was lost leaves a lot that the next try finds.
 */
export async function makeLot(client: TrytonClient, name: LotName, deadline: number): Promise<Step<number>> {
  const made = await client.call("makeLot", { lot: name.number, material: name.materialId }, deadline);
  if (made.kind !== "result") return end(failureOutcome(made));
  const id = isJsonList(made.value) ? made.value[0] : undefined;
  if (typeof id !== "number") return end(failureOutcome({ kind: "unsure", why: "a lot without a number" }));
  const lots = await client.rows("lots", { lots: [name.number] }, deadline, Lot);
  if (lots.kind !== "rows") return end(failureOutcome(lots));
  const twins = lots.rows.filter(({ material }) => material === name.materialId);
  if (twins.length === 1) return go(id);
  return end(await takeAway(client, id, name, deadline));
}

async function takeAway(client: TrytonClient, lot: number, name: LotName, deadline: number): Promise<CallOutcome> {
  const dropped = await client.call("dropLot", { lot }, deadline);
  return dropped.kind === "result" ? outcomes.madeTwice(name.number) : failureOutcome(dropped);
}
