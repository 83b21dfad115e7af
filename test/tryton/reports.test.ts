import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTrytonTarget } from "../../connectors/tryton/target-system.ts";
import type { TargetSystem } from "../../core/effects/target-system.ts";
import { again, clock, consumption, posted, soon } from "./consumption.ts";
import type { ByHand, Order } from "./erp-by-hand.ts";
import { type LiveErp, startLiveErp } from "./live-erp.ts";
import { consumed, cyclesOf, finishWorks, outputsOf, produced, report, stepOf, undoStep, workStates, worksOf } from "./shop-floor.ts";

let live: LiveErp;
let erp: LiveErp["erp"];
let hand: ByHand;
let proxy: LiveErp["proxy"];
let target: TargetSystem;
let order: Order;
let works: string[];

beforeAll(async () => {
  live = await startLiveErp();
  ({ erp, hand, proxy, target } = live);
});
afterAll(() => live.stop());
beforeEach(async () => {
  proxy.clear();
  order = await hand.makeOrder();
  works = await worksOf(hand, order);
});

const work = (at = 0): string => works[at] ?? expect.unreachable();
const hours = (seconds: number) => ({ __class__: "timedelta", seconds });

describe("an operation report", () => {
  it("is a done cycle of its work with the time it took, once; the work is finished", async () => {
    const call = stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation");
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    expect(await cyclesOf(hand, work())).toMatchObject([{ state: "done", duration: hours(3600), cost: { decimal: "80.0000" } }]);
    expect(await workStates(hand, order)).toEqual(["finished", "draft", "draft"]);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("of one that runs keeps its cycle running; the one that completes it ends both", async () => {
    const running = stepOf(
      report(order, { segmentRequirementId: work(), segmentState: "Running", actualEndTime: "2026-11-24T01:20:00Z" }),
      "confirm-operation",
    );
    await posted(target, running);
    expect(await workStates(hand, order)).toEqual(["running", "draft", "draft"]);
    expect(await target.lookUp(running.key, soon())).toMatchObject({ kind: "found", reversed: false });
    await posted(target, stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation"));
    expect(await cyclesOf(hand, work())).toMatchObject([
      { state: "done", duration: hours(1200) },
      { state: "done", duration: hours(3600) },
    ]);
    expect(await target.lookUp(running.key, soon())).toMatchObject({ kind: "found", reversed: false });
  });

  it("is taken back: its cycle is cancelled, the work open again, found under both keys, and not confirmed anew under the same", async () => {
    const call = stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation");
    const reference = await posted(target, call);
    const undo = undoStep(call, reference);
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "not-found" });
    for (let n = 0; n < 2; n += 1) expect(await target.reverse({ ...undo, deadline: soon() })).toEqual({ kind: "applied", reference });
    expect(await cyclesOf(hand, work())).toMatchObject([{ state: "cancelled" }]);
    expect(await workStates(hand, order)).toEqual(["draft", "draft", "draft"]);
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: true });
    expect(await target.post(again(call))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-015" } });
  });

  it("tells people of scrap and downtime, in a note on its cycle", async () => {
    const said = {
      goodQuantity: { value: "8", unit: "H87" },
      scrapQuantity: { value: "2", unit: "H87" },
      scrapReasonCode: "SCR-01",
      downtimes: [{ reasonCode: "JAM", startTime: "2026-11-24T01:10:00Z", endTime: "2026-11-24T01:15:00Z" }],
    };
    const reference = await posted(target, stepOf(report(order, { segmentRequirementId: work(), ...said }), "confirm-operation"));
    const [note] = await hand.find("ir.note", [["resource", "=", reference]], ["message"]);
    expect(note.message).toMatch(/^orderlane [0-9A-Z]{16} done\nreport R-\d+\ngood 8 H87\nscrap 2 H87 \(SCR-01\)\ndowntime JAM/);
  });

  it.each([
    ["an operation that the order does not have", { segmentRequirementId: "999999" }, "ORL-TRYTON-041", "/segmentRequirementId"],
    ["an operation that is no number of theirs", { segmentRequirementId: "OP10" }, "ORL-TRYTON-041", "/segmentRequirementId"],
    ["an end before its start", { actualEndTime: "2026-11-23T01:00:00Z" }, "ORL-TRYTON-042", "/actualEndTime"],
  ])("parks %s by name, with a next step, and nothing is confirmed", async (_name, said, code, field) => {
    const outcome = await target.post(stepOf(report(order, { segmentRequirementId: work(), ...said }), "confirm-operation"));
    expect(outcome).toMatchObject({ kind: "park", reason: { code, field, next: expect.any(String), owner: expect.any(String) } });
    expect(await cyclesOf(hand, work())).toEqual([]);
  });

  it("of an order that is cancelled meanwhile parks, and of one that is not started waits", async () => {
    const waiting = await hand.makeOrder("assigned");
    const [first = ""] = await worksOf(hand, waiting);
    expect(await target.post(stepOf(report(waiting, { segmentRequirementId: first }), "confirm-operation"))).toMatchObject({
      kind: "dependency",
      on: `order:${waiting.number}`,
    });
    await hand.rpc("model.production.cancel", [[order.id]]);
    expect(await target.post(stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation"))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-004", message: expect.stringContaining("cancelled") },
    });
  });

  it.each([
    ["the making of its cycle", "model.production.work.cycle.create"],
    ["our key", "model.ir.note.create"],
    ["its opening", "model.production.work.cycle.write"],
  ])("whose answer to %s is lost leaves nothing that keeps its order from ending, and is confirmed once", async (_name, method) => {
    const call = stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation");
    proxy.fault(method, { kind: "lose" });
    expect(await target.post(call)).toMatchObject({ kind: "retry" });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    await posted(target, again(call));
    expect((await cyclesOf(hand, work())).filter(({ state }) => state === "done")).toHaveLength(1);
    expect(await workStates(hand, order)).toEqual(["finished", "draft", "draft"]);
  });
});

