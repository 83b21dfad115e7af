import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TargetSystem } from "../../core/effects/target-system.ts";
import { again, consumption, moveIn, posted, soon, targetAt, undoOf } from "./consumption.ts";
import { type ByHand, day, erpByHand, type Order } from "./erp-by-hand.ts";
import { startErpProxy } from "./erp-proxy.ts";
import { type LiveErp, startLiveErp } from "./live-erp.ts";

let live: LiveErp;
let erp: LiveErp["erp"];
let hand: ByHand;
let proxy: LiveErp["proxy"];
let target: TargetSystem;
let order: Order;

beforeAll(async () => {
  live = await startLiveErp();
  ({ erp, hand, proxy, target } = live);
});
afterAll(() => live.stop());
beforeEach(async () => {
  proxy.clear();
  order = await hand.makeOrder();
});

const booked = async (): Promise<number> => (await hand.movesOf(order)).filter(({ state }) => state === "done").length;

/** As the server would, at its end or by an administrator. */
function endAllSessions(): void {
  const database = new DatabaseSync(erp.databaseFile ?? "");
  database.exec("PRAGMA busy_timeout = 5000; DELETE FROM ir_session");
  database.close();
}

describe("a consumption", () => {
  it("is one done move of its lot into the order's production place, on the company's own day", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const reference = await posted(target, consumption({ order: order.number, quantity: "12.500", time: "2026-11-23T17:30:00Z" }));
    expect(await hand.move(moveIn(reference))).toMatchObject({
      state: "done",
      quantity: 12.5,
      production_input: order.id,
      "lot.": { number: "AL-2026-001" },
      effective_date: day("2026-11-24"),
    });
    expect(await hand.stockOf("AL-2026-001")).toBe(before - 12.5);
    expect(await hand.orderState(order)).toBe("running");
  });

  it.each([
    ["0.001", "KGM", "AL-6061", "AL-2026-002", 0.001],
    ["123.456", "KGM", "AL-6061", "AL-2026-002", 123.456],
    ["1250", "GRM", "AL-6061", "AL-2026-002", 1250],
    ["7.25", "MTR", "CU-0012E4", "12E4", 7.25],
    ["40", "H87", "BOLT-M8", "BM-0001", 40],
    ["3", "H87", "BOX-01", undefined, 3],
  ])("of %s %s of %s is booked to the last digit", async (quantity, unit, material, lot, expected) => {
    const reference = await posted(target, consumption({ order: order.number, quantity, unit, material, lot }));
    expect((await hand.move(moveIn(reference))).quantity).toBe(expected);
    const sent = proxy.seen().find(({ method }) => method === "model.stock.move.create");
    expect(sent?.text).toContain(`"quantity":${quantity}`);
  });

  it("is found by our key once it is booked, and not before", async () => {
    const call = consumption({ order: order.number });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    const reference = await posted(target, call);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("that is posted again is the same move", async () => {
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    expect(await posted(target, again(call))).toBe(reference);
    expect(await booked()).toBe(1);
  });

  it("stays posted when its order has ended since, and parks where somebody altered it", async () => {
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    const other = { ...call, document: { ...call.document, quantity: { value: "13", unit: "KGM" } } };
    expect(await target.post(again(other))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-016" } });
    const works = await hand.find("production.work", [["production", "=", order.id]], ["state"]);
    for (const { id } of works) {
      const [cycle] = await hand.rpc("model.production.work.cycle.create", [[{ work: id }]]);
      for (const step of ["run", "do"]) await hand.rpc(`model.production.work.cycle.${step}`, [[cycle]]);
    }
    await hand.rpc("model.production.do", [[order.id]]);
    expect(await hand.orderState(order)).toBe("done");
    expect(await posted(target, again(call))).toBe(reference);
    expect(await target.post(consumption({ order: order.number }))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-004" } });
  });

  it("is not booked by two at once beyond what the lot holds", async () => {
    const [one, other] = [60, 60].map((quantity) => consumption({ order: order.number, lot: "批次-铝/03", quantity: String(quantity) }));
    if (one === undefined || other === undefined) return expect.unreachable();
    const second = targetAt(proxy.url, erp);
    await Promise.all([target.post(one), second.post(other)]);
    await target.post(again(one));
    await second.post(again(other));
    expect(await hand.stockOf("批次-铝/03")).toBe(40);
    expect(await booked()).toBe(1);
  });
});

describe("an answer that is lost", () => {
  it("after the booking leaves the outcome unknown; the look-up finds it, and a repeat books nothing", async () => {
    const call = consumption({ order: order.number });
    proxy.fault("model.stock.move.do", { kind: "lose" });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
    const found = await target.lookUp(call.key, soon());
    expect(found).toMatchObject({ kind: "found", reversed: false });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
  });

  it("because the server was killed right after its commit is found after its restart", async () => {
    const call = consumption({ order: order.number });
    const before = await hand.stockOf("AL-2026-001");
    proxy.fault("model.stock.move.do", { kind: "lose", andThen: () => erp.kill() });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind: "retry" });
    await erp.restart();
    expect(await target.lookUp(call.key, soon())).toMatchObject({ kind: "found", reversed: false });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
    expect(await hand.stockOf("AL-2026-001")).toBe(before - 12.5);
  });

  it.each([
    ["the noting of the move", "model.stock.move.create", "lose"],
    ["our key", "model.ir.note.create", "lose"],
    ["the reservation", "model.stock.move.write", "lose"],
    ["the noting of the move, before the server saw it", "model.stock.move.create", "drop"],
    ["our key, before the server saw it", "model.ir.note.create", "drop"],
    ["the reservation, before the server saw it", "model.stock.move.write", "drop"],
    ["the stock", "model.stock.lot.read", "drop"],
  ] as const)("to %s books nothing, and the next try books once", async (_name, method, kind) => {
    const call = consumption({ order: order.number });
    const before = await hand.stockOf("AL-2026-001");
    proxy.fault(method, { kind });
    expect(await target.post(call)).toMatchObject({ kind: "retry" });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    expect(await booked()).toBe(0);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
    expect(await hand.stockOf("AL-2026-001")).toBe(before - 12.5);
  });

  it("leaves nothing on the order that a planner's restart of it would book", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const call = consumption({ order: order.number });
    for (const method of ["model.stock.move.create", "model.ir.note.create"]) {
      proxy.fault(method, { kind: "lose" });
      expect(await target.post(again(call))).toMatchObject({ kind: "retry" });
    }
    for (const step of ["wait", "assign_try", "run"]) await hand.rpc(`model.production.${step}`, [[order.id]]);
    expect(await hand.movesOf(order)).toEqual([]);
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
  });

  it("before the server saw the booking is unknown too, and the next try books once", async () => {
    const call = consumption({ order: order.number });
    proxy.fault("model.stock.move.do", { kind: "drop" });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
  });
});

