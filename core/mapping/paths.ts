import { isJsonList, isJsonObject, type Json, type JsonObject } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { textOf } from "./texts.ts";

/** Where a rule stands in a document: an element, the one around it, and its place there. */
export type Scope = {
  readonly value: Json;
  /** The value's own, where it is an object. */
  readonly members: JsonObject;
  readonly up: Scope | undefined;
  readonly name: string;
  /** Its place among its like; undefined where it stands alone. */
  readonly at: number | undefined;
  /** From 0, over the whole list a rule goes through. */
  readonly ordinal: number;
  /** Of what a path with `+` found in another of its like: that one. */
  readonly outer: Scope | undefined;
};

const NO_MEMBERS: JsonObject = Object.freeze(Object.create(null));
const membersIn = (value: Json): JsonObject => (isJsonObject(value) ? value : NO_MEMBERS);

export const rootScope = (value: Json): Scope => ({ value, members: membersIn(value), up: undefined, name: "", at: undefined, ordinal: 0, outer: undefined });

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

type Walk = (value: Json) => Json | undefined;

/** @param strict a list of one is a list (JSON); without it, the one thing in it */
export function readerOf(path: Path, strict = false): Reader {
  const own = ownMember(path);
  if (own !== undefined) return strict ? own : (scope) => alone(own(scope));
  const walk = walkOf(path.steps);
  if (path.absolute || path.ups > 0) return fromElsewhere(path, strict ? walk : (value) => alone(walk(value)));
  return strict ? ({ value }) => walk(value) : ({ value }) => alone(walk(value));
}

/** The reader of one name, the commonest path, at the price of one look. */
function ownMember({ absolute, ups, steps }: Path): Reader | undefined {
  const [step, second] = steps;
  if (absolute || ups > 0 || step === undefined || second !== undefined || step.select !== undefined || isOfPrototype(step.name)) return undefined;
  const { name } = step;
  return ({ members }) => members[name];
}

const fromElsewhere =
  (path: Path, walk: Walk): Reader =>
  (scope) => {
    const start = startOf(path, scope);
    return start === undefined ? undefined : walk(start.value);
  };

export function startOf(path: Path, scope: Scope): Scope | undefined {
  let start: Scope | undefined = scope;
  if (path.absolute) while (start.up !== undefined) start = start.up;
  for (let up = 0; up < path.ups && start !== undefined; up += 1) start = start.up;
  return start;
}

/** One thing in a list is that thing: XML does not tell a list of one from no list. */
const alone = (value: Json | undefined): Json | undefined => (typeof value !== "string" && isJsonList(value) && value.length === 1 ? value[0] : value);

function walkOf(steps: readonly Step[]): Walk {
  const [step, ...after] = steps;
  if (step === undefined) return (value) => value;
  const member = memberOf(step.name);
  if (after.length === 0 && step.select === undefined) return member;
  const isSelected = selectionOf(step);
  const rest = walkOf(after);
  return (value) => {
    const held = member(value);
    if (held === undefined) return undefined;
    if (isJsonList(held)) return throughList(held, isSelected, rest);
    return isSelected(held) ? rest(held) : undefined;
  };
}

/** A list that is only gone through is no value of its own: what is found in it is one thing, several or nothing. */
function throughList(list: readonly Json[], isSelected: (value: Json) => boolean, rest: Walk): Json | undefined {
  const found: Json[] = [];
  for (const element of list) {
    const inside = isSelected(element) ? rest(element) : undefined;
    if (isJsonList(inside)) found.push(...inside);
    else if (inside !== undefined) found.push(inside);
  }
  return found.length < 2 ? found[0] : found;
}

/** The member of that name, be it called `constructor`: nothing is read from a prototype. */
function memberOf(name: string): Walk {
  if (isOfPrototype(name)) return (value) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  return (value) => (isJsonObject(value) ? value[name] : undefined);
}

const isOfPrototype = (name: string): boolean => name in Object.prototype;

/** `[child=]` takes what has no such child, or an empty one. */
function selectionOf({ select }: Step): (value: Json) => boolean {
  if (select === undefined) return () => true;
  const child = memberOf(select.child);
  if (select.is === "") return (value) => isNothing(child(value));
  return (value) => textOf(child(value)) === select.is;
}

/** An XML element with nothing but attributes holds no text. */
const isNothing = (value: Json | undefined): boolean => value === undefined || value === "" || (isJsonObject(value) && value["#text"] === undefined);

export type Lines = {
  /** The elements at the path, in the order of the document, each knowing what it stands in. */
  readonly lines: readonly Scope[];
  /** Whether the last thing the path names is a list, be it empty; the element itself (`.`) is one line, as if in one. */
  readonly isList: boolean;
};

export function linesReaderOf(path: Path): (scope: Scope) => Lines {
  const steps = path.steps.map(lineStepOf);
  return (scope) => {
    const start = startOf(path, scope);
    // The element itself stands for a list of one.
    const found: Found = { lines: [], isList: steps.length === 0 };
    if (start !== undefined && steps.length === 0) found.lines.push({ ...start, ordinal: 0 });
    else if (start !== undefined) collect(start, steps, 0, found);
    return found;
  };
}

type Found = { readonly lines: Scope[]; isList: boolean };
type LineStep = {
  readonly name: string;
  readonly member: Walk;
  readonly isSelected: (value: Json) => boolean;
  /** The same step, inside what it took. */
  readonly inside: LineStep | undefined;
};

function lineStepOf(step: Step): LineStep {
  const isSelected = selectionOf(step);
  const { name, nested } = step;
  if (nested === undefined) return { name, member: memberOf(name), isSelected, inside: undefined };
  const inside: LineStep = {
    name: nested,
    member: memberOf(nested),
    isSelected,
    get inside() {
      return inside;
    },
  };
  return { name, member: memberOf(name), isSelected, inside };
}

/** @param step the one at `from`, or what it is called inside what it took: that is then the scope */
function collect(scope: Scope, steps: readonly LineStep[], from: number, found: Found, step = steps[from]): void {
  const member = step?.member(scope.value);
  if (step === undefined || member === undefined) return;
  if (!isJsonList(member)) {
    take(member, undefined, scope, step, steps, from, found);
    return;
  }
  if (from === steps.length - 1) found.isList = true;
  for (let at = 0; at < member.length; at += 1) take(member[at], at, scope, step, steps, from, found);
}

function take(value: Json | undefined, at: number | undefined, up: Scope, step: LineStep, steps: readonly LineStep[], from: number, found: Found): void {
  if (value === undefined || !step.isSelected(value)) return;
  const { name, inside } = step;
  const outer = step === steps[from] ? undefined : up;
  const line: Scope = { value, members: membersIn(value), up, name, at, ordinal: found.lines.length, outer };
  if (from === steps.length - 1) found.lines.push(line);
  else collect(line, steps, from + 1, found);
  if (inside !== undefined) collect(line, steps, from, found, inside);
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
