import type { MaterialActual, SegmentResponse, TestResult } from "../../core/documents/canonical.ts";
import type { PlannedOperation, PlannedOrder } from "./plan.ts";

/** The plan in the words of what the MES sends (connectors/plain-json). */

export const SITE = "ningbo";
export const PRODUCT = "HOUSING-A";
const MINUTE_MS = 60_000;
const PEOPLE = ["P-1001", "P-1002", "P-1003"] as const;

export type Report = MaterialActual | SegmentResponse | TestResult;

/** An order as the plant knows it. */
export type Running = {
  readonly plan: PlannedOrder;
  readonly number: string;
  /** Its operations in their order, as the order told them; of one that the plant was not told yet none. */
  readonly operations: readonly { readonly id: string; readonly equipment: string }[];
};

/** When the shift began, in clock milliseconds: all of it lies behind us. */
export type Shift = { readonly beganAt: number };

const instant = (ms: number): string => new Date(ms).toISOString();
export const lotOf = (number: string): string => `壳体-${number.padStart(4, "0")}`;

export const consumptionsOf = ({ plan, number }: Running, { beganAt }: Shift): readonly MaterialActual[] =>
  plan.consumptions.map(({ material, lot, value, unit }, at) => ({
    type: "MaterialActual",
    id: `C-${number}-${at + 1}`,
    hierarchyScope: SITE,
    operationsRequestId: number,
    materialDefinitionId: material,
    materialLotId: lot,
    materialUse: "Consumed",
    quantity: { value, unit },
    personId: PEOPLE[0],
    actualTime: instant(beganAt + (plan.index * 5 + at) * MINUTE_MS),
  }));

/** One for each operation, in the order in which they are reported; the last of them ends the order, unless its lot failed: its alert keeps it open in the ERP. */
export function operationReportsOf(running: Running, shift: Shift): readonly SegmentResponse[] {
  const { plan } = running;
  const reports = plan.operations.map((planned, at) => operationReport(running, planned, at, shift));
  const sent = plan.isBackwards ? reports.toReversed() : reports;
  const last = sent.at(-1);
  if (last === undefined || plan.inspection.startsWith("fails")) return sent;
  return [...sent.slice(0, -1), { ...last, responseState: "Completed" }];
}

class PlantError extends Error {}

function operationReport({ plan, number, operations }: Running, planned: PlannedOperation, at: number, { beganAt }: Shift): SegmentResponse {
  const operation = operations[at];
  if (operation === undefined) throw new PlantError(`order ${number} has no operation ${at + 1} in the MES`);
  const from = beganAt + (plan.index * 3 + at * 45) * MINUTE_MS;
  const pieces = (value: number) => ({ value: String(value), unit: "H87" });
  const isLast = at === plan.operations.length - 1;
  return {
    type: "SegmentResponse",
    id: `R-${number}-${at + 1}`,
    hierarchyScope: SITE,
    operationsRequestId: number,
    segmentRequirementId: operation.id,
    segmentState: "Completed",
    actualStartTime: instant(from),
    actualEndTime: instant(from + planned.minutes * MINUTE_MS),
    goodQuantity: pieces(planned.good),
    scrapQuantity: pieces(planned.scrap),
    ...(planned.scrap === 0 ? {} : { scrapReasonCode: "划伤" }),
    personnelActuals: [{ personId: PEOPLE[at % PEOPLE.length] ?? PEOPLE[0] }],
    equipmentActuals: [{ equipmentId: operation.equipment }],
    segmentData: [{ id: "冷却液温度", value: planned.temperature, unit: "CEL" }],
    materialActuals: isLast
      ? [{ id: "1", materialUse: "Produced", materialDefinitionId: PRODUCT, materialLotId: lotOf(number), quantity: pieces(planned.good) }]
      : [],
  };
}

/** @param turn 1 for the first inspection of the lot */
export const inspectionOf = ({ plan, number }: Running, turn: number, result: "Pass" | "Fail", { beganAt }: Shift): TestResult => ({
  type: "TestResult",
  id: `T-${number}-${turn}`,
  hierarchyScope: SITE,
  materialLotId: lotOf(number),
  materialDefinitionId: PRODUCT,
  operationsRequestId: number,
  evaluationDate: instant(beganAt + (plan.index * 3 + 140 + turn) * MINUTE_MS),
  evaluatedCriterionResult: result,
  personId: PEOPLE[2],
  propertyMeasurements: [{ id: "直径", value: result === "Pass" ? "10.02" : "10.35", unit: "MMT" }],
});
