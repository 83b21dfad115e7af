import { isJsonObject, type Json } from "../documents/exact-json.ts";
import { identifierFault, visibleForm } from "../documents/identifiers.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { mappingReason } from "../documents/mapping-reasons.ts";
import { conditionsOf } from "./conditions.ts";
import { type Conversion, type Convert, converterOf, Unmapped, wrongKind } from "./converters.ts";
import { holderOf } from "./made.ts";
import { type Path, parsePath, placeOf, pointerFrom, type Reader, readerOf, type Scope } from "./paths.ts";
import type { Fill, Made, RuleParts, Run } from "./rules.ts";
import type { ValueRule } from "./table.ts";

/** One value: found, converted, checked, put; or a reason why not. */
export function valueFill(rule: ValueRule, parts: RuleParts, within: readonly string[]): Fill {
  const names = rule.target.split("/");
  const find = finderOf(rule, parts);
  const holds = rule.when === undefined ? undefined : conditionsOf(rule.when, parts.isAbsent);
  const isIdentifier = parts.isIdentifier([...within, ...names]);
  const label = `${parts.label} ${rule.target}`;
  const placeIn = placesOf(rule, parts);
  const object = String(names.at(-1));
  const fail = ({ sent, value }: Found, scope: Scope, run: Run, at: readonly PropertyKey[]): void => {
    const fault = value instanceof Unmapped ? value : missing(rule, sent);
    if (fault === undefined) return;
    run.reasons.push(mappingReason(fault.fault, placeIn(scope), fault.message, fault.sent, label));
    if (run.origins !== undefined) run.failed.push(pointerOf([...at, ...names]));
  };
  const put = (value: string, { sent, byDefault }: Found, scope: Scope, into: Made, run: Run, at: readonly PropertyKey[]): void => {
    if (isIdentifier) checkIdentifier(value, object, run, () => placeIn(scope), label);
    const { holder, name } = holderOf(into, names);
    holder[name] = value;
    run.origins?.push({ target: pointerOf([...at, ...names]), source: placeIn(scope), sent, rule, byDefault });
  };
  return (scope, into, run, at) => {
    if (holds !== undefined && !holds(scope)) return;
    const found = find(scope, run);
    if (typeof found.value === "string") put(found.value, found, scope, into, run, at);
    else fail(found, scope, run, at);
  };
}

function missing(rule: ValueRule, sent: Json | undefined): Unmapped | undefined {
  if (rule.required !== true) return undefined;
  return new Unmapped("value-missing", "a value is needed here", typeof sent === "string" ? sent : undefined);
}

/** Where the value stands, for a person: the first source that is there, else the first. */
function placesOf(rule: ValueRule, { strict }: RuleParts): (scope: Scope) => string {
  const paths = (rule.source === undefined ? [] : rule.source).map(parsePath);
  const [first] = paths;
  return (scope) => {
    if (first === undefined) return pointerOf(placeOf(scope));
    const there: Path | undefined = paths.find((path) => readerOf(path, strict)(scope) !== undefined);
    return pointerFrom(there === undefined ? first : there, scope);
  };
}

type Found = { readonly value: string | Unmapped | undefined; readonly sent: Json | undefined; readonly byDefault: boolean };
type IsNothing = (value: Json | undefined) => value is undefined;

/** The first source that has a value, converted; or the default. */
function finderOf(rule: ValueRule, parts: RuleParts): (scope: Scope, run: Run) => Found {
  const { constant } = rule;
  if (constant !== undefined) return () => ({ value: constant, sent: undefined, byDefault: false });
  const isAbsent = absentIn(rule, parts);
  const isNothing = (value: Json | undefined): value is undefined => isAbsentValue(value, parts, isAbsent);
  const converters = (rule.convert === undefined ? [] : rule.convert).map(converterOf);
  if (rule.source === undefined) {
    const read: Reader = ({ value }) => value;
    return (scope, run) => ({ value: converted(scope.value, converters, conversion(scope, run, read, isAbsent)), sent: undefined, byDefault: false });
  }
  const sources = rule.source.map((source) => readerOf(parsePath(source), parts.strict));
  const read = firstOf(sources, isNothing);
  const fallback = rule.default?.value;
  return (scope, run) => {
    const sent = read(scope);
    if (isNothing(sent)) return { value: fallback, sent: sources[0]?.(scope), byDefault: fallback !== undefined };
    return { value: converted(plain(sent), converters, conversion(scope, run, read, isAbsent)), sent, byDefault: false };
  };
}

const conversion = (scope: Scope, { context, codes }: Run, read: Reader, isAbsent: (text: string) => boolean): Conversion => ({
  scope,
  context,
  codes,
  read,
  isAbsent,
});

function absentIn({ absent }: ValueRule, { isAbsent }: RuleParts): (text: string) => boolean {
  return absent === undefined ? isAbsent : (text) => isAbsent(text) || absent.includes(text);
}

const firstOf =
  (sources: readonly Reader[], isNothing: IsNothing): Reader =>
  (scope) => {
    for (const source of sources) {
      const value = source(scope);
      if (!isNothing(value)) return value;
    }
    return undefined;
  };

function isAbsentValue(value: Json | undefined, { table }: RuleParts, isAbsent: (text: string) => boolean): value is undefined {
  if (value === undefined) return true;
  if (value === null) return table.nullIsAbsent === true;
  const text = plain(value);
  return typeof text === "string" && isAbsent(text);
}

/** An XML element with attributes is its text; with attributes alone, none. */
function plain(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const text = value["#text"];
  if (text !== undefined) return text;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name.startsWith("@")) ? "" : value;
}

function converted(value: Json, converters: readonly Convert[], given: Conversion): string | Unmapped {
  let current: Json = value;
  for (const convert of converters) {
    const next = convert(current, given);
    if (next instanceof Unmapped) return next;
    current = next;
  }
  return typeof current === "string" ? current : wrongKind(current);
}

/** BAD-INPUT.md 18 to 22. */
function checkIdentifier(text: string, name: string, run: Run, place: () => string, label: string): void {
  const fault = identifierFault(text);
  if (fault !== undefined) run.reasons.push(mappingReason("identifier-characters", place(), `an identifier holds ${fault}`, text, label));
  const form = `${name} ${visibleForm(text)}`;
  const first = run.identifiers.get(form);
  if (first === undefined) run.identifiers.set(form, text);
  else if (first !== text)
    run.reasons.push(mappingReason("identifier-lookalike", place(), "looks like another identifier of this document, and is not the same", text, label));
}