describe("backflush", () => {
  const lines = [
    consumed("1", "AL-6061", "AL-2026-010", "1250", "GRM"),
    consumed("2", "CU-0012E4", "CU-0010", "2.5", "MTR"),
    consumed("3", "BOX-01", undefined, "1", "H87"),
  ];
  const states = async () => (await hand.movesOf(order)).map(({ state }) => state);

  it("books all lines at once under one key, is found whole, and taken back whole", async () => {
    const before = await hand.stockOf("AL-2026-010");
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: [...lines, produced("4", "H-1", "1")] }), "post-backflush");
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    expect(await states()).toEqual(["done", "done", "done"]);
    expect(proxy.seen().filter(({ method }) => method === "model.stock.move.do")).toHaveLength(1);
    expect(await hand.stockOf("AL-2026-010")).toBe(before - 1.25);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    const undo = undoStep(call, reference);
    expect(await target.reverse(undo)).toEqual({ kind: "applied", reference });
    expect(await states()).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(await hand.stockOf("AL-2026-010")).toBe(before);
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("of which one line cannot be booked books none, and says which line", async () => {
    const call = stepOf(
      report(order, { segmentRequirementId: work(), materialActuals: [...lines, consumed("4", "AL-6061", "12E4", "1", "KGM")] }),
      "post-backflush",
    );
    expect(await target.post(call)).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-008", field: "/materialActuals/3/materialLotId" } });
    const short = stepOf(
      report(order, { segmentRequirementId: work(), materialActuals: [...lines, consumed("4", "PAINT-RAL7035", "PT-0001", "41", "KGM")] }),
      "post-backflush",
    );
    expect(await target.post(short)).toMatchObject({ kind: "dependency", on: "stock:PAINT-RAL7035/PT-0001" });
    expect(await states()).toEqual([]);
  });

  it("whose lines a person took back in part is not taken back again, and the rest is", async () => {
    const before = await hand.stockOf("AL-2026-010");
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: lines }), "post-backflush");
    const reference = await posted(target, call);
    const [first] = await hand.movesOf(order);
    await hand.rpc("model.stock.move.cancel", [[first.id]]);
    expect(await target.reverse(undoStep(call, reference))).toMatchObject({ kind: "applied" });
    expect(await states()).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(await hand.stockOf("AL-2026-010")).toBe(before);
  });
});

