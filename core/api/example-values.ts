/** Values that several examples show; made up, and the same thing under the same name throughout. */
export const ORDER_DOCUMENT = "4k7m2x9q0v8c1n5t6w3r2y9z0a.7d1h5k8p2s4v6x9b3f0j5n8r1t";
export const USE_DOCUMENT = "4k7m2x9q0v8c1n5t6w3r2y9z0a.0q3w6e9r2t5y8h1p4a7s0d3f6g";
export const DELIVERY = "4k7m2x9q0v8c1n5t6w3r2y9z0a.1c5g9k3n7r1v5z9d3h7m1q5t9x";
export const LEASE_TOKEN = "0f4h8k2m6p0r4t8w2y6a0c4e8g";
export const AT = "2026-03-02T08:15:02.417Z";

export const CANONICAL_ORDER = {
  type: "OperationsRequest",
  id: "000001000123",
  version: "1",
  hierarchyScope: "hamburg",
  operationsType: "Production",
  requestState: "Released",
  startTime: "2026-03-02T05:00:00Z",
  segmentRequirements: [{ id: "10", processSegmentId: "mix", equipmentId: "MIXER-2" }],
  materialRequirements: [{ id: "1", materialDefinitionId: "4711", materialUse: "Consumed", quantity: { value: "250.500", unit: "KGM" } }],
} as const;

export const CONSUMPTION = {
  type: "MaterialActual",
  id: "USE-81-1",
  operationsRequestId: "000001000123",
  segmentRequirementId: "10",
  materialDefinitionId: "4711",
  materialLotId: "12E4",
  materialUse: "Consumed",
  quantity: { value: "12.500", unit: "kg" },
  actualTime: "2026-03-02T08:15:00",
} as const;
