import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TargetSystem } from "../../core/effects/target-system.ts";
import { again, consumption, posted, soon } from "./consumption.ts";
import { type ByHand, day, type Order } from "./erp-by-hand.ts";
import { type LiveErp, startLiveErp } from "./live-erp.ts";
import { feedback, finishWorks, lotMessage, produced, report, stepOf, testResult, undoStep, worksOf } from "./shop-floor.ts";

let live: LiveErp;
let hand: ByHand;
let proxy: LiveErp["proxy"];
let target: TargetSystem;
let order: Order;
let lot: string;
let made = 0;

beforeAll(async () => {
  live = await startLiveErp();
  ({ hand, proxy, target } = live);
});
afterAll(() => live.stop());
beforeEach(async () => {
  proxy.clear();
  order = await hand.makeOrder();
  made += 1;
  lot = `H-${made}`;
  const [work = ""] = await worksOf(hand, order);
  await posted(target, stepOf(report(order, { segmentRequirementId: work, materialActuals: [produced("1", lot, "4")] }), "receive-output"));
});

const inspections = () => hand.find("quality.inspection", [["origin", "=", `production,${order.id}`]], ["state", "alerts", "points"]);
const failing = () =>
  testResult(lot, { operationsRequestId: order.number, evaluatedCriterionResult: "Fail", propertyMeasurements: [{ id: "diameter", value: "12.5" }] });

describe("an inspection", () => {
  it("is recorded once, with its measurements, for the order that made the lot", async () => {
    const call = stepOf(testResult(lot, { operationsRequestId: order.number, testSpecificationId: "外径检验" }), "record-inspection");
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    expect(await inspections()).toMatchObject([{ state: "passed", alerts: [], points: { diameter: 10.02 } }]);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("that failed raises the ERP's alert, by the plant's word too where the ERP's tolerances would pass it", async () => {
    await posted(target, stepOf(failing(), "record-inspection"));
    const within = testResult(lot, { operationsRequestId: order.number, evaluatedCriterionResult: "Fail" });
    const call = stepOf(within, "record-inspection");
    await posted(target, call);
    expect((await inspections()).map(({ state, alerts }) => [state, alerts.length])).toEqual([
      ["failed", 1],
      ["failed", 1],
    ]);
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind: "found" });
  });

  it.each([
    ["a verdict that the ERP's tolerances contradict", { propertyMeasurements: [{ id: "diameter", value: "12" }] }, "ORL-TRYTON-050"],
    ["a measurement that is none of its kind", { propertyMeasurements: [{ id: "diameter", value: "wide" }] }, "ORL-TRYTON-049"],
    ["a result without a measurement that it asks for", { propertyMeasurements: [] }, "ORL-TRYTON-058"],
    ["a test specification that it does not know", { testSpecificationId: "硬度检验" }, "ORL-TRYTON-048"],
    ["a material without a control", { materialDefinitionId: "AL-6061", materialLotId: "AL-2026-001" }, "ORL-TRYTON-048"],
  ])("parks %s, and nothing is recorded", async (_name, said, code) => {
    const call = stepOf(testResult(lot, { operationsRequestId: order.number, ...said }), "record-inspection");
    expect(await target.post(call)).toMatchObject({ kind: "park", reason: { code, owner: "quality manager", next: expect.any(String) } });
    expect(await inspections()).toEqual([]);
  });

  it("of a control of its own, by the name of its test specification, with yes and no and exact numbers", async () => {
    const points = [
      ["create", [{ name: "surface", string: "外观", type_: "boolean" }]],
      ["create", [{ name: "weight", string: "重量", type_: "numeric", tolerance_upper: 1.5 }]],
    ];
    await hand.rpc("model.quality.control.create", [[{ name: `外观检验 ${made}`, operations: [], frequency: 1, points }]]);
    const said = (weight: string, surface: string) => ({
      operationsRequestId: order.number,
      testSpecificationId: `外观检验 ${made}`,
      propertyMeasurements: [
        { id: "surface", value: surface },
        { id: "重量", value: weight },
      ],
    });
    await posted(target, stepOf(testResult(lot, said("1.499999", "yes")), "record-inspection"));
    expect(await inspections()).toMatchObject([{ state: "passed", points: { surface: true, weight: { decimal: "1.499999" } } }]);
    expect(await target.post(stepOf(testResult(lot, said("1.4", "no")), "record-inspection"))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-050" },
    });
    expect(await target.post(stepOf(testResult(lot, said("1.4", "shiny")), "record-inspection"))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-049" },
    });
  });

  it("waits for a lot and an order that the ERP does not know", async () => {
    expect(await target.post(stepOf(testResult("NONE"), "record-inspection"))).toMatchObject({ kind: "dependency", on: "lot:NONE" });
    expect(await target.post(stepOf(testResult(lot, { operationsRequestId: "999" }), "record-inspection"))).toMatchObject({
      kind: "dependency",
      on: "order:999",
    });
  });

  it.each([
    ["its making", "model.quality.inspection.create"],
    ["its processing", "model.quality.inspection.process"],
    ["its failing", "model.quality.inspection.fail"],
  ])("whose answer to %s is lost is unknown, looked up, and recorded once", async (_name, method) => {
    const call = stepOf(testResult(lot, { operationsRequestId: order.number, evaluatedCriterionResult: "Fail" }), "record-inspection");
    proxy.fault(method, { kind: "lose" });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
    const kind = method.endsWith("fail") ? "found" : "not-found";
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind });
    await posted(target, again(call));
    expect((await inspections()).map(({ state }) => state)).toEqual(["failed"]);
  });

  it("is withdrawn with its alert, and found under both keys; not once a person handles the alert", async () => {
    const call = stepOf(failing(), "record-inspection");
    const reference = await posted(target, call);
    const undo = undoStep(call, reference);
    const [{ alerts }] = await inspections();
    await hand.rpc("model.quality.alert.process", [alerts]);
    expect(await target.reverse(undo)).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-051", owner: "quality manager" } });
    const other = stepOf(failing(), "record-inspection");
    const undoOther = undoStep(other, await posted(target, other));
    proxy.fault("model.quality.inspection.delete", { kind: "lose" });
    expect(await target.reverse(undoOther)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(undoOther.key, soon())).toMatchObject({ kind: "found", reversed: false });
    expect(await target.reverse({ ...undoOther, deadline: soon() })).toMatchObject({ kind: "applied" });
    expect(await target.lookUp(other.key, soon())).toMatchObject({ kind: "found", reversed: true });
    expect(await inspections()).toHaveLength(1);
    expect(await target.post(again(other))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-015" } });
  });
});

