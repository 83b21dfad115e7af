import { request } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { createTrytonTarget } from "../../connectors/tryton/target-system.ts";
import type { TargetSystem } from "../../core/effects/target-system.ts";
import { again, consumption, moveIn, posted, soon, targetAt, undoOf } from "./consumption.ts";
import { BusinessError, type ByHand, day, erpByHand, httpErrorOf, type Order, rawPost, refusalOf } from "./erp-by-hand.ts";
import { type LiveErp, startLiveErp } from "./live-erp.ts";
import { makeControl } from "./rig.ts";
import { consumed, cyclesOf, finishWorks, outputsOf, produced, report, stepOf, testResult, undoStep, worksOf } from "./shop-floor.ts";

/**
 * The twelve behaviours of Tryton 8.0 that a connector must survive. Each test first shows that the server behaves so (we shall notice when it no longer does), then what the connector
 * makes of it.
 */
let live: LiveErp;
let erp: LiveErp["erp"];
let hand: ByHand;
let proxy: LiveErp["proxy"];
let target: TargetSystem;
let order: Order;

beforeAll(async () => {
  // By default a locked database is tried six times before it is a 503, and six wrong passwords are let through, each answered later than the one before.
  live = await startLiveErp({ configuration: { database: { retry: "0" }, session: { max_attempt: "1" } } });
  ({ erp, hand, proxy, target } = live);
});
afterAll(() => live.stop());
beforeEach(async () => {
  proxy.clear();
  order = await hand.makeOrder();
});

const states = async (of: Order) => (await hand.movesOf(of)).map(({ state, quantity }) => [state, quantity]);

describe("1: success with no effect", () => {
  it("an assignment without stock answers as one with it, leaves the order waiting, and splits the move", async () => {
    const short = await hand.makeOrder("waiting");
    await hand.makeMove(short, "AL-6061", "AL-2026-002", 300);
    expect(await hand.rpc("model.production.assign_try", [[short.id]])).toBeNull();
    expect(await hand.orderState(short)).toBe("waiting");
    expect((await states(short)).sort()).toEqual([
      ["assigned", 250.125],
      ["draft", 49.875],
    ]);
    await hand.rpc("model.production.cancel", [[short.id]]);
  });

  it("survived: short stock is seen before anything is booked, and nothing is split", async () => {
    expect(await target.post(consumption({ order: order.number, lot: "AL-2026-002", quantity: "300" }))).toMatchObject({ kind: "dependency" });
    expect(await states(order)).toEqual([]);
    expect(
      await hand.find(
        "stock.move",
        [
          ["lot.number", "=", "AL-2026-002"],
          ["quantity", "=", 300],
        ],
        ["state"],
      ),
    ).toMatchObject([{ state: "staging" }]);
  });

  it("survived: a yes to the booking without effect is not believed", async () => {
    const call = consumption({ order: order.number });
    proxy.fault("model.stock.move.do", { kind: "answer", status: 200, body: '{"id":1,"result":null}' });
    expect(await target.post(call)).toMatchObject({ kind: "retry", reason: { code: "ORL-TRYTON-017" } });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await states(order)).toEqual([["done", 12.5]]);
  });
});

describe("1, of the steps of a report", () => {
  it("survived: an order's end without effect, an inspection's processing, a cycle's end are not believed", async () => {
    const [work = ""] = await worksOf(hand, order);
    const nothing = { kind: "answer", status: 200, body: '{"id":1,"result":null}' } as const;
    const confirm = stepOf(report(order, { segmentRequirementId: work }), "confirm-operation");
    const inspect = stepOf(testResult("AL-2026-001", { materialDefinitionId: "AL-6061", testSpecificationId: "来料检验" }), "record-inspection");
    await makeControl(hand);
    for (const [call, method] of [
      [confirm, "model.production.work.cycle.do"],
      [inspect, "model.quality.inspection.process"],
    ] as const) {
      proxy.fault(method, nothing);
      expect(await target.post(call)).toMatchObject({ kind: "retry", reason: { code: "ORL-TRYTON-017" } });
      expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    }
    await finishWorks(hand, order);
    const end = stepOf(report(order, { segmentRequirementId: work, responseState: "Completed" }), "set-order-state");
    proxy.fault("model.production.do", nothing);
    expect(await target.post(end)).toMatchObject({ kind: "retry", reason: { code: "ORL-TRYTON-017" } });
    expect(await target.post(again(end))).toMatchObject({ kind: "applied" });
  });
});

