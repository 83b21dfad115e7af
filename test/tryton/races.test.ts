import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall, TargetSystem } from "../../core/effects/target-system.ts";
import { hasPostgresql } from "../../local/tryton/postgresql.ts";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { again, consumption, moveIn, posted, soon, targetAt, undoOf } from "./consumption.ts";
import { type ByHand, erpByHand, type Order } from "./erp-by-hand.ts";
import { startErpProxy } from "./erp-proxy.ts";
import { consumed, cyclesOf, finishWorks, produced, report, stepOf, undoStep, worksOf } from "./shop-floor.ts";

/** What races needs a database with several writers: PostgreSQL, where the machine has it; else SQLite, with less to race. */
const database = (await hasPostgresql()) ? "postgresql" : "sqlite";
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

let erp: Tryton;
let hand: ByHand;
let order: Order;
let targets: TargetSystem[];

beforeAll(async () => {
  erp = await startTryton({ log: () => undefined, database });
  hand = await erpByHand(erp);
  // A connector each, with a session of its own, as functions have.
  targets = EIGHT.map(() => targetAt(erp.url, erp));
});
afterAll(() => erp.stop());
beforeEach(async () => {
  order = await hand.makeOrder();
});

const at = (n: number): TargetSystem => targets[n] ?? expect.unreachable();

/** The longest of the first wait; like the ledger's own it doubles and has jitter, or the same eight would meet again in every round. */
const FIRST_WAIT_MS = 50;

/** As the ledger does: unknown is looked up, retry and dependency are tried again, as often as `rounds`. */
async function settle(target: TargetSystem, call: EffectCall, rounds: number): Promise<CallOutcome | LookUpOutcome> {
  let outcome: CallOutcome | LookUpOutcome = await target.post(again(call));
  for (let round = 1; round < rounds; round += 1) {
    if (outcome.kind === "unknown") outcome = await target.lookUp(call.key, soon());
    if (outcome.kind === "applied" || outcome.kind === "found" || outcome.kind === "park") return outcome;
    await delay(Math.random() * FIRST_WAIT_MS * 2 ** Math.min(round, 5));
    outcome = await target.post(again(call));
  }
  return outcome;
}

const done = async () => (await hand.movesOf(order)).filter(({ state }) => state === "done");

