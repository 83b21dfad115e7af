import { isDeepStrictEqual } from "node:util";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { parseXmlText } from "../../core/documents/exact-xml.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { b2mmlFormat } from "./format.ts";
import equipment from "./mapping/equipment-to-plant.json" with { type: "json" };
import material from "./mapping/material-to-plant.json" with { type: "json" };
import order from "./mapping/order-v7-to-plant.json" with { type: "json" };
import { contextOf, jsonOf, type MessageHead, unitsIn, unwritable, type Written, write } from "./writing.ts";

const TABLES = [order, material, equipment].map((table) => compileTable(MappingTable.parse(table)));

/** Of a message that another than Orderlane writes (the fake of an ERP): who, and with which verb. */
export type Author = { readonly sender: string; readonly component: string; readonly verb: string };

/**
 * A canonical order, material or piece of equipment as B2MML V7 text that validates against the published schemas.
 * Read back it is the same document, which is checked for each; what cannot be written so is not written.
 */
export function plantMessageOf(document: CanonicalDocument, head: MessageHead): Written {
  const written = messageOf(document, head);
  if (written.kind === "unwritable") return written;
  const lost = difference(document, written.xml);
  return lost === undefined ? written : unwritable("B2MML does not carry it whole", lost);
}

/** The same unchecked, in another's name. */
export const messageOf = (document: CanonicalDocument, head: MessageHead, author?: Author): Written =>
  write(TABLES, jsonOf({ ...document, message: { ...head, ...author } }), document.hierarchyScope);

/** What is not the same when read back; undefined where all is. */
function difference(document: CanonicalDocument, xml: string): string | undefined {
  const parsed = parseXmlText(xml);
  if (parsed.kind !== "parsed") return parsed.message;
  const back = b2mmlFormat.toCanonical(parsed.value, contextOf(document.hierarchyScope, unitsIn(document)));
  if (back.kind === "invalid") return back.reasons.map((reason) => `${reason.field}: ${reason.message}`).join("; ");
  return isDeepStrictEqual(comparable(back.document), comparable(document)) ? undefined : "read back, it is another document";
}

/**
 * A document as B2MML carries it: without the sender's own words for the answer to its message, without empty lists that may be left out,
 * and with its lines in the order of the operations they stand in. Each line keeps its number, so their order says nothing else.
 */
export function comparable(document: CanonicalDocument): object {
  const { origin: _origin, ...rest } = { origin: undefined, ...document };
  return Object.fromEntries(Object.entries(withoutEmpty(rest)).map(([name, value]) => [name, LINES.has(name) && Array.isArray(value) ? sorted(value) : value]));
}

const LINES = new Set(["segmentRequirements", "materialRequirements"]);
const OPTIONAL_LISTS = new Set(["properties", "parameters", "descriptions", "alternativeUnits"]);

const sorted = (lines: readonly unknown[]): unknown[] =>
  lines
    .map((line) => (typeof line === "object" && line !== null ? withoutEmpty(line) : line))
    .map((line) => ({ line, text: JSON.stringify(line, byName) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ line }) => line);

/** The members of an object in the order of their names. */
const byName = (_name: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const withoutEmpty = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([name, member]: [string, unknown]) => member !== undefined && !(OPTIONAL_LISTS.has(name) && Array.isArray(member) && member.length === 0),
    ),
  );
