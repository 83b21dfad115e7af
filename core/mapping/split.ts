import { isJsonList, isJsonObject, type Json, type JsonObject } from "../documents/exact-json.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import type { Part, SplitAnswer } from "../documents/source-format.ts";
import { conditionsOf } from "./conditions.ts";
import { rootScope } from "./paths.ts";
import type { MessageForm, MessageForms } from "./table.ts";
import { textOf } from "./texts.ts";

/** Messages into documents, by the first form that fits. The order of the documents is the message's. */
export function splitterOf(forms: MessageForms): (message: Json) => SplitAnswer {
  const known = forms.forms.map((form) => ({ fits: fitsForm(form), split: splitOf(form), form }));
  const expected = forms.forms.flatMap((form) => (form.root === undefined || form.takesNone !== undefined ? [] : form.root)).join(", ");
  return (message) => {
    const found = known.find(({ fits }) => fits(message));
    if (found?.form.takesNone !== undefined) return { kind: "takes-none", message: `${rootOf(message)}: ${found.form.takesNone.en}` };
    if (found !== undefined) return { kind: "parts", parts: found.split(message), ...(found.form.checked === true ? { isChecked: true } : {}) };
    return { kind: "unknown-form", message: `the root element ${shown(rootOf(message))}, or its namespace, is none of this connection: ${expected}` };
  };
}

const rootOf = (message: Json): string => {
  const name = isJsonObject(message) ? message["#element"] : undefined;
  return typeof name === "string" ? name : "the message";
};

/** What was sent stands first in the sentence, and leaves room for what is expected. */
const LONGEST_SHOWN = 60;
const shown = (name: string): string => (name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name);

function fitsForm(form: MessageForm): (message: Json) => boolean {
  const { namespaces } = form;
  const roots = form.root === undefined ? undefined : [form.root].flat();
  const holds = conditionsOf(form.when === undefined ? [] : form.when, (text) => text === "");
  return (message) => {
    if (roots !== undefined && !(isJsonObject(message) && roots.some((root) => message["#element"] === root))) return false;
    if (namespaces !== undefined && !(isJsonObject(message) && namespaces.some((namespace) => message["#namespace"] === namespace))) return false;
    return holds(rootScope(message));
  };
}

const whole = (message: Json): Part[] => [{ document: message, path: "" }];

function splitOf({ split, list, withLast = [], belongs = [] }: MessageForm): (message: Json) => readonly Part[] {
  if (list !== undefined) return (message) => listed(message, list);
  if (split === undefined) return whole;
  const names = split.split("/");
  return (message) => {
    const parts = pruned(message, names, [], withLast);
    const list = pointerOf(names.map(plainName));
    if (parts.length === 1) return whole(message);
    const shared = belongs.reduce((each, belonging) => sharedOut(message, each, names.map(plainName), belonging), parts);
    return shared.map((part) => ({ ...part, list }));
  };
}

const isOptional = (name: string): boolean => name.endsWith("?");
const plainName = (name: string): string => (isOptional(name) ? name.slice(0, -1) : name);

type Pruned = { readonly document: Json; readonly path: string };

/** The message once for each element at the end of the names, without the others. */
function pruned(value: Json, names: readonly string[], at: readonly PropertyKey[], withLast: readonly string[]): Pruned[] {
  const [first, ...rest] = names;
  if (first === undefined) return [{ document: value, path: pointerOf(at) }];
  const name = plainName(first);
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return isOptional(first) ? [{ document: value, path: pointerOf(at) }] : [];
  const { [name]: member = null } = value;
  const elements = isJsonList(member)
    ? member.map((element, index) => ({ element, place: [...at, name, index] }))
    : [{ element: member, place: [...at, name] }];
  return elements.flatMap(({ element, place }, index) => {
    const around = rest.length > 0 || index === elements.length - 1 ? value : without(value, withLast);
    return pruned(element, rest, place, withLast).map((part) => ({ ...part, document: withMember(around, name, part.document) }));
  });
}

