import type { CompiledType } from "./schema-types.ts";
import { judged } from "./schema-values.ts";
import type { XmlAttribute, XmlElement } from "./xml-elements.ts";

const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const XML = "http://www.w3.org/XML/1998/namespace";
/** What may stand in any element; a type named there is not looked into. */
const ANYWHERE: readonly string[] = ["nil", "type", "schemaLocation", "noNamespaceSchemaLocation"];

/** What is wrong with an element's attributes, in their order; then those that are missing. */
export function attributeFaults({ attributes }: XmlElement, type: CompiledType): readonly string[] {
  const own = attributes.filter(({ name, namespace }) => namespace !== XSI || !ANYWHERE.includes(name));
  const there = new Set(own.map(({ name, namespace }) => (namespace === "" ? name : undefined)));
  const missing = [...type.attributes].filter(([name, { required }]) => required && !there.has(name));
  return [...own.flatMap((attribute) => faultsOf(attribute, type)), ...missing.map(([name]) => `the attribute ${name} is missing`)];
}

function faultsOf({ name, namespace, value }: XmlAttribute, { attributes }: CompiledType): readonly string[] {
  const known = namespace === "" ? attributes.get(name) : undefined;
  if (known === undefined) return [`the attribute ${namespace === XML ? `xml:${name}` : name} is not expected here`];
  return valueFaults(value, known.type, known.values).map((fault) => `the attribute ${name}: ${fault}`);
}

/** What is wrong with an element's text. */
export const textFaults = (text: string, { text: type, values }: CompiledType): readonly string[] => valueFaults(text, type, values);

const LONGEST_SHOWN = 60;
const MOST_VALUES = 12;
const shown = (text: string): string => JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);

function valueFaults(text: string, type: string, values: readonly string[] | undefined): readonly string[] {
  const { value, isRight } = judged(type, text);
  if (!isRight) return [`${shown(value)} is no ${type}`];
  if (values === undefined || values.includes(value)) return [];
  return [`${shown(value)} is not expected here; expected ${values.slice(0, MOST_VALUES).join(", ")}${values.length > MOST_VALUES ? ", …" : ""}`];
}
