import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import type { Reason } from "../effects/outcomes.ts";
import { conditionsOf } from "./conditions.ts";
import { holderOf } from "./made.ts";
import { isList, linesOf, type Path, parsePath, placeOf, pointerFrom, type Scope } from "./paths.ts";
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
  const heldOf = heldLines(rule, parts);
  const isNeeded = neededOf(rule, parts);
  const fillEach = eachOf(rule, names, label, fillLine(rule.fields, parts, [...within, ...names]));
  return (scope, into, run, at) => {
    const lines = linesOf(path, scope);
    const isThere = lines.length > 0 || isList(path, scope);
    const fault = isThere ? kindFault(parts, path, scope, lines, label) : neededFault(isNeeded, path, scope, label);
    if (fault !== undefined) run.reasons.push(fault);
    const held = heldOf(lines);
    const isWrong = isThere && fault !== undefined;
    if (!isWrong && isMade(rule, isThere, lines, held)) fillEach(held, listIn(into, names, label), run, at);
  };
}

function heldLines({ when }: LinesRule, { isAbsent }: RuleParts): (lines: readonly Scope[]) => readonly Scope[] {
  const holds = when === undefined ? undefined : conditionsOf(when, isAbsent);
  return holds === undefined ? (lines) => lines : (lines) => lines.filter(holds);
}

/** A list that is not there, or of which no line counts, is made only where it must be there. */
const isMade = ({ required }: LinesRule, isThere: boolean, lines: readonly Scope[], held: readonly Scope[]): boolean =>
  required !== undefined || (isThere && (held.length > 0 || lines.length === 0));

function kindFault({ strict }: RuleParts, path: Path, scope: Scope, lines: readonly Scope[], label: string): Reason | undefined {
  if (!strict || lines.length === 0 || isList(path, scope)) return undefined;
  return mappingReason("wrong-kind", pointerFrom(path, scope), "a list is expected", textIn(lines[0]?.value ?? null), label);
}

const neededFault = (isNeeded: (scope: Scope) => boolean, path: Path, scope: Scope, label: string): Reason | undefined =>
  isNeeded(scope) ? mappingReason("value-missing", pointerFrom(path, scope), "a list is needed here", undefined, label) : undefined;

type FillEach = (lines: readonly Scope[], list: Made[], run: Run, at: readonly PropertyKey[]) => void;

function eachOf(rule: LinesRule, names: readonly string[], label: string, fill: Fill): FillEach {
  const fillOne = (line: Scope, made: Made, run: Run, place: readonly PropertyKey[], seen: Set<string>): Reason | undefined => {
    if (!isElement(line.value)) return noElement(line, label);
    fill(line, made, run, place);
    return repetition(rule, made, line, seen, label);
  };
  return (lines, list, run, at) => {
    const seen = new Set<string>();
    for (const line of lines) {
      const made: Made = {};
      const place = run.origins === undefined ? at : [...at, ...names, list.length];
      list.push(made);
      const fault = fillOne(line, made, run, place, seen);
      if (fault !== undefined) run.reasons.push(fault);
    }
  };
}

const noElement = (line: Scope, label: string): Reason =>
  mappingReason("wrong-kind", pointerOf(placeOf(line)), "an object is expected", textIn(line.value), label);

function repetition({ unique }: LinesRule, made: Made, line: Scope, seen: Set<string>, label: string): Reason | undefined {
  if (unique === undefined) return undefined;
  const values = unique.map((name) => made[name] ?? null);
  const key = JSON.stringify(values);
  if (seen.has(key)) return mappingReason("value-ambiguous", pointerOf(placeOf(line)), "this line is there twice", values.filter(isText).join(" "), label);
  seen.add(key);
  return undefined;
}

const isText = (value: unknown): value is string => typeof value === "string";

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
