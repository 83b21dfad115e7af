import { isJsonList, isJsonNumber, isJsonObject, type Json, textOfNumber } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { conditionsOf } from "./conditions.ts";
import { pathsOf } from "./known-fields.ts";
import { linesReaderOf, type Path, parsePath, placeOf, readerOf, rootScope, type Scope } from "./paths.ts";
import type { Condition, FieldRule, LinesRule, MappingTable, ValueRule } from "./table.ts";
import { textOf } from "./texts.ts";

/** What became of one field of a document; nothing of it is `lost` where the table is right. */
export type FieldFate =
  | { readonly kind: "mapped"; readonly targets: readonly string[] }
  | { readonly kind: "ignored"; readonly reason: { readonly en: string; readonly "zh-CN": string } }
  | { readonly kind: "lost" };
export type AccountedField = { readonly pointer: string; readonly sent: string; readonly fate: FieldFate };

/**
 * Each field (leaf) of a document by what a table does with it: read by a rule, ignored with its own reason, or lost. A source that comes second counts as
 * read only where it says the same as the first, or nothing.
 */
export function accountOf(table: MappingTable, document: Json): AccountedField[] {
  const read = new Map<string, Set<string>>();
  const root = rootScope(document);
  const marks: Marks = { read, isAbsent: (text) => table.absent.includes(text) };
  markConditions(table.when, root, "the choice of the table", marks);
  markRoute(table, root, marks);
  markRules(table.fields, root, marks, "");
  const ignored = new Map(table.ignored.flatMap(({ source, reason }) => pointersOf(parsePath(source), root).map((pointer) => [pointer, reason] as const)));
  return leavesOf(document).map(({ pointer, sent }) => {
    const targets = read.get(pointer);
    if (targets !== undefined) return { pointer, sent, fate: { kind: "mapped", targets: [...targets] } };
    const reason = ignored.get(pointer);
    return { pointer, sent, fate: reason === undefined ? { kind: "lost" } : { kind: "ignored", reason } };
  });
}

const linesOf = (path: Path, scope: Scope): readonly Scope[] => linesReaderOf(path)(scope).lines;

type Marks = { readonly read: Map<string, Set<string>>; readonly isAbsent: (text: string) => boolean };

function markRoute({ route }: MappingTable, root: Scope, marks: Marks): void {
  if (route === undefined) return;
  const { subject, object, version, ownNumber, site, cancel = [] } = route;
  for (const [name, read] of Object.entries({ subject, object, version, ownNumber, site }))
    for (const path of [read].flat().flatMap((each) => (each === undefined ? [] : each.source))) mark(parsePath(path), root, `route: ${name}`, marks);
  for (const conditions of cancel) markConditions(conditions, root, "route: cancel", marks);
}

function markRules(rules: readonly FieldRule[], scope: Scope, marks: Marks, within: string): void {
  for (const rule of rules) {
    const target = `${within}/${rule.target}`;
    if ("lines" in rule) markLines(rule, scope, target, marks);
    else markValue(rule, scope, target, marks);
  }
}

function markLines({ lines, when = [], fields }: LinesRule, scope: Scope, target: string, marks: Marks): void {
  const holds = conditionsOf(when, marks.isAbsent);
  for (const line of linesOf(parsePath(lines), scope)) {
    markConditions(when, line, target, marks);
    if (holds(line)) markRules(fields, line, marks, target);
  }
}

function markValue(rule: ValueRule, scope: Scope, target: string, marks: Marks): void {
  const { when, source = [], absent = [] } = rule;
  markConditions(when, scope, target, marks);
  if (!conditionsOf(when === undefined ? [] : when, marks.isAbsent)(scope)) return;
  const isNothing = (text: string | undefined): boolean => text === undefined || marks.isAbsent(text) || absent.includes(text);
  const sources = source.map((path) => ({ path: parsePath(path), text: textOf(readerOf(parsePath(path))(scope)) }));
  const chosen = sources.find(({ text }) => !isNothing(text));
  for (const { path, text } of sources) if (chosen === undefined || isNothing(text) || text === chosen.text) mark(path, scope, target, marks);
  if (chosen !== undefined) mark(chosen.path, scope, target, marks);
  for (const path of pathsOf({ ...rule, source: undefined })) mark(parsePath(path), scope, target, marks);
}

function markConditions(conditions: readonly Condition[] | undefined, scope: Scope, target: string, marks: Marks): void {
  for (const condition of conditions === undefined ? [] : conditions) {
    mark(parsePath(condition.path), scope, target, marks);
    if ("equals" in condition) mark(parsePath(condition.equals), scope, target, marks);
  }
}

function mark(path: Path, scope: Scope, target: string, { read }: Marks): void {
  for (const pointer of [...pointersOf(path, scope), ...selectorsOf(path, scope)]) {
    const known = read.get(pointer);
    if (known === undefined) read.set(pointer, new Set([target]));
    else known.add(target);
  }
}

/** Of an XML element with attributes its text; of a list of plain values each of them. */
function pointersOf(path: Path, scope: Scope): string[] {
  return linesOf(path, scope).map((line) => pointerOf(isJsonObject(line.value) ? [...placeOf(line), "#text"] : placeOf(line)));
}

/** What a step's `[child=value]` looks at. */
function selectorsOf(path: Path, scope: Scope): string[] {
  return path.steps.flatMap((step, at) => {
    const { select } = step;
    if (select === undefined) return [];
    return linesOf({ ...path, steps: path.steps.slice(0, at + 1) }, scope).map((line) => pointerOf([...placeOf(line), select.child]));
  });
}

type Leaf = { readonly pointer: string; readonly sent: string };

/** `#element` and `#namespace` say which document it is; they are no fields. */
const NO_FIELDS = ["#element", "#namespace"];

function leavesOf(value: Json, at: readonly PropertyKey[] = []): Leaf[] {
  if (isJsonList(value)) return value.flatMap((element, index) => leavesOf(element, [...at, index]));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([name, member]) => (NO_FIELDS.includes(name) ? [] : leavesOf(member, [...at, name])));
  return [{ pointer: pointerOf(at), sent: isJsonNumber(value) ? textOfNumber(value) : String(value) }];
}
