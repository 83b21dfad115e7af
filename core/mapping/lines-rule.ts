import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { Reason } from "../effects/outcomes.ts";
import { conditionsOf } from "./conditions.ts";
import { type Fill, type FillOf, holderOf, type Made, type RuleParts, type Run } from "./made.ts";
import { type Lines, linesReaderOf, parsePath, placeOf, pointerFrom, type Scope } from "./paths.ts";
import type { LinesRule } from "./table.ts";

class TargetTaken extends Error {
  override readonly name = "TargetTaken";
}

/** A list of lines into a list of the target; behind what other rules put there. */
export function linesFill(rule: LinesRule, parts: RuleParts, within: readonly string[], fillOf: FillOf): Fill {
  const path = parsePath(rule.lines);
  const names = rule.target.split("/");
  const label = `${parts.label} ${[...within, rule.target].join("/")}`;
  const read = linesReaderOf(path);
  const isNeeded = neededOf(rule, parts);
  const fillLine = lineFill(rule, parts, label, fillOf(rule.fields, parts, [...within, ...names]));
  const skips = (found: Lines, fault: Fault | undefined): boolean => fault === "wrong-kind" || (isNowhere(found) && rule.required === undefined);
  return (scope, into, run, at) => {
    const found = read(scope);
    const fault = faultOf(found, parts, () => isNeeded(scope));
    if (fault !== undefined) refuse(run, mappingReason(fault, pointerFrom(path, scope), MESSAGES[fault], textIn(found.lines[0]), label), [...at, ...names]);
    if (skips(found, fault)) return;
    const list = listIn(into, names, label);
    const place = run.origins === undefined ? at : [...at, ...names];
    for (const line of found.lines) fillLine(line, list, run, place);
  };
}

const MESSAGES = { "value-missing": "a list is needed here", "wrong-kind": "a list is expected" } as const;
type Fault = keyof typeof MESSAGES;

function refuse(run: Run, reason: Reason, at: readonly PropertyKey[]): void {
  run.reasons.push(reason);
  if (run.origins !== undefined) run.unmade.push(pointerOf(at));
}

const isNowhere = ({ lines, isList }: Lines): boolean => lines.length === 0 && !isList;

function faultOf(found: Lines, { strict }: RuleParts, isNeeded: () => boolean): Fault | undefined {
  if (found.isList) return undefined;
  if (found.lines.length > 0) return strict ? "wrong-kind" : undefined;
  return isNeeded() ? "value-missing" : undefined;
}

function neededOf({ required }: LinesRule, { isAbsent }: RuleParts): (scope: Scope) => boolean {
  if (required === undefined || typeof required === "boolean") return () => required === true;
  return conditionsOf(required, isAbsent);
}

/** One line into the list, where the rule's conditions hold for it. */
function lineFill(
  { when }: LinesRule,
  { isAbsent }: RuleParts,
  label: string,
  fill: Fill,
): (line: Scope, list: Made[], run: Run, at: readonly PropertyKey[]) => void {
  const holds = when === undefined ? undefined : conditionsOf(when, isAbsent);
  return (line, list, run, at) => {
    if (holds !== undefined && !holds(line)) return;
    const made: Made = {};
    list.push(made);
    const place = run.origins === undefined ? at : [...at, list.length - 1];
    if (isElement(line.value)) fill(line, made, run, place);
    else refuse(run, mappingReason("wrong-kind", pointerOf(placeOf(line)), "an object is expected", textIn(line), label), place);
  };
}

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
