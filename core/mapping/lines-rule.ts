import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import { conditionsOf } from "./conditions.ts";
import { holderOf } from "./made.ts";
import { lineFinderOf, type Tree, treesOf } from "./line-choice.ts";
import { isList, parsePath, placeOf, pointerFrom, type Scope } from "./paths.ts";
import type { Fill, fillOf, Made, RuleParts, Run } from "./rules.ts";
import type { LinesRule } from "./table.ts";

class TargetTaken extends Error {
  override readonly name = "TargetTaken";
}

/** A list of lines into a list of the target; behind what other rules put there. */
export function linesFill(rule: LinesRule, parts: RuleParts, within: readonly string[], fillLine: typeof fillOf): Fill {
  const path = parsePath(rule.lines);
  const names = rule.target.split("/");
  const label = `${parts.label} ${rule.target}`;
  const holds = rule.when === undefined ? undefined : conditionsOf(rule.when, parts.isAbsent);
  const isNeeded = neededOf(rule, parts);
  const fill = fillLine(rule.fields, parts, [...within, ...names]);
  const find = lineFinderOf(path, rule.match);
  const checkUnique = uniqueCheckOf(rule, label);
  const fillOne = (line: Scope, list: Made[], run: Run, at: readonly PropertyKey[]): Made | undefined => {
    if (holds !== undefined && !holds(line)) return undefined;
    const made: Made = {};
    list.push(made);
    if (isElement(line.value)) fill(line, made, run, at);
    else run.reasons.push(mappingReason("wrong-kind", pointerOf(placeOf(line)), "an object is expected", textIn(line.value), label));
    checkUnique(made, list, line, run);
    return made;
  };
  const fillEach = (lines: readonly Scope[], list: Made[], run: Run, at: readonly PropertyKey[]): void => {
    for (const line of lines) fillOne(line, list, run, run.origins === undefined ? at : [...at, ...names, list.length]);
  };
  const fillTrees = (trees: readonly Tree[], list: Made[], run: Run, at: readonly PropertyKey[], target: string): void => {
    for (const { line, inside } of trees) {
      const place = [...at, list.length];
      const made = fillOne(line, list, run, place);
      if (made !== undefined && inside.length > 0) fillTrees(inside, listIn(made, [target], label), run, [...place, target], target);
    }
  };
  const nest = rule.nest;
  const fillAll = (lines: readonly Scope[], list: Made[], run: Run, at: readonly PropertyKey[]): void => {
    if (nest === undefined) return fillEach(lines, list, run, at);
    const { trees, lost } = treesOf(lines, nest);
    fillTrees(trees, list, run, [...at, ...names], nest.target);
    for (const line of lost)
      run.reasons.push(mappingReason("value-unknown", pointerFrom(parsePath(nest.parent), line), "stands in none of these lines", undefined, label));
  };
  return (scope, into, run, at) => {
    const lines = find(scope);
    if (lines.length === 0 && (rule.match !== undefined || !isList(path, scope))) {
      if (isNeeded(scope)) run.reasons.push(mappingReason("value-missing", pointerFrom(path, scope), "a list is needed here", undefined, label));
      if (rule.required === undefined) return;
    }
    if (parts.strict && lines.length > 0 && !isList(path, scope)) {
      run.reasons.push(mappingReason("wrong-kind", pointerFrom(path, scope), "a list is expected", textIn(lines[0]?.value ?? null), label));
      return;
    }
    fillAll(lines, listIn(into, names, label), run, at);
  };
}

/** Of each list, what its lines have under their unique name: several rules may fill one list. */
const seen = new WeakMap<Made[], Set<string>>();

function uniqueCheckOf({ unique }: LinesRule, label: string): (made: Made, list: Made[], line: Scope, run: Run) => void {
  if (unique === undefined) return () => undefined;
  return (made, list, line, run) => {
    const known = seen.get(list) ?? new Set<string>();
    seen.set(list, known);
    const text = made[unique];
    if (typeof text !== "string") return;
    if (known.has(text))
      run.reasons.push(mappingReason("identifier-twice", pointerOf(placeOf(line)), `another line of the list has the same ${unique}`, text, label));
    known.add(text);
  };
}

function neededOf({ required }: LinesRule, { isAbsent }: RuleParts): (scope: Scope) => boolean {
  if (required === undefined || typeof required === "boolean") return () => required === true;
  return conditionsOf(required, isAbsent);
}

/** @throws TargetTaken: a table whose rules fill one target twice is a defect of the table. */
function listIn(into: Made, names: readonly string[], label: string): Made[] {
  const { holder, name } = holderOf(into, names);
  const known = holder[name];
  if (known !== undefined && !Array.isArray(known)) throw new TargetTaken(`${label} is filled twice`);
  const list = known === undefined ? [] : known;
  holder[name] = list;
  return list;
}

/** An empty XML element is one whose members are all absent. */
const isElement = (value: Json): boolean => isJsonObject(value) || value === "";

const textIn = (value: Json): string => (typeof value === "string" ? value : writeExactJson(value));
