import * as z from "zod";
import type { MaterialActual } from "../../core/documents/canonical.ts";
import { parsePlainly } from "../../core/documents/exact-json.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { CallOutcome, Remainder } from "../../core/effects/outcomes.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { compareDecimals } from "../../core/quantities/decimals.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText } from "./find-effect.ts";
import { dateIn } from "./local-date.ts";
import { lotAmong, makeLot, unknownLot } from "./lots.ts";
import consumption from "./mapping/consumption.json" with { type: "json" };
import { findLocation, locationOf, type Material, materialOf, type Named, readNamed, unitFor } from "./named-things.ts";
import { type Company, findCompany, type Order, runningOrder } from "./orders.ts";
import { failureOutcome, outcomes } from "./reasons.ts";
import { RPC } from "./rpc-table.ts";
import { end, go, type Step } from "./steps.ts";

const TABLE = compileTable(MappingTable.parse(consumption));

/** What mapping/consumption.json makes: their names for what a line says. */
const Wanted = z.object({
  order: z.string(),
  material: z.string(),
  lot: z.string().optional(),
  quantity: z.string(),
  unit: z.string(),
  location: z.string().optional(),
  time: z.string().optional(),
  date: z.string().optional(),
});
type Wanted = z.infer<typeof Wanted>;

/** A line of any document, in the words of a consumption, which say the same of an output; `at`: its path in its own document. */
export type Line = {
  readonly at: string;
  readonly says: Omit<MaterialActual, "type" | "id" | "materialUse" | "actualTime"> & { readonly actualTime?: string };
};

export type PlannedMove = {
  readonly material: number;
  readonly lot: number | undefined;
  /** Decimal text, without trailing zeros. */
  readonly quantity: string;
  readonly unit: number;
  readonly from: number;
  readonly to: number;
  /** In the company's own zone: `2026-11-25`; without it the ERP's today. */
  readonly date: string | undefined;
  /** Of an output: what it is valued in. */
  readonly currency: number | undefined;
  /** In words, for a person. */
  readonly stock: string;
  readonly remainder?: Remainder;
};
export type Side = "input" | "output" | "internal";
/** What becomes one booking, all or nothing. `order`: that of its lines. */
export type Plan = { readonly side: Side; readonly order: number | undefined; readonly moves: readonly PlannedMove[] };

/** How the lines of one order are planned. */
export type LineRules = { readonly side: "input" | "output"; readonly tolerance: string };
/** All that the lines name, as the ERP has it. */
type There = { readonly order: Order; readonly company: Company; readonly named: Named };

/**
 * Looks up what the lines name, all of a kind at once, and refuses by name what the ERP would refuse, lose or bend. Changes nothing there, but for a lot that an output brings.
 * @param lines of one order
 */
export async function planLines(client: TrytonClient, lines: readonly Line[], rules: LineRules, deadline: number): Promise<Step<Plan>> {
  const wanted = allWanted(lines);
  if (wanted.kind === "end") return wanted;
  const there = await readThere(client, wanted.value, deadline);
  if (there.kind === "end") return there;
  const moves: PlannedMove[] = [];
  for (const [at, each] of wanted.value.entries()) {
    const planned = await planLine(client, each, there.value, rules, deadline);
    if (planned.kind === "end") return end(located(planned.outcome, lines[at]?.at));
    moves.push(planned.value);
  }
  return go({ side: rules.side, order: there.value.order.id, moves });
}

function allWanted(lines: readonly Line[]): Step<readonly Wanted[]> {
  const all: Wanted[] = [];
  for (const line of lines) {
    const wanted = wantedOf(line);
    if (wanted.kind === "end") return end(located(wanted.outcome, line.at));
    all.push(wanted.value);
  }
  return go(all);
}

async function readThere(client: TrytonClient, wanted: readonly Wanted[], deadline: number): Promise<Step<There>> {
  const [first] = wanted;
  if (first === undefined) return end(outcomes.notCarried("a document without lines"));
  const order = await runningOrder(client, first.order, deadline);
  if (order.kind === "end") return order;
  const company = await findCompany(client, deadline);
  if (company.kind === "end") return company;
  const named = await readNamed(client, wanted, deadline);
  return named.kind === "end" ? named : go({ order: order.value, company: company.value, named: named.value });
}

/** A path within the line becomes one within its document. */
function located(outcome: CallOutcome, at = ""): CallOutcome {
  if (!("reason" in outcome) || outcome.reason.field === undefined) return outcome;
  return { ...outcome, reason: { ...outcome.reason, field: at + outcome.reason.field } };
}

