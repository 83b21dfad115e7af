import type { Json } from "../documents/exact-json.ts";
import { parsePath, readerOf, type Scope, startOf } from "./paths.ts";
import type { Condition } from "./table.ts";
import { textOf, textsOf } from "./texts.ts";

/** All of them are true. */
export function conditionsOf(conditions: readonly Condition[], isAbsent: (text: string) => boolean): (scope: Scope) => boolean {
  const tests = conditions.map((condition) => testOf(condition, isAbsent));
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (scope) => tests.every((test) => test(scope));
}

function testOf(condition: Condition, isAbsent: (text: string) => boolean): (scope: Scope) => boolean {
  const path = parsePath(condition.path);
  if ("nested" in condition) return (scope) => (startOf(path, scope)?.outer !== undefined) === condition.nested;
  const read = readerOf(path);
  if ("is" in condition) {
    const values = new Set(condition.is);
    return (scope) => isOneOf(read(scope), values);
  }
  if ("isNot" in condition) {
    const values = new Set(condition.isNot);
    return (scope) => !isOneOf(read(scope), values);
  }
  if ("contains" in condition) {
    const { contains } = condition;
    return (scope) => textsOf(read(scope)).some((text) => contains.some((part) => text.includes(part)));
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

const isOneOf = (value: Json | undefined, values: ReadonlySet<string>): boolean =>
  typeof value === "string" ? values.has(value) : textsOf(value).some((text) => values.has(text));

function isValue(value: Json | undefined, isAbsent: (text: string) => boolean): boolean {
  if (value === undefined || value === null) return false;
  const text = textOf(value);
  return text === undefined || !isAbsent(text);
}
