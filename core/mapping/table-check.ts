import { elementOf, type ObjectShape, type Shape, shapeAt, shapeOfEffect, shapeOfType, type TextShape } from "./canonical-shape.ts";
import { linePathsOf, pathsOf } from "./known-fields.ts";
import { PathRefused, parsePath } from "./paths.ts";
import { sourceProblem } from "./source-check.ts";
import type { Condition, Converter, FieldRule, LinesRule, MappingTable, ValueRule } from "./table.ts";

export type TableProblem = {
  /** Target names of the rule from the document's root; empty for what is not one rule's. */
  readonly rule: string;
  readonly reason: string;
};

/** A table that could not do what it says: the message names the table and every rule with its reason. */
export class TableRefused extends Error {
  override readonly name = "TableRefused";
  readonly problems: readonly TableProblem[];
  constructor(table: string, problems: readonly TableProblem[]) {
    super(problems.map(({ rule, reason }) => `${table} ${rule === "" ? "" : `${rule} `}${reason}`).join("\n"));
    this.problems = problems;
  }
}

/** What the engine puts itself. */
const OURS: readonly string[] = ["type", "hierarchyScope"];

/**
 * Whether the rules can do what they say: every path can be read, every target is there and filled by one rule, what the canonical schema needs has a rule that
 * gives it, no converter makes what its target never takes.
 * @throws TableRefused
 */
export function checkTable(table: MappingTable): void {
  const shape = shapeOfType(table.documentType);
  const problems = [...pathProblems(table), ...twice(table.fields, ""), ...holding(table.fields, ""), ...ruleProblems(table.fields, "")];
  if (table.direction === "to-canonical") problems.push(...targetProblems(table.fields, shape, "", table));
  else if (table.reads !== "own") problems.push(...sourceProblems(table, table.reads === "effect" ? shapeOfEffect(shape) : shape));
  if (problems.length > 0) throw new TableRefused(`${table.name}@${table.version}`, problems);
}

const placeOf = (within: string, { target }: FieldRule): string => (within === "" ? target : `${within}/${target}`);

/** Every rule of the table with the names of its target from the root. */
function* everyRule(rules: readonly FieldRule[], within = ""): Generator<{ readonly rule: FieldRule; readonly at: string }> {
  for (const rule of rules) {
    const at = placeOf(within, rule);
    yield { rule, at };
    if ("lines" in rule) yield* everyRule(rule.fields, at);
  }
}

function pathProblems(table: MappingTable): TableProblem[] {
  const { route, ignored } = table;
  const reads = route === undefined ? [] : [route.subject, route.object, route.version, route.ownNumber, route.site].flat();
  const ofTable = [
    ...conditionPaths(table.when),
    ...reads.flatMap((read) => (read === undefined ? [] : pathsOf(read))),
    ...(route?.cancel === undefined ? [] : conditionPaths(route.cancel.flat())),
    ...ignored.map(({ source }) => source),
  ];
  const problems = unreadable("", ofTable);
  for (const { rule, at } of everyRule(table.fields)) problems.push(...unreadable(at, pathsIn(rule)));
  return problems;
}

const conditionPaths = (conditions: readonly Condition[]): string[] =>
  conditions.flatMap((condition) => ("equals" in condition ? [condition.path, condition.equals] : [condition.path]));

function pathsIn(rule: FieldRule): readonly string[] {
  const conditions = rule.when === undefined ? [] : conditionPaths(rule.when);
  if (!("lines" in rule)) return [...conditions, ...pathsOf(rule)];
  const here = rule.match === undefined ? [] : [rule.match.here];
  return [...conditions, rule.lines, ...linePathsOf(rule), ...here, ...(Array.isArray(rule.required) ? conditionPaths(rule.required) : [])];
}

function unreadable(rule: string, paths: readonly string[]): TableProblem[] {
  return paths.flatMap((path) => {
    try {
      parsePath(path);
      return [];
    } catch (error) {
      if (error instanceof PathRefused) return [{ rule, reason: `has a path that cannot be read: ${error.message}` }];
      throw error;
    }
  });
}

/** Several rules may give one value only where all but one say when (the last that has a value counts), and may fill one list. */
function twice(rules: readonly FieldRule[], within: string): TableProblem[] {
  const problems: TableProblem[] = [];
  const always = new Set<string>();
  for (const rule of rules) {
    const at = placeOf(within, rule);
    if ("lines" in rule) problems.push(...twice(rule.fields, at));
    else if (rule.when === undefined && always.has(rule.target)) problems.push({ rule: at, reason: "is given by more than one rule" });
    else if (rule.when === undefined) always.add(rule.target);
  }
  return problems;
}

/** A value cannot hold others. */
function holding(rules: readonly FieldRule[], within: string): TableProblem[] {
  return rules.flatMap((rule) => {
    const isHolder = rules.some((other) => other.target.startsWith(`${rule.target}/`));
    const own = isHolder ? [{ rule: placeOf(within, rule), reason: "is a value, and holds others too" }] : [];
    return "lines" in rule ? [...own, ...holding(rule.fields, placeOf(within, rule))] : own;
  });
}

function ruleProblems(rules: readonly FieldRule[], within: string): TableProblem[] {
  return [...everyRule(rules, within)].flatMap(({ rule, at }) => {
    const reason = "lines" in rule ? undefined : valueProblem(rule);
    return reason === undefined ? [] : [{ rule: at, reason }];
  });
}

/** What stands for the element itself. */
const NEEDS_NO_SOURCE: readonly Converter["use"][] = ["position", "lineage"];

