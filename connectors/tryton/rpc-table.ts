import * as z from "zod";
import table from "./mapping/rpc.json" with { type: "json" };

/** The calls of the connector are data: methods, field names and states of Tryton stand in mapping/rpc.json and nowhere else. */

const Template = z.json();

/** Where a value stands in an answer's row (names joined by `/`), and the code table that says what we call it. */
const Read = z.union([z.string(), z.strictObject({ path: z.string(), codes: z.string() })]);
export type Read = z.infer<typeof Read>;
export type Reads = Readonly<Record<string, Read>>;

const Call = z.strictObject({
  method: z.string(),
  params: z.array(Template),
  /** Joined to the session's context. */
  context: z.record(z.string(), Template).optional(),
  reads: z.record(z.string(), Read).optional(),
  /** It changes something. */
  writes: z.boolean().optional(),
});
export type Call = z.infer<typeof Call>;

const CALLS = [
  "findKey",
  "writeKey",
  "company",
  "order",
  "material",
  "unit",
  "location",
  "lots",
  "noteMove",
  "reserveMove",
  "releaseMove",
  "stockOfLot",
  "stockOfMaterial",
  "bookMove",
  "cancelMove",
  "moves",
  "returns",
  "changedOrders",
  "openOrders",
  "ordersThere",
  "orders",
  "operations",
  "billInputs",
  "billOutputs",
  "products",
] as const;
export type CallName = (typeof CALLS)[number];

const RpcTable = z.strictObject({
  login: Call,
  preferences: Call.extend({ reads: z.record(z.string(), Read) }),
  /** Filled from the preferences. */
  context: z.record(z.string(), Template),
  /** Their words → ours. */
  codes: z.record(z.string(), z.record(z.string(), z.string())),
  texts: z.strictObject({ posting: z.string(), reversal: z.string(), moveReference: z.string() }),
  calls: z.record(z.enum(CALLS), Call),
});
export const RPC = RpcTable.parse(table);
