import { afterAll, beforeAll, expect, it } from "vitest";
import { differencesOf } from "../../core/effects/entered-by-hand.ts";
import type { Entered } from "../../core/effects/target-system.ts";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { consumption, moveIn, posted, soon, targetAt } from "./consumption.ts";
import { type ByHand, erpByHand } from "./erp-by-hand.ts";

/** What a person booked at the client is found by its number, and told apart from everything it is not; on a live Tryton. */

let erp: Tryton;
let hand: ByHand;
beforeAll(async () => {
  erp = await startTryton({ log: () => undefined });
  hand = await erpByHand(erp);
}, 120_000);
afterAll(() => erp.stop());

const same = (number: string): string => number;

async function booked(order: { readonly id: number; readonly number: string } | undefined, lot: string, quantity: number): Promise<number> {
  const move = await hand.makeMove(order, "AL-6061", lot, quantity);
  await hand.rpc("model.stock.move.write", [[move], { state: "assigned" }]);
  await hand.rpc("model.stock.move.do", [[move]]);
  return move;
}

async function found(number: string): Promise<Entered> {
  const answer = await targetAt(erp.url, erp).find?.(number, "post", soon());
  if (answer?.kind !== "found") throw new Error(JSON.stringify(answer));
  return answer.entered;
}

it("is the consumption that a person booked, under its number alone or with the model's name", async () => {
  const order = await hand.makeOrder();
  const { document } = consumption({ order: order.number });
  const move = await booked(order, "AL-2026-001", 12.5);
  for (const number of [String(move), `stock.move,${move}`]) {
    const entered = await found(number);
    expect(entered).toMatchObject({ reference: `stock.move,${move}`, inForce: true, order: order.number });
    expect(entered.key).toBeUndefined();
    expect(differencesOf(document, "post", entered, same)).toEqual([]);
  }
});

it("is not one of another order, lot or quantity, nor one that is cancelled", async () => {
  const [order, other] = [await hand.makeOrder(), await hand.makeOrder()];
  const { document } = consumption({ order: order.number });
  const told = async (move: number) => differencesOf(document, "post", await found(String(move)), same).join("; ");
  expect(await told(await booked(other, "AL-2026-001", 12.5))).toMatch(`it is for order ${other.number}`);
  expect(await told(await booked(order, "AL-2026-010", 12.5))).toMatch(/of lot AL-2026-001: 0 KGM there, 12.5 KGM in the document|of lot AL-2026-010/);
  expect(await told(await booked(order, "AL-2026-001", 12))).toMatch("12 KGM there, 12.5 KGM in the document");
  const cancelled = await hand.makeMove(order, "AL-6061", "AL-2026-001", 12.5);
  await hand.rpc("model.stock.move.cancel", [[cancelled]]);
  expect(await told(cancelled)).toMatch("is not in force there");
});

it("carries our key where it is a posting of ours, and is nothing where there is no such number", async () => {
  const order = await hand.makeOrder();
  const target = targetAt(erp.url, erp);
  const call = consumption({ order: order.number });
  const reference = await posted(target, call);
  expect((await found(String(moveIn(reference)))).key).toBe(call.key);
  expect(await target.find?.("999999999", "post", soon())).toEqual({ kind: "not-found" });
  expect(await target.find?.("4900001234/2026", "post", soon())).toEqual({ kind: "not-found" });
  expect(await target.find?.("1", "confirm-operation", soon())).toMatchObject({ kind: "cannot-tell" });
});