it("eight at once on one order and lot are booked once each, and the stock is less by their exact sum", async () => {
  const before = await hand.stockOf("AL-2026-001");
  const calls = EIGHT.map((n) => consumption({ order: order.number, quantity: `0.${n}25` }));
  const outcomes = await Promise.all(calls.map((call, n) => settle(at(n), call, 20)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(EIGHT.map(() => expect.stringMatching(/applied|found/)));
  expect(await done()).toHaveLength(8);
  expect(await hand.stockOf("AL-2026-001")).toBe(before - 3.8);
});

it("eight at once that want 30 kg of the last 100 get three times 30, never more", async () => {
  const calls = EIGHT.map(() => consumption({ order: order.number, lot: "批次-铝/03", quantity: "30" }));
  await Promise.all(calls.map((call, n) => settle(at(n), call, 3)));
  expect(await hand.stockOf("批次-铝/03")).toBeGreaterThanOrEqual(10);
  for (const [n, call] of calls.entries()) await settle(at(n), call, 3);
  expect(await hand.stockOf("批次-铝/03")).toBe(10);
  expect(await done()).toHaveLength(3);
  expect((await hand.movesOf(order)).filter(({ state }) => state === "assigned")).toEqual([]);
});

it("eight reversals of one consumption at once put the goods back once", async () => {
  const before = await hand.stockOf("AL-2026-001");
  const call = consumption({ order: order.number });
  const undo = undoOf(call, await posted(at(0), call));
  const outcomes = await Promise.all(targets.map((target) => target.reverse({ ...undo, deadline: soon() })));
  expect(outcomes.some(({ kind }) => kind === "applied")).toBe(true);
  expect(outcomes.map(({ kind }) => kind)).toEqual(EIGHT.map(() => expect.stringMatching(/applied|unknown|retry/)));
  expect(await at(0).reverse({ ...undo, deadline: soon() })).toMatchObject({ kind: "applied" });
  expect((await hand.move(moveIn(undo.original.reference))).state).toBe("cancelled");
  expect(await hand.stockOf("AL-2026-001")).toBe(before);
});

describe("reports", () => {
  const steps = async (call: (work: string, n: number) => EffectCall): Promise<EffectCall[]> => {
    const [work = ""] = await worksOf(hand, order);
    return EIGHT.map((n) => call(work, n));
  };
  /** A refusal shows its reason. */
  const ends = (outcomes: readonly (CallOutcome | LookUpOutcome)[]) => outcomes.map((outcome) => ("reason" in outcome ? outcome.reason : outcome.kind));
  const settleAll = (calls: readonly EffectCall[]) => Promise.all(calls.map((call, n) => settle(at(n), call, 20)));

  it("eight at once that bring one new lot have it made once, and receive their exact sum", async () => {
    const calls = await steps((segmentRequirementId, n) =>
      stepOf(report(order, { segmentRequirementId, materialActuals: [produced("1", `RACE-${order.number}`, String(n))] }), "receive-output"),
    );
    const outcomes = await settleAll(calls);
    expect(ends(outcomes)).toEqual(EIGHT.map(() => expect.stringMatching(/applied|found/)));
    expect(await hand.find("stock.lot", [["number", "=", `RACE-${order.number}`]], ["number"])).toHaveLength(1);
    expect(await hand.stockOf(`RACE-${order.number}`)).toBe(36);
  });

  it("eight at once of one operation are a cycle each, and one of them eight times is one", async () => {
    const calls = await steps((segmentRequirementId) => stepOf(report(order, { segmentRequirementId }), "confirm-operation"));
    const outcomes = await settleAll(calls);
    expect(ends(outcomes)).toEqual(EIGHT.map(() => expect.stringMatching(/applied|found/)));
    const [work = ""] = await worksOf(hand, order);
    const done = async () => (await cyclesOf(hand, work)).filter(({ state }) => state === "done").length;
    expect(await done()).toBe(8);
    const [again = expect.unreachable()] = calls;
    await settleAll(EIGHT.map(() => again));
    expect(await done()).toBe(8);
  });

  it("eight reversals of one backflush at once put every line back once", async () => {
    const before = [await hand.stockOf("AL-2026-010"), await hand.stockOf("SL-0010")];
    const lines = [consumed("1", "AL-6061", "AL-2026-010", "1250", "GRM"), consumed("2", "SEAL-NBR", "SL-0010", "2", "H87")];
    const [call = expect.unreachable()] = await steps((segmentRequirementId) =>
      stepOf(report(order, { segmentRequirementId, materialActuals: lines }), "post-backflush"),
    );
    const undo = undoStep(call, await posted(at(0), call));
    await Promise.all(targets.map((target) => target.reverse({ ...undo, deadline: soon() })));
    expect(await at(0).reverse({ ...undo, deadline: soon() })).toMatchObject({ kind: "applied" });
    expect([await hand.stockOf("AL-2026-010"), await hand.stockOf("SL-0010")]).toEqual(before);
  });

  it("eight at once that end the order end it once", async () => {
    await finishWorks(hand, order);
    const calls = await steps((segmentRequirementId) => stepOf(report(order, { segmentRequirementId, responseState: "Completed" }), "set-order-state"));
    await settleAll(calls);
    expect(await hand.orderState(order)).toBe("done");
  });
});

it("a server killed in the middle of eight leaves each booked once in the end", async () => {
  const before = await hand.stockOf("AL-2026-001");
  const proxy = await startErpProxy(erp);
  try {
    const calls = EIGHT.map(() => consumption({ order: order.number, quantity: "1" }));
    let killed: Promise<void> | undefined;
    const kill = async () => {
      killed ??= erp.kill();
      await killed;
    };
    const there = calls.map(() => targetAt(proxy.url, erp));
    await Promise.all(there.map((target) => target.lookUp(consumption({ order: "0" }).key, soon())));
    // The fourth booking is committed, and its answer never comes.
    for (let n = 0; n < 3; n += 1) proxy.fault("model.stock.move.do", { kind: "after", act: async () => undefined });
    proxy.fault("model.stock.move.do", { kind: "lose", andThen: kill });
    const first = await Promise.all(there.map((target, n) => target.post(calls[n] ?? expect.unreachable())));
    expect(first.some(({ kind }) => kind === "unknown")).toBe(true);
    await erp.restart();
    await Promise.all(calls.map((call, n) => settle(at(n), call, 20)));
    expect(await done()).toHaveLength(8);
    expect(await hand.stockOf("AL-2026-001")).toBe(before - 8);
  } finally {
    await proxy.close();
  }
});
