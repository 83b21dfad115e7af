import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sapIdocFormat } from "../../../connectors/sap-idoc/format.ts";
import type { CanonicalDocument } from "../../../core/documents/canonical.ts";
import type { Json } from "../../../core/documents/exact-json.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import type { MappingContext, Part } from "../../../core/documents/source-format.ts";
import { samplesFolder } from "../../../local/sample-accounts.ts";

export const CONTEXT: MappingContext = { site: SiteId.parse("hamburg"), timeZone: "Europe/Berlin", decimalSeparator: ".", codes: [] };

const SAP = "SAP-samples__digital-manufacturing-extension-samples";
export const SAMPLES = ["LOIPRO05.xml", "LOIWCS03.xml", "R1CH01007_RAW_MAT_IDOC.xml", "R1MF00012_RAW_MAT_IDOC.xml", "S1SP02677_FINISHED_MAT_IDOC.xml"] as const;
export type Sample = (typeof SAMPLES)[number];
export const hasSamples = samplesFolder() !== undefined;

/** The published file's text; asked for only where `hasSamples`. */
export const sampleText = (name: Sample): string => readFileSync(join(samplesFolder() ?? ".", SAP, name), "utf8");

export function partsOf(xml: string): readonly Part[] {
  const parsed = parseExactXml(Buffer.from(xml), undefined);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  const split = sapIdocFormat.split(parsed.value);
  if (split.kind !== "parts") throw new Error(split.message);
  return split.parts;
}

export function documentIn(xml: string): Json {
  const [part, ...more] = partsOf(xml);
  if (part === undefined || more.length > 0) throw new Error(`not one document but ${more.length + (part === undefined ? 0 : 1)}`);
  return part.document;
}

export const mapped = (xml: string, context: MappingContext = CONTEXT) => sapIdocFormat.toCanonical(documentIn(xml), context);

export function canonical(xml: string, context: MappingContext = CONTEXT): CanonicalDocument {
  const answer = mapped(xml, context);
  if (answer.kind === "invalid") throw new Error(JSON.stringify(answer.reasons));
  return answer.document;
}

export function order(xml: string, context: MappingContext = CONTEXT) {
  const document = canonical(xml, context);
  if (document.type !== "OperationsRequest") throw new Error(`a ${document.type}`);
  return document;
}

/** Why it parks. */
export function reasons(xml: string, context: MappingContext = CONTEXT) {
  const answer = mapped(xml, context);
  return answer.kind === "invalid" ? answer.reasons : [];
}

/** @throws where the text is not there: a test that changes nothing proves nothing */
export function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`${from} is not in the text`);
  return text.replace(from, to);
}
