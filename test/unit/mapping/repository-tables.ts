import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MappingTable, MessageForms } from "../../../core/mapping/table.ts";

/** Every table and message form of the repository, as published. */

const ROOT = join(import.meta.dirname, "../../..");
const files = (): readonly string[] => globSync("connectors/*/mapping/**/*.json", { cwd: ROOT }).sort();
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
/** How a system is told, and what its answers mean: no table. */
const isTarget = (file: string): boolean => ["target.json", "rpc.json", "refusals.json"].includes(basename(file));
const isForms = (file: string): boolean => basename(file) === "messages.json" || basename(file).endsWith("-messages.json");

export type Published = { readonly file: string; readonly system: string; readonly table: MappingTable };

export const tablesOfRepository = (): readonly Published[] =>
  files().flatMap((file) => {
    const parsed = isForms(file) || isTarget(file) ? undefined : MappingTable.parse(read(file));
    return parsed === undefined ? [] : [{ file, system: String(file.split(/[\\/]/)[1]), table: parsed }];
  });

export const formsOfRepository = (): readonly { readonly file: string; readonly forms: MessageForms }[] =>
  files().flatMap((file) => (isForms(file) ? [{ file, forms: MessageForms.parse(read(file)) }] : []));
