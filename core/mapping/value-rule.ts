import { isJsonObject, type Json } from "../documents/exact-json.ts";
import { identifierFault, isPlainText, visibleForm } from "../documents/identifiers.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import { textCheck } from "./canonical-check.ts";
import { conditionsOf } from "./conditions.ts";
import { type Convert, Unmapped, wrongKind } from "./conversion.ts";
import { converterOf } from "./converters.ts";
import { type Fill, holderOf, type Origin, type RuleParts, type Run } from "./made.ts";
import { type Path, parsePath, placeOf, pointerFrom, type Reader, readerOf, type Scope } from "./paths.ts";
import type { ValueRule } from "./table.ts";
import { absentTest } from "./texts.ts";

/** One value: found, converted, checked, put; or a reason why not. */
export function valueFill(rule: ValueRule, parts: RuleParts, within: readonly string[]): Fill {
  const names = rule.target.split("/");
  const shape = parts.shapeAt([...within, ...names]);
  const known: Known = {
    rule,
    label: `${parts.label} ${[...within, rule.target].join("/")}`,
    names,
    object: String(names.at(-1)),
    placeIn: placesOf(rule, parts),
    find: finderOf(rule, parts),
    isIdentifier: shape?.kind === "text" && shape.isIdentifier,
    accepts: shape?.kind === "text" ? textCheck(rule, shape) : undefined,
  };
  const fill = filling(known);
  if (rule.when === undefined) return fill;
  const holds = conditionsOf(rule.when, parts.isAbsent);
  return (scope, into, run, at) => {
    if (holds(scope)) fill(scope, into, run, at);
  };
}

type Known = {
  readonly rule: ValueRule;
  readonly label: string;
  readonly names: readonly string[];
  /** The target's last name. */
  readonly object: string;
  readonly placeIn: (scope: Scope) => string;
  readonly find: Finder;
  readonly isIdentifier: boolean;
  readonly accepts: ((text: string) => boolean) | undefined;
};

function filling(known: Known): Fill {
  const { object: name, isIdentifier, accepts, find, names } = known;
  const { value: valueIn } = find;
  const within = names.length > 1 ? names.slice(0, -1) : undefined;
  return (scope, into, run, at) => {
    const value = valueIn(scope, run);
    if (typeof value !== "string") {
      addReason(value, scope, run, at, known);
      return;
    }
    if (accepts !== undefined && !accepts(value)) run.hasMisfit = true;
    if (isIdentifier) watchIdentifier(value, scope, run, known);
    const holder = within === undefined ? into : holderOf(into, within);
    holder[name] = value;
    noteOrigin(run.origins, scope, at, known);
  };
}

function noteOrigin(origins: Origin[] | undefined, scope: Scope, at: readonly PropertyKey[], { names, placeIn, rule, find }: Known): void {
  origins?.push({ target: pointerOf([...at, ...names]), source: placeIn(scope), rule, ...find.origin(scope) });
}

function addReason(fault: Unmapped | undefined, scope: Scope, run: Run, at: readonly PropertyKey[], { rule, label, names, placeIn, find }: Known): void {
  if (fault === undefined && rule.required !== true) return;
  const {
    fault: kind,
    message,
    sent,
  } = fault === undefined ? { fault: "value-missing" as const, message: "a value is needed here", sent: textSent(find, scope) } : fault;
  run.reasons.push(mappingReason(kind, placeIn(scope), message, sent, label));
  if (run.origins !== undefined) run.unmade.push(pointerOf([...at, ...names]));
}

function textSent(find: Finder, scope: Scope): string | undefined {
  const { sent } = find.origin(scope);
  return typeof sent === "string" ? sent : undefined;
}

/** Where the value stands, for a person: the first source that is there, else the first. */
function placesOf(rule: ValueRule, { strict }: RuleParts): (scope: Scope) => string {
  const sources = (rule.source === undefined ? [] : rule.source).map(parsePath).map((path) => ({ path, read: readerOf(path, strict) }));
  const [first] = sources;
  return (scope) => {
    if (first === undefined) return pointerOf(placeOf(scope));
    const there: { readonly path: Path } | undefined = sources.find(({ read }) => read(scope) !== undefined);
    return pointerFrom((there === undefined ? first : there).path, scope);
  };
}

type Finder = {
  /** The first source that has a value, converted; or the default; undefined where there is none. */
  readonly value: (scope: Scope, run: Run) => string | Unmapped | undefined;
  /** What was sent, and whether the default stands in for it. */
  readonly origin: (scope: Scope) => { readonly sent: Json | undefined; readonly byDefault: boolean };
};

