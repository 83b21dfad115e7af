import type { DocumentType } from "../../core/documents/canonical.ts";

/**
 * The documents of the wire: canonical names, tolerant values. `time` is any form of a date or time, without an offset in the connection's zone;
 * `quantity` is `{ value: number or text, unit: any name of the unit table }`; `unit` such a name alone. Which fields must be there, the canonical schema says.
 */
export type FieldKind = "text" | "identifier" | "site" | "time" | "quantity" | "unit" | readonly [FieldShape];
export type FieldShape = { readonly [name: string]: FieldKind };

const SEGMENT_REQUIREMENT: FieldShape = {
  id: "identifier",
  processSegmentId: "identifier",
  equipmentId: "identifier",
  earliestStartTime: "time",
  latestEndTime: "time",
};

const MATERIAL_REQUIREMENT: FieldShape = {
  id: "identifier",
  materialDefinitionId: "identifier",
  materialUse: "text",
  quantity: "quantity",
  materialLotId: "identifier",
  storageLocation: "identifier",
};

export const WIRE_SHAPES: Readonly<Record<DocumentType, FieldShape>> = {
  OperationsRequest: {
    type: "text",
    id: "identifier",
    version: "text",
    hierarchyScope: "site",
    operationsType: "text",
    requestState: "text",
    startTime: "time",
    endTime: "time",
    priority: "text",
    segmentRequirements: [SEGMENT_REQUIREMENT],
    materialRequirements: [MATERIAL_REQUIREMENT],
  },
  MaterialDefinition: { type: "text", id: "identifier", version: "text", hierarchyScope: "site", description: "text", baseUnit: "unit" },
  MaterialActual: {
    type: "text",
    id: "identifier",
    hierarchyScope: "site",
    operationsRequestId: "identifier",
    segmentRequirementId: "identifier",
    materialDefinitionId: "identifier",
    materialLotId: "identifier",
    materialUse: "text",
    quantity: "quantity",
    storageLocation: "identifier",
    actualTime: "time",
  },
};

export const QUANTITY_SHAPE: FieldShape = { value: "text", unit: "text" };