describe("a blocked lot", () => {
  const quarantined = async () => {
    const { id } = await hand.one("stock.location", [["code", "=", "QUARANTINE"]], ["code"]);
    return (await hand.one("stock.lot", [["number", "=", lot]], ["quantity"], { locations: [id] })).quantity;
  };

  it("lies in quarantine, from which nothing is taken, until it is released", async () => {
    const block = stepOf(failing(), "block-lot");
    const reference = await posted(target, block);
    expect(await posted(target, again(block))).toBe(reference);
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([0, 4]);
    expect(await target.lookUp(block.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    const use = consumption({ order: order.number, material: "HOUSING-A", lot, quantity: "1", unit: "H87" });
    expect(await target.post(use)).toMatchObject({ kind: "dependency", on: `stock:HOUSING-A/${lot}` });
    await posted(target, stepOf(testResult(lot), "release-lot"));
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([4, 0]);
    expect(await target.post(again(use))).toMatchObject({ kind: "applied" });
  });

  it("is let go by the reversal of its block, and held again by that of its release", async () => {
    const block = stepOf(failing(), "block-lot");
    const undo = undoStep(block, await posted(target, block));
    expect(await target.reverse(undo)).toMatchObject({ kind: "applied" });
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([4, 0]);
    expect(await target.lookUp(undo.key, soon())).toMatchObject({ kind: "found", reversed: false });
    await posted(target, stepOf(failing(), "block-lot"));
    const release = stepOf(testResult(lot), "release-lot");
    await target.reverse(undoStep(release, await posted(target, release)));
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([0, 4]);
  });

  it("whose answer is lost is blocked once", async () => {
    const block = stepOf(failing(), "block-lot");
    proxy.fault("model.stock.move.do", { kind: "lose" });
    expect(await target.post(block)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(block.key, soon())).toMatchObject({ kind: "found" });
    await posted(target, again(block));
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([0, 4]);
  });

  it("that is made and not received yet is waited for: what comes of it then is held, not picked", async () => {
    const young = `Y-${made}`;
    const { id: product } = await hand.product("HOUSING-A");
    await hand.rpc("model.stock.lot.create", [[{ number: young, product }]]);
    const block = stepOf(testResult(young, { evaluatedCriterionResult: "Fail" }), "block-lot");
    expect(await target.post(block)).toMatchObject({ kind: "dependency", on: `lot:${young}`, reason: { code: "ORL-TRYTON-059" } });
    const [work = ""] = await worksOf(hand, order);
    await posted(target, stepOf(report(order, { segmentRequirementId: work, materialActuals: [produced("1", young, "3")] }), "receive-output"));
    await posted(target, again(block));
    expect(await hand.stockOf(young)).toBe(0);
  });

  it("of which more is received later holds that too, until it is released", async () => {
    await posted(target, stepOf(failing(), "block-lot"));
    const [work = ""] = await worksOf(hand, order);
    const more = stepOf(report(order, { segmentRequirementId: work, materialActuals: [produced("1", lot, "3")] }), "receive-output");
    const reference = await posted(target, more);
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([0, 7]);
    expect(await target.reverse(undoStep(more, reference))).toMatchObject({ kind: "applied" });
    await posted(target, again(stepOf(report(order, { segmentRequirementId: work, materialActuals: [produced("1", lot, "2")] }), "receive-output")));
    await posted(target, stepOf(testResult(lot), "release-lot"));
    expect([await hand.stockOf(lot), await quarantined()]).toEqual([6, 0]);
  });

  it("of which nothing lies there has a note, and its reversal one too", async () => {
    const block = stepOf(failing(), "block-lot");
    await posted(target, stepOf(failing(), "block-lot"));
    const reference = await posted(target, block);
    expect(reference).toMatch(/^stock\.lot,/);
    const undo = undoStep(block, reference);
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "not-found" });
    expect(await target.reverse(undo)).toMatchObject({ kind: "applied" });
    expect(await target.lookUp(undo.key, soon())).toMatchObject({ kind: "found" });
    expect(await target.lookUp(block.key, soon())).toMatchObject({ kind: "found", reversed: true });
  });
});

