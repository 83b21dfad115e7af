import * as z from "zod";
import type { CanonicalDocument, MaterialActual, SegmentResponse } from "../documents/canonical.ts";
import type { Reason } from "../effects/outcomes.ts";
import type { BookLine, TargetSystem } from "../effects/target-system.ts";
import type { Header } from "../ledger/items.ts";
import { type Connection, connectionOf, type Site } from "../settings/settings.ts";
import { balanceOf, type Recorded, type ReportedLine } from "./balance.ts";
import { type InBooks, inBooksOf, stepOfLine } from "./in-books.ts";
import { fractionsOf, type UnitPorts } from "./material-units.ts";

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

export type BalancePorts = UnitPorts & { readonly targetOf: (connection: Connection) => TargetSystem };

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
  const recorded = recordedOf(headers);
  const fractionOf = await fractionsOf(ports, site, connection, inSeveralUnits(lines, books.lines, recorded));
  const rows = balanceOf(lines, books.lines, recorded, fractionOf);
  const differences = rows.filter(({ verdict }) => verdict !== "equal").length;
  return { kind: "answered", answer: { site: site.id, number, connection: connection.id, rows: [...rows], differences, contentGone: gone } };
}

/** Only these need a conversion. */
function inSeveralUnits(lines: readonly ReportedLine[], books: readonly BookLine[], recorded: readonly Recorded[]): string[] {
  const told = [...lines, ...books].map(({ material, quantity }) => ({ material, unit: quantity.unit }));
  const units = Map.groupBy([...told, ...recorded], ({ material }) => material);
  return [...units].filter(([, each]) => new Set(each.map(({ unit }) => unit)).size > 1).map(([material]) => material);
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
  const inBooks = inBooksOf(headers);
  let gone = 0;
  for (const header of headers) {
    if (!REPORTS.includes(header.type) || header.cancel || header.target !== connection.id || GONE.includes(header.state)) continue;
    const mapped = await ports.map(header);
    if (mapped === undefined) gone += 1;
    if (mapped?.kind === "canonical") lines.push(...linesOf(mapped.document, connection, header, inBooks));
  }
  return { lines, gone };
}

/** What nobody is to post (`none`) is expected in no books; what was taken back, by a cancel that still has more to take back, is in none any more. */
function linesOf(document: CanonicalDocument, connection: Connection, header: Header, inBooks: InBooks): ReportedLine[] {
  if (document.type !== "MaterialActual" && document.type !== "SegmentResponse") return [];
  return materialLinesOf(document, connection).flatMap((line) => {
    const place = inBooks(header, stepOfLine(document.type, line.materialUse, connection));
    return place === "taken-back" ? [] : [lineOf(line, place === "posted")];
  });
}

const materialLinesOf = (document: MaterialActual | SegmentResponse, { backflush, receipt }: Connection): readonly Line[] =>
  document.type === "MaterialActual"
    ? [document]
    : document.materialActuals.filter(({ materialUse }) => (materialUse === "Consumed" ? backflush : receipt) !== "none");

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

/** By step: a cancel's own markers tell of what its original's do, and of the rest of a window what its carrier's do once it is settled. */
const USE_OF_STEP: Readonly<Record<string, Recorded["materialUse"] | undefined>> = {
  post: "Consumed",
  "post-backflush": "Consumed",
  "receive-output": "Produced",
};

const recordedOf = (headers: readonly Header[]): Recorded[] => {
  const inBooks = inBooksOf(headers);
  return headers.flatMap((header) =>
    Object.entries(header.markers).flatMap(([step, { state, remainders }]) => {
      const materialUse = USE_OF_STEP[step];
      if (materialUse === undefined || state !== "applied" || remainders === undefined || inBooks(header, step) === "taken-back") return [];
      return remainders.map((remainder) => ({ materialUse, ...remainder }));
    }),
  );
};