describe("what cannot be booked", () => {
  const nothingStands = async () => {
    expect((await hand.movesOf(order)).filter(({ state }) => state === "done" || state === "assigned")).toEqual([]);
  };

  it("waits by name for an order, a material or a lot that the ERP does not know", async () => {
    expect(await target.post(consumption({ order: "999" }))).toMatchObject({ kind: "dependency", on: "order:999" });
    expect(await target.post(consumption({ order: order.number, material: "NONE" }))).toMatchObject({ kind: "dependency", on: "material:NONE" });
    expect(await target.post(consumption({ order: order.number, lot: "NONE" }))).toMatchObject({ kind: "dependency", on: "lot:NONE" });
    await nothingStands();
  });

  it("waits for an order that is not started yet", async () => {
    const waiting = await hand.makeOrder("assigned");
    const call = consumption({ order: waiting.number });
    expect(await target.post(call)).toMatchObject({ kind: "dependency", on: `order:${waiting.number}` });
    await hand.rpc("model.production.run", [[waiting.id]]);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
  });

  it("parks where the order has ended, and says who ended it and when", async () => {
    await hand.rpc("model.production.cancel", [[order.id]]);
    expect(await target.post(consumption({ order: order.number }))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-004", message: expect.stringMatching(/cancelled.*张伟 at 20\d\d-/), owner: "ERP key user", next: expect.any(String) },
    });
  });

  it.each([
    ["a lot of another product", { lot: "12E4" }, "ORL-TRYTON-008"],
    ["a lot that is missing", { lot: undefined }, "ORL-TRYTON-021"],
    ["more digits than the unit has", { quantity: "1.2345" }, "ORL-TRYTON-012"],
    ["more digits than a double keeps", { quantity: "1234567890123.125" }, "ORL-TRYTON-012"],
    ["grams that the kilograms of the books would round", { quantity: "0.55", unit: "GRM" }, "ORL-TRYTON-013"],
    ["a unit of another kind", { unit: "MTR" }, "ORL-TRYTON-010"],
    ["a unit that no table names", { unit: "DZN" }, "ORL-MAP"],
    ["a negative quantity", { quantity: "-1" }, "ORL-MAP"],
    ["a place that is not known", { location: "Z9" }, "ORL-TRYTON-011"],
  ])("parks %s by name, with a next step", async (_name, said, code) => {
    const outcome = await target.post(consumption({ order: order.number, ...said }));
    expect(outcome).toMatchObject({ kind: "park", reason: { code: expect.stringContaining(code), next: expect.any(String) } });
    await nothingStands();
  });

  it("waits for stock that is not there, gives its reservation back, and is booked when the stock came", async () => {
    const call = consumption({ order: order.number, material: "PAINT-RAL7035", lot: "PT-0001", quantity: "41" });
    expect(await target.post(call)).toMatchObject({ kind: "dependency", on: "stock:PAINT-RAL7035/PT-0001" });
    await nothingStands();
    expect(await hand.stockOf("PT-0001")).toBe(40);
    expect(await target.post(consumption({ order: order.number, material: "PAINT-RAL7035", lot: "PT-0001", quantity: "40" }))).toMatchObject({
      kind: "applied",
    });
    const { id: lost } = await hand.one("stock.location", [["type", "=", "lost_found"]], ["name"]);
    const found = { from_location: lost, to_location: hand.warehouse.storage_location };
    await hand.rpc("model.stock.move.do", [[await hand.makeMove(undefined, "PAINT-RAL7035", "PT-0001", 41, found)]]);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await hand.stockOf("PT-0001")).toBe(0);
  });

  it("parks a day in the future with the ERP's own warning", async () => {
    const outcome = await target.post(consumption({ order: order.number, time: "2098-01-01T00:00:00Z" }));
    expect(outcome).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-033", message: expect.stringContaining("effective dates in the future") } });
    await nothingStands();
  });

  it("parks a day of a closed period, and is booked when the period is open again", async () => {
    const [period] = await hand.rpc("model.stock.period.create", [[{ date: day("2026-10-31"), company: hand.context().company }]]);
    await hand.rpc("model.stock.period.close", [[period]]);
    const call = consumption({ order: order.number, time: "2026-10-15T04:00:00Z" });
    expect(await target.post(call)).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-020", next: expect.stringContaining("reopen the period") } });
    await nothingStands();
    await hand.rpc("model.stock.period.draft", [[period]]);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
  });
});

