import { SUBJECT_KINDS } from "../documents/document-types.ts";
import { isJsonObject, type Json } from "../documents/exact-json.ts";
import { SiteId } from "../documents/ids.ts";
import type { MappingContext, RouteAnswer } from "../documents/source-format.ts";
import { conditionsOf } from "./conditions.ts";
import { Unmapped } from "./conversion.ts";
import { converterOf } from "./converters.ts";
import { parsePath, pointerFrom, readerOf, rootScope, type Scope } from "./paths.ts";
import type { MappingTable } from "./table.ts";

type Read = NonNullable<MappingTable["route"]>["subject"];
type Value = { readonly kind: "value"; readonly text: string } | { readonly kind: "absent" } | { readonly kind: "wrong"; readonly message: string };

const LONGEST_IDENTIFIER = 100;
const VERSION = /^\d{1,18}$/;

/** The door has no site yet, and no zone matters to what it reads. */
const NO_CONTEXT: MappingContext = { site: SiteId.parse("none"), timeZone: "UTC", decimalSeparator: ".", codes: [] };

/** What the door reads of a document (LANES.md 4): subject, object, version or own number, site, and whether it cancels. */
export function createRoute(table: MappingTable, name: string, isAbsent: (text: string) => boolean): (document: Json) => RouteAnswer {
  const strict = table.lists === "strict";
  const { route } = table;
  if (route === undefined) return () => ({ kind: "unroutable", path: "", message: `${name} reads no documents` });
  const subject = fieldOf(route.subject, isAbsent, strict);
  const object = fieldOf(route.object, isAbsent, strict);
  const version = route.version === undefined ? undefined : firstFieldOf([route.version].flat(), isAbsent, strict);
  const ownNumber = route.ownNumber === undefined ? undefined : fieldOf(route.ownNumber, isAbsent, strict);
  const site = route.site === undefined ? undefined : fieldOf(route.site, isAbsent, strict);
  const cancels = (route.cancel === undefined ? [] : route.cancel).map((conditions) => conditionsOf(conditions, isAbsent));
  return (document) => {
    if (!isJsonObject(document)) return { kind: "unroutable", path: "", message: "a document is an object" };
    const scope = rootScope(document);
    const [ofSubject, ofObject] = [subject.read(scope), object.read(scope)];
    const ofVersion = version?.read(scope);
    const named = numberBeside(ofVersion, ownNumber);
    const optional = { version: ofVersion, ownNumber: named?.read(scope), site: site?.read(scope) };
    const fault =
      object.fault(ofObject, isIdentifier, IDENTIFIER, true, scope) ??
      subject.fault(ofSubject, isIdentifier, IDENTIFIER, true, scope) ??
      site?.fault(optional.site, isIdentifier, IDENTIFIER, false, scope) ??
      version?.fault(optional.version, (text) => VERSION.test(text), "a text of 1 to 18 digits is expected", false, scope) ??
      named?.fault(optional.ownNumber, isIdentifier, IDENTIFIER, true, scope);
    if (fault !== undefined) return fault;
    return {
      kind: "routed",
      mapping: name,
      volatile: route.volatile,
      places: {
        subject: subject.place(scope),
        object: object.place(scope),
        version: version === undefined ? "" : version.place(scope),
        site: site === undefined ? "" : site.place(scope),
      },
      fields: {
        type: table.documentType,
        subject: { kind: SUBJECT_KINDS[table.documentType], number: checked(ofSubject) },
        objectId: checked(ofObject),
        ...valueNamed("version", optional.version),
        ...valueNamed("ownNumber", optional.ownNumber),
        ...valueNamed("site", optional.site),
        cancel: cancels.some((holds) => holds(scope)),
      },
    };
  };
}

const IDENTIFIER = `a text of 1 to ${LONGEST_IDENTIFIER} characters is expected`;
const isIdentifier = (text: string): boolean => text.trim() !== "" && text.length <= LONGEST_IDENTIFIER;

class Unchecked extends Error {}

/** @throws Unchecked: only for what was checked before. */
function checked(value: Value): string {
  if (value.kind !== "value") throw new Unchecked("a routing field was not checked");
  return value.text;
}

const valueNamed = <N extends string>(name: N, value: Value | undefined): Partial<Record<N, string>> => {
  const made: Partial<Record<N, string>> = {};
  if (value?.kind === "value") made[name] = value.text;
  return made;
};

type Unroutable = Extract<RouteAnswer, { kind: "unroutable" }>;
type RouteField = {
  readonly read: (scope: Scope) => Value;
  /** The first source that is there, else the first. */
  readonly place: (scope: Scope) => string;
  readonly fault: (value: Value | undefined, isRight: (text: string) => boolean, expected: string, required: boolean, scope: Scope) => Unroutable | undefined;
};

/** What has a version is told apart by it; its number alone names it where it has none. */
const numberBeside = (version: Value | undefined, ownNumber: RouteField | undefined): RouteField | undefined =>
  version?.kind === "value" ? undefined : ownNumber;

/** The first of them that has a value. */
function firstFieldOf(reads: readonly Read[], isAbsent: (text: string) => boolean, strict: boolean): RouteField {
  const fields = reads.map((read) => fieldOf(read, isAbsent, strict));
  const fieldFor = (scope: Scope): RouteField | undefined => fields.find((field) => field.read(scope).kind !== "absent") ?? fields[0];
  return {
    read: (scope) => fieldFor(scope)?.read(scope) ?? { kind: "absent" },
    place: (scope) => fieldFor(scope)?.place(scope) ?? "",
    fault: (value, isRight, expected, required, scope) => fieldFor(scope)?.fault(value, isRight, expected, required, scope),
  };
}

/** An XML element with attributes is its text; in JSON an object is no text, whatever its members are called. */
const plainOf = (strict: boolean) => (sent: Json) => {
  if (!isJsonObject(sent)) return sent;
  const { "#text": text } = sent;
  return !strict && typeof text === "string" ? text : null;
};

function fieldOf(read: Read, isAbsent: (text: string) => boolean, strict: boolean): RouteField {
  const paths = read.source.map(parsePath);
  const readers = paths.map((path) => readerOf(path, strict));
  const converters = (read.convert === undefined ? [] : read.convert).map(converterOf);
  const plain = plainOf(strict);
  const find = (scope: Scope): Value => {
    for (const reader of readers) {
      const value = reader(scope);
      if (value !== undefined && !(typeof value === "string" && isAbsent(value))) return converted(value, scope, reader);
    }
    return { kind: "absent" };
  };
  const converted = (sent: Json, scope: Scope, reader: (scope: Scope) => Json | undefined): Value => {
    let value: Json | Unmapped = plain(sent);
    for (const convert of converters) {
      value = convert(value, { scope, context: NO_CONTEXT, codes: [], read: reader, isAbsent });
      if (value instanceof Unmapped) return { kind: "wrong", message: value.message };
    }
    return typeof value === "string" ? { kind: "value", text: value } : { kind: "wrong", message: "a text is expected" };
  };
  const place = (scope: Scope): string => {
    const there = paths.find((_path, at) => readers[at]?.(scope) !== undefined) ?? paths[0];
    return there === undefined ? "" : pointerFrom(there, scope);
  };
  return {
    read: find,
    place,
    fault: (value, isRight, expected, required, scope) => {
      if (value === undefined || (value.kind === "absent" && !required) || (value.kind === "value" && isRight(value.text))) return undefined;
      return { kind: "unroutable", path: place(scope), message: value.kind === "wrong" ? value.message : expected };
    },
  };
}
