import * as z from "zod";
import { isJsonList } from "../../core/documents/exact-json.ts";
import type { TrytonClient } from "./client.ts";
import { TypedText } from "./find-effect.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import { end, go, type Step } from "./steps.ts";

export const Lot = z.object({ id: z.int(), number: z.string(), material: z.int(), made: TypedText });
export type Lot = z.infer<typeof Lot>;

export type LotName = { readonly number: string; readonly material: string; readonly materialId: number };
/** `made`: made where there is none. `known`: waited for by name. */
export type LotRule = "made" | "known";

/** Of two lots of one number that are as young as this (milliseconds), by the ERP's clock and ours, whoever made one is about to take it away. */
const YOUNG_MS = 120_000;

/** The one lot of this number of this material. */
export async function findLot(client: TrytonClient, name: LotName, rule: LotRule, deadline: number): Promise<Step<number>> {
  const lots = await client.rows("lots", { lots: [name.number] }, deadline, Lot);
  if (lots.kind !== "rows") return end(failureOutcome(lots));
  const found = lotAmong(lots.rows, name, client.now());
  return found === undefined && rule === "made" ? makeLot(client, name, deadline) : (found ?? unknownLot(lots.rows, name));
}

const twinsOf = (lots: readonly Lot[], { number, materialId }: LotName): Lot[] => lots.filter((each) => each.number === number && each.material === materialId);

/** Undefined where there is none. */
export function lotAmong(lots: readonly Lot[], name: LotName, now: number): Step<number> | undefined {
  const [lot, another] = twinsOf(lots, name);
  if (lot === undefined) return undefined;
  if (another === undefined) return go(lot.id);
  const isYoung = [lot, another].some(({ made }) => Math.abs(now - Date.parse(made)) < YOUNG_MS);
  return end(isYoung ? outcomes.madeTwice(name.number) : outcomes.several("lot", "/materialLotId", name.number));
}

/** The server answers an unknown lot and a lot of another product alike. */
export const unknownLot = (lots: readonly Lot[], { number, material }: LotName): Step<never> =>
  end(lots.some((each) => each.number === number) ? outcomes.lotOfAnother(number, material) : outcomes.lotUnknown(number));

/**
 * The ERP takes the same number twice (behaviour 3). Whoever makes a lot looks again, and where there is another takes its own away, unless it is used already, and comes again:
 * of two at once the later one sees both. An answer that was lost leaves a lot that the next try finds.
 */
export async function makeLot(client: TrytonClient, name: LotName, deadline: number): Promise<Step<number>> {
  const made = await client.call("makeLot", { lot: name.number, material: name.materialId }, deadline);
  if (made.kind !== "result") return end(failureOutcome(made));
  const id = isJsonList(made.value) ? made.value[0] : undefined;
  if (typeof id !== "number") return end(failureOutcome({ kind: "unsure", why: "a lot without a number" }));
  const lots = await client.rows("lots", { lots: [name.number] }, deadline, Lot);
  if (lots.kind !== "rows") return end(failureOutcome(lots));
  return twinsOf(lots.rows, name).length === 1 ? go(id) : takeAway(client, id, name, deadline);
}

async function takeAway(client: TrytonClient, lot: number, name: LotName, deadline: number): Promise<Step<number>> {
  const dropped = await client.call("dropLot", { lot }, deadline);
  if (dropped.kind === "result") return end(outcomes.madeTwice(name.number));
  // Another has used it meanwhile: it is the one that stays.
  return dropped.kind === "user-error" ? go(lot) : end(failureOutcome(dropped));
}