describe("output", () => {
  it("is received with its lot, which is made once, and valued by the order's end", async () => {
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", "H-100", "4")] }), "receive-output");
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    await posted(target, stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", "H-100", "3")] }), "receive-output"));
    expect(await hand.find("stock.lot", [["number", "=", "H-100"]], ["product.code"])).toHaveLength(1);
    expect(await hand.stockOf("H-100")).toBe(7);
    await posted(target, consumption({ order: order.number, lot: "AL-2026-010", quantity: "7" }));
    await finishWorks(hand, order);
    await hand.rpc("model.production.do", [[order.id]]);
    const [output] = await outputsOf(hand, order);
    expect(Number(output.unit_price.decimal)).toBeGreaterThan(20);
  });

  it("is taken back while it lies there; refused by name once it was used, or would leave less than nothing", async () => {
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", "H-200", "4")] }), "receive-output");
    const reference = await posted(target, call);
    const out = await hand.makeMove(undefined, "HOUSING-A", "H-200", 1, {
      to_location: (await hand.one("stock.location", [["code", "=", "OUT"]], ["code"])).id,
    });
    await hand.rpc("model.stock.move.write", [[out], { state: "assigned" }]);
    await hand.rpc("model.stock.move.do", [[out]]);
    const undo = undoStep(call, reference);
    expect(await target.reverse(undo)).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-046", owner: "ERP key user", next: expect.any(String) } });
    await hand.rpc("model.stock.move.cancel", [[out]]);
    expect(await target.reverse({ ...undo, deadline: soon() })).toEqual({ kind: "applied", reference });
    expect(await hand.stockOf("H-200")).toBe(0);
  });

  it("of goods without lots is not taken back where less than nothing would be left: a person corrects the stock first", async () => {
    const byProduct = { ...produced("1", "none", "4"), materialDefinitionId: "CHIPS", materialLotId: undefined };
    const { default_uom } = await hand.product("HOUSING-A");
    const template = { name: "切屑", type: "goods", default_uom, list_price: { __class__: "Decimal", decimal: "0" }, cost_price_method: "fixed" };
    await hand.rpc("model.product.template.create", [[{ ...template, products: [["create", [{ suffix_code: "CHIPS" }]]] }]]);
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: [byProduct] }), "receive-output");
    const reference = await posted(target, call);
    const out = await hand.makeMove(undefined, "CHIPS", undefined, 1, {
      to_location: (await hand.one("stock.location", [["code", "=", "OUT"]], ["code"])).id,
    });
    await hand.rpc("model.stock.move.write", [[out], { state: "assigned" }]);
    await hand.rpc("model.stock.move.do", [[out]]);
    const undo = undoStep(call, reference);
    expect(await target.reverse(undo)).toMatchObject({
      kind: "refused",
      reason: { code: "ORL-TRYTON-047", owner: "ERP key user", message: expect.stringContaining("-1"), next: expect.stringContaining("inventory") },
    });
    await hand.rpc("model.stock.move.cancel", [[out]]);
    expect(await target.reverse({ ...undo, deadline: soon() })).toEqual({ kind: "applied", reference });
  });

  it.each([
    ["the making of the lot", "model.stock.lot.create", "retry"],
    ["the booking", "model.stock.move.do", "unknown"],
  ])("whose answer to %s is lost is received once, with one lot", async (_name, method, kind) => {
    const lot = `H-lost-${kind}`;
    const call = stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", lot, "4")] }), "receive-output");
    proxy.fault(method, { kind: "lose" });
    expect(await target.post(call)).toMatchObject({ kind });
    await posted(target, again(call));
    expect(await hand.find("stock.lot", [["number", "=", lot]], ["product.code"])).toHaveLength(1);
    expect(await hand.stockOf(lot)).toBe(4);
  });
});