function finderOf(rule: ValueRule, parts: RuleParts): Finder {
  const { constant, source } = rule;
  const nothingSent = () => ({ sent: undefined, byDefault: false });
  if (constant !== undefined) return { value: () => constant, origin: nothingSent };
  const isAbsent = rule.absent === undefined ? parts.isAbsent : absentTest([...parts.table.absent, ...rule.absent]);
  const converters = (rule.convert === undefined ? [] : rule.convert).map(converterOf);
  if (source === undefined) {
    const convert = chainOf(converters, ({ value }) => value, isAbsent);
    return { value: (scope, run) => convert(scope.value, scope, run), origin: nothingSent };
  }
  const sources = source.map((path) => readerOf(parsePath(path), parts.strict));
  const isNothing = nothingTest(parts, isAbsent);
  const read = firstOf(sources, isNothing);
  const convert = chainOf(converters, read, isAbsent);
  const plainly = parts.strict ? ofJson : plain;
  const fallback = rule.default?.value;
  const [only, second] = sources;
  const readOnce = only !== undefined && second === undefined ? only : read;
  return {
    value: (scope, run) => {
      const sent = readOnce(scope);
      if (typeof sent === "string") return isAbsent(sent) ? fallback : convert(sent, scope, run);
      if (sent === undefined || isNothing(sent)) return fallback;
      const value = plainly(sent);
      return value instanceof Unmapped ? value : convert(value, scope, run);
    },
    origin: (scope) => {
      const sent = read(scope);
      return sent === undefined ? { sent: sources[0]?.(scope), byDefault: fallback !== undefined } : { sent, byDefault: false };
    },
  };
}

function firstOf(sources: readonly Reader[], isNothing: (value: Json) => boolean): Reader {
  return (scope) => {
    for (const source of sources) {
      const value = source(scope);
      if (value !== undefined && !isNothing(value)) return value;
    }
    return undefined;
  };
}

function nothingTest({ table, strict }: RuleParts, isAbsent: (text: string) => boolean): (value: Json) => boolean {
  return (value) => {
    if (typeof value === "string") return isAbsent(value);
    if (value === null) return table.nullIsAbsent === true;
    if (strict) return false;
    const text = plain(value);
    return typeof text === "string" && isAbsent(text);
  };
}

/** In JSON an object with a member of that name is no text. */
const ofJson = (value: Json): Json | Unmapped => (isJsonObject(value) && value["#text"] !== undefined ? wrongKind(value) : value);

/** An XML element with attributes is its text; with attributes alone, none. */
function plain(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const { "#text": text } = value;
  if (text !== undefined) return text;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name.startsWith("@")) ? "" : value;
}

type Chain = (value: Json, scope: Scope, run: Run) => string | Unmapped;

function chainOf(converters: readonly Convert[], read: Reader, isAbsent: (text: string) => boolean): Chain {
  if (converters.length === 0) return (value) => (typeof value === "string" ? value : wrongKind(value));
  const [only, second] = converters;
  if (only !== undefined && second === undefined) {
    return (value, scope, { context, codes }) => {
      const made = only(value, { scope, context, codes, read, isAbsent });
      return typeof made === "string" || made instanceof Unmapped ? made : wrongKind(made);
    };
  }
  return (value, scope, { context, codes }) => {
    const given = { scope, context, codes, read, isAbsent };
    let current: Json | Unmapped = value;
    for (const convert of converters) {
      current = convert(current, given);
      if (current instanceof Unmapped) return current;
    }
    return typeof current === "string" ? current : wrongKind(current);
  };
}

/**
 * BAD-INPUT.md 18 to 22. Two identifiers that look alike are looked for only where one of the document is not what it looks like, which is what such a pair needs:
 * the document is then gone through once more.
 */
function watchIdentifier(text: string, scope: Scope, run: Run, known: Known): void {
  if (run.identifiers !== undefined || !isPlainText(text)) checkIdentifier(text, scope, run, known);
}

function checkIdentifier(text: string, scope: Scope, run: Run, { object, placeIn, label }: Known): void {
  const fault = identifierFault(text);
  if (fault !== undefined) run.reasons.push(mappingReason("identifier-characters", placeIn(scope), `an identifier holds ${fault}`, text, label));
  const visible = visibleForm(text);
  if (run.identifiers === undefined) {
    run.hasLookalike ||= visible !== text;
    return;
  }
  const form = `${object} ${visible}`;
  const first = run.identifiers.get(form);
  if (first === undefined) run.identifiers.set(form, text);
  else if (first !== text)
    run.reasons.push(mappingReason("identifier-lookalike", placeIn(scope), "looks like another identifier of this document, and is not the same", text, label));
}
