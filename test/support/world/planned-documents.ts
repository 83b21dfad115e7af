import type { DocumentType } from "../../../core/documents/document-types.ts";

/** How the systems on both ends mean to take one document: the causes that a world plants. */
export type Traits = {
  /** The MES refuses to apply it; `once`: the first delivery of it only. */
  readonly plantRefuses?: true | "once";
  /** The MES refuses to withdraw it; `when gone`: only where it does not have it in force (any more). */
  readonly withdrawalRefused?: true | "when gone";
  /** The MES needs so long for its answer, in milliseconds. */
  readonly plantNeeds?: number;
  /** It needs that time only to apply it: a withdrawal is answered at once. */
  readonly withdrawsAtOnce?: boolean;
  /** The ERP refuses to be told that it was accepted; `once`: the first time only. */
  readonly acceptanceRefused?: true | "once";
  /** The ERP refuses to be told that it was rejected or undone. */
  readonly badNewsRefused?: boolean;
  /** The ERP refuses the posting. */
  readonly postingRefused?: boolean;
  /** The ERP refuses this step of it. */
  readonly stepRefused?: string;
  /** The ERP refuses to take it back; `once`: the first time only. */
  readonly reversalRefused?: true | "once";
  /** The n-th call to post it fails, and nothing is posted. */
  readonly postFails?: number;
  /** The ERP lacks stock for the posting until that moment of the world's time (from its start), and says what it waits for. */
  readonly lacksStockUntil?: number;
  /** Its content cannot be mapped. */
  readonly invalid?: boolean;
};

export type PlannedDocument = {
  /** Short and unique in its world: `O1v2`, `O1v2'`, `M1`, `O1c2`. */
  readonly name: string;
  /** What both systems' books tell it by: the order's priority, the material's description, the report's id. */
  readonly tag: string;
  readonly site: string;
  readonly connection: string;
  readonly type: DocumentType;
  /** The order or material that it is about, as the other side writes it. */
  readonly subject: string;
  readonly version?: string;
  readonly cancel: boolean;
  /** Of a report: its own number, which its cancel and its corrections share, and what it enters in the ERP, step by step. */
  readonly report?: {
    readonly number: string;
    readonly due: readonly string[];
    /** Of these: what it may have nothing to do in. */
    readonly perhaps?: readonly string[];
  };
  readonly wire: Readonly<Record<string, unknown>>;
  readonly traits: Traits;
};

export type OrderPlan = {
  readonly name: string;
  readonly tag: number;
  readonly site: string;
  readonly order: string;
  readonly version?: string;
  readonly cancel?: boolean;
  readonly materials?: readonly string[];
  readonly traits?: Traits;
};

/** ERP numbers come padded, the shop floor's bare: one subject (matchKey). */
const padded = (order: string): string => order.padStart(12, "0");

export function orderDocument(plan: OrderPlan): PlannedDocument {
  const { name, site, order, version, cancel = false, traits = {}, materials = [] } = plan;
  const tag = String(plan.tag);
  const wire = {
    type: "OperationsRequest",
    id: padded(order),
    ...(version === undefined ? {} : { version }),
    hierarchyScope: site,
    operationsType: "Production",
    requestState: cancel ? "Cancelled" : "Released",
    priority: traits.invalid === true ? `${tag}x` : tag,
    segmentRequirements: [],
    materialRequirements: materials.map((material, at) => ({
      id: String(at),
      materialDefinitionId: material,
      materialUse: "Consumed",
      quantity: { value: "1", unit: "KGM" },
    })),
  };
  return { name, tag, site, connection: "erp", type: "OperationsRequest", subject: order, ...(version === undefined ? {} : { version }), cancel, wire, traits };
}

export type MaterialPlan = {
  readonly name: string;
  readonly tag: number;
  readonly site: string;
  readonly material: string;
  readonly version: string;
  readonly traits?: Traits;
};

export function materialDocument({ name, tag, site, material, version, traits = {} }: MaterialPlan): PlannedDocument {
  const wire = { type: "MaterialDefinition", id: material, version, hierarchyScope: site, description: String(tag), baseUnit: "KGM" };
  return { name, tag: String(tag), site, connection: "erp", type: "MaterialDefinition", subject: material, version, cancel: false, wire, traits };
}

export type ConsumptionPlan = {
  readonly name: string;
  readonly site: string;
  readonly order: string;
  /** Its power of ten among the reports of its order (members.ts): 0 is a thousandth. */
  readonly nth?: number;
  readonly lot?: string;
  readonly actualTime?: string;
  readonly traits?: Traits;
  /** Its own number, where it is not its name. */
  readonly number?: string;
  readonly version?: string;
  readonly cancel?: boolean;
};

/** What the books tell one document of a report's number by; a cancel never stands in them. */
const reportTag = (number: string, version: string | undefined, cancel: boolean): string =>
  `${number}${version === undefined ? "" : `@${version}`}${cancel ? "!cancel" : ""}`;

