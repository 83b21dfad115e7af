/** Good documents for bad cases to spoil: each with a name of its own, so that a case can run again and again against one cloud. */

type Fields = Readonly<Record<string, unknown>>;

export const order = (unique: string, changes: Fields = {}): Fields => ({
  type: "OperationsRequest",
  id: `ORD-${unique}`,
  version: "1",
  hierarchyScope: "hamburg",
  operationsType: "Production",
  requestState: "Released",
  startTime: "2026-03-02T06:00:00",
  segmentRequirements: [{ id: "0010", processSegmentId: "MIX" }],
  materialRequirements: [{ id: "0010", materialDefinitionId: `MAT-${unique}`, materialUse: "Consumed", quantity: { value: "12.500", unit: "KGM" } }],
  ...changes,
});

/** The order with another quantity, as JSON text: `quantity` is put in as it stands. */
export const orderWithQuantity = (unique: string, quantity: string): string =>
  JSON.stringify(
    order(unique, { materialRequirements: [{ id: "0010", materialDefinitionId: `MAT-${unique}`, materialUse: "Consumed", quantity: "QUANTITY" }] }),
  ).replace('"QUANTITY"', quantity);

export const material = (unique: string, changes: Fields = {}): Fields => ({
  type: "MaterialDefinition",
  id: `MAT-${unique}`,
  version: "1",
  hierarchyScope: "hamburg",
  description: "Grundstoff 原料",
  baseUnit: "kg",
  ...changes,
});

export const consumption = (unique: string, changes: Fields = {}): Fields => ({
  type: "MaterialActual",
  id: `USE-${unique}`,
  operationsRequestId: `ORD-${unique}`,
  materialDefinitionId: `MAT-${unique}`,
  materialUse: "Consumed",
  quantity: { value: 1.5, unit: "kg" },
  actualTime: "2026-03-02T07:30:00+01:00",
  ...changes,
});

export const report = (unique: string, changes: Fields = {}): Fields => ({
  type: "SegmentResponse",
  id: `REP-${unique}`,
  operationsRequestId: `ORD-${unique}`,
  segmentRequirementId: "0010",
  segmentState: "Completed",
  actualEndTime: "2026-03-01T12:30:00+01:00",
  startedQuantity: { value: 10, unit: "pcs" },
  goodQuantity: { value: 9, unit: "pcs" },
  scrapQuantity: { value: 1, unit: "pcs" },
  ...changes,
});

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const json = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value));

/** A good order of exactly so many bytes, by a field that nobody knows and in strings short enough to be taken. */
export function orderOfSize(unique: string, bytes: number): Uint8Array {
  const pad = (count: number): string[] => [...Array.from({ length: Math.floor(count / 100_000) }, () => "x".repeat(100_000)), "x".repeat(count % 100_000)];
  const lengthWith = (count: number): number => json(order(unique, { padding: pad(count) })).length;
  let count = bytes - lengthWith(0);
  while (lengthWith(count) > bytes) count -= lengthWith(count) - bytes;
  const text = JSON.stringify(order(unique, { padding: pad(count) }));
  return bytesOf(text + " ".repeat(bytes - bytesOf(text).length));
}
