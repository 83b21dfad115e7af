import type { CallOutcome } from "../../core/effects/outcomes.ts";
import { dependency, ERP, MASTER, MES, parked, QUALITY } from "./owners.ts";

/** What the steps of reports, inspections, lots and schedules come to beside what every posting does. */
export const reportOutcomes = {
  madeTwice: (lot: string): CallOutcome => ({
    kind: "retry",
    reason: { code: "ORL-TRYTON-040", message: `lot ${lot} was made by another at the same moment`, field: "/materialLotId", text: lot },
  }),
  changedBeside: (reference: string): CallOutcome => ({
    kind: "retry",
    reason: { code: "ORL-TRYTON-065", message: `${reference} was ended by another at the same moment` },
  }),
  lotNotReceived: (lot: string) =>
    dependency(`lot:${lot}`, { code: "ORL-TRYTON-059", message: `nothing of lot ${lot} was received in the ERP yet`, field: "/materialLotId", text: lot }),
  operationUnknown: (operation: string, order: string) =>
    parked({
      code: "ORL-TRYTON-041",
      message: `production ${order} has no work ${operation}`,
      field: "/segmentRequirementId",
      text: operation,
      owner: MES,
      next: "report it again with the id of the operation as the order named it, then skip this document",
    }),
  timesReversed: (from: string, to: string) =>
    parked({
      code: "ORL-TRYTON-042",
      message: `the operation ends at ${to}, before it starts at ${from}`,
      field: "/actualEndTime",
      text: to,
      owner: MES,
      next: "report it again with the right times, then skip this document",
    }),
  worksOpen: (order: string, works: string) =>
    dependency(`operations:${order}`, {
      code: "ORL-TRYTON-043",
      message: `production ${order} cannot be completed: these operations are not reported as completed: ${works}`,
      field: "/responseState",
      text: order,
      owner: MES,
      next: "report them, or finish their works in the ERP by hand, then replay this document",
    }),
  inspectionMissing: (order: string) =>
    dependency(`inspection:${order}`, {
      code: "ORL-TRYTON-044",
      message: `production ${order} cannot be completed before its quality inspection`,
      field: "/responseState",
      text: order,
      owner: QUALITY,
      next: "report the inspection, or make it in the ERP by hand, then replay this document",
    }),
  orderDone: (order: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-045",
      message: `production ${order} is closed in the ERP, which opens none again`,
      text: order,
      owner: ERP,
      next: "correct the closed order in the ERP by hand (stock moves, works), then resolve this document",
    },
  }),
  hasSuccessors: (what: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-046",
      message: `${what} was received and has been used since`,
      text: what,
      owner: ERP,
      next: "take back what was made or moved of it first, then replay this document",
    },
  }),
  wouldGoNegative: (what: string, left: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-047",
      message: `without it the stock of ${what} would be ${left}`,
      text: what,
      owner: ERP,
      next: "correct the stock in the ERP (inventory), then replay this document",
    },
  }),
  controlUnknown: (material: string) =>
    parked({
      code: "ORL-TRYTON-048",
      message: `the ERP has no quality control that an inspection of ${material} could belong to`,
      field: "/testSpecificationId",
      text: material,
      owner: QUALITY,
      next: "make one in the ERP for this product, with the name of the test specification where it has one, then replay this document",
    }),
  measurementStrange: (name: string, value: string) =>
    parked({
      code: "ORL-TRYTON-049",
      message: `the ERP's control wants another kind of value for ${name}`,
      field: "/propertyMeasurements",
      text: value,
      owner: QUALITY,
      next: "correct the control's point in the ERP, or report the measurement again, then replay this document",
    }),
  notMeasured: (name: string) =>
    parked({
      code: "ORL-TRYTON-058",
      message: `the ERP's control wants a measurement of ${name}, and the result has none`,
      field: "/propertyMeasurements",
      text: name,
      owner: QUALITY,
      next: "report the result again with it, or take the point out of the ERP's control, then replay this document",
    }),
  verdictDiffers: (number: string) =>
    parked({
      code: "ORL-TRYTON-050",
      message: `the plant passed the lot, and the ERP's own tolerances fail it: ${number}`,
      field: "/evaluatedCriterionResult",
      text: number,
      owner: QUALITY,
      next: "pass or fail it in the ERP by hand, or correct the control's tolerances, then replay this document",
    }),
  alertHandled: (alert: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-051",
      message: `quality alert ${alert} of this inspection is already being handled in the ERP`,
      text: alert,
      owner: QUALITY,
      next: "end the alert and withdraw the inspection in the ERP by hand, then resolve this document",
    },
  }),
  quarantineUnknown: (code: string) =>
    parked({
      code: "ORL-TRYTON-052",
      message: `the ERP has no storage location ${code} to hold a lot in`,
      text: code,
      owner: MASTER,
      next: `make a storage location with the code ${code} in the ERP, outside the storage zone, then replay this document`,
    }),
  stockDiffers: (what: string, there: string, reported: string, unit: string) =>
    parked({
      code: "ORL-TRYTON-053",
      message: `of ${what} the ERP has ${there} ${unit}, and the plant counted ${reported} ${unit}`,
      field: "/quantity/value",
      text: reported,
      owner: ERP,
      next: "agree with the plant on the difference, post it in the ERP as an inventory, then replay this document",
    }),
  lotInUse: (lot: string): CallOutcome => ({
    kind: "refused",
    reason: {
      code: "ORL-TRYTON-054",
      message: `lot ${lot} has stock moves in the ERP`,
      text: lot,
      owner: ERP,
      next: "take its moves back first, then replay this document",
    },
  }),
  fieldMissing: (field: string, what: string) =>
    parked({ code: "ORL-TRYTON-055", message: `a ${what} needs it`, field, owner: MES, next: "report it again with it, then skip this document" }),
  scheduleEnded: (order: string, state: string) =>
    parked({
      code: "ORL-TRYTON-056",
      message: `production ${order} is ${state} in the ERP: it has no schedule any more`,
      field: "/id",
      text: order,
      owner: "planner",
      next: "skip this document, or plan a new order in the ERP",
    }),
  notAssigned: (order: string) =>
    dependency(`stock:${order}`, {
      code: "ORL-TRYTON-057",
      message: `production ${order} cannot start: the ERP has not all that its bill of material needs`,
      field: "/requestState",
      text: order,
    }),
  alreadyReversed: (reference: string): CallOutcome => ({ kind: "applied", reference }),
} as const;
