import { fieldText, PARAMETER_TEXTS } from "../../core/api/field-texts.ts";
import { SCHEMA_TEXTS } from "../../core/api/schema-texts.ts";
import { inBoth } from "./in-both.ts";

/** Puts beside every field and parameter what it means, in both languages. */

class TextMissing extends Error {}

type Json = { [name: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws TextMissing, naming every schema, field and parameter that has no text */
export function addFieldTexts(document: object): Json {
  const missing = new Set<string>();
  const copy = withTexts({ ...document }, { schema: undefined, missing });
  if (!isObject(copy)) throw new RangeError("an API's description is an object");
  if (missing.size > 0) throw new TextMissing(`no text in core/api/ for ${[...missing].sort().join(", ")}`);
  return copy;
}

type Place = { readonly schema: string | undefined; readonly missing: Set<string> };

/** What examples show is no schema, however it looks. */
const VALUES = new Set(["example", "examples", "default", "x-problems"]);

function withTexts(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((each) => withTexts(each, place));
  if (!isObject(value)) return value;
  if (isParameter(value)) return withParameterText(value, place.missing);
  const told = Object.entries(value).filter(([name, inner]) => !isBoundOfNumbers(name, inner));
  return Object.fromEntries(told.map(([name, inner]) => [name, member(name, inner, place)]));
}

/** That an integer is one that JavaScript can count is zod's affair. */
const isBoundOfNumbers = (name: string, value: unknown): boolean =>
  (name === "minimum" && value === Number.MIN_SAFE_INTEGER) || (name === "maximum" && value === Number.MAX_SAFE_INTEGER);

function member(name: string, inner: unknown, place: Place): unknown {
  if (VALUES.has(name)) return inner;
  if (!isObject(inner)) return withTexts(inner, place);
  if (name === "properties") return fields(inner, place);
  if (name === "schemas") return Object.fromEntries(Object.entries(inner).map(([schema, each]) => [schema, named(schema, each, place)]));
  return withTexts(inner, place);
}

function named(schema: string, value: unknown, place: Place): unknown {
  const inner = withTexts(value, { ...place, schema });
  const text = SCHEMA_TEXTS[schema];
  if (text === undefined) place.missing.add(`schema ${schema}`);
  return text === undefined || !isObject(inner) ? inner : { ...inBoth("description", text), ...inner };
}

const fields = (properties: Json, place: Place): Json =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, field(name, schema, place)]));

function field(name: string, schema: unknown, place: Place): unknown {
  const inner = withTexts(schema, place);
  if (!isObject(inner) || narrows(inner)) return inner;
  const text = fieldText(place.schema, name);
  if (text === undefined) place.missing.add(`${place.schema === undefined ? "" : `${place.schema}.`}${name}`);
  return text === undefined ? inner : { ...inner, ...inBoth("description", text) };
}

/** Of a problem's answer: says only which codes may come, of fields that the problem itself describes. */
const narrows = (schema: Json): boolean => schema.type === undefined && schema.$ref === undefined && (schema.enum !== undefined || "const" in schema);

const isParameter = (value: Json): boolean => (value.in === "query" || value.in === "header") && typeof value.name === "string" && isObject(value.schema);

function withParameterText(parameter: Json, missing: Set<string>): Json {
  const text = PARAMETER_TEXTS[String(parameter.name)];
  if (text === undefined) missing.add(`parameter ${String(parameter.name)}`);
  return text === undefined ? parameter : { ...parameter, ...inBoth("description", text) };
}
