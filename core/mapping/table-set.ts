import * as z from "zod";
import { createSourceFormat, type TableFormat } from "./format.ts";
import { MappingTable, MessageForms } from "./table.ts";

/** What one system is read by, as it stands in its files and unchecked: how it puts documents into messages, and its tables. */
export type TableFiles = { readonly messages: unknown; readonly tables: readonly unknown[] };

/** The settings name a table that there is not. */
export class TablesRefused extends Error {
  override readonly name = "TablesRefused";
}

const Named = z.object({ name: z.string() });
export const tableNameOf = (table: unknown): string => Named.parse(table).name;

/** `kingdee/production-order` stands in the set `kingdee`. */
const setOf = (name: string): string => name.split("/", 1).join("");

/**
 * The sets of which a table is named, each with the tables named and no others.
 * @param names tables, or whole sets; absent: all there are
 * @throws TablesRefused for a name that is none
 */
export function namedTables<Files extends TableFiles>(sets: readonly Files[], names: readonly string[] | undefined): readonly Files[] {
  if (names === undefined) return sets;
  const known = new Set(sets.flatMap(({ tables }) => tables.map(tableNameOf)).flatMap((name) => [name, setOf(name)]));
  for (const name of names)
    if (!known.has(name))
      throw new TablesRefused(`"${name}" in a connection's \`tables\` is no table and no set of tables; there are ${[...known].join(", ")}`);
  return sets
    .map((files) => ({
      ...files,
      tables: files.tables.filter((table) => [tableNameOf(table), setOf(tableNameOf(table))].some((name) => names.includes(name))),
    }))
    .filter(({ tables }) => tables.length > 0);
}

/**
 * A format of these tables. Names are checked at once; the files are parsed and compiled when it is first asked, so that a cold start pays for no system
 * that its messages do not come from.
 * @param complaints what a schema has against a message, where the system has one
 * @throws TablesRefused for a name that is none
 */
export function tableFormat(sets: readonly TableFiles[], names?: readonly string[], complaints?: TableFormat["complaints"]): TableFormat {
  const wanted = namedTables(sets, names);
  let made: TableFormat | undefined;
  const format = (): TableFormat => {
    made ??= compiled(wanted);
    return made;
  };
  return {
    get accepts() {
      return format().accepts;
    },
    split: (message) => format().split(message),
    route: (document) => format().route(document),
    unknownFields: (document) => format().unknownFields(document),
    toCanonical: (document, context) => format().toCanonical(document, context),
    tableOf: (document) => format().tableOf(document),
    ...(complaints === undefined ? {} : { complaints }),
  };
}

function compiled(sets: readonly TableFiles[]): TableFormat {
  const forms = sets.map(({ messages }) => MessageForms.parse(messages));
  return createSourceFormat(
    {
      system: forms.map(({ system }) => system).join("+"),
      accepts: [...new Set(forms.flatMap(({ accepts }) => accepts))],
      forms: forms.flatMap((each) => each.forms),
    },
    sets.flatMap(({ tables }) => tables.map((table) => MappingTable.parse(table))),
  );
}
