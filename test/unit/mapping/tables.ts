import { type Json, parseExactJson } from "../../../core/documents/exact-json.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import type { MappingContext } from "../../../core/documents/source-format.ts";
import { type CompiledTable, compileTable } from "../../../core/mapping/compile.ts";
import { MappingTable } from "../../../core/mapping/table.ts";

/** Small tables for the tests: a material, which needs the fewest rules, and an order for what needs lines. */

export const context: MappingContext = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] };

const names = { en: "A field", "zh-CN": "字段" };
export const own = { owner: "ERP", conflict: "owner-wins", names } as const;

type Rule = Readonly<Record<string, unknown>>;
export const rule = (target: string, source: string, more: Rule = {}): Rule => ({ target, source: [source], ...own, ...more });
export const constant = (target: string, text: string): Rule => ({ target, constant: text, ...own });

const head = { version: 1, direction: "to-canonical", names, when: [], absent: [""], lists: "strict", ignored: [] };
const route = { subject: { source: ["id"] }, object: { source: ["id"] }, volatile: [] };

/** Of `{"id", "text", …}`: only `extra` is of interest. */
export const materialTable = (extra: readonly Rule[], more: Rule = {}): MappingTable =>
  MappingTable.parse({
    ...head,
    name: "test/material",
    documentType: "MaterialDefinition",
    route,
    fields: [rule("id", "id", { required: true }), constant("description", "test"), constant("baseUnit", "KGM"), ...extra],
    ...more,
  });

/** Of `{"id", "ops": …, "lines": …}`. */
export const orderTable = (lines: readonly Rule[], more: Rule = {}): MappingTable =>
  MappingTable.parse({
    ...head,
    name: "test/order",
    documentType: "OperationsRequest",
    route,
    fields: [
      rule("id", "id", { required: true }),
      constant("operationsType", "Production"),
      constant("requestState", "Released"),
      { target: "segmentRequirements", lines: "ops", required: false, ...own, fields: [rule("id", "no", { required: true })] },
      ...lines,
    ],
    ...more,
  });

export const componentRules: readonly Rule[] = [
  rule("id", "no", { required: true }),
  rule("materialDefinitionId", "item", { required: true }),
  constant("materialUse", "Consumed"),
  rule("quantity/value", "qty", { required: true, convert: [{ use: "decimal", negative: "park" }] }),
  rule("quantity/unit", "unit", { required: true, convert: [{ use: "unit" }] }),
];

/** A JSON text as the door reads it. */
export function wire(text: string): Json {
  const parsed = parseExactJson(new TextEncoder().encode(text));
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return parsed.value;
}

export const compiled = (table: MappingTable): CompiledTable => compileTable(table);

/** What one rule with these converters makes of a document that holds `v`: the text, or `fault: path`. */
export function converted(convert: readonly Rule[], document: string, given: MappingContext = context, more: Rule = {}): string {
  const table = compiled(
    materialTable([{ target: "properties", lines: ".", ...own, fields: [constant("id", "P"), rule("value", "v", { required: true, convert, ...more })] }]),
  );
  const { made, reasons } = table.make(wire(document), given);
  const [reason] = reasons;
  if (reason !== undefined) return `${reason.code} ${reason.field} ${reason.text ?? "-"} | ${reason.rule}`;
  const [property] = Array.isArray(made.properties) ? made.properties : [];
  return typeof property?.value === "string" ? property.value : "nothing";
}