describe("2: errors inside HTTP 200, pages, locks, and too many logins", () => {
  it("a business error comes as HTTP 200; a call without its context, or of no method, as a page", async () => {
    expect((await refusalOf(hand.rpc("model.stock.move.read", [[999_999], ["state"]]))).kind).toBe("UserError");
    const noContext = await httpErrorOf(hand.raw("model.stock.move.read", [[1], ["state"]]));
    expect([noContext.status, noContext.body.slice(0, 15)]).toEqual([422, "<!doctype html>"]);
    expect((await httpErrorOf(hand.rpc("model.stock.move.nothing", [[1]]))).status).toBe(403);
  });

  it("a database that is locked answers 503, and the connector retries", async () => {
    const call = consumption({ order: order.number });
    await target.lookUp(call.key, soon());
    const locker = new DatabaseSync(erp.databaseFile ?? "");
    locker.exec("BEGIN IMMEDIATE");
    const outcome = await target.post(call).finally(() => {
      locker.exec("ROLLBACK");
      locker.close();
    });
    expect(outcome).toMatchObject({ kind: "retry", reason: { message: expect.stringContaining("HTTP 503") } });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await states(order)).toEqual([["done", 12.5]]);
  });

  it("after too many wrong passwords even the right one gets 429, and the connector waits", async () => {
    for (let n = 0; n < 2; n += 1) expect([401, 429]).toContain((await httpErrorOf(erpByHand(erp, "lina", "wrong password"))).status);
    expect((await httpErrorOf(erpByHand(erp, "lina"))).status).toBe(429);
    expect(await targetAt(proxy.url, erp, "lina").post(consumption({ order: order.number }))).toMatchObject({ kind: "retry" });
  });
});

describe("3: nothing is idempotent", () => {
  it("the same create twice is two records, and duplicate lot numbers are taken", async () => {
    const one = await hand.makeMove(undefined, "BOX-01", undefined, 1);
    expect(await hand.makeMove(undefined, "BOX-01", undefined, 1)).not.toBe(one);
    const { id } = await hand.product("PAINT-RAL7035");
    const twins = await hand.rpc("model.stock.lot.create", [
      [
        { number: "TWIN", product: id },
        { number: "TWIN", product: id },
      ],
    ]);
    expect(twins).toHaveLength(2);
  });

  it("survived: what a lost answer committed is found by our key, not posted again; a lot that there is twice is a person's", async () => {
    const call = consumption({ order: order.number });
    for (const method of ["model.stock.move.create", "model.ir.note.create", "model.stock.move.write"]) {
      proxy.fault(method, { kind: "lose" });
      expect(await target.post(again(call))).toMatchObject({ kind: "retry" });
    }
    proxy.fault("model.stock.move.do", { kind: "lose" });
    expect(await target.post(again(call))).toMatchObject({ kind: "unknown" });
    expect(await target.post(again(call))).toMatchObject({ kind: "applied" });
    expect(await states(order)).toEqual([["done", 12.5]]);
    // As the ERP's own clock says, they were made just now: whoever made one may still take it away.
    const twin = consumption({ order: order.number, material: "PAINT-RAL7035", lot: "TWIN", quantity: "1" });
    expect(await target.post(twin)).toMatchObject({ kind: "retry", reason: { code: "ORL-TRYTON-040" } });
    const later = createTrytonTarget({
      url: proxy.url,
      token: async () => `${erp.user}:${erp.password}`,
      clock: { now: () => Date.now() + 600_000 },
      allowLoopbackHttp: true,
    });
    expect(await later.post({ ...twin, deadline: Date.now() + 620_000 })).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-005" } });
  });
});

describe("4: a repeated transition", () => {
  it("is refused in the words of a forbidden one; the connector reads the state and knows", async () => {
    const call = consumption({ order: order.number });
    const bookTwice = async () => {
      const [move] = await hand.movesOf(order);
      await hand.rpc("model.stock.move.do", [[move.id]]);
      expect((await refusalOf(hand.rpc("model.stock.move.do", [[move.id]]))).said).toEqual([expect.stringContaining('You can not call "do"'), "", null]);
    };
    proxy.fault("model.stock.move.do", { kind: "after", act: bookTwice });
    expect(await target.post(call)).toMatchObject({ kind: "applied" });
    expect(await states(order)).toEqual([["done", 12.5]]);
  });
});

