import * as z from "zod";

/**
 * Canonical documents: ISA-95 / B2MML V7 names in camelCase, strict. Quantities are decimal text with a UN/ECE Rec 20 unit,
 * instants are UTC with a trailing `Z`, identifiers are kept as sent.
 */

const Identifier = z.string().min(1).max(100);
const Instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/);
export const Quantity = z.strictObject({ value: z.string().regex(/^-?\d{1,20}(\.\d{1,12})?$/), unit: z.string().regex(/^[A-Z0-9]{2,3}$/) });
export type Quantity = z.infer<typeof Quantity>;

/** Decimal digits, compared as a number, kept as sent. */
export const Version = z.string().regex(/^\d{1,18}$/);

const MaterialRequirement = z.strictObject({
  id: Identifier,
  materialDefinitionId: Identifier,
  materialUse: z.enum(["Consumed", "Produced"]),
  quantity: Quantity,
  materialLotId: Identifier.optional(),
  storageLocation: Identifier.optional(),
});

const SegmentRequirement = z.strictObject({
  id: Identifier,
  processSegmentId: Identifier,
  equipmentId: Identifier.optional(),
  earliestStartTime: Instant.optional(),
  latestEndTime: Instant.optional(),
});

export const OperationsRequest = z.strictObject({
  type: z.literal("OperationsRequest"),
  id: Identifier,
  version: Version.optional(),
  hierarchyScope: Identifier,
  operationsType: z.literal("Production"),
  requestState: z.enum(["Released", "Cancelled"]),
  startTime: Instant.optional(),
  endTime: Instant.optional(),
  priority: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
  segmentRequirements: z.array(SegmentRequirement),
  materialRequirements: z.array(MaterialRequirement),
});
export type OperationsRequest = z.infer<typeof OperationsRequest>;

export const MaterialDefinition = z.strictObject({
  type: z.literal("MaterialDefinition"),
  id: Identifier,
  version: Version.optional(),
  hierarchyScope: Identifier,
  description: z.string().max(1000),
  baseUnit: z.string().regex(/^[A-Z0-9]{2,3}$/),
});
export type MaterialDefinition = z.infer<typeof MaterialDefinition>;

export const MaterialActual = z.strictObject({
  type: z.literal("MaterialActual"),
  id: Identifier,
  hierarchyScope: Identifier,
  operationsRequestId: Identifier,
  segmentRequirementId: Identifier.optional(),
  materialDefinitionId: Identifier,
  materialLotId: Identifier.optional(),
  materialUse: z.literal("Consumed"),
  quantity: Quantity,
  storageLocation: Identifier.optional(),
  actualTime: Instant,
});
export type MaterialActual = z.infer<typeof MaterialActual>;

export const CanonicalDocument = z.discriminatedUnion("type", [OperationsRequest, MaterialDefinition, MaterialActual]);
export type CanonicalDocument = z.infer<typeof CanonicalDocument>;
export type DocumentType = CanonicalDocument["type"];
