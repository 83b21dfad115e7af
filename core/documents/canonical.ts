import * as z from "zod";

/**
 * Canonical documents: ISA-95 / B2MML V7 names in camelCase, strict. Quantities are decimal text with a UN/ECE Rec 20 unit,
 * instants are UTC with a trailing `Z`, identifiers are kept as sent.
 */

export const Identifier = z.string().min(1).max(100);
export const Instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/);
/** What core/quantities/decimals.ts carries. */
export const DecimalText = z.string().regex(/^-?\d{1,20}(\.\d{1,12})?$/);
/** UN/ECE Recommendation 20. */
export const UnitCode = z.string().regex(/^[A-Z0-9]{2,3}$/);
export const Quantity = z.strictObject({ value: DecimalText, unit: UnitCode });
export type Quantity = z.infer<typeof Quantity>;

/** Decimal digits, compared as a number, kept as sent. */
export const Version = z.string().regex(/^\d{1,18}$/);

const Description = z.string().min(1).max(1000);
/** Any language by its BCP 47 tag, as systems of the trade send them. */
const Descriptions = z.array(z.strictObject({ language: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), text: Description }));

/** A named value that has no field of its own: B2MML's `…Property` and `…Parameter`. The value is kept as sent. */
const Property = z.strictObject({ id: Identifier, value: z.string().max(1000), unit: UnitCode.optional(), description: Description.optional() });

/** How the sender's own message called itself, as sent: for the answer to it, and for nothing else. */
const Origin = z.strictObject({
  /** What the message wants done: B2MML's `Process`, `Sync`, … */
  verb: Identifier.optional(),
  /** The message's own number. */
  messageId: Identifier.optional(),
  senderId: Identifier.optional(),
  /** As sent, without its zone being read. */
  createdAt: Identifier.optional(),
  /** The version of the message's language, where its sender may use several: it is answered in the same. */
  form: Identifier.optional(),
});

const MaterialRequirement = z.strictObject({
  id: Identifier,
  materialDefinitionId: Identifier,
  materialUse: z.enum(["Consumed", "Produced"]),
  quantity: Quantity,
  description: Description.optional(),
  /** The operation it belongs to: the id of a segment requirement. */
  segmentRequirementId: Identifier.optional(),
  materialLotId: Identifier.optional(),
  materialSubLotId: Identifier.optional(),
  storageLocation: Identifier.optional(),
  equipmentId: Identifier.optional(),
  /** When it is needed. */
  requiredTime: Instant.optional(),
  properties: z.array(Property).optional(),
});

const SegmentRequirement = z.strictObject({
  id: Identifier,
  /** The operation it nests in. */
  parentId: Identifier.optional(),
  processSegmentId: Identifier.optional(),
  description: Description.optional(),
  equipmentId: Identifier.optional(),
  earliestStartTime: Instant.optional(),
  latestEndTime: Instant.optional(),
  quantity: Quantity.optional(),
  segmentState: z.enum(["Released", "Waiting", "Ready", "Running", "Held", "Completed", "Cancelled", "Closed"]).optional(),
  parameters: z.array(Property).optional(),
});

export const OperationsRequest = z.strictObject({
  type: z.literal("OperationsRequest"),
  id: Identifier,
  version: Version.optional(),
  hierarchyScope: Identifier,
  operationsType: z.literal("Production"),
  /** `Released` and `Cancelled` go down; the others come up as schedule feedback. */
  requestState: z.enum(["Released", "Cancelled", "Waiting", "Ready", "Running", "Held", "Completed", "Aborted", "Closed"]),
  description: Description.optional(),
  /** The routing or recipe it is made by. */
  operationsDefinitionId: Identifier.optional(),
  /** The bill of material it was exploded from. */
  materialBillId: Identifier.optional(),
  startTime: Instant.optional(),
  endTime: Instant.optional(),
  priority: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
  segmentRequirements: z.array(SegmentRequirement),
  materialRequirements: z.array(MaterialRequirement),
  properties: z.array(Property).optional(),
  origin: Origin.optional(),
});
export type OperationsRequest = z.infer<typeof OperationsRequest>;

/** Master data that its owner took away: a cancel by the words of LANES.md. */
const MasterState = z.enum(["Active", "Deleted"]).optional();

