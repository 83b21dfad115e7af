import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { isJsonObject, type Json, type JsonObject, parseExactJson } from "../../core/documents/exact-json.ts";
import { NotXml, writeExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { MappingContext } from "../../core/documents/source-format.ts";
import type { Reason } from "../../core/effects/outcomes.ts";
import type { CompiledTable } from "../../core/mapping/compile.ts";
import { rootScope } from "../../core/mapping/paths.ts";

/** How one message of ours calls itself. */
export type MessageHead = {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
};

export type Written =
  | { readonly kind: "written"; readonly xml: string }
  /** None of the tables, or not without loss. */
  | { readonly kind: "unwritable"; readonly reason: Reason };

/** What the tables are told beside the document. Canonical documents need neither codes nor a zone: their units are the standard's, their times UTC. */
export const contextOf = (site: string, units: readonly string[] = []): MappingContext => ({
  site: SiteId.parse(site),
  timeZone: "UTC",
  decimalSeparator: ".",
  codes: units.length === 0 ? [] : [{ units: Object.fromEntries(units.map((unit) => [unit, unit])) }],
});

class NotAnObject extends Error {}

/** A value of ours as the tables read it: what is undefined is not there. */
export function jsonOf(value: object): JsonObject {
  const parsed = parseExactJson(Buffer.from(JSON.stringify(value)));
  if (parsed.kind !== "parsed" || !isJsonObject(parsed.value)) throw new NotAnObject("what is to be written is no object");
  return parsed.value;
}

/** The first table that fits, written as XML text. */
export function write(tables: readonly CompiledTable[], input: Json, site: string): Written {
  const scope = rootScope(input);
  const table = tables.find(({ fits }) => fits(scope));
  if (table === undefined) return unwritable("there is no such message", "none of the tables writes it");
  const { made, reasons } = table.make(input, contextOf(site));
  const [first] = reasons;
  if (first !== undefined) return { kind: "unwritable", reason: first };
  try {
    return { kind: "written", xml: writeExactXml(made) };
  } catch (error) {
    if (error instanceof NotXml) return unwritable("XML cannot carry it", error.message);
    throw error;
  }
}

export const unwritable = (message: string, text: string): Extract<Written, { kind: "unwritable" }> => ({
  kind: "unwritable",
  reason: {
    code: "ORL-B2MML-001",
    message,
    text,
    owner: "integration engineer",
    next: "have the agent lease it as canonical JSON, or add what it needs to the mapping, then replay",
  },
});

/** Every unit a document names, wherever it stands. */
export function unitsIn(document: CanonicalDocument): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown, name: string): void => {
    if (typeof value === "string" && UNIT_MEMBERS.has(name)) found.add(value);
    if (typeof value === "object" && value !== null) for (const [key, member] of Object.entries(value)) visit(member, key);
  };
  visit(document, "");
  return [...found];
}

const UNIT_MEMBERS = new Set(["unit", "baseUnit"]);