export function consumptionDocument(plan: ConsumptionPlan): PlannedDocument {
  const { name, site, order, nth, lot, actualTime = "2026-03-02T05:00:00Z", traits = {}, number = name, version, cancel = false } = plan;
  const value = nth === undefined ? "1.5" : nth < 3 ? `0.${"1".padStart(3 - nth, "0")}` : "1".padEnd(nth - 2, "0");
  const wire = {
    type: "MaterialActual",
    id: number,
    ...(version === undefined ? {} : { version }),
    ...(cancel ? { verb: "Cancel" } : {}),
    hierarchyScope: site,
    operationsRequestId: order,
    materialDefinitionId: "M0",
    materialUse: "Consumed",
    quantity: { value: traits.invalid === true ? "many" : value, unit: "KGM" },
    ...(lot === undefined ? {} : { materialLotId: lot }),
    actualTime,
  };
  return {
    name,
    tag: reportTag(number, version, cancel),
    site,
    connection: `mes-${site}`,
    type: "MaterialActual",
    subject: order,
    ...(version === undefined ? {} : { version }),
    cancel,
    report: { number, due: ["post"] },
    wire,
    traits,
  };
}

/** Of consumptions: those alike are posted together, where they are posted together at all. */
export function kindOf({ site, subject, type, wire }: PlannedDocument): string {
  return JSON.stringify([site, subject, type, wire.materialLotId, wire.actualTime]);
}

export type ReportPlan = ConsumptionPlan & {
  /** Lines of what it consumed, and of what it made. */
  readonly consumes?: boolean;
  readonly produces?: boolean;
  /** It ends the order. */
  readonly completes?: boolean;
};

const REPORT_STEPS = ["confirm-operation", "post-backflush", "receive-output", "set-order-state"];

/** The report of one operation; the steps that it has to make in an ERP that leaves them all to us. */
export function operationReport(plan: ReportPlan): PlannedDocument {
  const { name, site, order, traits = {}, number = name, version, cancel = false, consumes = true, produces = true, completes = false } = plan;
  const line = (id: string, materialUse: string) => ({ id, materialUse, materialDefinitionId: "M0", quantity: { value: "2", unit: "KGM" } });
  const wire = {
    type: "SegmentResponse",
    id: number,
    ...(version === undefined ? {} : { version }),
    ...(cancel ? { verb: "Cancel" } : {}),
    hierarchyScope: site,
    operationsRequestId: order,
    segmentRequirementId: "10",
    segmentState: "Completed",
    responseState: completes ? "Completed" : "Running",
    goodQuantity: { value: traits.invalid === true ? "many" : "2", unit: "KGM" },
    materialActuals: [...(consumes ? [line("1", "Consumed")] : []), ...(produces ? [line("2", "Produced")] : [])],
  };
  const has: Readonly<Record<string, boolean>> = { "post-backflush": consumes, "receive-output": produces, "set-order-state": completes };
  return {
    name,
    tag: reportTag(number, version, cancel),
    site,
    connection: `mes-${site}`,
    type: "SegmentResponse",
    subject: order,
    ...(version === undefined ? {} : { version }),
    cancel,
    report: { number, due: REPORT_STEPS.filter((step) => has[step] !== false) },
    wire,
    traits,
  };
}

export type InspectionPlan = Omit<ConsumptionPlan, "order"> & { readonly lot: string; readonly result: "Pass" | "Fail" };

/** The result of an inspection. What a pass has to release depends on what failed before: `release-lot` is due where it may be. */
export function inspection({ name, site, lot, result, traits = {}, number = name, version, cancel = false }: InspectionPlan): PlannedDocument {
  const wire = {
    type: "TestResult",
    id: number,
    ...(version === undefined ? {} : { version }),
    ...(cancel ? { verb: "Cancel" } : {}),
    hierarchyScope: site,
    materialLotId: lot,
    materialDefinitionId: "M0",
    evaluationDate: "2026-03-02T05:00:00Z",
    evaluatedCriterionResult: traits.invalid === true ? "Perhaps" : result,
    propertyMeasurements: [],
  };
  return {
    name,
    tag: reportTag(number, version, cancel),
    site,
    connection: `mes-${site}`,
    type: "TestResult",
    subject: lot,
    ...(version === undefined ? {} : { version }),
    cancel,
    report: {
      number,
      due: ["record-inspection", ...(result === "Fail" ? ["block-lot"] : ["release-lot"])],
      ...(result === "Pass" ? { perhaps: ["release-lot"] } : {}),
    },
    wire,
    traits,
  };
}

/** The tag in a canonical document of any type. */
export function tagIn(document: {
  readonly type: DocumentType;
  readonly id: string;
  readonly version?: string | undefined;
  readonly priority?: string | undefined;
  readonly description?: string | undefined;
}): string {
  switch (document.type) {
    case "OperationsRequest":
      return document.priority ?? "none";
    case "MaterialActual":
    case "SegmentResponse":
    case "TestResult":
      return reportTag(document.id, document.version, false);
    default:
      return document.description ?? "none";
  }
}
