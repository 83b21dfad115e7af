import { isJsonList, isJsonObject, type Json } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";

/** Where a rule stands in a document: an element, the one around it, and its place there. */
export type Scope = {
  readonly value: Json;
  readonly up: Scope | undefined;
  readonly name: string;
  /** Its place among its like; undefined where it stands alone. */
  readonly at: number | undefined;
  /** From 0, over the whole list a rule goes through. */
  readonly ordinal: number;
  /** Of what a path with `+` found in another of its like: that one. */
  readonly outer?: Scope;
};

export const rootScope = (value: Json): Scope => ({ value, up: undefined, name: "", at: undefined, ordinal: 0 });

export class PathRefused extends Error {
  override readonly name = "PathRefused";
}

type Step = {
  readonly name: string;
  readonly select?: { readonly child: string; readonly is: string };
  /** What the same is called inside it. */
  readonly nested?: string;
};
export type Path = { readonly text: string; readonly absolute: boolean; readonly ups: number; readonly steps: readonly Step[] };

const STEP = /^([^[\]]+?)(?:\[([^[\]=]+)=([^[\]]*)\])?(?:\+([^[\]+]*))?$/;

/** @throws PathRefused: a table with such a path is not published. */
export function parsePath(text: string): Path {
  const absolute = text.startsWith("/");
  const parts = partsOf(absolute ? text.slice(1) : text);
  let ups = 0;
  while (parts[ups] === "..") ups += 1;
  const steps = parts.slice(ups).filter((part) => part !== ".");
  if (absolute && ups > 0) throw new PathRefused(`${text}: a path from the message's root cannot go up`);
  return { text, absolute, ups, steps: steps.map((part) => stepOf(part, text)) };
}

/** A name in braces (`{uri}local`) may hold slashes. */
const partsOf = (text: string): string[] => text.match(/(?:\{[^}]*\}|[^/{])+/g)?.map(String) ?? [];

function stepOf(part: string, path: string): Step {
  const found = STEP.exec(part);
  const name = found?.[1];
  if (name === undefined || name === "..") throw new PathRefused(`${path}: "${part}" is not a step`);
  const [, , child, is, plus] = found ?? [];
  const inside = plus === undefined ? {} : { nested: plus === "" ? name : plus };
  return { name, ...inside, ...(child === undefined || is === undefined ? {} : { select: { child, is } }) };
}

/** What stands at the path: undefined where nothing does, a list where several things do. */
export type Reader = (scope: Scope) => Json | undefined;

/** @param strict a list of one is a list (JSON); without it, the one thing in it */
export function readerOf(path: Path, strict = false): Reader {
  const [first] = path.steps;
  const asRead = strict ? (value: Json | undefined) => value : alone;
  if (path.steps.length === 1 && first !== undefined && isPlain(first) && path.ups === 0 && !path.absolute) {
    const { name } = first;
    return ({ value }) => asRead(memberOf(value, name));
  }
  return (scope) => {
    const start = startOf(path, scope);
    return start === undefined ? undefined : asRead(walk(start.value, path.steps, 0));
  };
}

const isPlain = (step: Step): boolean => step.select === undefined && step.nested === undefined;

export function startOf(path: Path, scope: Scope): Scope | undefined {
  let start: Scope | undefined = scope;
  if (path.absolute) while (start.up !== undefined) start = start.up;
  for (let up = 0; up < path.ups && start !== undefined; up += 1) start = start.up;
  return start;
}

const memberOf = (value: Json, name: string): Json | undefined => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

/** One thing in a list is that thing: XML does not tell a list of one from no list. */
const alone = (value: Json | undefined): Json | undefined => (isJsonList(value) && value.length < 2 ? value[0] : value);

function walk(value: Json, steps: readonly Step[], from: number): Json | undefined {
  const step = steps[from];
  if (step === undefined) return value;
  const member = memberOf(value, step.name);
  if (member === undefined) return undefined;
  if (!isJsonList(member)) return isSelected(member, step) ? walk(member, steps, from + 1) : undefined;
  const found: Json[] = [];
  for (const element of member) {
    const inside = isSelected(element, step) ? walk(element, steps, from + 1) : undefined;
    if (isJsonList(inside)) found.push(...inside);
    else if (inside !== undefined) found.push(inside);
  }
  // The last step's own list is a value; one that was only gone through is not.
  return steps.length === from + 1 && step.select === undefined ? member : alone(found);
}

/** `[child=]` takes what has no such child, or an empty one. */
const isSelected = (value: Json, { select }: Step): boolean => select === undefined || textIn(memberOf(value, select.child)) === select.is;

const textIn = (value: Json | undefined): Json => (isJsonObject(value) ? (value["#text"] ?? "") : (value ?? ""));

/** The elements at the path, in the order of the document, each knowing what it stands in. */
export function linesOf(path: Path, scope: Scope): Scope[] {
  const start = startOf(path, scope);
  const found: Scope[] = [];
  if (start !== undefined) collect(start, path.steps, 0, found);
  return found;
}

/** Whether the last thing the path names is a list, be it empty. */
export function isList(path: Path, scope: Scope): boolean {
  const start = startOf(path, scope);
  const holders = start === undefined ? [] : linesOf({ ...path, absolute: false, ups: 0, steps: path.steps.slice(0, -1) }, start);
  const last = path.steps.at(-1);
  return last !== undefined && holders.some((holder) => isJsonList(memberOf(holder.value, last.name)));
}

/** @param outer where the step is taken once more, inside what it took: that */
function collect(scope: Scope, steps: readonly Step[], from: number, found: Scope[], outer?: Scope): void {
  const step = steps[from];
  if (step === undefined) {
    found.push({ ...scope, ordinal: found.length });
    return;
  }
  const name = outer === undefined || step.nested === undefined ? step.name : step.nested;
  const member = memberOf(scope.value, name);
  if (member === undefined) return;
  const elements = isJsonList(member) ? member : [member];
  elements.forEach((value, at) => {
    if (!isSelected(value, step)) return;
    const inner = { value, up: scope, name, at: isJsonList(member) ? at : undefined, ordinal: 0, ...(outer === undefined ? {} : { outer }) };
    collect(inner, steps, from + 1, found);
    if (step.nested !== undefined) collect(inner, steps, from, found, inner);
  });
}

/** JSON Pointer of what a path names from here, for a person: as far as lists are not gone into. */
export function pointerFrom(path: Path, scope: Scope): string {
  const start = startOf(path, scope);
  const steps = path.steps.map((step) => step.name);
  return pointerOf([...placeOf(start), ...steps]);
}

export function placeOf(scope: Scope | undefined): PropertyKey[] {
  const place: PropertyKey[] = [];
  for (let at = scope; at?.up !== undefined; at = at.up) place.unshift(...(at.at === undefined ? [at.name] : [at.name, at.at]));
  return place;
}

/** The lines of its own list (`name+`) that a line stands in, outermost first, itself last. */
export function lineageOf(scope: Scope): Scope[] {
  const lines = [scope];
  for (let outer = scope.outer; outer !== undefined; outer = outer.outer) lines.unshift(outer);
  return lines;
}