describe("4, of the steps of a report", () => {
  it("survived: a cycle, an inspection, an order that another ended at the same moment count as done", async () => {
    const [work = ""] = await worksOf(hand, order);
    const endCycle = async () => {
      const [cycle] = (await cyclesOf(hand, work)).filter(({ state }) => state === "running");
      await hand.rpc("model.production.work.cycle.do", [[cycle.id]]);
    };
    proxy.fault("model.production.work.cycle.do", { kind: "after", act: endCycle });
    const confirm = stepOf(report(order, { segmentRequirementId: work }), "confirm-operation");
    expect(await target.post(confirm)).toMatchObject({ kind: "applied" });
    await finishWorks(hand, order);
    proxy.fault("model.production.do", { kind: "after", act: () => hand.rpc("model.production.do", [[order.id]]) });
    const end = stepOf(report(order, { segmentRequirementId: work, responseState: "Completed" }), "set-order-state");
    expect(await target.post(end)).toMatchObject({ kind: "applied" });
  });
});

describe("5: optimistic locking", () => {
  it("holds only with _timestamp in the context; without it the last write wins", async () => {
    const move = await hand.makeMove(undefined, "BOX-01", undefined, 2);
    const { _timestamp } = await hand.move(move);
    await hand.rpc("model.stock.move.write", [[move], { quantity: 3 }]);
    const stale = refusalOf(hand.rpc("model.stock.move.write", [[move], { quantity: 4 }], { _timestamp: { [`stock.move,${move}`]: _timestamp } }));
    expect((await stale).kind).toBe("ConcurrencyException");
    await hand.rpc("model.stock.move.write", [[move], { quantity: 5 }]);
    expect((await hand.move(move)).quantity).toBe(5);
  });

  it("survived: every change of an existing move carries the timestamp that was read", async () => {
    const call = consumption({ order: order.number });
    const reference = await posted(target, call);
    await target.reverse(undoOf(call, reference));
    const changing = proxy.seen().filter(({ method }) => /stock\.move\.(write|do|cancel)$/.test(method));
    expect(changing.map(({ method }) => method.split(".").at(-1))).toEqual(["write", "do", "cancel"]);
    for (const { params } of changing) expect(params.at(-1)).toMatchObject({ _timestamp: { [reference]: expect.any(String) } });
  });
});

describe("5, of the steps of a report", () => {
  it("survived: every change of what was read before carries its timestamp, each line of a report its own", async () => {
    const [work = ""] = await worksOf(hand, order);
    const lines = [consumed("1", "AL-6061", "AL-2026-010", "1250", "GRM"), consumed("2", "SEAL-NBR", "SL-0010", "2", "H87")];
    const said = { segmentRequirementId: work, materialActuals: [...lines, produced("3", "H-STAMP", "1")] };
    for (const action of ["confirm-operation", "post-backflush", "receive-output"] as const) {
      const call = stepOf(report(order, said), action);
      await target.reverse(undoStep(call, await posted(target, call)));
    }
    const changing = proxy.seen().filter(({ method }) => /(stock\.move|work|work\.cycle)\.(write|run|do|cancel)$/.test(method));
    expect(changing.length).toBeGreaterThanOrEqual(10);
    for (const { method, params } of changing) {
      const { _timestamp } = z.object({ _timestamp: z.record(z.string(), z.string()) }).parse(params.at(-1));
      const changed = method === "model.production.work.write" ? [] : z.array(z.number()).parse(params[0]);
      // The work's own state follows from its cycles: those are what was read.
      expect(Object.keys(_timestamp)).toHaveLength(Math.max(1, changed.length));
    }
  });
});

describe("6: a warning", () => {
  it("needs a person to skip it and a repeat; the connector parks with its text and leaves nothing reserved", async () => {
    const future = await hand.makeMove(undefined, "BOX-01", undefined, 1, { effective_date: day("2099-01-01") });
    await hand.rpc("model.stock.move.write", [[future], { state: "assigned" }]);
    const warning = await refusalOf(hand.rpc("model.stock.move.do", [[future]]));
    expect(warning.kind).toBe("UserWarning");
    expect(await target.post(consumption({ order: order.number, time: "2099-01-01T04:00:00Z" }))).toMatchObject({
      kind: "park",
      reason: { message: expect.stringContaining("effective dates in the future"), owner: "ERP key user", next: expect.any(String) },
    });
    expect(await states(order)).toEqual([]);
    const [name] = Array.isArray(warning.said) ? warning.said : [];
    await hand.rpc("model.res.user.warning.skip", [name, false]);
    await hand.rpc("model.stock.move.do", [[future]]);
    expect((await hand.move(future)).state).toBe("done");
    await hand.rpc("model.stock.move.cancel", [[future]]);
  });
});

