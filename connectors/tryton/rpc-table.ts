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
  /** What `$rows` is made of, each row of a call. */
  row: Template.optional(),
  /** The timestamp of each row, under which alone it may be changed (behaviour 5). */
  stamps: z.strictObject({ name: z.string(), key: z.string(), value: z.string() }).optional(),
  reads: z.record(z.string(), Read).optional(),
  /** It changes something. */
  writes: z.boolean().optional(),
});
export type Call = z.infer<typeof Call>;

const CALLS = [
  "findKey",
  "company",
  "order",
  "lots",
  "moves",
  "standing",
  "returns",
  "changedOrders",
  "openOrders",
  "ordersThere",
  "orders",
  "operations",
  "billInputs",
  "billOutputs",
  "products",
  "writeNotes",
  "makeLot",
  "dropLot",
  "lotUses",
  "noteMoves",
  "reserveInputs",
  "attachOutputs",
  "reserveInternal",
  "releaseMoves",
  "bookMoves",
  "cancelMoves",
  "work",
  "works",
  "cycles",
  "cyclesUnderWay",
  "notesOn",
  "makeCycle",
  "openCycle",
  "runCycle",
  "finishCycles",
  "takeBackCycles",
  "finishOrder",
  "assignOrder",
  "runOrder",
  "scheduleOrder",
  "controls",
  "points",
  "inspections",
  "makeInspection",
  "processInspection",
  "failInspection",
  "reopenInspection",
  "dropInspection",
  "alerts",
  "dropAlerts",
  "storages",
  "warehouses",
  "stockByPlace",
  "orderMoves",
  "returnMoves",
  "lotMoves",
  "lotReceived",
  "orderById",
  "materials",
  "units",
  "locations",
  "stockOfLots",
  "stockOfMaterials",
] as const;
export type CallName = (typeof CALLS)[number];

const RpcTable = z.strictObject({
  login: Call,
  preferences: Call.extend({ reads: z.record(z.string(), Read) }),
  /** Filled from the preferences. */
  context: z.record(z.string(), Template),
  /** Their words → ours. */
  codes: z.record(z.string(), z.record(z.string(), z.string())),
  /** Beginnings of our notes; the code of the place where lots are held. */
  texts: z.strictObject({ posting: z.string(), reversal: z.string(), reversed: z.string(), quarantine: z.string() }),
  /** How a record is named; our numbers for effects. */
  references: z.strictObject({ move: z.string(), order: z.string(), cycle: z.string(), lot: z.string(), inspection: z.string() }),
  calls: z.record(z.enum(CALLS), Call),
});
export const RPC = RpcTable.parse(table);
