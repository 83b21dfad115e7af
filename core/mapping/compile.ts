import type * as z from "zod";
import { CanonicalDocument } from "../documents/canonical.ts";
import type { Json } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { MappingAnswer, MappingContext, RouteAnswer } from "../documents/source-format.ts";
import type { Reason } from "../effects/outcomes.ts";
import { wholeCheck } from "./canonical-check.ts";
import { type ObjectShape, orderOf, type Shape, shapeAt, shapeOfType } from "./canonical-shape.ts";
import type { CodeTables } from "./code-tables.ts";
import { conditionsOf } from "./conditions.ts";
import type { Fill, Made, Origin, RuleParts, Run } from "./made.ts";
import { rootScope, type Scope } from "./paths.ts";
import { createRoute } from "./route.ts";
import { fillOf } from "./rules.ts";
import type { FieldRule, MappingTable } from "./table.ts";
import { checkTable } from "./table-check.ts";
import { absentTest } from "./texts.ts";

export type Explained = { readonly made: Made; readonly reasons: readonly Reason[]; readonly origins: readonly Origin[] };

type Pass = Pick<Run, "reasons" | "hasLookalike" | "hasMisfit" | "unmade"> & { readonly made: Made };

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

/** @throws TableRefused where the table cannot do what it says */
export function compileTable(table: MappingTable): CompiledTable {
  checkTable(table);
  const name = `${table.name}@${table.version}`;
  const parts = partsOf(table, name);
  const shape = shapeOfType(table.documentType);
  const isWhole = wholeCheck(shape, table.fields);
  const fill = table.direction === "to-canonical" ? canonicalFill(table, shape, parts) : fillOf(table.fields, parts, []);
  const own: readonly CodeTables[] = table.codes === undefined ? [] : [table.codes];
  const pass = (document: Json, context: MappingContext, origins: Origin[] | undefined, identifiers: Map<string, string> | undefined): Pass => {
    const made: Made = {};
    const state: Run = { context, codes: [...context.codes, ...own], reasons: [], identifiers, hasLookalike: false, hasMisfit: false, origins, unmade: [] };
    fill(rootScope(document), made, state, []);
    return { ...state, made };
  };
  const run = (document: Json, context: MappingContext, origins: Origin[] | undefined): Pass => {
    const first = origins === undefined ? pass(document, context, undefined, undefined) : undefined;
    return first === undefined || first.hasLookalike ? pass(document, context, origins, new Map()) : first;
  };
  const explain = (document: Json, context: MappingContext): Explained & Pass => {
    const origins: Origin[] = [];
    return { ...run(document, context, origins), origins };
  };
  return {
    table,
    name,
    fits: conditionsOf(table.when, parts.isAbsent),
    route: createRoute(table, name, parts.isAbsent),
    make: (document, context) => run(document, context, undefined),
    explain,
    toCanonical: (document, context) => {
      const { made, reasons, hasMisfit } = run(document, context, undefined);
      if (reasons.length === 0 && !hasMisfit && isWhole(made)) return { kind: "canonical", document: made };
      const parsed = CanonicalDocument.safeParse(made);
      if (parsed.success) return reasons.length === 0 ? { kind: "canonical", document: parsed.data } : { kind: "invalid", reasons };
      const origins: Origin[] = [];
      const { unmade } = run(document, context, origins);
      return { kind: "invalid", reasons: [...reasons, ...furtherReasons(parsed.error.issues, origins, unmade, name)] };
    },
  };
}

const partsOf = (table: MappingTable, label: string): RuleParts => {
  const shape = table.direction === "to-canonical" ? shapeOfType(table.documentType) : undefined;
  return {
    table,
    label,
    isAbsent: absentTest(table.absent),
    strict: table.lists === "strict",
    shapeAt: (names) => (shape === undefined ? undefined : shapeAt(shape, names)),
  };
};

/** With the members that no table gives, each at its place: the type and the site. */
function canonicalFill({ fields, documentType }: MappingTable, shape: ObjectShape, parts: RuleParts): Fill {
  const rules = inOrder(fields, shape);
  const ofSite = orderOf(shape, ["hierarchyScope"]);
  const isBefore = (rule: FieldRule): boolean => compareOrders(orderOf(shape, rule.target.split("/")), ofSite) < 0;
  const before = fillOf(rules.filter(isBefore), parts, []);
  const behind = fillOf(
    rules.filter((rule) => !isBefore(rule)),
    parts,
    [],
  );
  return (scope, into, run, at) => {
    into.type = documentType;
    before(scope, into, run, at);
    into.hierarchyScope = run.context.site;
    behind(scope, into, run, at);
  };
}

/** The rules in the order of the canonical schema: one document has one text, however its table is written. */
function inOrder(rules: readonly FieldRule[], shape: Shape): readonly FieldRule[] {
  return rules
    .map((rule) => ({
      rule: "lines" in rule ? { ...rule, fields: inOrder(rule.fields, insideOf(shape, rule)) } : rule,
      order: orderOf(shape, rule.target.split("/")),
    }))
    .toSorted((one, other) => compareOrders(one.order, other.order))
    .map(({ rule }) => rule);
}

const insideOf = (shape: Shape, { target }: FieldRule): Shape => shapeAt(shape, target.split("/")) ?? shape;

function compareOrders(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((place, index) => place !== other[index]);
  return at === -1 ? 0 : Number(one[at]) - (other[at] ?? -1);
}

/** What the strict schema finds beyond the reasons already given, at the place of the source it was made from: nothing is said twice of one place. */
const furtherReasons = (issues: readonly z.core.$ZodIssue[], origins: readonly Origin[], unmade: readonly string[], name: string): Reason[] =>
  issues.filter(({ path }) => !unmade.some((target) => isWithin(target, pointerOf(path)))).map((issue) => schemaReason(issue, origins, name));

const isWithin = (field: string, pointer: string): boolean => pointer === field || pointer.startsWith(`${field}/`) || field.startsWith(`${pointer}/`);

function schemaReason(issue: z.core.$ZodIssue, origins: readonly Origin[], name: string): Reason {
  const target = pointerOf(issue.path);
  const origin = origins.find((each) => each.target === target) ?? origins.find((each) => isWithin(target, each.target));
  const label = `${name} ${ruleOf(origin === undefined ? target : origin.target)}`;
  if (origin === undefined) return mappingReason("value-missing", target, "a value is needed here", undefined, label);
  const sent = typeof origin.sent === "string" ? origin.sent : undefined;
  if (sent === "" || origin.target !== target) return mappingReason("value-missing", origin.source, "a value is needed here", sent, label);
  return mappingReason(issue.code === "invalid_value" ? "value-unknown" : "value-malformed", origin.source, issue.message, sent, label);
}

/** The rule's target behind a place in what was made: without the places in lists. */
const ruleOf = (pointer: string): string =>
  pointer
    .split("/")
    .filter((name) => name !== "" && !/^\d+$/.test(name))
    .join("/");