describe("a reversal", () => {
  it("cancels the move, puts the stock back, and is found under its own key", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    const undo = undoOf(call, reference);
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "not-found" });
    expect(await target.reverse(undo)).toEqual({ kind: "applied", reference });
    expect((await hand.move(moveIn(reference))).state).toBe("cancelled");
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: true });
    expect(await target.lookUp(undo.key, soon())).toEqual({ kind: "found", reference, reversed: false });
  });

  it("made twice, or with its first answer lost, is one reversal", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const call = consumption({ order: order.number });
    const undo = undoOf(call, await posted(target, call));
    proxy.fault("model.stock.move.cancel", { kind: "lose" });
    expect(await target.reverse(undo)).toMatchObject({ kind: "unknown" });
    expect(await target.lookUp(undo.key, soon())).toMatchObject({ kind: "found" });
    expect(await target.reverse({ ...undo, deadline: soon() })).toMatchObject({ kind: "applied" });
    expect(await target.reverse({ ...undo, deadline: soon() })).toMatchObject({ kind: "applied" });
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
  });

  it("is not made where a person returned the goods, and the look-up sees it reversed", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    const back = { from_location: hand.warehouse.production_location, to_location: hand.warehouse.storage_location, origin: reference, unit_price: null };
    await hand.rpc("model.stock.move.do", [[await returnMove("12.5", back)]]);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: true });
    expect(await target.reverse(undoOf(call, reference))).toMatchObject({ kind: "applied" });
    expect((await hand.move(moveIn(reference))).state).toBe("done");
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
  });

  it("is refused where a person returned a part", async () => {
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    const back = { from_location: hand.warehouse.production_location, to_location: hand.warehouse.storage_location, origin: reference };
    await hand.rpc("model.stock.move.do", [[await returnMove("2.5", back)]]);
    expect(await target.reverse(undoOf(call, reference))).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-018", next: expect.any(String) } });
  });

  const returnMove = async (quantity: string, back: object) =>
    hand.makeMove(undefined, "AL-6061", "AL-2026-001", Number(quantity), {
      ...back,
      unit_price: { __class__: "Decimal", decimal: "21.50" },
      currency: (await hand.one("currency.currency", [], ["code"])).id,
    });

  it("is refused with the next step where our user may not cancel", async () => {
    const call = consumption({ order: order.number });
    const lina = targetAt(proxy.url, erp, "lina");
    const reference = await posted(lina, call);
    expect(await lina.reverse(undoOf(call, reference))).toMatchObject({
      kind: "refused",
      reason: { code: "ORL-TRYTON-023", next: expect.stringContaining("Stock Cancellation") },
    });
    expect((await hand.move(moveIn(reference))).state).toBe("done");
  });

  it("is refused where the period has closed since, and named for a person", async () => {
    const call = consumption({ order: order.number, time: "2026-09-10T04:00:00Z" });
    const reference = await posted(target, call);
    const [period] = await hand.rpc("model.stock.period.create", [[{ date: day("2026-09-30"), company: hand.context().company }]]);
    await hand.rpc("model.stock.period.close", [[period]]);
    try {
      expect(await target.reverse(undoOf(call, reference))).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-020", owner: "ERP key user" } });
    } finally {
      await hand.rpc("model.stock.period.draft", [[period]]);
    }
  });

  it("of what was never posted is refused", async () => {
    const call = consumption({ order: order.number });
    expect(await target.reverse(undoOf(call, "stock.move,1"))).toMatchObject({ kind: "refused", reason: { code: "ORL-TRYTON-019" } });
  });

  it("behind our back is seen by the look-up, and posting again under the same key parks", async () => {
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    await hand.rpc("model.stock.move.cancel", [[moveIn(reference)]]);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: true });
    expect(await target.post(again(call))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-015" } });
  });
});

