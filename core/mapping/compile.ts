import type * as z from "zod";
import { CanonicalDocument, Identifier } from "../documents/canonical.ts";
import type { Json } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { MappingAnswer, MappingContext, RouteAnswer } from "../documents/source-format.ts";
import type { Reason } from "../effects/outcomes.ts";
import type { CodeTables } from "./code-tables.ts";
import { conditionsOf } from "./conditions.ts";
import { rootScope, type Scope } from "./paths.ts";
import { createRoute } from "./route.ts";
import { fillOf, type Made, type Origin, type Run } from "./rules.ts";
import type { MappingTable } from "./table.ts";

export type Explained = { readonly made: Made; readonly reasons: readonly Reason[]; readonly origins: readonly Origin[] };

/** A table as closures: it reads no clock and opens nothing. */
export type CompiledTable = {
  readonly table: MappingTable;
  /** `sap-idoc/order@1` */
  readonly name: string;
  /** Whether it reads this document. */
  readonly fits: (scope: Scope) => boolean;
  readonly route: (document: Json) => RouteAnswer;
  /** To canonical; all reasons at once, none guessed away. */
  readonly toCanonical: (document: Json, context: MappingContext) => MappingAnswer;
  /** What it makes, unchecked: of direction `from-canonical` the other system's document. */
  readonly make: (document: Json, context: MappingContext) => { readonly made: Made; readonly reasons: readonly Reason[] };
  /** The same with the rule behind each value. */
  readonly explain: (document: Json, context: MappingContext) => Explained;
};

/** @throws PathRefused where a path of the table is none */
export function compileTable(table: MappingTable): CompiledTable {
  const absent = new Set(table.absent);
  const isAbsent = (text: string): boolean => absent.has(text);
  const name = `${table.name}@${table.version}`;
  const toCanonical = table.direction === "to-canonical";
  const schema = toCanonical ? schemaOf(table) : undefined;
  const parts = {
    table,
    label: name,
    isAbsent,
    strict: table.lists === "strict",
    isIdentifier: (names: readonly string[]) => schema !== undefined && isIdentifierIn(schema, names),
  };
  const fill = fillOf(table.fields, parts, []);
  const own: readonly CodeTables[] = table.codes === undefined ? [] : [table.codes];
  const fits = conditionsOf(table.when, isAbsent);
  const run = (document: Json, context: MappingContext, origins: Origin[] | undefined): { made: Made; reasons: Reason[]; failed: string[] } => {
    const made: Made = toCanonical ? { type: table.documentType, hierarchyScope: context.site } : {};
    const state: Run = { context, codes: [...context.codes, ...own], reasons: [], identifiers: new Map(), origins, failed: [] };
    fill(rootScope(document), made, state, []);
    return { made, reasons: state.reasons, failed: state.failed };
  };
  const explained = (document: Json, context: MappingContext): Explained & { readonly failed: readonly string[] } => {
    const origins: Origin[] = [];
    return { ...run(document, context, origins), origins };
  };
  const explain = (document: Json, context: MappingContext): Explained => {
    const { made, reasons, origins } = explained(document, context);
    return { made, reasons, origins };
  };
  return {
    table,
    name,
    fits,
    route: createRoute(table, name, isAbsent),
    make: (document, context) => {
      const { made, reasons } = run(document, context, undefined);
      return { made, reasons };
    },
    explain,
    toCanonical: (document, context) => {
      const { made, reasons } = run(document, context, undefined);
      const parsed = CanonicalDocument.safeParse(made);
      if (parsed.success) return reasons.length === 0 ? { kind: "canonical", document: parsed.data } : { kind: "invalid", reasons };
      const { origins, failed } = explained(document, context);
      const issues = parsed.error.issues.filter(({ path }) => !failed.some((target) => isWithin(target, pointerOf(path))));
      return { kind: "invalid", reasons: [...reasons, ...furtherReasons(issues, origins, reasons, name)] };
    },
  };
}

/** The canonical schema of the table's document type. */
function schemaOf(table: MappingTable): z.ZodType {
  const found = CanonicalDocument.options.find((option) => option.shape.type.value === table.documentType);
  if (found === undefined) throw new RangeError(`${table.documentType} has no canonical schema`);
  return found;
}

function isIdentifierIn(schema: z.ZodType, names: readonly string[]): boolean {
  let at: unknown = schema;
  for (const name of names) at = memberSchema(inner(at), name);
  return inner(at) === Identifier;
}

/** Without what makes it optional or a list. */
function inner(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if ("unwrap" in schema && typeof schema.unwrap === "function") return inner(schema.unwrap());
  return "element" in schema ? inner(schema.element) : schema;
}

const memberSchema = (schema: unknown, name: string): unknown => {
  if (typeof schema !== "object" || schema === null || !("shape" in schema)) return undefined;
  const { shape } = schema;
  return typeof shape === "object" && shape !== null && name in shape ? Reflect.get(shape, name) : undefined;
};

/** What the strict schema finds beyond the reasons already given, at the place of the source it was made from: nothing is said twice of one place. */
function furtherReasons(issues: readonly z.core.$ZodIssue[], origins: readonly Origin[], known: readonly Reason[], name: string): Reason[] {
  const fields = known.map((reason) => reason.field);
  return issues
    .map((issue) => schemaReason(issue, origins, name))
    .filter((reason) => !fields.some((field) => field !== undefined && reason.field !== undefined && isWithin(field, reason.field)));
}

const isWithin = (field: string, pointer: string): boolean => pointer === field || pointer.startsWith(`${field}/`) || field.startsWith(`${pointer}/`);

function schemaReason(issue: z.core.$ZodIssue, origins: readonly Origin[], name: string): Reason {
  const target = pointerOf(issue.path);
  const origin = origins.find((each) => each.target === target) ?? origins.find((each) => isWithin(target, each.target));
  const label = origin === undefined ? `${name} ${target}` : `${name} ${origin.rule.target}`;
  if (origin === undefined) return mappingReason("value-missing", target, "a value is needed here", undefined, label);
  const sent = typeof origin.sent === "string" ? origin.sent : undefined;
  if (sent === "" || origin.target !== target) return mappingReason("value-missing", origin.source, "a value is needed here", sent, label);
  return mappingReason(issue.code === "invalid_value" ? "value-unknown" : "value-malformed", origin.source, issue.message, sent, label);
}
