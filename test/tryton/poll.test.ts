import { afterAll, beforeAll, expect, it } from "vitest";
import { trytonFormat } from "../../connectors/tryton/format.ts";
import { createTrytonPoller } from "../../connectors/tryton/poller.ts";
import type { JsonObject } from "../../core/documents/exact-json.ts";
import { ConnectionId, SiteId } from "../../core/documents/ids.ts";
import { ledgerMemory } from "../../core/polling/ledger-memory.ts";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { memoryLedgerStore } from "../support/memory/ledger-store.ts";
import { clock, consumption, posted, soon, targetAt } from "./consumption.ts";
import { type ByHand, erpByHand } from "./erp-by-hand.ts";

const site = SiteId.parse("suzhou");
let erp: Tryton;
let hand: ByHand;
const ledger = memoryLedgerStore();
let polls = 0;

beforeAll(async () => {
  erp = await startTryton({ log: () => undefined });
  hand = await erpByHand(erp);
});
afterAll(() => erp.stop());

/** What one poll tells, as canonical documents. */
async function pollAll() {
  polls += 1;
  const poller = createTrytonPoller({ url: erp.url, token: async () => `${erp.user}:${erp.password}`, clock, allowLoopbackHttp: true, callSeconds: 10 });
  const told: JsonObject[] = [];
  // Due at once, whatever the clock says.
  const memory = ledgerMemory({ ledger, clock, connection: ConnectionId.parse("tryton"), poller: `poll ${polls}`, leaseMs: 10_000, pollSeconds: 0 });
  const tell = async (document: JsonObject) => {
    told.push(document);
    return { kind: "taken" as const };
  };
  const outcome = await poller(memory, tell, { now: () => clock.now(), stopAt: soon(), overlapSeconds: 60 });
  if (outcome.kind !== "polled") throw new Error(JSON.stringify(outcome));
  return told.map((document) => {
    const answer = trytonFormat.toCanonical(document, { site, timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] });
    if (answer.kind === "invalid") throw new Error(JSON.stringify(answer.reasons));
    const route = trytonFormat.route(document);
    return { document: answer.document, route: route.kind === "routed" ? route.fields : route };
  });
}
const poll = async () => (await pollAll()).filter(({ document }) => document.type === "OperationsRequest");

it("tells a released order as a canonical document: operations, and the bill of material in its own units", async () => {
  await hand.makeOrder("draft");
  const order = await hand.makeOrder("waiting", 7);
  const all = await pollAll();
  const materials = all.filter(({ document }) => document.type === "MaterialDefinition");
  expect(materials.map(({ document }) => document.id)).toEqual(["HOUSING-A", "AL-6061", "CU-0012E4", "PAINT-RAL7035", "BOLT-M8", "SEAL-NBR", "BOX-01"]);
  expect(materials[1]).toMatchObject({
    document: { description: "铝锭 6061", baseUnit: "KGM", version: expect.stringMatching(/^\d{16}$/) },
    route: { type: "MaterialDefinition", objectId: "AL-6061", cancel: false },
  });
  expect(all.findIndex(({ document }) => document.type === "OperationsRequest")).toBe(materials.length);
  const [told, ...more] = all.slice(materials.length);
  expect(more).toEqual([]);
  expect(told?.route).toMatchObject({ type: "OperationsRequest", objectId: order.number, version: expect.stringMatching(/^\d{16}$/), cancel: false });
  expect(told?.document).toMatchObject({
    type: "OperationsRequest",
    id: order.number,
    requestState: "Released",
    operationsDefinitionId: "电机壳体工艺路线",
    startTime: "2026-11-24T16:00:00Z",
    segmentRequirements: [
      { processSegmentId: "机加工 OP10", equipmentId: "数控机床一号" },
      { processSegmentId: "装配 OP20", equipmentId: "装配台一号" },
      { processSegmentId: "检验 OP30", equipmentId: "检验台一号" },
    ],
    materialRequirements: [
      { materialDefinitionId: "HOUSING-A", materialUse: "Produced", quantity: { value: "7", unit: "H87" } },
      { materialDefinitionId: "AL-6061", materialUse: "Consumed", quantity: { value: "8750", unit: "GRM" } },
      { materialDefinitionId: "CU-0012E4", quantity: { value: "17.5", unit: "MTR" } },
      { materialDefinitionId: "PAINT-RAL7035", quantity: { value: "0.56", unit: "KGM" } },
      { materialDefinitionId: "BOLT-M8", quantity: { value: "28", unit: "H87" } },
      { materialDefinitionId: "SEAL-NBR", quantity: { value: "14", unit: "H87" } },
      { materialDefinitionId: "BOX-01", quantity: { value: "7", unit: "H87" } },
    ],
  });
});

it("tells a change of quantity, not the start of the order, and not what we post ourselves", async () => {
  const order = await hand.makeOrder("waiting", 5);
  await poll();
  for (const step of ["assign_try", "run"]) await hand.rpc(`model.production.${step}`, [[order.id]]);
  await posted(targetAt(erp.url, erp), consumption({ order: order.number }));
  expect(await pollAll()).toEqual([]);
  await hand.rpc("model.production.write", [[order.id], { quantity: 6 }]);
  expect((await poll()).map(({ document }) => document)).toMatchObject([
    { id: order.number, materialRequirements: [{ quantity: { value: "6" } }, {}, {}, {}, {}, {}, {}] },
  ]);
});

it("tells a cancellation, and an order that was deleted after it", async () => {
  const [one, other] = [await hand.makeOrder("waiting"), await hand.makeOrder("waiting")];
  await poll();
  await hand.rpc("model.production.cancel", [[one.id]]);
  await hand.rpc("model.production.cancel", [[other.id]]);
  await hand.rpc("model.production.delete", [[other.id]]);
  const told = await poll();
  expect(
    told.map(({ document, route }) => [document.id, "requestState" in document ? document.requestState : "", "cancel" in route ? route.cancel : ""]),
  ).toEqual([
    [one.number, "Cancelled", true],
    [other.number, "Cancelled", true],
  ]);
  expect(await poll()).toEqual([]);
});
