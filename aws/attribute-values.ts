import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item, Key, Value } from "../core/ledger/ledger-store.ts";

/** Our values as DynamoDB's, and back. Numbers are times and counters only; quantities are text (STYLE.md), so a double loses nothing. */

export type Attributes = Record<string, AttributeValue>;

/** The table holds something that no write of ours makes. */
export class ForeignValue extends Error {}

/** A name like `__proto__`, which comes from outside, stays an own property. */
function setOwn<T>(record: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  else record[name] = value;
}

const isList = (value: object): value is readonly Value[] => Array.isArray(value);

function encodeObject(value: Uint8Array | readonly Value[] | Readonly<Record<string, Value>>): AttributeValue {
  if (value instanceof Uint8Array) return { B: value };
  return isList(value) ? { L: value.map(encode) } : { M: encodeMap(value) };
}

/** @throws RangeError for a number that is not finite, TypeError for what is no Value */
export function encode(value: Value | undefined): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "boolean":
      return { BOOL: value };
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("a number is not finite");
      return { N: String(value) };
    case "object":
      return value === null ? { NULL: true } : encodeObject(value);
    default:
      throw new TypeError(`a value of type ${typeof value} cannot be stored`);
  }
}

export function encodeMap(map: Readonly<Record<string, Value>>): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(map)) setOwn(attributes, name, encode(map[name]));
  return attributes;
}

export const encodeKey = ({ pk, sk }: Key): Attributes => ({ pk: { S: pk }, sk: { S: sk } });

function decodeNested(value: AttributeValue): Value {
  if (value.M !== undefined) return decodeMap(value.M);
  if (value.L !== undefined) return value.L.map(decode);
  if (value.B !== undefined) return value.B;
  throw new ForeignValue(`an attribute of type ${Object.keys(value).join()} is none of ours`);
}

/** @throws ForeignValue */
function decode(value: AttributeValue): Value {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  return value.NULL === true ? null : decodeNested(value);
}

function decodeMap(attributes: Readonly<Attributes>): Record<string, Value> {
  const map: Record<string, Value> = {};
  for (const [name, value] of Object.entries(attributes)) setOwn(map, name, decode(value));
  return map;
}

/** @throws ForeignValue */
export function decodeItem(attributes: Readonly<Attributes>): Item {
  return { ...decodeMap(attributes), ...decodeKey(attributes) };
}

/** @throws ForeignValue */
export function decodeKey({ pk, sk }: Readonly<Attributes>): Key {
  if (pk?.S === undefined || sk?.S === undefined) throw new ForeignValue("an item without its keys");
  return { pk: pk.S, sk: sk.S };
}
