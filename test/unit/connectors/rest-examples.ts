import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TABLE_SETS } from "../../../connectors/rest/table-sets.ts";
import { type Json, parseExactJson } from "../../../core/documents/exact-json.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import type { MappingAnswer, Part } from "../../../core/documents/source-format.ts";
import type { TableFormat } from "../../../core/mapping/format.ts";
import { tableFormat } from "../../../core/mapping/table-set.ts";

/** The worked examples of the connector `rest`, as they lie in docs/examples/rest. */

export const context = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] } as const;
export const EXAMPLES = [
  { file: "kingdee-production-order.json", set: "kingdee" },
  { file: "kingdee-material.json", set: "kingdee" },
  { file: "yonbip-production-order.json", set: "yonbip" },
  { file: "yonbip-product.json", set: "yonbip" },
  { file: "order-list-gbk.xml", set: "order-list" },
] as const;
export type ExampleFile = (typeof EXAMPLES)[number]["file"];

export const bytesOf = (file: ExampleFile): Buffer => readFileSync(join(import.meta.dirname, "../../../docs/examples/rest", file));
export const textOf = (file: ExampleFile): string => bytesOf(file).toString("utf8");
export const formatFor = (set: string): TableFormat => tableFormat(TABLE_SETS, [set]);

export class NotTaken extends Error {}

/** As the door reads the bytes. @throws NotTaken with the door's own reason */
function messageIn(bytes: Buffer): Json {
  const parsed = /^\s*</.test(bytes.toString("latin1")) ? parseExactXml(bytes, undefined) : parseExactJson(bytes);
  if (parsed.kind === "refused") throw new NotTaken(`${parsed.fault}: ${parsed.message}`);
  return parsed.value;
}

/** The documents of a message; @throws NotTaken for one that no form of the set fits */
export function partsOf(format: TableFormat, bytes: Buffer): readonly Part[] {
  const split = format.split(messageIn(bytes));
  if (split.kind !== "parts") throw new NotTaken(`${split.kind}: ${split.message}`);
  return split.parts;
}

export type Read = { readonly route: ReturnType<TableFormat["route"]>; readonly answer: MappingAnswer };

/** What becomes of each document of a message: at the door, then in the lane. */
export function readAll(set: string, bytes: Buffer): readonly Read[] {
  const format = formatFor(set);
  return partsOf(format, bytes).map(({ document }) => ({ route: format.route(document), answer: format.toCanonical(document, context) }));
}

export const reasonsIn = ({ answer }: Read): string[] =>
  answer.kind === "invalid" ? answer.reasons.map(({ code, field, text }) => `${code} ${field}${text === undefined ? "" : ` ${text}`}`) : [];