function valueProblem({ source, constant, convert, default: fallback }: ValueRule): string | undefined {
  if (constant !== undefined)
    return source === undefined && convert === undefined && fallback === undefined ? undefined : "is a constant and something else too";
  const first = convert?.[0]?.use;
  return source === undefined && (first === undefined || !NEEDS_NO_SOURCE.includes(first)) ? "has no source" : undefined;
}

function targetProblems(rules: readonly FieldRule[], shape: Shape, within: string, table: MappingTable): TableProblem[] {
  const problems = rules.flatMap((rule) => {
    const at = placeOf(within, rule);
    const reason = within === "" && OURS.includes(rule.target) ? "is put by the engine" : misfit(rule, shapeAt(shape, rule.target.split("/")));
    if (reason !== undefined) return [{ rule: at, reason }];
    const inside = "lines" in rule ? shapeAt(shape, rule.target.split("/")) : undefined;
    return "lines" in rule && inside !== undefined ? targetProblems(rule.fields, elementOf(inside), at, table) : [];
  });
  const inside = elementOf(shape);
  return inside.kind === "object" ? [...problems, ...missing(rules, inside, within)] : problems;
}

function misfit(rule: FieldRule, shape: Shape | undefined): string | undefined {
  if (shape === undefined) return "is no field of the canonical document";
  if ("lines" in rule) return shape.kind === "list" ? undefined : "is no list in the canonical document";
  if (shape.kind !== "text") return "is no single value in the canonical document";
  const wrong = madeBy(rule).find((text) => !accepts(shape, text));
  return wrong === undefined ? undefined : `would be ${JSON.stringify(wrong)}, which is never right there`;
}

const accepts = ({ schema }: TextShape, text: string): boolean => schema.safeParse(text).success;

/** Values that the rule gives whatever is sent, or examples of what its last converter gives. */
function madeBy({ constant, convert, default: fallback }: ValueRule): readonly string[] {
  const fixed = [constant, fallback?.value].filter((text): text is string => text !== undefined);
  const last = convert?.at(-1);
  return last === undefined ? fixed : [...fixed, ...examplesOf(last)];
}

function examplesOf(converter: Converter): readonly string[] {
  switch (converter.use) {
    case "instant":
      return ["2026-03-02T05:00:00Z", "2026-03-02T05:00:00.125Z"];
    case "date":
      return ["2026-03-02"];
    case "unit":
      return ["KGM", "C62"];
    case "decimal":
    case "total":
      return ["12.500"];
    case "choose":
      return [...converter.cases.map(([, text]) => text), ...(converter.otherwise === undefined ? [] : [converter.otherwise])];
    default:
      return [];
  }
}

/** What the schema needs and no rule surely gives. */
function missing(rules: readonly FieldRule[], shape: ObjectShape, within: string): TableProblem[] {
  const isRoot = within === "";
  return [...shape.members].flatMap(([name, member]) => {
    if (!member.required || (isRoot && OURS.includes(name))) return [];
    const own = rules.filter((rule) => rule.target === name || rule.target.startsWith(`${name}/`));
    const reason = unsure(own, member.shape);
    return reason === undefined ? [] : [{ rule: isRoot ? name : `${within}/${name}`, reason }];
  });
}

function unsure(rules: readonly FieldRule[], shape: Shape): string | undefined {
  if (rules.length === 0) return "is needed in the canonical document, and no rule gives it";
  if (shape.kind === "list")
    return rules.some((rule) => "lines" in rule && rule.required !== undefined) ? undefined : "is needed, if empty: a rule must say `required`";
  return rules.some((rule) => !("lines" in rule) && isSure(rule))
    ? undefined
    : "is needed in the canonical document: its rule must be `required`, or have a default";
}

/** It gives a value, or a reason why not. */
const isSure = ({ required, constant, source, default: fallback, when }: ValueRule): boolean =>
  required === true || constant !== undefined || source === undefined || fallback !== undefined || when !== undefined;

function sourceProblems(table: MappingTable, shape: ObjectShape): TableProblem[] {
  const ofRoute = table.route === undefined ? [] : [{ rule: "", reason: "reads no documents: it has no `route`" }];
  return [...ofRoute, ...sourcesIn(table.fields, { shape, up: undefined, given: table.given }, "")];
}

type ShapeScope = Parameters<typeof sourceProblem>[1];

function sourcesIn(rules: readonly FieldRule[], scope: ShapeScope, within: string): TableProblem[] {
  return rules.flatMap((rule) => {
    const at = placeOf(within, rule);
    if (!("lines" in rule)) return [...problemsAt(at, pathsIn(rule), scope)];
    return linesSources(rule, scope, at);
  });
}

function linesSources(rule: LinesRule, scope: ShapeScope, at: string): TableProblem[] {
  const found = sourceProblem(rule.lines, scope);
  if (found.kind === "unknown") return [{ rule: at, reason: found.reason }];
  const needed = [...(Array.isArray(rule.required) ? conditionPaths(rule.required) : []), ...(rule.match === undefined ? [] : [rule.match.here])];
  const asked = [...(rule.when === undefined ? [] : conditionPaths(rule.when)), ...linePathsOf(rule)];
  return [...problemsAt(at, needed, scope), ...problemsAt(at, asked, found.scope), ...sourcesIn(rule.fields, found.scope, at)];
}

const problemsAt = (rule: string, paths: readonly string[], scope: ShapeScope): TableProblem[] =>
  paths.flatMap((path) => {
    const found = sourceProblem(path, scope);
    return found.kind === "unknown" ? [{ rule, reason: found.reason }] : [];
  });
