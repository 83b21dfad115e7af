import { CanonicalDocument, type MaterialLot, type OperationsRequest, type SegmentResponse, type TestResult } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { Action, EffectCall, ReverseCall } from "../../core/effects/target-system.ts";
import { soon } from "./consumption.ts";
import type { ByHand, Order } from "./erp-by-hand.ts";

/** Reports of a shop floor as the ledger hands them to the connector, step by step. */

const site = SiteId.parse("ningbo");
let numbers = 0;
const own = (letter: string) => {
  numbers += 1;
  return `${letter}-${numbers}`;
};

/** One step of a document: of several documents with one id each step has a key of its own. */
export function stepOf(document: CanonicalDocument, action: Action): EffectCall {
  const documentId = documentIdOf(subjectKeyOf(site, document.type), subjectKeyOf(site, document.id));
  return { key: postingKeyOf(documentId, action, 0), action, document, documentId, deadline: soon() };
}

export const undoStep = (call: EffectCall, reference: string): ReverseCall => ({
  ...call,
  key: postingKeyOf(call.documentId, call.action, 0, true),
  original: { key: call.key, reference },
  deadline: soon(),
});

type Report = Omit<SegmentResponse, "type" | "id" | "hierarchyScope" | "operationsRequestId" | "materialActuals"> & {
  readonly materialActuals?: SegmentResponse["materialActuals"];
};

/** By default an hour of a completed operation. */
export const report = (order: Order, said: Partial<Report> & { readonly segmentRequirementId: string }): CanonicalDocument =>
  CanonicalDocument.parse({
    type: "SegmentResponse",
    id: own("R"),
    hierarchyScope: site,
    operationsRequestId: order.number,
    segmentState: "Completed",
    actualStartTime: "2026-11-24T01:00:00Z",
    actualEndTime: "2026-11-24T02:00:00Z",
    materialActuals: [],
    ...said,
  });

type Material = SegmentResponse["materialActuals"][number];
export const consumed = (id: string, materialDefinitionId: string, materialLotId: string | undefined, value: string, unit: string): Material => ({
  id,
  materialUse: "Consumed",
  materialDefinitionId,
  ...(materialLotId === undefined ? {} : { materialLotId }),
  quantity: { value, unit },
});
export const produced = (id: string, materialLotId: string, value: string, unit = "H87"): Material => ({
  id,
  materialUse: "Produced",
  materialDefinitionId: "HOUSING-A",
  materialLotId,
  quantity: { value, unit },
});

export const testResult = (lot: string, said: Partial<TestResult> = {}): CanonicalDocument =>
  CanonicalDocument.parse({
    type: "TestResult",
    id: own("T"),
    hierarchyScope: site,
    materialLotId: lot,
    materialDefinitionId: "HOUSING-A",
    evaluationDate: "2026-11-24T03:00:00Z",
    evaluatedCriterionResult: "Pass",
    propertyMeasurements: [{ id: "直径", value: "10.02", unit: "MMT" }],
    ...said,
  });

export const lotMessage = (lotEvent: MaterialLot["lotEvent"], said: Partial<MaterialLot>): CanonicalDocument =>
  CanonicalDocument.parse({
    type: "MaterialLot",
    id: own("L"),
    hierarchyScope: site,
    materialLotId: "AL-2026-002",
    materialDefinitionId: "AL-6061",
    lotEvent,
    actualTime: "2026-11-24T03:00:00Z",
    assemblyLots: [],
    ...said,
  });

export const feedback = (order: Order, requestState: OperationsRequest["requestState"], said: Partial<OperationsRequest> = {}): CanonicalDocument =>
  CanonicalDocument.parse({
    type: "OperationsRequest",
    id: order.number,
    hierarchyScope: site,
    operationsType: "Production",
    requestState,
    segmentRequirements: [],
    materialRequirements: [],
    ...said,
  });

/** Ids of the order's works, as the order told them to the plant. */
export const worksOf = async (hand: ByHand, order: Order): Promise<string[]> =>
  (await hand.find("production.work", [["production", "=", order.id]], ["state"])).map(({ id }) => String(id));

export const workStates = async (hand: ByHand, order: Order): Promise<string[]> =>
  (await hand.find("production.work", [["production", "=", order.id]], ["state"])).map(({ state }) => state);

export const cyclesOf = (hand: ByHand, work: string) => hand.find("production.work.cycle", [["work", "=", Number(work)]], ["state", "duration", "cost"]);

export const outputsOf = (hand: ByHand, order: Order) =>
  hand.find("stock.move", [["production_output", "=", order.id]], ["state", "quantity", "lot.number", "unit_price"]);

/** Finishes every work of an order as a person does. */
export async function finishWorks(hand: ByHand, order: Order): Promise<void> {
  for (const work of await worksOf(hand, order)) {
    const [cycle] = await hand.rpc("model.production.work.cycle.create", [[{ work: Number(work), duration: { __class__: "timedelta", seconds: 60 } }]]);
    for (const step of ["run", "do"]) await hand.rpc(`model.production.work.cycle.${step}`, [[cycle]]);
  }
}
