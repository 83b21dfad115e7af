import { isJsonList, isJsonNumber, isJsonObject, type Json, textOfNumber } from "../documents/exact-json.ts";
import { parsePath, readerOf, type Scope, startOf } from "./paths.ts";
import type { Condition } from "./table.ts";

/** The text of a value that is a text, a number or a boolean, or an XML element with attributes; undefined for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (isJsonNumber(value)) return textOfNumber(value);
  if (typeof value === "boolean") return String(value);
  return isJsonObject(value) && typeof value["#text"] === "string" ? value["#text"] : undefined;
}

export const textsOf = (value: Json | undefined): readonly string[] =>
  (isJsonList(value) ? value : [value]).map(textOf).filter((text): text is string => text !== undefined);

/** All of them are true. */
export function conditionsOf(conditions: readonly Condition[], isAbsent: (text: string) => boolean): (scope: Scope) => boolean {
  const tests = conditions.map((condition) => testOf(condition, isAbsent));
  return (scope) => tests.every((test) => test(scope));
}

function testOf(condition: Condition, isAbsent: (text: string) => boolean): (scope: Scope) => boolean {
  const path = parsePath(condition.path);
  if ("nested" in condition) return (scope) => (startOf(path, scope)?.outer !== undefined) === condition.nested;
  const read = readerOf(path);
  if ("is" in condition) {
    const values = new Set(condition.is);
    return (scope) => textsOf(read(scope)).some((text) => values.has(text));
  }
  if ("isNot" in condition) {
    const values = new Set(condition.isNot);
    return (scope) => !textsOf(read(scope)).some((text) => values.has(text));
  }
  if ("equals" in condition) {
    const other = readerOf(parsePath(condition.equals));
    return (scope) => {
      const text = textOf(read(scope));
      return text !== undefined && text === textOf(other(scope));
    };
  }
  return (scope) => isValue(read(scope), isAbsent) === condition.present;
}

function isValue(value: Json | undefined, isAbsent: (text: string) => boolean): boolean {
  if (value === undefined || value === null) return false;
  const text = textOf(value);
  return text === undefined || !isAbsent(text);
}
