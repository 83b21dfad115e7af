import * as z from "zod";

/** Sizes and units as AWS counts them (Amazon DynamoDB developer guide, "DynamoDB item sizes and formats" and "Read and write operations"), from requests and answers on the wire. */

const Wire = z.record(z.string(), z.unknown());
export type WireItem = z.infer<typeof Wire>;

const Attribute = z.union([
  z.strictObject({ S: z.string() }),
  z.strictObject({ N: z.string() }),
  z.strictObject({ B: z.string() }),
  z.strictObject({ BOOL: z.boolean() }),
  z.strictObject({ NULL: z.boolean() }),
  z.strictObject({ L: z.array(z.unknown()) }),
  z.strictObject({ M: Wire }),
]);

const bytes = (text: string): number => Buffer.byteLength(text);

/** One byte for each two digits, one for the sign and the scale. */
const numberBytes = (text: string): number => Math.ceil(text.replace(/\D/g, "").length / 2) + 1;

const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/** @throws ZodError for an attribute that the ledger never writes */
function valueBytes(value: unknown): number {
  const attribute = Attribute.parse(value);
  if ("S" in attribute) return bytes(attribute.S);
  if ("N" in attribute) return numberBytes(attribute.N);
  if ("B" in attribute) return Buffer.from(attribute.B, "base64").length;
  if ("L" in attribute) return attribute.L.reduce<number>((sum, each) => sum + ELEMENT_BYTES + valueBytes(each), CONTAINER_BYTES);
  if ("M" in attribute) return CONTAINER_BYTES + Object.keys(attribute.M).length * ELEMENT_BYTES + itemBytes(attribute.M);
  return 1;
}

export const itemBytes = (item: WireItem): number => Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + valueBytes(value), 0);

/** Strongly consistent: one unit for each started 4 KB, at least one; otherwise half of it. */
export const readUnits = (size: number, consistent: boolean): number => Math.max(1, Math.ceil(size / 4096)) * (consistent ? 1 : 0.5);

/** One unit for each started KB, at least one. */
export const writeUnits = (size: number): number => Math.max(1, Math.ceil(size / 1024));
