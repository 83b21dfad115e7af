import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { type ByHand, erpByHand, httpErrorOf } from "./erp-by-hand.ts";

const log = (): void => undefined;
/** Loading 20 modules and the pool, on two cores that others use too. */
const FEW_SECONDS = 15_000;

let erp: Tryton;
let hand: ByHand;

beforeAll(async () => {
  erp = await startTryton({ log });
  hand = await erpByHand(erp);
});
afterAll(() => erp.stop());

describe("a plant of its own", () => {
  it("stands in a company with Chinese names, in yuan, in its own time zone", async () => {
    const company = await hand.one("company.company", [], ["party.name", "currency.code", "timezone"]);
    expect(company).toMatchObject({ "party.": { name: "苏州精工机械有限公司" }, "currency.": { code: "CNY" }, timezone: "Asia/Shanghai" });
  });

  it("counts in kilograms, grams, metres and pieces, each with its digits", async () => {
    const units = await hand.find("product.uom", [["symbol", "in", ["kg", "g", "m", "pcs"]]], ["symbol", "digits"]);
    expect(Object.fromEntries(units.map(({ symbol, digits }) => [symbol, digits]))).toEqual({ kg: 3, g: 2, m: 2, pcs: 0 });
  });

  it("has stock in lots, names and leading digits kept", async () => {
    const lots = await hand.find("stock.lot", [], ["number", "product.code", "quantity"], { locations: [hand.warehouse.storage_location] });
    expect(lots.map(({ number, quantity, ...lot }) => [number, lot["product."].code, quantity])).toEqual([
      ["AL-2026-001", "AL-6061", 500],
      ["AL-2026-002", "AL-6061", 250.125],
      ["批次-铝/03", "AL-6061", 100],
      ["AL-2026-010", "AL-6061", 20000],
      ["12E4", "CU-0012E4", 1000],
      ["CU-0002", "CU-0012E4", 500.25],
      ["CU-0010", "CU-0012E4", 50000],
      ["PT-0001", "PAINT-RAL7035", 40],
      ["PT-0010", "PAINT-RAL7035", 2000],
      ["BM-0001", "BOLT-M8", 5000],
      ["BM-0010", "BOLT-M8", 100000],
      ["SL-0001", "SEAL-NBR", 8000],
      ["SL-0010", "SEAL-NBR", 100000],
    ]);
  });

  it("has a bill of material in grams of what is stocked in kilograms, and a routing of three operations", async () => {
    const inputs = await hand.find("production.bom.input", [], ["product.code", "quantity", "unit.symbol"]);
    expect(inputs).toHaveLength(6);
    expect(inputs[0]).toMatchObject({ quantity: 1250, "product.": { code: "AL-6061" }, "unit.": { symbol: "g" } });
    const steps = await hand.find("production.routing.step", [], ["operation.name"]);
    expect(steps.map((step) => step["operation."].name)).toEqual(["机加工 OP10", "装配 OP20", "检验 OP30"]);
  });

  it("has people with employees and rights; one of them may not cancel", async () => {
    const users = await hand.find("res.user", [["login", "in", ["orderlane", "zhangwei", "lina"]]], ["login", "employee.party.name", "groups"]);
    expect(users.map((user) => [user.login, user["employee."]["party."].name])).toEqual([
      ["orderlane", "Orderlane 接口"],
      ["zhangwei", "张伟"],
      ["lina", "李娜"],
    ]);
    const { id } = await hand.one("res.group", [["name", "=", "Stock Cancellation"]], ["name"]);
    expect(users.map(({ groups }) => groups.includes(id))).toEqual([true, true, false]);
  });

  it("starts an order with its three works", async () => {
    const order = await hand.makeOrder("running");
    expect(await hand.orderState(order)).toBe("running");
    expect(await hand.find("production.work", [["production", "=", order.id]], ["state"])).toMatchObject([
      { state: "draft" },
      { state: "draft" },
      { state: "draft" },
    ]);
  });
});

describe("its server", () => {
  it("answers within seconds, and two stand side by side without knowing each other", async () => {
    const begin = performance.now();
    const other = await startTryton({ log });
    try {
      expect(performance.now() - begin).toBeLessThan(FEW_SECONDS);
      const there = await erpByHand(other);
      const order = await there.makeOrder("draft");
      expect(await there.find("production", [["id", "=", order.id]], ["state"])).toHaveLength(1);
      expect(await there.find("production", [], ["state"])).toHaveLength(1);
      expect(other.url).not.toBe(erp.url);
    } finally {
      await other.stop();
    }
  });

  it("keeps what was committed through SIGKILL, sessions too", async () => {
    const order = await hand.makeOrder("waiting");
    await erp.kill();
    await expect(hand.orderState(order)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await erp.restart();
    expect(await hand.orderState(order)).toBe("waiting");
  });

  it("leaves nothing behind when it is stopped", async () => {
    const other = await startTryton({ log });
    expect(existsSync(other.databaseFile ?? "")).toBe(true);
    await other.stop();
    await other.stop();
    expect(existsSync(other.databaseFile ?? "")).toBe(false);
  });

  it("takes nobody without a session", async () => {
    const [first] = await Promise.all([httpErrorOf(erpByHand(erp, "zhangwei", "wrong password"))]);
    expect(first.status).toBe(401);
  });
});
