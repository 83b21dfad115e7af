import { isJsonObject, type Json } from "../documents/exact-json.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { SourceFormat } from "../documents/source-format.ts";
import { type CompiledTable, compileTable } from "./compile.ts";
import { unknownFieldsOf } from "./known-fields.ts";
import { parsePath, pointerFrom, rootScope } from "./paths.ts";
import { splitterOf } from "./split.ts";
import type { MappingTable, MessageForms } from "./table.ts";

/** A format that can say which of its tables reads a document. */
export type TableFormat = SourceFormat & { readonly tableOf: (document: Json) => CompiledTable | undefined };

/** A system's forms and tables as what the door and the lanes ask of it; the first table whose conditions hold reads a document. */
export function createSourceFormat(forms: MessageForms, tables: readonly MappingTable[]): TableFormat {
  const readers = tables
    .filter((table) => table.direction === "to-canonical")
    .map((table) => ({ compiled: compileTable(table), unknown: unknownFieldsOf(table) }));
  const readerFor = (document: Json) => {
    const scope = rootScope(document);
    return readers.find(({ compiled }) => compiled.fits(scope));
  };
  const unread = unreadOf(readers.map(({ compiled }) => compiled.table));
  return {
    accepts: forms.accepts,
    split: splitterOf(forms),
    route: (document) => {
      if (!isJsonObject(document)) return { kind: "unroutable", path: "", message: "a document is an object" };
      return readerFor(document)?.compiled.route(document) ?? { kind: "unroutable", ...unread };
    },
    unknownFields: (document) => readerFor(document)?.unknown(document) ?? [],
    toCanonical: (document, context) =>
      readerFor(document)?.compiled.toCanonical(document, context) ?? {
        kind: "invalid",
        reasons: [mappingReason("table-missing", unread.path, unread.message)],
      },
    tableOf: (document) => readerFor(document)?.compiled,
  };
}

/** What is said of a document that no table reads: where all tables ask for the same place, what is expected there. */
function unreadOf(tables: readonly MappingTable[]): { readonly path: string; readonly message: string } {
  const asked = tables.map((table) => table.when.flatMap((condition) => ("is" in condition ? [condition] : []))[0]);
  const [first] = asked;
  if (first === undefined || asked.some((condition) => condition?.path !== first.path))
    return { path: "", message: `none of the connection's tables reads it: ${tables.map(({ name }) => name).join(", ")}` };
  const values = asked.flatMap((condition) => (condition === undefined ? [] : condition.is));
  return { path: pointerFrom(parsePath(first.path), rootScope(null)), message: `one of ${[...new Set(values)].join(", ")} is expected` };
}
