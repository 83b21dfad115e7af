import * as z from "zod";
import type { CanonicalDocument } from "../documents/canonical.ts";
import type { MappingAnswer } from "../documents/source-format.ts";
import type { Reason } from "../effects/outcomes.ts";
import type { TargetSystem } from "../effects/target-system.ts";
import type { Header } from "../ledger/items.ts";
import { type CodeTables, type Fraction, fractionIn, materialUnitsIn } from "../mapping/code-tables.ts";
import { unitFraction } from "../quantities/unit-fractions.ts";
import { type Connection, connectionOf, type Settings, type Site } from "../settings/settings.ts";
import { balanceOf, type Recorded, type ReportedLine } from "./balance.ts";

const Row = z.strictObject({
  materialUse: z.enum(["Consumed", "Produced"]),
  material: z.string(),
  lot: z.string().optional(),
  unit: z.string(),
  reported: z.string(),
  books: z.string(),
  remainder: z.string(),
  underWay: z.string(),
  verdict: z.enum(["equal", "differs", "no-conversion"]),
});

/** Answer of GET …/orders/balance. */
export const BalanceAnswer = z.strictObject({
  site: z.string(),
  number: z.string(),
  /** The ERP whose books are compared. */
  connection: z.string(),
  rows: z.array(Row),
  /** Rows that are not equal. */
  differences: z.number().int(),
  /** Reports whose content is no longer stored: they are in no column. */
  contentGone: z.number().int(),
});
export type BalanceAnswer = z.infer<typeof BalanceAnswer>;

export type BalancePorts = {
  readonly settings: Settings;
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
  readonly targetOf: (connection: Connection) => TargetSystem;
};

export type BalanceAsked =
  | { readonly kind: "answered"; readonly answer: BalanceAnswer }
  | { readonly kind: "no-books"; readonly connection: string }
  | { readonly kind: "failed"; readonly reason: Reason };

/**
 * What the plant reported of an order against what the ERP's own books say of it.
 * @param headers all documents of the order; @param deadline clock milliseconds of the one call
 */
export async function orderBalance(ports: BalancePorts, site: Site, number: string, headers: readonly Header[], deadline: number): Promise<BalanceAsked> {
  const target = site.routes.MaterialActual;
  const connection = target === undefined ? undefined : connectionOf(ports.settings, target);
  const system = connection?.role === "erp" ? ports.targetOf(connection) : undefined;
  if (connection === undefined || system?.books === undefined) return { kind: "no-books", connection: connection === undefined ? "none" : connection.id };
  const books = await system.books(numberThere(headers, connection, number), deadline);
  if (books.kind === "failed") return books;
  const { lines, gone } = await reportedLines(ports, connection, headers);
  const tables = [connection.codes, site.codes].filter((each) => each !== undefined);
  const rows = balanceOf(lines, books.lines, recordedOf(headers), (material, unit, base) => fractionOf(tables, material, unit, base));
  const differences = rows.filter(({ verdict }) => verdict !== "equal").length;
  return { kind: "answered", answer: { site: site.id, number, connection: connection.id, rows: [...rows], differences, contentGone: gone } };
}

/** As the ERP itself writes it, where the order came from there. */
const numberThere = (headers: readonly Header[], connection: Connection, number: string): string =>
  headers.find((header) => header.type === "OperationsRequest" && header.connection === connection.id)?.subject.number ?? number;

const REPORTS: readonly Header["type"][] = ["MaterialActual", "SegmentResponse"];
const GONE: readonly Header["state"][] = ["rejected", "undone", "superseded", "skipped"];

async function reportedLines(
  ports: BalancePorts,
  connection: Connection,
  headers: readonly Header[],
): Promise<{ readonly lines: ReportedLine[]; readonly gone: number }> {
  const lines: ReportedLine[] = [];
  let gone = 0;
  for (const header of headers) {
    if (!REPORTS.includes(header.type) || header.cancel || header.target !== connection.id || GONE.includes(header.state)) continue;
    const mapped = await ports.map(header);
    if (mapped === undefined) gone += 1;
    if (mapped?.kind === "canonical") lines.push(...linesOf(mapped.document, connection, header.state === "delivered" || header.state === "resolved"));
  }
  return { lines, gone };
}

/** What nobody is to post (`none`) is expected in no books. */
function linesOf(document: CanonicalDocument, { backflush, receipt }: Connection, posted: boolean): ReportedLine[] {
  if (document.type === "MaterialActual") return [lineOf(document, posted)];
  if (document.type !== "SegmentResponse") return [];
  return document.materialActuals
    .filter(({ materialUse }) => (materialUse === "Consumed" ? backflush : receipt) !== "none")
    .map((line) => lineOf(line, posted));
}

type Line = {
  readonly materialUse: ReportedLine["materialUse"];
  readonly materialDefinitionId: string;
  readonly materialLotId?: string | undefined;
  readonly quantity: ReportedLine["quantity"];
};
const lineOf = ({ materialUse, materialDefinitionId, materialLotId, quantity }: Line, posted: boolean): ReportedLine => ({
  materialUse,
  material: materialDefinitionId,
  lot: materialLotId,
  quantity,
  posted,
});

const recordedOf = (headers: readonly Header[]): Recorded[] =>
  headers.flatMap(({ markers }) =>
    Object.values(markers).flatMap(({ state, remainders }) => (state === "applied" && remainders !== undefined ? remainders : [])),
  );

/** By the material's own table where it has one, else by the units' definitions. */
function fractionOf(tables: readonly CodeTables[], material: string, unit: string, base: string): Fraction | undefined {
  const own = materialUnitsIn(tables, material);
  const [from, to] = [own && inPlantUnit(own, unit), own && inPlantUnit(own, base)];
  if (from === undefined || to === undefined) return unitFraction(unit, base);
  return { numerator: times(from.numerator, to.denominator), denominator: times(from.denominator, to.numerator) };
}

const ONE: Fraction = { numerator: "1", denominator: "1" };
const inPlantUnit = (own: NonNullable<ReturnType<typeof materialUnitsIn>>, unit: string): Fraction | undefined =>
  unit === own.plantUnit ? ONE : fractionIn(own, unit);
const times = (one: string, other: string): string => String(BigInt(one) * BigInt(other));