describe("6, of the steps of a report", () => {
  it("survived: a backflush and an output of a day in the future park with the ERP's own warning, and nothing stays reserved", async () => {
    const [work = ""] = await worksOf(hand, order);
    const lines = [consumed("1", "AL-6061", "AL-2026-010", "1250", "GRM"), produced("2", "H-FUTURE", "1")];
    const future = report(order, { segmentRequirementId: work, postingDate: "2099-01-01", materialActuals: lines });
    for (const action of ["post-backflush", "receive-output"] as const)
      expect(await target.post(stepOf(future, action))).toMatchObject({ kind: "park", reason: { code: "ORL-TRYTON-033", next: expect.any(String) } });
    expect(await states(order)).toEqual([]);
    expect(await outputsOf(hand, order)).toEqual([]);
  });
});

describe("7: a header that lies", () => {
  const long = JSON.stringify({
    id: 1,
    method: "model.stock.move.search_read",
    params: [[], 0, null, null, ["state", "quantity", "product.name", "lot.number"]],
  });
  const withContext = () => long.replace(/\]\}$/, `,${JSON.stringify(hand.context())}]}`);

  it("an answer of more than 1,400 characters says gzip where the body is plain, and is gzip only where asked for", async () => {
    const authorization = hand.authorization() ?? "";
    const plain = await rawPost(`${erp.url}/rpc/`, withContext(), { authorization });
    expect(plain.headers["content-encoding"]).toBe("gzip");
    expect(plain.body.length).toBeGreaterThan(1_400);
    expect(JSON.parse(plain.body).result.length).toBeGreaterThan(5);
    const packed = await new Promise<Buffer>((resolve, reject) => {
      const headers = { "content-type": "application/json", "accept-encoding": "gzip", authorization };
      const outgoing = request(`${erp.url}/rpc/`, { method: "POST", headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
        incoming.on("end", () => resolve(Buffer.concat(chunks)));
      });
      outgoing.on("error", reject);
      outgoing.end(withContext());
    });
    expect(gunzipSync(packed).toString("utf8")).toBe(plain.body);
  });

  it("survived: an answer that long is read", async () => {
    const call = consumption({ order: order.number });
    const padded = { url: "x".repeat(2_000) };
    proxy.fault("model.production.search_read", {
      kind: "answer",
      status: 200,
      headers: { "content-encoding": "gzip" },
      body: JSON.stringify({ id: 1, result: [], padded }),
    });
    expect(await target.post(call)).toMatchObject({ kind: "dependency", on: `order:${order.number}` });
  });
});

describe("8: orders and their moves", () => {
  it("a create does not explode its bill of material, and a planned end needs a planned start", async () => {
    expect(await hand.movesOf(order)).toEqual([]);
    const housing = await hand.product("HOUSING-A");
    const values = { product: housing.id, quantity: 1, unit: housing.default_uom, planned_date: day("2026-11-26") };
    expect((await refusalOf(hand.rpc("model.production.create", [[values]]))).kind).toBe("UserError");
  });

  it("a draft move of a running order is booked by wait, assignment and run; or past the stock check, by writing its state", async () => {
    const move = await hand.makeMove(order, "AL-6061", "AL-2026-002", 0.125);
    expect((await refusalOf(hand.rpc("model.stock.move.do", [[move]]))).kind).toBe("UserError");
    for (const step of ["wait", "assign_try", "run"]) await hand.rpc(`model.production.${step}`, [[order.id]]);
    expect((await hand.move(move)).state).toBe("done");
    const tooMuch = await hand.makeMove(order, "PAINT-RAL7035", "PT-0001", 1_000);
    await hand.rpc("model.stock.move.write", [[tooMuch], { state: "assigned" }]);
    await hand.rpc("model.stock.move.do", [[tooMuch]]);
    expect(await hand.stockOf("PT-0001")).toBe(-960);
    await hand.rpc("model.stock.move.cancel", [[tooMuch]]);
    expect(await hand.stockOf("PT-0001")).toBe(40);
  });

  it("survived: the connector counts the stock itself, others' reservations too, and the order stays running", async () => {
    const held = await hand.makeMove(undefined, "PAINT-RAL7035", "PT-0001", 30);
    await hand.rpc("model.stock.move.write", [[held], { state: "assigned" }]);
    const paint = (quantity: string) => consumption({ order: order.number, material: "PAINT-RAL7035", lot: "PT-0001", quantity });
    expect(await target.post(paint("10.001"))).toMatchObject({ kind: "dependency", reason: { message: expect.stringContaining("-0.001") } });
    expect(await target.post(paint("10"))).toMatchObject({ kind: "applied" });
    expect(await hand.orderState(order)).toBe("running");
    await hand.rpc("model.stock.move.cancel", [[held]]);
  });

  it("an order is not done before its works are", async () => {
    expect((await refusalOf(hand.rpc("model.production.do", [[order.id]]))).said).toEqual([expect.stringContaining("must be finished"), "", null]);
    expect(await hand.orderState(order)).toBe("running");
  });
});

