import type { JsonObject } from "../core/documents/exact-json.ts";

/** Documents to measure with, as a sender writes them: quantities as text, times in UTC, all fields of the canonical form that a real order fills. */

const SITE = "hamburg";
export const MATERIAL = "000000000000004711";

export type OrderShape = { readonly number: string; readonly operations: number; readonly components: number; readonly site?: string };

export function orderOf({ number, operations, components, site = SITE }: OrderShape): JsonObject {
  return {
    type: "OperationsRequest",
    id: number.padStart(12, "0"),
    version: "1",
    hierarchyScope: site,
    operationsType: "Production",
    requestState: "Released",
    startTime: "2026-03-02T06:00:00Z",
    endTime: "2026-03-02T22:00:00Z",
    priority: "50",
    segmentRequirements: Array.from({ length: operations }, (_, at) => ({
      id: String((at + 1) * 10).padStart(4, "0"),
      processSegmentId: `PRESS-AND-DEBURR-${String(at + 1).padStart(2, "0")}`,
      equipmentId: `LINE-${(at % 4) + 1}`,
      earliestStartTime: "2026-03-02T06:00:00Z",
      latestEndTime: "2026-03-02T22:00:00Z",
    })),
    materialRequirements: Array.from({ length: components }, (_, at) => ({
      id: String(at + 1).padStart(4, "0"),
      materialDefinitionId: MATERIAL,
      materialUse: "Consumed",
      quantity: { value: `${at + 1}.500`, unit: "KGM" },
      materialLotId: `LOT-2026-${String(at).padStart(4, "0")}`,
      storageLocation: `WH01-${String(at).padStart(3, "0")}`,
    })),
  };
}

export const materialOf = (id: string, site = SITE): JsonObject => ({
  type: "MaterialDefinition",
  id,
  version: "1",
  hierarchyScope: site,
  description: "Sheet steel DC01, 1.5 mm, oiled",
  baseUnit: "KGM",
});

export const consumptionOf = (order: string, id: string, site = SITE) =>
  ({
    type: "MaterialActual",
    id,
    hierarchyScope: site,
    operationsRequestId: order,
    segmentRequirementId: "0010",
    materialDefinitionId: MATERIAL,
    materialLotId: "LOT-12E4",
    materialUse: "Consumed",
    quantity: { value: "12.500", unit: "KGM" },
    actualTime: "2026-03-02T08:15:00Z",
  }) satisfies JsonObject;

/** One operation and the end of its order: each step of its workflow has something to do. */
export const reportOf = (order: string, id: string, site = SITE): JsonObject => ({
  type: "SegmentResponse",
  id,
  hierarchyScope: site,
  operationsRequestId: order,
  segmentRequirementId: "0010",
  segmentState: "Completed",
  responseState: "Completed",
  actualStartTime: "2026-03-02T07:15:00Z",
  actualEndTime: "2026-03-02T08:15:00Z",
  goodQuantity: { value: "10.000", unit: "KGM" },
  materialActuals: [
    { id: "1", materialUse: "Consumed", materialDefinitionId: MATERIAL, materialLotId: "LOT-12E4", quantity: { value: "12.500", unit: "KGM" } },
    { id: "2", materialUse: "Produced", materialDefinitionId: "000000000000004712", materialLotId: `LOT-${id}`, quantity: { value: "10.000", unit: "KGM" } },
  ],
});

export const failedInspectionOf = (lot: string, id: string, site = SITE): JsonObject => ({
  type: "TestResult",
  id,
  hierarchyScope: site,
  materialLotId: lot,
  materialDefinitionId: "000000000000004712",
  evaluationDate: "2026-03-02T09:00:00Z",
  evaluatedCriterionResult: "Fail",
  propertyMeasurements: [],
});

const LINES = 100;

/** The three messages of the pure way. */
export const MESSAGES = {
  "small order": { from: "erp", documents: 1, body: orderOf({ number: "1000123", operations: 1, components: 1 }) },
  "10 KB order": { from: "erp", documents: 1, body: orderOf({ number: "1000124", operations: 10, components: 40 }) },
  "100-line batch": {
    from: "mes-hamburg",
    documents: LINES,
    body: { lines: Array.from({ length: LINES }, (_, at) => ({ key: `L-${at}`, document: consumptionOf(`10${at % 20}`, `C-${at}`) })) },
  },
} as const satisfies Readonly<Record<string, { readonly from: string; readonly documents: number; readonly body: JsonObject }>>;
