import { isJsonList, isJsonObject, type Json } from "../../core/documents/exact-json.ts";
import type { Reads } from "./rpc-table.ts";

export type Values = { readonly [name: string]: Json | undefined };

class NoValue extends Error {}

const NAME = /\$([A-Za-z]+)/g;

/**
 * A template with the values in: a text that is all `$name` becomes the value, one that has `$name` in it gets its text; a member whose value is undefined is left out.
 * @throws NoValue for a name that nothing was given for: a defect of ours
 */
export function filled(template: Json, values: Values): Json {
  if (typeof template === "string") return filledText(template, values);
  if (isJsonList(template)) return template.map((member) => filled(member, values));
  if (!isJsonObject(template)) return template;
  const made: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(template)) {
    if (isLeftOut(member, values)) continue;
    made[textIn(name, values)] = filled(member ?? null, values);
  }
  return made;
}

const isLeftOut = (member: Json | undefined, values: Values): boolean =>
  typeof member === "string" && /^\$[A-Za-z]+$/.test(member) && Object.hasOwn(values, member.slice(1)) && values[member.slice(1)] === undefined;

function filledText(template: string, values: Values): Json {
  return /^\$[A-Za-z]+$/.test(template) ? valueNamed(template.slice(1), values) : textIn(template, values);
}

const textIn = (template: string, values: Values): string => template.replaceAll(NAME, (_whole, name: string) => String(valueNamed(name, values)));

function valueNamed(name: string, values: Values): Json {
  const value = values[name];
  if (value === undefined) throw new NoValue(name);
  return value;
}

/** One row of an answer by our names; what is null there, or not there, is absent. A word that its code table does not list stays as it is. */
export function rowOf(row: Json, reads: Reads, codes: Readonly<Record<string, Readonly<Record<string, string>>>>): Values {
  const made: { [name: string]: Json } = {};
  for (const [name, read] of Object.entries(reads)) {
    const found = at(row, typeof read === "string" ? read : read.path);
    if (found === undefined || found === null) continue;
    made[name] = typeof read === "string" ? found : coded(found, codes[read.codes] ?? {});
  }
  return made;
}

function coded(value: Json, codes: Readonly<Record<string, string>>): Json {
  if (isJsonList(value)) return value.map((member) => coded(member, codes));
  return typeof value === "string" && Object.hasOwn(codes, value) ? (codes[value] ?? value) : value;
}

function at(row: Json, path: string): Json | undefined {
  let value: Json | undefined = row;
  for (const name of path.split("/")) value = isJsonObject(value) ? value[name] : undefined;
  return value;
}
