import { isJsonList, isJsonNumber, isJsonObject, type Json, textOfNumber } from "../documents/exact-json.ts";

/** The text of a value that is a text, a number or a boolean, or an XML element with attributes; undefined for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (isJsonNumber(value)) return textOfNumber(value);
  if (typeof value === "boolean") return String(value);
  return isJsonObject(value) && typeof value["#text"] === "string" ? value["#text"] : undefined;
}

/** The texts of what is one or several. */
export const textsOf = (value: Json | undefined): readonly string[] =>
  (isJsonList(value) ? value : [value]).map(textOf).filter((text): text is string => text !== undefined);

/** Whether a text is one of these that mean that there is no value. */
export function absentTest(absent: readonly string[]): (text: string) => boolean {
  const [only, second] = absent;
  if (only === undefined) return () => false;
  if (second === undefined) return (text) => text === only;
  if (absent.length === 2) return (text) => text === only || text === second;
  const texts = new Set(absent);
  return (text) => texts.has(text);
}
