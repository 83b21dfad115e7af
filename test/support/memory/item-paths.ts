import type { Condition, Value, Write } from "../../../core/ledger/ledger-store.ts";
import { copyValue, type Fields, isMap, type StoredItem, setField, ValidationException } from "./plain-values.ts";

type Update = Extract<Write, { kind: "update" }>;

const namesOf = (path: string): readonly string[] => {
  const names = path.split(".");
  if (names.includes("")) throw new ValidationException(`path "${path}" has an empty name`);
  return names;
};

function valueAt(item: StoredItem, path: string): Value | undefined {
  if (path.indexOf(".") < 0) return Object.hasOwn(item, path) ? item[path] : undefined;
  let value: Value | undefined = item;
  for (const name of namesOf(path)) {
    if (!isMap(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function pathHolds(value: Value | undefined, condition: Extract<Condition, { path: string }>): boolean {
  if ("is" in condition) return value === condition.is;
  if ("isNot" in condition) return value !== condition.isNot;
  if ("atMost" in condition) return typeof value === "number" && value <= condition.atMost;
  return "exists" in condition ? value !== undefined : value === undefined;
}

function holds(item: StoredItem | undefined, condition: Condition): boolean {
  if ("path" in condition) return pathHolds(item === undefined ? undefined : valueAt(item, condition.path), condition);
  return "exists" in condition ? item !== undefined : item === undefined;
}

export function allHold(item: StoredItem | undefined, conditions: readonly Condition[] | undefined): boolean {
  if (conditions === undefined) return true;
  for (const condition of conditions) if (!holds(item, condition)) return false;
  return true;
}

/** The item with the leaf replaced (or gone, for undefined); copies only the maps on the way. */
function changeAt(item: StoredItem, path: string, value: Value | undefined): StoredItem {
  const root: StoredItem = { ...item };
  const names = namesOf(path);
  let at: Fields = root;
  for (let depth = 0; depth < names.length - 1; depth += 1) {
    const name = names[depth] ?? path;
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (!isMap(next)) throw new ValidationException(`the document path "${path}" is invalid for update: its parent is no map`);
    const copy = { ...next };
    setField(at, name, copy);
    at = copy;
  }
  const leaf = names[names.length - 1] ?? path;
  if (value === undefined) delete at[leaf];
  else setField(at, leaf, value);
  return root;
}

const overlap = (one: string, other: string): boolean =>
  one === other || (other.startsWith(one) && other.charAt(one.length) === ".") || (one.startsWith(other) && one.charAt(other.length) === ".");

function refuseBadPaths(paths: readonly string[]): void {
  if (paths.length === 0) throw new ValidationException("an update that changes nothing");
  paths.forEach((path, at) => {
    if (path === "pk" || path === "sk") throw new ValidationException(`cannot update attribute ${path}: it is part of the key`);
    for (let before = 0; before < at; before += 1) {
      const other = paths[before];
      if (other !== undefined && overlap(path, other)) throw new ValidationException(`two document paths overlap: "${other}" and "${path}"`);
    }
  });
}

function sumAt(item: StoredItem, path: string, by: number): number {
  const before = valueAt(item, path);
  if (before !== undefined && typeof before !== "number") throw new ValidationException(`"${path}" is no number to add to`);
  return before === undefined ? by : before + by;
}

/** What to change, before anything is looked at: a request that is wrong in itself is refused even when its condition would not hold. */
export function pathsOf(update: Update): readonly string[] {
  const paths = [...Object.keys(update.set ?? {}), ...Object.keys(update.add ?? {}), ...(update.remove ?? [])];
  refuseBadPaths(paths);
  return paths;
}

/** The item after the update; undefined stays undefined where there was nothing and the update only removes (as DynamoDB does). */
export function updated(item: StoredItem | undefined, update: Update): StoredItem | undefined {
  if (item === undefined && Object.keys({ ...update.set, ...update.add }).length === 0) return undefined;
  let next: StoredItem = item ?? { pk: update.key.pk, sk: update.key.sk };
  const before = next;
  for (const path in update.set) next = changeAt(next, path, copyValue(update.set[path], path.split(".").length));
  for (const path in update.add) next = changeAt(next, path, sumAt(before, path, update.add[path] ?? Number.NaN));
  for (const path of update.remove ?? []) next = changeAt(next, path, undefined);
  return next;
}