describe("a message about a lot", () => {
  it("that was assembled makes it, once; its reversal is refused while it has stock", async () => {
    const said = { materialLotId: `A-${made}`, materialDefinitionId: "HOUSING-A" };
    const call = stepOf(lotMessage("Assembled", said), "post");
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    expect(await hand.find("stock.lot", [["number", "=", said.materialLotId]], ["number"])).toHaveLength(1);
    const known = stepOf(lotMessage("Assembled", { materialLotId: lot, materialDefinitionId: "HOUSING-A" }), "post");
    await posted(target, known);
    expect(await target.reverse(undoStep(call, reference))).toMatchObject({ kind: "applied" });
    const other = stepOf(lotMessage("Assembled", { ...said, materialLotId: `B-${made}` }), "post");
    const made2 = await posted(target, other);
    await hand.makeMove(undefined, "HOUSING-A", `B-${made}`, 1);
    expect(await target.reverse(undoStep(other, made2))).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-054" } });
  });

  it("that was counted is compared with the ERP's stock: equal, or both numbers to a person", async () => {
    const equal = stepOf(lotMessage("Inventoried", { quantity: { value: "250125", unit: "GRM" }, storageLocation: "STO" }), "post");
    const reference = await posted(target, equal);
    expect(await target.lookUp(equal.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    const differs = stepOf(lotMessage("Inventoried", { quantity: { value: "249", unit: "KGM" } }), "post");
    expect(await target.post(differs)).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-053", message: "of AL-6061/AL-2026-002 the ERP has 250.125 KGM, and the plant counted 249 KGM", owner: "ERP key user" },
    });
    expect(await target.post(stepOf(lotMessage("Inventoried", {}), "post"))).toMatchObject({ kind: "park", reason: { field: "/quantity" } });
  });

  it("that was moved is moved from place to place, and back by its reversal", async () => {
    const call = stepOf(lotMessage("Moved", { quantity: { value: "50", unit: "KGM" }, fromStorageLocation: "STO", storageLocation: "OUT" }), "post");
    const before = await hand.stockOf("AL-2026-002");
    const reference = await posted(target, call);
    expect(await hand.stockOf("AL-2026-002")).toBe(before - 50);
    const undo = undoStep(call, reference);
    expect(await target.reverse(undo)).toMatchObject({ kind: "applied" });
    expect(await hand.stockOf("AL-2026-002")).toBe(before);
    const tooMuch = stepOf(lotMessage("Moved", { quantity: { value: "251", unit: "KGM" }, fromStorageLocation: "STO", storageLocation: "OUT" }), "post");
    expect(await target.post(tooMuch)).toMatchObject({ kind: "dependency", on: "stock:AL-6061/AL-2026-002" });
  });
});

