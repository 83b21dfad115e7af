import jsonata from "jsonata";
import { SaxesParser } from "saxes";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { isJsonNumber, type Json, type JsonObject, parseExactJson, textOfNumber } from "../../core/documents/exact-json.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { MappingContext, SourceFormat } from "../../core/documents/source-format.ts";
import { treeOf } from "../../core/documents/xml-tree.ts";
import { idocFormat, idocText } from "./idoc-form.ts";
import { jsonOrderFormat, ORDER_IN_JSONATA, type OrderSize, orderText } from "./order-form.ts";

/** The works that are measured. Each goes in turn through documents that differ in numbers, texts and days, so that nothing is measured of one document alone. */

class SampleRefused extends Error {}

const CONTEXT: MappingContext = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [] };
const DOCUMENTS = 8;

type Sample<T> = { readonly next: () => T; readonly bytes: number };

function sampleOf<T>(make: (seed: number) => T, sizeOf: (one: T) => number, documents = DOCUMENTS): Sample<T> {
  const all = Array.from({ length: documents }, (_, seed) => make(seed));
  let at = 0;
  const next = (): T => {
    at = (at + 1) % all.length;
    const one = all[at];
    if (one === undefined) throw new SampleRefused("there is no sample");
    return one;
  };
  return { next, bytes: Math.round(all.reduce((sum, one) => sum + sizeOf(one), 0) / all.length) };
}

/** From a message's tree to the canonical document: the message's form, its table, its rules, the canonical schema. */
function mapped(format: SourceFormat, message: Json): CanonicalDocument {
  const split = format.split(message);
  const [part] = split.kind === "parts" ? split.parts : [];
  const answer = part === undefined ? undefined : format.toCanonical(part.document, CONTEXT);
  if (answer?.kind === "canonical") return answer.document;
  throw new SampleRefused(JSON.stringify(answer ?? split));
}

function treeIn(bytes: Uint8Array): Json {
  const parsed = parseExactJson(bytes);
  if (parsed.kind === "refused") throw new SampleRefused(parsed.message);
  return parsed.value;
}

/** From bytes to canonical text. */
const wholeJson = (bytes: Uint8Array): string => JSON.stringify(mapped(jsonOrderFormat, treeIn(bytes)));

export type Ways<Part extends string> = { readonly works: Readonly<Record<Part, () => unknown>>; readonly bytes: number };

export type JsonPart = "floor" | "parser" | "mapping" | "text" | "mapped" | "whole" | "jsonata";

/** @throws SampleRefused where JSONata's output is not ours byte for byte: nothing would be compared */
export async function jsonWays(size: OrderSize): Promise<Ways<JsonPart>> {
  const texts = sampleOf((seed) => orderText(size, seed), Buffer.byteLength);
  const bytes = sampleOf(
    (seed) => Buffer.from(orderText(size, seed)),
    ({ length }) => length,
  );
  const trees = sampleOf(
    (seed) => treeIn(Buffer.from(orderText(size, seed))),
    () => 0,
  );
  const documents = sampleOf(
    (seed) => mapped(jsonOrderFormat, treeIn(Buffer.from(orderText(size, seed)))),
    () => 0,
  );
  const plain = sampleOf(
    (seed) => numbersAsTexts(treeIn(Buffer.from(orderText(size, seed)))),
    () => 0,
  );
  const expression = jsonata(ORDER_IN_JSONATA);
  const inJsonata = async (tree: unknown): Promise<string> => JSON.stringify(await expression.evaluate(tree));
  await checkEqual(size, inJsonata);
  return {
    bytes: bytes.bytes,
    works: {
      floor: () => JSON.stringify(JSON.parse(texts.next())),
      parser: () => treeIn(bytes.next()),
      mapping: () => mapped(jsonOrderFormat, trees.next()),
      text: () => JSON.stringify(documents.next()),
      mapped: () => JSON.stringify(mapped(jsonOrderFormat, trees.next())),
      whole: () => wholeJson(bytes.next()),
      jsonata: () => inJsonata(plain.next()),
    },
  };
}

async function checkEqual(size: OrderSize, inJsonata: (tree: unknown) => Promise<string>): Promise<void> {
  for (let seed = 0; seed < DOCUMENTS; seed += 1) {
    const bytes = Buffer.from(orderText(size, seed));
    const [ours, theirs] = [wholeJson(bytes), await inJsonata(numbersAsTexts(treeIn(bytes)))];
    if (ours !== theirs) throw new SampleRefused(`JSONata makes another text of document ${seed}:\n${ours}\n${theirs}`);
  }
}

/** For JSONata, which would take a quantity through a double. */
function numbersAsTexts(value: Json): unknown {
  if (isJsonNumber(value)) return textOfNumber(value);
  if (Array.isArray(value)) return value.map(numbersAsTexts);
  return isMembers(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, numbersAsTexts(member)])) : value;
}

const isMembers = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value) && !isJsonNumber(value);

/** One size of order, for the price of a component. */
export function sizeWays(size: OrderSize): { readonly whole: () => string; readonly floor: () => string } {
  const documents = size.components > 1000 ? 2 : DOCUMENTS;
  const bytes = sampleOf(
    (seed) => Buffer.from(orderText(size, seed)),
    ({ length }) => length,
    documents,
  );
  const texts = sampleOf((seed) => orderText(size, seed), Buffer.byteLength, documents);
  return { whole: () => wholeJson(bytes.next()), floor: () => JSON.stringify(JSON.parse(texts.next())) };
}

export type XmlPart = "parser" | "tree" | "exact" | "whole";

export function xmlWays(size: OrderSize): Ways<XmlPart> {
  const texts = sampleOf((seed) => idocText(size, seed), Buffer.byteLength);
  const bytes = sampleOf(
    (seed) => Buffer.from(idocText(size, seed)),
    ({ length }) => length,
  );
  return {
    bytes: bytes.bytes,
    works: {
      parser: () => parseWithoutReading(texts.next()),
      tree: () => treeOf(texts.next(), 200),
      exact: () => xmlTreeIn(bytes.next()),
      whole: () => JSON.stringify(mapped(idocFormat, xmlTreeIn(bytes.next()))),
    },
  };
}

/** saxes as we use it, with nobody listening. */
function parseWithoutReading(text: string): void {
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(text).close();
}

function xmlTreeIn(bytes: Uint8Array): JsonObject {
  const parsed = parseExactXml(bytes, undefined);
  if (parsed.kind === "refused") throw new SampleRefused(parsed.message);
  return parsed.value;
}