function without(value: JsonObject, names: readonly string[]): JsonObject {
  if (names.length === 0) return value;
  const copy: { [name: string]: Json } = Object.create(null);
  for (const [key, held] of Object.entries(value)) if (!names.includes(key)) copy[key] = held;
  return copy;
}

type Belonging = NonNullable<MessageForm["belongs"]>[number];

/** Each document with its own lines of a list beside them. */
function sharedOut(message: Json, parts: readonly Pruned[], at: readonly string[], { list, line, here }: Belonging): Pruned[] {
  const place = list.split("/");
  const lines = memberAt(message, place);
  if (!isJsonList(lines)) return [...parts];
  const nameIn = (each: Json): string | undefined => textOf(memberAt(each, [line]));
  const ofLine = Map.groupBy(lines, nameIn);
  const names = parts.map(({ document }) => textOf(memberAt(document, [...at, here])));
  const known = new Set(names);
  const isFirsts = (each: Json): boolean => {
    const name = nameIn(each);
    return name === undefined || name === names[0] || !known.has(name);
  };
  return parts.map(({ document, path }, index) => {
    const name = names[index];
    const own = name === undefined ? undefined : ofLine.get(name);
    return { document: withListAt(document, place, index === 0 ? lines.filter(isFirsts) : own), path };
  });
}

const memberAt = (value: Json, names: readonly string[]): Json | undefined =>
  names.reduce<Json | undefined>((held, name) => (isJsonObject(held) ? memberOf(held, name) : undefined), value);

/** A list without lines is left out: none of it is this document's. */
function withListAt(value: Json, [name, ...rest]: readonly string[], lines: readonly Json[] | undefined): Json {
  if (name === undefined || !isJsonObject(value)) return value;
  const { [name]: held, ...others } = value;
  if (rest.length > 0) return held === undefined ? value : withMember(value, name, withListAt(held, rest, lines));
  return lines === undefined || lines.length === 0 ? others : withMember(value, name, lines);
}

function withMember(value: JsonObject, name: string, member: Json): JsonObject {
  const copy: { [name: string]: Json } = Object.create(null);
  for (const [key, held] of Object.entries(value)) copy[key] = key === name ? member : held;
  return copy;
}

/** A line that is none, or whose key is no text, is handed on so that the door refuses it by its path: an empty key is refused there. */
function listed(message: Json, { path, document, key }: NonNullable<MessageForm["list"]>): readonly Part[] {
  const lines = isJsonObject(message) && Object.hasOwn(message, path) ? message[path] : undefined;
  if (!isJsonList(lines)) return whole(message);
  return lines.map((line, at) =>
    document === undefined || !isJsonObject(line)
      ? { document: line, path: pointerOf([path, at]) }
      : { document: memberOf(line, document) ?? null, path: pointerOf([path, at, document]), ...keyIn(line, key) },
  );
}

const memberOf = (value: JsonObject, name: string): Json | undefined => (Object.hasOwn(value, name) ? value[name] : undefined);

function keyIn(line: JsonObject, name: string | undefined): { readonly key?: string } {
  const key = name === undefined ? undefined : memberOf(line, name);
  return key === undefined ? {} : { key: typeof key === "string" ? key : "" };
}

/** A pointer into a part as one into its message: the places in the lists that were split come in between. */
export function pathInMessage(part: Pick<Part, "path" | "list">, pointer: string): string {
  if (part.list === undefined) return part.path + pointer;
  const wanted = stepsOf(pointer);
  const found: string[] = [];
  let taken = 0;
  for (const step of stepsOf(part.path)) {
    const isPlace = /^\d+$/.test(step);
    if (!isPlace && wanted[taken] !== step) break;
    found.push(step);
    if (!isPlace) taken += 1;
  }
  return [...found, ...wanted.slice(taken)].map((step) => `/${step}`).join("");
}

const stepsOf = (pointer: string): string[] => pointer.split("/").slice(1);
