import type { Json } from "../documents/exact-json.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { SourceFormat } from "../documents/source-format.ts";
import { type CompiledTable, compileTable } from "./compile.ts";
import { unknownFieldsOf } from "./known-fields.ts";
import { rootScope } from "./paths.ts";
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
  const kinds = readers.map(({ compiled }) => compiled.table.name).join(", ");
  return {
    accepts: forms.accepts,
    split: splitterOf(forms),
    route: (document) =>
      readerFor(document)?.compiled.route(document) ?? { kind: "unroutable", path: "", message: `none of the connection's tables reads it: ${kinds}` },
    unknownFields: (document) => readerFor(document)?.unknown(document) ?? [],
    toCanonical: (document, context) =>
      readerFor(document)?.compiled.toCanonical(document, context) ?? {
        kind: "invalid",
        reasons: [mappingReason("table-missing", "", `none of the connection's tables reads it: ${kinds}`)],
      },
    tableOf: (document) => readerFor(document)?.compiled,
  };
}
