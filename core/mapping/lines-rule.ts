import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import { conditionsOf } from "./conditions.ts";
import { holderOf } from "./made.ts";
import { isList, linesOf, parsePath, placeOf, pointerFrom, type Scope } from "./paths.ts";
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
  const fillEach = (lines: readonly Scope[], list: Made[], run: Run, at: readonly PropertyKey[]): void => {
    for (const line of lines) {
      if (holds !== undefined && !holds(line)) continue;
      const made: Made = {};
      const place = run.origins === undefined ? at : [...at, ...names, list.length];
      list.push(made);
      if (isElement(line.value)) fill(line, made, run, place);
      else run.reasons.push(mappingReason("wrong-kind", pointerOf(placeOf(line)), "an object is expected", textIn(line.value), label));
    }
  };
  return (scope, into, run, at) => {
    const lines = linesOf(path, scope);
    if (lines.length === 0 && !isList(path, scope)) {
      if (isNeeded(scope)) run.reasons.push(mappingReason("value-missing", pointerFrom(path, scope), "a list is needed here", undefined, label));
      if (rule.required === undefined) return;
    }
    if (parts.strict && lines.length > 0 && path.steps.length > 0 && !isList(path, scope)) {
      run.reasons.push(mappingReason("wrong-kind", pointerFrom(path, scope), "a list is expected", textIn(lines[0]?.value ?? null), label));
      return;
    }
    fillEach(lines, listIn(into, names, label), run, at);
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