describe("the end of an order", () => {
  const ending = () => stepOf(report(order, { segmentRequirementId: work(2), responseState: "Completed" }), "set-order-state");

  it("comes when its works are finished; before that it waits and says for which", async () => {
    const call = ending();
    await posted(target, stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation"));
    expect(await target.post(call)).toMatchObject({
      kind: "dependency",
      on: `operations:${order.number}`,
      reason: { code: "ORL-TRYTON-043", message: expect.stringContaining("装配 OP20, 检验 OP30") },
    });
    for (const at of [1, 2]) await posted(target, stepOf(report(order, { segmentRequirementId: work(at) }), "confirm-operation"));
    const reference = await posted(target, again(call));
    expect(await hand.orderState(order)).toBe("done");
    expect(await posted(target, again(call))).toBe(reference);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("is not taken back: a named task, as the ERP opens no closed order", async () => {
    await finishWorks(hand, order);
    const call = ending();
    const reference = await posted(target, call);
    expect(await target.reverse(undoStep(call, reference))).toMatchObject({
      kind: "refused",
      reason: { code: "ORL-TRYTON-045", owner: "ERP key user", next: expect.any(String) },
    });
    const confirmed = stepOf(report(order, { segmentRequirementId: work() }), "confirm-operation");
    expect(await target.post(confirmed)).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-004", message: expect.stringContaining("closed") } });
    const later = consumption({ order: order.number });
    expect(await target.post(later)).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-004" } });
  });

  it("whose answer is lost is found; a yes without effect is not believed", async () => {
    await finishWorks(hand, order);
    const call = ending();
    proxy.fault("model.production.do", { kind: "answer", status: 200, body: '{"id":1,"result":null}' });
    expect(await target.post(call)).toMatchObject({ kind: "retry", reason: { code: "ORL-TRYTON-017" } });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    proxy.fault("model.production.do", { kind: "lose" });
    expect(await target.post(again(call))).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind: "found", reversed: false });
  });

  it("waits for the inspection that the ERP asks for, and parks on an alert that is open", async () => {
    const housing = await hand.product("HOUSING-A");
    const points = [["create", [{ name: "weight", string: "重量", type_: "float", tolerance_lower: 1, tolerance_upper: 2 }]]];
    const values = { name: "完工检验", operations: ["production:do"], product: housing.id, frequency: 1, points };
    const [control] = await hand.rpc("model.quality.control.create", [[values]]);
    try {
      await posted(target, stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", "H-300", "1")] }), "receive-output"));
      await finishWorks(hand, order);
      const call = ending();
      expect(await target.post(call)).toMatchObject({ kind: "dependency", on: `inspection:${order.number}` });
      const [inspection] = await hand.rpc("model.quality.inspection.create", [[{ control, origin: `production,${order.id}`, points: { weight: 3 } }]]);
      await hand.rpc("model.quality.inspection.process", [[inspection]]);
      expect(await target.post(again(call))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-024", next: expect.stringContaining("alert") } });
      const { alerts } = await hand.one("quality.inspection", [["id", "=", inspection]], ["alerts"]);
      await hand.rpc("model.quality.alert.process", [alerts]);
      await hand.rpc("model.quality.alert.resolve", [alerts]);
      await posted(target, again(call));
      expect(await hand.orderState(order)).toBe("done");
    } finally {
      await hand.rpc("model.quality.control.write", [[control], { active: false }]);
    }
  });
});

describe("a quantity that the ERP's unit cannot hold", () => {
  const tolerant = () =>
    createTrytonTarget({ url: proxy.url, token: async () => `${erp.user}:${erp.password}`, clock, allowLoopbackHttp: true, remainderTolerance: "0.0005" });

  it.each([
    ["1.2345", "KGM", 1.234, "0.0005"],
    ["1.2355", "KGM", 1.236, "-0.0005"],
    ["0.55", "GRM", 0.001, "-0.00045"],
    ["1250.6", "GRM", 1.251, "-0.0004"],
  ])("of %s %s is booked rounded half-even, and the rest recorded to the last digit, by the look-up too", async (value, unit, booked, remainder) => {
    const call = consumption({ order: order.number, lot: "AL-2026-010", quantity: value, unit });
    const outcome = await tolerant().post(call);
    const remainders = [{ material: "AL-6061", lot: "AL-2026-010", value: remainder, unit: "KGM" }];
    expect(outcome).toMatchObject({ kind: "applied", remainders });
    expect(await hand.movesOf(order)).toMatchObject([{ state: "done", quantity: booked }]);
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind: "found", remainders });
    expect(await tolerant().post(again(call))).toEqual(outcome);
  });

  it("above the tolerance, or rounded to nothing, parks", async () => {
    for (const [quantity, unit] of [
      ["1.2346", "KGM"],
      ["0.0004", "KGM"],
    ] as const)
      expect(await target.post(consumption({ order: order.number, quantity, unit }))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-012" } });
    expect(await hand.movesOf(order)).toEqual([]);
  });
});

describe("the books of an order", () => {
  it("are its done moves in and out, in their own units, without what was cancelled, and less what was returned", async () => {
    const books = target.books ?? expect.unreachable();
    expect(await books("999", soon())).toMatchObject({ kind: "failed", reason: { code: "ORL-TRYTON-002" } });
    expect(await books(order.number, soon())).toEqual({ kind: "books", lines: [] });
    const taken = await posted(target, consumption({ order: order.number, lot: "AL-2026-010", quantity: "1250", unit: "GRM" }));
    const cancelled = consumption({ order: order.number, lot: "AL-2026-010", quantity: "7" });
    await target.reverse({ ...undoStep(cancelled, await posted(target, cancelled)) });
    const made = await posted(
      target,
      stepOf(report(order, { segmentRequirementId: work(), materialActuals: [produced("1", "H-400", "4")] }), "receive-output"),
    );
    const back = await hand.makeMove(undefined, "AL-6061", "AL-2026-010", 0.25, {
      from_location: hand.warehouse.production_location,
      to_location: hand.warehouse.storage_location,
      origin: taken,
      unit_price: { __class__: "Decimal", decimal: "21.50" },
      currency: (await hand.one("currency.currency", [], ["code"])).id,
    });
    await hand.rpc("model.stock.move.do", [[back]]);
    expect(await books(order.number, soon())).toEqual({
      kind: "books",
      lines: [
        { materialUse: "Consumed", material: "AL-6061", lot: "AL-2026-010", quantity: { value: "1250", unit: "GRM" }, reference: taken },
        { materialUse: "Produced", material: "HOUSING-A", lot: "H-400", quantity: { value: "4", unit: "H87" }, reference: made },
        { materialUse: "Consumed", material: "AL-6061", lot: "AL-2026-010", quantity: { value: "-0.25", unit: "KGM" }, reference: `stock.move,${back}` },
      ],
    });
  });
});