async function planLine(client: TrytonClient, wanted: Wanted, there: There, { side, tolerance }: LineRules, deadline: number): Promise<Step<PlannedMove>> {
  const { named, order, company } = there;
  const material = materialOf(named, wanted.material);
  if (material.kind === "end") return material;
  const quantity = unitFor(named, wanted, material.value, tolerance);
  if (quantity.kind === "end") return quantity;
  const lot = await lotOf(client, wanted, material.value, named, side, deadline);
  if (lot.kind === "end") return lot;
  const storage = await storageOf(client, wanted, lot.value, there, side, deadline);
  if (storage.kind === "end") return storage;
  const ways = side === "input" ? { from: storage.value, to: order.place } : { from: order.place, to: storage.value };
  const currency = side === "output" ? company.currency : undefined;
  const ends = { ...ways, date: dateOf(wanted, company), currency, stock: stockName(wanted.material, wanted.lot) };
  return go({ material: material.value.id, lot: lot.value, ...quantity.value, ...ends });
}

async function storageOf(
  client: TrytonClient,
  wanted: Wanted,
  lot: number | undefined,
  there: There,
  side: "input" | "output",
  deadline: number,
): Promise<Step<number>> {
  const storage = wanted.location === undefined ? go(defaultStorage(there.order, side)) : locationOf(there.named, wanted.location);
  if (storage.kind === "end" || side === "input" || lot === undefined) return storage;
  const held = await blockedIn(client, lot, deadline);
  if (held.kind === "end") return held;
  return held.value === undefined ? storage : go(held.value);
}

const Left = z.object({ left: DecimalText });

/** Where a lot that is blocked lies: what is received of it later goes there too, and not where it would be picked. Undefined for any other lot. */
async function blockedIn(client: TrytonClient, lot: number, deadline: number): Promise<Step<number | undefined>> {
  const quarantine = await findLocation(client, RPC.texts.quarantine, deadline);
  if (quarantine.kind === "end" || quarantine.value === undefined) return quarantine;
  const stock = await client.rows("stockByPlace", { lot, place: quarantine.value }, deadline, Left);
  if (stock.kind !== "rows") return end(failureOutcome(stock));
  const [row] = stock.rows;
  return go(row !== undefined && compareDecimals(row.left, "0") > 0 ? quarantine.value : undefined);
}

const dateOf = ({ date, time }: Wanted, { timeZone }: Company): string | undefined => date ?? (time === undefined ? undefined : dateIn(time, timeZone));

export const stockName = (material: string, lot: string | undefined): string => (lot === undefined ? material : `${material}/${lot}`);

const defaultStorage = (order: Order, side: Side): number => (side === "input" ? order.picking : order.output) ?? order.storage;

/** A line in Tryton's words, by mapping/consumption.json: what its own records are looked up by. */
export function wordsOfLine(line: Line): { readonly kind: "said"; readonly words: object } | { readonly kind: "unsaid"; readonly outcome: CallOutcome } {
  const wanted = wantedOf(line);
  return wanted.kind === "go" ? { kind: "said", words: wanted.value } : { kind: "unsaid", outcome: wanted.outcome };
}

function wantedOf({ says }: Line): Step<Wanted> {
  const document = { ...says, type: "MaterialActual", id: "line", materialUse: "Consumed" };
  const { made, reasons } = TABLE.make(parsePlainly(JSON.stringify(document)), {
    site: SiteId.parse(says.hierarchyScope),
    timeZone: "UTC",
    decimalSeparator: ".",
    codes: [],
  });
  const [reason] = reasons;
  if (reason !== undefined) return end({ kind: "park", reason });
  const wanted = Wanted.safeParse(made);
  return wanted.success ? go(wanted.data) : end(outcomes.notCarried(`a line without ${wanted.error.issues[0]?.path.join("/")}`));
}

/** An output brings its lot with it; the server asks for a missing one only as it books. */
async function lotOf(
  client: TrytonClient,
  wanted: Wanted,
  material: Material,
  { lots }: Named,
  side: Side,
  deadline: number,
): Promise<Step<number | undefined>> {
  if (wanted.lot === undefined) return material.lotNeededFor?.includes("in a production") === true ? end(outcomes.lotNeeded(wanted.material)) : go(undefined);
  const name = { number: wanted.lot, material: wanted.material, materialId: material.id };
  const known = lotAmong(lots, name, client.now());
  return known ?? (side === "output" ? makeLot(client, name, deadline) : unknownLot(lots, name));
}