describe("a server that cannot now", () => {
  it.each(["model.ir.note.search_read", "model.production.search_read", "model.stock.move.create", "model.stock.move.write"])(
    "locked at %s is retried, and booked once",
    async (method) => {
      const call = consumption({ order: order.number });
      proxy.fault(method, { kind: "answer", status: 503, body: "<h1>Service Unavailable</h1><p>database is locked</p>" });
      expect(await target.post(call)).toMatchObject({ kind: "retry", reason: { message: expect.stringContaining("database is locked") } });
      expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
      expect(await booked()).toBe(1);
    },
  );

  it("with a record that another changed meanwhile is retried, and booked once", async () => {
    const call = consumption({ order: order.number });
    const touch = async () => {
      const [move] = (await hand.movesOf(order)).filter(({ state }) => state === "assigned");
      await hand.rpc("model.stock.move.write", [[move.id], { planned_date: day("2026-11-24") }]);
    };
    proxy.fault("model.stock.move.do", { kind: "after", act: touch });
    expect(await target.post(call)).toMatchObject({ kind: "retry", reason: { message: expect.stringContaining("modified in the meanwhile") } });
    expect(await booked()).toBe(0);
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
  });

  it("and says how long waits as long", async () => {
    proxy.fault("model.ir.note.search_read", { kind: "answer", status: 429, headers: { "retry-after": "17" }, body: "" });
    expect(await target.post(consumption({ order: order.number }))).toMatchObject({ kind: "retry", afterSeconds: 17 });
  });

  it("and fails at the booking with a page leaves the outcome unknown", async () => {
    const call = consumption({ order: order.number });
    proxy.fault("model.stock.move.do", { kind: "answer", status: 502, body: "<html>gateway</html>" });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
  });

  it("because it is down is retried", async () => {
    const closed = await startErpProxy(erp);
    await closed.close();
    expect(await targetAt(closed.url, erp).post(consumption({ order: order.number }))).toMatchObject({ kind: "retry" });
  });
});

describe("a session", () => {
  const logins = () => proxy.seen().filter(({ method }) => method === "common.db.login").length;

  it("is shared by many calls, those of the first moment too", async () => {
    const fresh = targetAt(proxy.url, erp);
    await Promise.all([1, 2, 3, 4].map((n) => fresh.lookUp(consumption({ order: String(n) }).key, soon())));
    expect(logins()).toBe(1);
  });

  it("that has ended is renewed once by what only reads", async () => {
    const call = consumption({ order: order.number });
    const fresh = targetAt(proxy.url, erp);
    const reference = await posted(fresh, call);
    endAllSessions();
    expect(await fresh.lookUp(call.key, soon())).toEqual({ kind: "found", reference, reversed: false });
    expect(logins()).toBe(2);
    hand = await erpByHand(erp);
  });

  it("that ends at the booking leaves the outcome unknown; the next try logs in and books once", async () => {
    const call = consumption({ order: order.number });
    proxy.fault("model.stock.move.do", { kind: "after", act: async () => endAllSessions() });
    expect(await target.post(call)).toMatchObject({ kind: "unknown" });
    hand = await erpByHand(erp);
    expect(await target.lookUp(call.key, soon())).toEqual({ kind: "not-found" });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await booked()).toBe(1);
  });

  it("is not had with wrong credentials: a person's task, and one try per call", async () => {
    const wrong = targetAt(proxy.url, erp, "nobody", "wrong");
    expect(await wrong.post(consumption({ order: order.number }))).toMatchObject({
      kind: "park",
      reason: { code: "ORL-TRYTON-032", owner: "integration engineer" },
    });
    expect(logins()).toBe(1);
  });
});