describe("9: reversal", () => {
  it("a done move is cancelled once, stays listed, and a return move beside it reverses twice", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const move = moveIn(await posted(target, consumption({ order: order.number, quantity: "10" })));
    await hand.rpc("model.stock.move.cancel", [[move]]);
    expect((await refusalOf(hand.rpc("model.stock.move.cancel", [[move]]))).kind).toBe("UserError");
    expect(await states(order)).toEqual([["cancelled", 10]]);
    await returned(move, 10);
    expect(await hand.stockOf("AL-2026-001")).toBe(before + 10);
  });

  it("survived: where goods were returned the connector does not cancel, and what is cancelled it cancels no second time", async () => {
    const before = await hand.stockOf("AL-2026-001");
    const call = consumption({ order: order.number, quantity: "10" });
    const reference = await posted(target, call);
    await returned(moveIn(reference), 10);
    expect(await target.reverse(undoOf(call, reference))).toMatchObject({ kind: "applied" });
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
    const other = consumption({ order: order.number, quantity: "5" });
    const undo = undoOf(other, await posted(target, other));
    for (let n = 0; n < 2; n += 1) expect(await target.reverse({ ...undo, deadline: soon() })).toMatchObject({ kind: "applied" });
    expect(await hand.stockOf("AL-2026-001")).toBe(before);
  });

  async function returned(move: number, quantity: number): Promise<void> {
    const back = await hand.makeMove(undefined, "AL-6061", "AL-2026-001", quantity, {
      from_location: hand.warehouse.production_location,
      to_location: hand.warehouse.storage_location,
      origin: `stock.move,${move}`,
      unit_price: { __class__: "Decimal", decimal: "21.50" },
      currency: (await hand.one("currency.currency", [], ["code"])).id,
    });
    await hand.rpc("model.stock.move.do", [[back]]);
  }
});

describe("10: units and lots", () => {
  it("more digits than the unit has and negatives are refused, text is taken, a wrong and an unknown lot sound alike, a missing one is missed only at the end", async () => {
    expect((await refusalOf(hand.makeMove(undefined, "AL-6061", "AL-2026-001", 1.2345))).said).toEqual([expect.stringContaining("number of digits"), "", null]);
    expect((await refusalOf(hand.makeMove(undefined, "AL-6061", "AL-2026-001", -1))).kind).toBe("UserError");
    expect((await hand.move(await hand.makeMove(undefined, "AL-6061", "AL-2026-001", "1.5"))).quantity).toBe(1.5);
    const wrong = await refusalOf(hand.makeMove(undefined, "AL-6061", "12E4", 1));
    expect(wrong.said).toEqual([expect.stringContaining("is not valid according to its domain"), "", expect.anything()]);
    const without = await hand.makeMove(undefined, "AL-6061", undefined, 1);
    await hand.rpc("model.stock.move.write", [[without], { state: "assigned" }]);
    expect((await refusalOf(hand.rpc("model.stock.move.do", [[without]]))).said).toEqual([expect.stringContaining("you must provide a stock lot"), "", null]);
    await hand.rpc("model.stock.move.cancel", [[without]]);
  });

  it("survived: each is named before anything is written", async () => {
    const outcomes = [{ quantity: "1.2345" }, { quantity: "-1" }, { lot: "12E4" }, { lot: "UNKNOWN" }, { lot: undefined }].map((said) =>
      target.post(consumption({ order: order.number, ...said })),
    );
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(["park", "park", "park", "dependency", "park"]);
    expect(proxy.seen().filter(({ method }) => method === "model.stock.move.create")).toEqual([]);
  });
});

