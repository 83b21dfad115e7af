import { isDeepStrictEqual } from "node:util";
import type { Posting } from "../../connectors/plain-json/fake.ts";
import type { MaterialDefinition } from "../../core/documents/canonical.ts";
import type { MesEntry, MesOrder } from "../mes-simulator.ts";
import { bare, type Fate, subjectOf } from "./documents.ts";
import type { Sent } from "./sent-log.ts";

/** What the two systems' own books show of one document. Nothing here has ever heard of the ledger. */

export type MesBook = {
  readonly orders: readonly MesOrder[];
  readonly materials: readonly MaterialDefinition[];
  readonly journal: readonly MesEntry[];
};
export type Books = { readonly erp: readonly Posting[]; readonly mes: ReadonlyMap<string, MesBook> };

/** How often each thing stands in the books. */
export type Trace = {
  /** In the MES: made current, refused, taken back. */
  readonly applied: number;
  readonly refused: number;
  readonly withdrawn: number;
  /** In the ERP, in force: told accepted, rejected, undone; posted. */
  readonly accepted: number;
  readonly rejected: number;
  readonly undone: number;
  readonly posted: number;
};

const APPLIED: readonly MesEntry["what"][] = ["released", "changed", "cancelled", "nothing-to-cancel", "material"];

export const mesOf = (books: Books, site: string): MesBook => books.mes.get(site) ?? { orders: [], materials: [], journal: [] };
export const orderRow = (books: Books, site: string, number: string): MesOrder | undefined =>
  mesOf(books, site).orders.find((order) => bare(order.number) === number);

/** What was posted of exactly this content: two documents of one version are told apart. */
export const postingsOf = (books: Books, { wire }: Sent): readonly Posting[] =>
  books.erp.filter(({ document, action, reversedBy }) => action !== "reversal" && reversedBy === undefined && isDeepStrictEqual(document, wire));

export function traceOf(books: Books, sent: Sent): Trace {
  const { wire } = sent;
  const postings = postingsOf(books, sent);
  const told = (action: Posting["action"]) => postings.filter((posting) => posting.action === action).length;
  const entries = entriesOf(books, sent);
  const did = (...what: MesEntry["what"][]) => entries.filter((entry) => what.includes(entry.what)).length;
  return {
    applied: did(...APPLIED),
    refused: did("refused"),
    withdrawn: did("withdrawn"),
    accepted: told("tell-accepted"),
    rejected: told("tell-rejected"),
    undone: told("tell-undone"),
    posted: wire.type === "MaterialActual" ? told("post") : 0,
  };
}

/** The MES's journal names a version, not its content; a rival of the same version shows in the order's row instead. */
function entriesOf(books: Books, { wire, rival }: Sent): readonly MesEntry[] {
  if (wire.type === "MaterialActual") return [];
  const { journal } = mesOf(books, wire.hierarchyScope);
  if (rival !== true) return journal.filter((entry) => bare(entry.subject) === subjectOf(wire) && entry.version === wire.version);
  const row = wire.type === "OperationsRequest" ? orderRow(books, wire.hierarchyScope, subjectOf(wire)) : undefined;
  return row !== undefined && holdsContent(row, wire) ? journal.filter((entry) => entry.subject === row.number).slice(-1) : [];
}

export const holdsContent = (row: MesOrder, wire: Sent["wire"]): boolean => isDeepStrictEqual(row.document, wire);

/** The end that the books tell; `half`: one system says something that the other does not. */
export function fateOf({ wire }: Sent, trace: Trace): Fate | "half" {
  if (Object.values(trace).every((count) => count === 0)) return "untouched";
  switch (wire.type) {
    case "OperationsRequest":
      return orderFate(trace);
    case "MaterialActual":
      return trace.posted > 0 ? "delivered" : "half";
    default:
      return trace.applied > 0 ? "delivered" : "half";
  }
}

function orderFate({ applied, refused, withdrawn, accepted, rejected, undone }: Trace): Fate | "half" {
  const inMes = applied > withdrawn ? "in" : applied > 0 ? "taken-back" : refused > 0 ? "refused" : "nothing";
  const inErp = `${accepted > 0 ? "accepted" : ""}${rejected > 0 ? "rejected" : ""}${undone > 0 ? "undone" : ""}`;
  const ends: Readonly<Record<string, Fate>> = {
    "in accepted": "delivered",
    "refused rejected": "rejected",
    "taken-back undone": "undone",
    "in ": "overtaken",
  };
  return ends[`${inMes} ${inErp}`] ?? "half";
}