/** One of `unit` is numerator / denominator of the base unit, exactly. */
const AlternativeUnit = z.strictObject({ unit: UnitCode, numerator: z.string().regex(/^[1-9]\d{0,14}$/), denominator: z.string().regex(/^[1-9]\d{0,14}$/) });

export const MaterialDefinition = z.strictObject({
  type: z.literal("MaterialDefinition"),
  id: Identifier,
  version: Version.optional(),
  hierarchyScope: Identifier,
  state: MasterState,
  description: z.string().max(1000),
  descriptions: Descriptions.optional(),
  baseUnit: UnitCode,
  alternativeUnits: z.array(AlternativeUnit).optional(),
  materialClassId: Identifier.optional(),
  storageLocation: Identifier.optional(),
  properties: z.array(Property).optional(),
  origin: Origin.optional(),
});
export type MaterialDefinition = z.infer<typeof MaterialDefinition>;

/** The BOD verb: `Cancel` takes back what was reported under the same id; absent: `Process`. */
const Verb = z.enum(["Process", "Cancel"]).optional();
export const LocalDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const MaterialActual = z.strictObject({
  type: z.literal("MaterialActual"),
  id: Identifier,
  version: Version.optional(),
  verb: Verb,
  hierarchyScope: Identifier,
  operationsRequestId: Identifier,
  segmentRequirementId: Identifier.optional(),
  materialDefinitionId: Identifier,
  materialLotId: Identifier.optional(),
  materialUse: z.literal("Consumed"),
  quantity: Quantity,
  storageLocation: Identifier.optional(),
  equipmentId: Identifier.optional(),
  /** An id only: names stand in the persons table. */
  personId: Identifier.optional(),
  actualTime: Instant,
  postingDate: LocalDate.optional(),
  origin: Origin.optional(),
});
export type MaterialActual = z.infer<typeof MaterialActual>;

/** Consumed (backflushed) or produced by one operation report. */
const SegmentMaterial = z.strictObject({
  id: Identifier,
  materialUse: z.enum(["Consumed", "Produced"]),
  materialDefinitionId: Identifier,
  materialLotId: Identifier.optional(),
  quantity: Quantity,
  storageLocation: Identifier.optional(),
});

const Downtime = z.strictObject({
  reasonCode: Identifier,
  startTime: Instant,
  endTime: Instant,
  equipmentId: Identifier.optional(),
});

/** The report of one operation: B2MML's `OperationsPerformance` › `OperationsResponse` › `SegmentResponse`. */
const SegmentResponse = z.strictObject({
  type: z.literal("SegmentResponse"),
  id: Identifier,
  version: Version.optional(),
  verb: Verb,
  hierarchyScope: Identifier,
  operationsRequestId: Identifier,
  segmentRequirementId: Identifier,
  /** Of the operation. */
  segmentState: z.enum(["Running", "Held", "Completed"]),
  /** Of the order as a whole, where this report ends it. */
  responseState: z.enum(["Running", "Completed"]).optional(),
  actualStartTime: Instant.optional(),
  actualEndTime: Instant.optional(),
  postingDate: LocalDate.optional(),
  goodQuantity: Quantity.optional(),
  scrapQuantity: Quantity.optional(),
  scrapReasonCode: Identifier.optional(),
  personnelActuals: z.array(z.strictObject({ personId: Identifier })).optional(),
  equipmentActuals: z.array(z.strictObject({ equipmentId: Identifier })).optional(),
  /** Process parameters. */
  segmentData: z.array(Property).optional(),
  downtimes: z.array(Downtime).optional(),
  materialActuals: z.array(SegmentMaterial),
  origin: Origin.optional(),
});
export type SegmentResponse = z.infer<typeof SegmentResponse>;

const PropertyMeasurement = z.strictObject({
  id: Identifier,
  value: z.string().max(1000),
  unit: UnitCode.optional(),
  measurementDate: Instant.optional(),
});

