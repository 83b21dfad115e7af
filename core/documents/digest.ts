import { createHash } from "node:crypto";
import { isJsonList, isJsonObject, type Json, type JsonObject, writeExactJson } from "./exact-json.ts";

/**
 * What makes two documents the same content (LANES.md 4): SHA-256, in hex, of the parsed wire document with sorted keys and numbers as sent
 * (`1.0` is not `1.00`), without the connection's volatile fields.
 * @param volatile paths of member names separated by `/` (`sentAt`, `ApplicationArea/BODID`, `Head/@sent`), each through the elements of lists; a name's `{namespace}` may hold slashes
 */
export function digestOf(document: Json, volatile: readonly string[]): string {
  return sha256(writeExactJson(withoutVolatile(document, volatile), true));
}

/** The content of a message of several documents, from theirs, in their order. */
export const digestOfAll = (digests: readonly string[]): string => sha256(digests.join("\n"));

const PATH_STEP = /\{[^}]*\}[^/]*|[^/]+/g;

function withoutVolatile(document: Json, volatile: readonly string[]): Json {
  if (!isJsonObject(document) || volatile.length === 0) return document;
  // A name at the top that itself holds a slash is meant whole.
  return without(document, [...volatile.map((path) => [path]), ...volatile.map((path) => path.match(PATH_STEP) ?? [])]);
}

/** @param paths what is volatile below `value`, the names yet to go */
function without(value: Json, paths: readonly (readonly string[])[]): Json {
  if (paths.length === 0) return value;
  if (isJsonList(value)) return value.map((one) => without(one, paths));
  return isJsonObject(value) ? withoutMembers(value, paths) : value;
}

/** Never by assignment: a member called `__proto__` stays a member. */
function withoutMembers(value: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const kept = Object.entries(value).flatMap(([name, member]) => {
    const through = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    return through.some((rest) => rest.length === 0) ? [] : [[name, without(member, through)] as const];
  });
  return Object.fromEntries(kept);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
