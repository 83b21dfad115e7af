import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { Reason } from "../effects/outcomes.ts";
import { conditionsOf } from "./conditions.ts";
import { lineFinderOf, type Tree, treesOf } from "./line-choice.ts";
import { type Fill, type FillOf, holderOf, type Made, type RuleParts, type Run } from "./made.ts";
import { type Lines, parsePath, placeOf, pointerFrom, type Scope } from "./paths.ts";
import type { LinesRule } from "./table.ts";

class TargetTaken extends Error {
  override readonly name = "TargetTaken";
}

/** A list of lines into a list of the target; behind what other rules put there. */
export function linesFill(rule: LinesRule, parts: RuleParts, within: readonly string[], fillOf: FillOf): Fill {
  const path = parsePath(rule.lines);
  const names = rule.target.split("/");
  const label = `${parts.label} ${[...within, rule.target].join("/")}`;
  const read = lineFinderOf(path, rule.match);
  const isNeeded = neededOf(rule, parts);
  const fillLines = linesFillOf(rule, lineFill(rule, label, fillOf(rule.fields, parts, [...within, ...names])), label);
  const heldOf = heldLines(rule, parts);
  const skips = (found: Lines, fault: Fault | undefined, held: readonly Scope[]): boolean =>
    fault === "wrong-kind" || (rule.required === undefined && isNothing(found, held));
  return (scope, into, run, at) => {
    const found = read(scope);
    const fault = faultOf(found, parts, () => isNeeded(scope));
    if (fault !== undefined) refuse(run, mappingReason(fault, pointerFrom(path, scope), MESSAGES[fault], textIn(found.lines[0]), label), [...at, ...names]);
    const held = heldOf(found.lines);
    if (skips(found, fault, held)) return;
    const list = listIn(into, names, label);
    fillLines(held, list, run, run.origins === undefined ? at : [...at, ...names]);
  };
}

const MESSAGES = { "value-missing": "a list is needed here", "wrong-kind": "a list is expected" } as const;
type Fault = keyof typeof MESSAGES;

function refuse(run: Run, reason: Reason, at: readonly PropertyKey[]): void {
  run.reasons.push(reason);
  if (run.origins !== undefined) run.unmade.push(pointerOf(at));
}

/** A list that is not there, or of which no line counts, is made only where it must be there. */
const isNothing = ({ lines, isList }: Lines, held: readonly Scope[]): boolean => held.length === 0 && (lines.length > 0 || !isList);

function faultOf(found: Lines, { strict }: RuleParts, isNeeded: () => boolean): Fault | undefined {
  if (found.isList) return undefined;
  if (found.lines.length > 0) return strict ? "wrong-kind" : undefined;
  return isNeeded() ? "value-missing" : undefined;
}

function neededOf({ required }: LinesRule, { isAbsent }: RuleParts): (scope: Scope) => boolean {
  if (required === undefined || typeof required === "boolean") return () => required === true;
  return conditionsOf(required, isAbsent);
}

function heldLines({ when }: LinesRule, { isAbsent }: RuleParts): (lines: readonly Scope[]) => readonly Scope[] {
  const holds = when === undefined ? undefined : conditionsOf(when, isAbsent);
  return holds === undefined ? (lines) => lines : (lines) => lines.filter(holds);
}

/** @param at the place of the list */
type FillLine = (line: Scope, list: Made[], run: Run, at: readonly PropertyKey[]) => Made;
type FillLines = (lines: readonly Scope[], list: Made[], run: Run, at: readonly PropertyKey[]) => void;

/** One line into the list. @param rule its `unique` names tell a line from the others of its list */
function lineFill({ unique }: LinesRule, label: string, fill: Fill): FillLine {
  return (line, list, run, at) => {
    const made: Made = {};
    list.push(made);
    const place = run.origins === undefined ? at : [...at, list.length - 1];
    if (isElement(line.value)) fill(line, made, run, place);
    else refuse(run, mappingReason("wrong-kind", pointerOf(placeOf(line)), "an object is expected", textIn(line), label), place);
    if (unique !== undefined) checkUnique(unique, made, list, line, run, label);
    return made;
  };
}

/** All lines into the list, or each into that of the line it stands in by its own words. */
function linesFillOf({ nest }: LinesRule, fillLine: FillLine, label: string): FillLines {
  const fillEach: FillLines = (lines, list, run, at) => {
    for (const line of lines) fillLine(line, list, run, at);
  };
  if (nest === undefined) return fillEach;
  const parent = parsePath(nest.parent);
  const fillTrees = (trees: readonly Tree[], list: Made[], run: Run, at: readonly PropertyKey[]): void => {
    for (const { line, inside } of trees) {
      const made = fillLine(line, list, run, at);
      if (inside.length === 0) continue;
      fillTrees(inside, listIn(made, [nest.target], label), run, run.origins === undefined ? at : [...at, list.length - 1, nest.target]);
    }
  };
  return (lines, list, run, at) => {
    const { trees, lost } = treesOf(lines, nest);
    fillTrees(trees, list, run, at);
    for (const line of lost)
      run.reasons.push(mappingReason("value-unknown", pointerFrom(parent, line), "stands in none of these lines, or too deep", undefined, label));
  };
}

/** Of each list, what its lines have under their unique names: several rules may fill one list. */
const seen = new WeakMap<Made[], Set<string>>();

function checkUnique(names: readonly string[], made: Made, list: Made[], line: Scope, run: Run, label: string): void {
  const values = names.map((name) => made[name] ?? null);
  const key = JSON.stringify(values);
  const known = seen.get(list) ?? new Set<string>();
  seen.set(list, known);
  if (known.has(key)) {
    const words = `another line of the list has the same ${names.join(" and ")}`;
    run.reasons.push(mappingReason("identifier-twice", pointerOf(placeOf(line)), words, values.filter(isText).join(" "), label));
  }
  known.add(key);
}

const isText = (value: unknown): value is string => typeof value === "string";

/** @throws TargetTaken: a table whose rules fill one target twice is a defect of the table. */
function listIn(into: Made, names: readonly string[], label: string): Made[] {
  const holder = holderOf(into, names.slice(0, -1));
  const name = String(names.at(-1));
  const known = holder[name];
  if (known !== undefined && !Array.isArray(known)) throw new TargetTaken(`${label} is filled twice`);
  const list = known === undefined ? [] : known;
  holder[name] = list;
  return list;
}

/** An empty XML element is one whose members are all absent. */
const isElement = (value: Json): boolean => isJsonObject(value) || value === "";

const textIn = (line: Scope | undefined): string | undefined => {
  if (line === undefined) return undefined;
  return typeof line.value === "string" ? line.value : writeExactJson(line.value);
};