/** The result of an inspection of one lot. */
const TestResult = z.strictObject({
  type: z.literal("TestResult"),
  id: Identifier,
  version: Version.optional(),
  verb: Verb,
  hierarchyScope: Identifier,
  materialLotId: Identifier,
  materialDefinitionId: Identifier,
  operationsRequestId: Identifier.optional(),
  segmentRequirementId: Identifier.optional(),
  testSpecificationId: Identifier.optional(),
  evaluationDate: Instant,
  expiration: Instant.optional(),
  evaluatedCriterionResult: z.enum(["Pass", "Fail"]),
  reasonCode: Identifier.optional(),
  personId: Identifier.optional(),
  equipmentId: Identifier.optional(),
  propertyMeasurements: z.array(PropertyMeasurement),
  origin: Origin.optional(),
});
export type TestResult = z.infer<typeof TestResult>;

const AssemblyLot = z.strictObject({
  materialDefinitionId: Identifier,
  materialLotId: Identifier,
  quantity: Quantity.optional(),
  segmentRequirementId: Identifier.optional(),
});

/** What is told of one lot: what it was assembled of, what of it lies where, that it was moved. */
const MaterialLot = z.strictObject({
  type: z.literal("MaterialLot"),
  /** The sender's own number of this message about the lot. */
  id: Identifier,
  version: Version.optional(),
  verb: Verb,
  hierarchyScope: Identifier,
  materialLotId: Identifier,
  materialDefinitionId: Identifier,
  lotEvent: z.enum(["Assembled", "Inventoried", "Moved"]),
  operationsRequestId: Identifier.optional(),
  status: Identifier.optional(),
  disposition: Identifier.optional(),
  /** Of `Inventoried`: all that lies in the location; of `Moved`: what was moved. */
  quantity: Quantity.optional(),
  storageLocation: Identifier.optional(),
  fromStorageLocation: Identifier.optional(),
  actualTime: Instant,
  assemblyLots: z.array(AssemblyLot),
  origin: Origin.optional(),
});
export type MaterialLot = z.infer<typeof MaterialLot>;

const master = {
  id: Identifier,
  version: Version.optional(),
  hierarchyScope: Identifier,
  state: MasterState,
  description: Description.optional(),
  descriptions: Descriptions.optional(),
  properties: z.array(Property).optional(),
  origin: Origin.optional(),
};

/** A machine, a work centre, a line, a storage zone. */
const Equipment = z.strictObject({
  type: z.literal("Equipment"),
  ...master,
  equipmentLevel: z
    .enum([
      "Enterprise",
      "Site",
      "Area",
      "ProcessCell",
      "Unit",
      "ProductionLine",
      "WorkCell",
      "ProductionUnit",
      "WorkCenter",
      "WorkUnit",
      "StorageZone",
      "StorageUnit",
      "EquipmentModule",
      "ControlModule",
      "Other",
    ])
    .optional(),
  parentId: Identifier.optional(),
});

/** An operation as such, apart from any order. */
const ProcessSegment = z.strictObject({ type: z.literal("ProcessSegment"), ...master, equipmentId: Identifier.optional() });

/** Routing and bill of material of one product. */
const OperationsDefinition = z.strictObject({
  type: z.literal("OperationsDefinition"),
  ...master,
  materialDefinitionId: Identifier.optional(),
  segments: z.array(
    z.strictObject({ id: Identifier, processSegmentId: Identifier.optional(), equipmentId: Identifier.optional(), description: Description.optional() }),
  ),
  billOfMaterial: z.array(
    z.strictObject({
      id: Identifier,
      materialDefinitionId: Identifier,
      materialUse: z.enum(["Consumed", "Produced"]),
      quantity: Quantity,
      segmentId: Identifier.optional(),
    }),
  ),
});

/** Documents carry a person's id alone; the name stands here and nowhere else. */
const Person = z.strictObject({ type: z.literal("Person"), ...master, name: z.string().min(1).max(200).optional() });

const ReasonCode = z.strictObject({
  type: z.literal("ReasonCode"),
  ...master,
  reasonType: z.enum(["Scrap", "Downtime", "Rework", "Variance", "Other"]),
});

const UnitOfMeasure = z.strictObject({ type: z.literal("UnitOfMeasure"), ...master, code: UnitCode });

export const CanonicalDocument = z.discriminatedUnion("type", [
  OperationsRequest,
  MaterialDefinition,
  MaterialActual,
  SegmentResponse,
  TestResult,
  MaterialLot,
  Equipment,
  ProcessSegment,
  OperationsDefinition,
  Person,
  ReasonCode,
  UnitOfMeasure,
]);
export type CanonicalDocument = z.infer<typeof CanonicalDocument>;