describe("10, of the steps of a report", () => {
  it("survived: each line is named by its own path before anything is written", async () => {
    const [work = ""] = await worksOf(hand, order);
    const good = consumed("1", "AL-6061", "AL-2026-010", "1", "KGM");
    const bad = [
      [consumed("2", "AL-6061", "12E4", "1", "KGM"), "/materialActuals/1/materialLotId"],
      [consumed("2", "AL-6061", undefined, "1", "KGM"), "/materialActuals/1/materialLotId"],
      [consumed("2", "SEAL-NBR", "SL-0010", "1.5", "H87"), "/materialActuals/1/quantity/value"],
      [consumed("2", "SEAL-NBR", "SL-0010", "-1", "H87"), "/materialActuals/1/quantity/value"],
      [consumed("2", "SEAL-NBR", "SL-0010", "1", "KGM"), "/materialActuals/1/quantity/unit"],
    ] as const;
    for (const [line, field] of bad) {
      const call = stepOf(report(order, { segmentRequirementId: work, materialActuals: [good, line] }), "post-backflush");
      expect(await target.post(call)).toMatchObject({ kind: "park", reason: { field, owner: expect.any(String), next: expect.any(String) } });
    }
    expect(proxy.seen().filter(({ method }) => method === "model.stock.move.create")).toEqual([]);
  });
});

describe("11: no webhooks", () => {
  it("a new record has no write_date, a changed one has, and a cancelled order can vanish", async () => {
    const housing = await hand.product("HOUSING-A");
    const [made] = await hand.rpc("model.production.create", [[{ product: housing.id, quantity: 1, unit: housing.default_uom }]]);
    const read = () => hand.find("production", [["id", "=", made]], ["write_date", "create_date"]);
    const [fresh] = await read();
    expect(fresh).toMatchObject({ create_date: { __class__: "datetime" }, write_date: null });
    await hand.rpc("model.production.cancel", [[made]]);
    expect((await read())[0]).toMatchObject({ write_date: { __class__: "datetime" } });
    await hand.rpc("model.production.delete", [[made]]);
    expect(await read()).toEqual([]);
  });

  it("survived: a consumption of an order that vanished waits for it by name", async () => {
    expect(await target.post(consumption({ order: "VANISHED" }))).toMatchObject({ kind: "dependency", on: "order:VANISHED" });
  });
});

describe("12: quality", () => {
  it("a control makes the end of an order answer with an action and no effect; a failed inspection keeps it from ending until its alert is resolved", async () => {
    const housing = await hand.product("HOUSING-A");
    const point = { name: "diameter", string: "直径", type_: "float", tolerance_lower: 9.9, tolerance_upper: 10.1 };
    const [control] = await hand.rpc("model.quality.control.create", [
      [{ name: "外径检验", operations: ["production:do"], product: housing.id, frequency: 1, points: [["create", [point]]] }],
    ]);
    try {
      for (const { id } of await hand.find("production.work", [["production", "=", order.id]], ["state"])) {
        const [cycle] = await hand.rpc("model.production.work.cycle.create", [[{ work: id }]]);
        await hand.rpc("model.production.work.cycle.run", [[cycle]]);
        await hand.rpc("model.production.work.cycle.do", [[cycle]]);
      }
      expect(await hand.rpc("model.production.do", [[order.id]])).not.toBeNull();
      expect(await hand.orderState(order)).toBe("running");
      expect(await hand.find("quality.inspection", [["origin", "=", `production,${order.id}`]], ["state"])).toEqual([]);
      const points = { diameter: { __class__: "Decimal", decimal: "12" } };
      const [inspection] = await hand.rpc("model.quality.inspection.create", [
        [{ control, origin: `production,${order.id}`, points: { ...points, diameter: 12 } }],
      ]);
      await hand.rpc("model.quality.inspection.process", [[inspection]]);
      const failed = await hand.one("quality.inspection", [["id", "=", inspection]], ["state", "alerts"]);
      expect([failed.state, failed.alerts.length]).toEqual(["failed", 1]);
      expect(await refusalOf(hand.rpc("model.production.do", [[order.id]]))).toBeInstanceOf(BusinessError);
      await hand.rpc("model.quality.alert.process", [failed.alerts]);
      await hand.rpc("model.quality.alert.resolve", [failed.alerts]);
      await hand.rpc("model.production.do", [[order.id]]);
      expect(await hand.orderState(order)).toBe("done");
      expect(await target.post(consumption({ order: order.number }))).toMatchObject({
        kind: "park",
        reason: { code: "ORL-TRYTON-004", message: expect.stringContaining("closed") },
      });
    } finally {
      await hand.rpc("model.quality.control.write", [[control], { active: false }]);
    }
  });
});
