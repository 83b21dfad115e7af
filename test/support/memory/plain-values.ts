import type { Item, Value } from "../../../core/ledger/ledger-store.ts";

/** What DynamoDB answers to a request that can never be right; by its name here too. */
export class ValidationException extends Error {
  override readonly name = "ValidationException";
}

export type Fields = { [name: string]: Value };
export type StoredItem = { pk: string; sk: string; [name: string]: Value };

const DEEPEST = 32;

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isMap = (value: Value | undefined): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Own properties only, `__proto__` included: names come from outside. */
export function setField(fields: Fields, name: string, value: Value): void {
  if (name === "__proto__") Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  else fields[name] = value;
}

/** Spreading first keeps the engine's shape of the object, which building it name by name does not: three times as fast. */
function copyMap(map: Readonly<Record<string, Value>>, depth: number): Fields {
  const copy: Fields = { ...map };
  copyMembers(copy, depth);
  return copy;
}

function copyMembers(copy: Fields, depth: number): void {
  for (const name in copy) {
    if (name === "") throw new ValidationException("an attribute name is empty");
    const value = copy[name];
    if (typeof value !== "string") copy[name] = copyValue(value, depth + 1);
  }
}

function copyObject(value: Uint8Array | readonly Value[] | Readonly<Record<string, Value>>, depth: number): Value {
  if (depth > DEEPEST) throw new ValidationException("nesting levels have exceeded supported limits");
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return isList(value) ? value.map((each) => copyValue(each, depth + 1)) : copyMap(value, depth);
}

/** A deep copy that shares nothing with its origin. @throws ValidationException for what DynamoDB cannot hold */
export function copyValue(value: Value | undefined, depth = 1): Value {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new ValidationException("a number is not finite");
      return value === 0 ? 0 : value;
    case "object":
      return value === null ? null : copyObject(value, depth);
    default:
      throw new ValidationException(`a value of type ${typeof value} cannot be stored`);
  }
}

export function copyItem(item: Item): StoredItem {
  const copy: StoredItem = { ...item };
  copyMembers(copy, 0);
  return copy;
}

type BytesOf = (text: string) => number;

function sizeOfObject(value: Uint8Array | readonly Value[] | Readonly<Record<string, Value>>, bytesOf: BytesOf): number {
  if (value instanceof Uint8Array) return value.length;
  if (isList(value)) return value.reduce<number>((size, each) => size + 1 + sizeOf(each, bytesOf), 3);
  let size = 3;
  for (const name of Object.keys(value)) size += 1 + bytesOf(name) + sizeOf(value[name] ?? null, bytesOf);
  return size;
}

/** Bytes as DynamoDB counts them; `bytesOf` measures text (exactly, or by an upper bound). */
export function sizeOf(value: Value, bytesOf: BytesOf): number {
  switch (typeof value) {
    case "string":
      return bytesOf(value);
    case "number":
      return 21;
    case "object":
      return value === null ? 1 : sizeOfObject(value, bytesOf);
    default:
      return 1;
  }
}

export const exactBytes = (text: string): number => Buffer.byteLength(text);
/** UTF-8 needs three bytes for a UTF-16 unit at the most. */
export const atMostBytes = (text: string): number => 3 * text.length;