describe("what is told of an order", () => {
  const dates = async () => hand.one("production", [["id", "=", order.id]], ["planned_start_date", "planned_date", "state"]);

  it("is its schedule: planned days of the plant's own calendar, put back by its reversal", async () => {
    const said = { startTime: "2026-12-01T17:00:00Z", endTime: "2026-12-03T04:00:00Z" };
    const call = stepOf(feedback(order, "Ready", said), "post");
    const reference = await posted(target, call);
    expect(await dates()).toMatchObject({ planned_start_date: day("2026-12-02"), planned_date: day("2026-12-03") });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    const undo = undoStep(call, reference);
    expect(await target.reverse(undo)).toEqual({ kind: "applied", reference });
    expect(await dates()).toMatchObject({ planned_start_date: day("2026-11-25"), planned_date: day("2026-11-26") });
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: true });
  });

  it("is its start and its end, with the ERP's own checks", async () => {
    const released = await hand.makeOrder("waiting");
    await posted(target, stepOf(feedback(released, "Running"), "post"));
    expect(await hand.orderState(released)).toBe("running");
    const short = await hand.makeOrder("waiting");
    await hand.makeMove(short, "AL-6061", "AL-2026-002", 300);
    expect(await target.post(stepOf(feedback(short, "Running"), "post"))).toMatchObject({ kind: "dependency", on: `stock:${short.number}` });
    const call = stepOf(feedback(order, "Completed"), "post");
    expect(await target.post(call)).toMatchObject({ kind: "dependency", on: `operations:${order.number}` });
    await finishWorks(hand, order);
    await posted(target, again(call));
    expect((await dates()).state).toBe("done");
    expect(await target.post(stepOf(feedback(order, "Held"), "post"))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-056" } });
  });

  it("is the plant's verdict, once, in a note on it; an order that vanished has nobody to be told", async () => {
    const call = { ...stepOf(feedback(order, "Released"), "tell-accepted"), plantReference: "MES-77" };
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    const notes = await hand.find("ir.note", [["resource", "=", reference]], ["message"]);
    expect(notes.map(({ message }) => message)).toEqual([`orderlane ${call.key} told accepted by the plant MES-77`]);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    const rejected = stepOf(feedback({ id: 0, number: "VANISHED" }, "Released"), "tell-rejected");
    expect(await target.post(rejected)).toMatchObject({ kind: "applied" });
    const lost = stepOf(feedback(order, "Released"), "tell-undone");
    proxy.fault("model.ir.note.create", { kind: "lose" });
    expect(await target.post(lost)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(lost.key, soon())).toMatchObject({ kind: "found" });
  });
});
