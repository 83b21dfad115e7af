import { isJsonList, isJsonObject, type Json } from "./exact-json.ts";

/** RFC 6901: where in a document something stands. */
export const pointerOf = (segments: readonly PropertyKey[]): string =>
  segments.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The value at that place; undefined where there is none. */
export function valueAt(document: Json, segments: readonly PropertyKey[]): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of segments) value = memberOf(value, segment);
  return value;
}

function memberOf(value: Json | undefined, segment: PropertyKey): Json | undefined {
  if (isJsonList(value)) return typeof segment === "number" ? value[segment] : undefined;
  return isJsonObject(value) && typeof segment === "string" && Object.hasOwn(value, segment) ? value[segment] : undefined;
}
