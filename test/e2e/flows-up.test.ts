import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LinesAnswer } from "../../local/agent-wire.ts";
import { type Installation, openInstallation } from "../../local/scenario/installation.ts";
import { localCloud } from "../support/local-cloud.ts";

/** The flows up through the deployed cloud: an Express run really called, a lot held and released through the agent, reports taken back. */

let installation: Installation;
beforeAll(async () => {
  const cloud = localCloud();
  installation = await openInstallation({ cloud, erpPort: cloud.erpPort });
});
afterAll(() => installation.close());

const TIME = "2026-03-01T08:00:00Z";
const common = { hierarchyScope: "hamburg", operationsRequestId: "40000001" };

async function post(...documents: readonly { readonly id: string; readonly verb?: string }[]): Promise<void> {
  const lines = documents.map((document) => ({ key: `${document.id}-${JSON.stringify(document).length}`, document }));
  const response = await fetch(`${installation.cloud.apiUrl}/v1/sites/hamburg/connections/mes-hamburg/documents`, {
    method: "POST",
    headers: { authorization: `Bearer ${installation.token}`, "content-type": "application/json" },
    body: JSON.stringify({ lines }),
  });
  expect(response.status).toBe(202);
  expect(LinesAnswer.parse(await response.json()).lines.map(({ result }) => result)).toEqual(documents.map(() => "accepted"));
}

const bookOf = (id: string): string[] => installation.erp.fake.books().flatMap(({ objectId, action }) => (objectId === id ? [action] : []));
const inForce = (id: string): string[] =>
  installation.erp.fake
    .books()
    .flatMap(({ objectId, action, reversedBy }) => (objectId === id && action !== "reversal" && reversedBy === undefined ? [action] : []));
const heldLots = (): readonly string[] => installation.plants.find(({ site }) => site === "hamburg")?.mes.heldLots() ?? [];
const soon = { timeout: 30_000, interval: 50 } as const;

const report = (id: string) => ({
  type: "SegmentResponse",
  id,
  ...common,
  segmentRequirementId: "10",
  segmentState: "Completed",
  responseState: "Completed",
  actualEndTime: TIME,
  goodQuantity: { value: "2.000", unit: "KGM" },
  materialActuals: [
    { id: "1", materialUse: "Consumed", materialDefinitionId: "RAW-UP", quantity: { value: "4.200", unit: "KGM" } },
    { id: "2", materialUse: "Produced", materialDefinitionId: "FIN-UP", materialLotId: "LOT-UP", quantity: { value: "2.000", unit: "KGM" } },
  ],
});
const STEPS = ["confirm-operation", "post-backflush", "receive-output", "set-order-state"];

describe("an operation report", () => {
  it("is entered step by step by an Express run that the lane calls, and a cancel takes it back, last step first", async () => {
    await post(report("P-UP-1"));
    await expect.poll(() => bookOf("P-UP-1"), soon).toEqual(STEPS);
    await post({ ...report("P-UP-1"), verb: "Cancel" });
    await expect.poll(() => bookOf("P-UP-1"), soon).toEqual([...STEPS, ...STEPS.map(() => "reversal")]);
    const reversed = installation.erp.fake.books().filter(({ objectId, action }) => objectId === "P-UP-1" && action === "reversal");
    const references = installation.erp.fake.books().filter(({ objectId, action }) => objectId === "P-UP-1" && action !== "reversal");
    expect(reversed.map(({ reverses }) => reverses)).toEqual(references.map(({ reference }) => reference).reverse());
  });
});

describe("a consumption", () => {
  const consumption = {
    type: "MaterialActual",
    id: "C-UP-1",
    ...common,
    materialDefinitionId: "RAW-UP",
    materialUse: "Consumed",
    quantity: { value: "1.5", unit: "KGM" },
    actualTime: TIME,
  };

  it("is taken back by its cancel", async () => {
    await post(consumption);
    await expect.poll(() => bookOf("C-UP-1"), soon).toEqual(["post"]);
    await post({ ...consumption, verb: "Cancel" });
    await expect.poll(() => bookOf("C-UP-1"), soon).toEqual(["post", "reversal"]);
  });
});

describe("an inspection", () => {
  const result = (id: string, evaluatedCriterionResult: string) => ({
    type: "TestResult",
    id,
    hierarchyScope: "hamburg",
    materialLotId: "LOT-UP",
    materialDefinitionId: "FIN-UP",
    evaluationDate: TIME,
    evaluatedCriterionResult,
    propertyMeasurements: [],
  });

  it("that failed blocks its lot in the ERP and holds it in the plant, through the agent, until a later one passes", async () => {
    await post(result("T-UP-1", "Fail"));
    await expect.poll(() => heldLots(), soon).toEqual(["LOT-UP"]);
    expect(inForce("T-UP-1")).toEqual(["record-inspection", "block-lot"]);
    await post(result("T-UP-2", "Pass"));
    await expect.poll(() => heldLots(), soon).toEqual([]);
    expect(inForce("T-UP-2")).toEqual(["record-inspection", "release-lot"]);
  });
});
