import type { DocumentType } from "../../core/documents/canonical.ts";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../core/documents/exact-json.ts";
import { pointerOf } from "../../core/documents/json-pointer.ts";
import type { RouteAnswer, SourceFormat } from "../../core/documents/source-format.ts";
import { toCanonical } from "./to-canonical.ts";
import { type FieldKind, type FieldShape, QUANTITY_SHAPE, WIRE_SHAPES } from "./wire-shapes.ts";

/**
 * Our own JSON (README.md of this folder): a message is one document, `{"documents": […]}`, or an agent's batch
 * `{"lines": [{"key": "…", "document": {…}}]}`.
 */
export const plainJsonFormat: SourceFormat = { mappingVersion: "plain-json-1", accepts: ["json"], split, route, toCanonical, unknownFields };

type Part = ReturnType<SourceFormat["split"]>[number];

function split(message: Json): readonly Part[] {
  if (!isJsonObject(message) || Object.hasOwn(message, "type")) return [{ document: message, path: "" }];
  const { documents, lines } = message;
  if (isJsonList(documents)) return documents.map((document, at) => ({ document, path: pointerOf(["documents", at]) }));
  if (isJsonList(lines)) return lines.map(lineAt);
  return [{ document: message, path: "" }];
}

/** A line that is none, or whose key is no text, is handed on so that the door refuses it by its path: an empty key is refused there. */
function lineAt(line: Json, at: number): Part {
  if (!isJsonObject(line)) return { document: line, path: pointerOf(["lines", at]) };
  const { key, document = null } = line;
  const part = { document, path: pointerOf(["lines", at, "document"]) };
  return key === undefined ? part : { ...part, key: typeof key === "string" ? key : "" };
}

const isDocumentType = (text: Json | undefined): text is DocumentType => typeof text === "string" && Object.hasOwn(WIRE_SHAPES, text);

const LONGEST_IDENTIFIER = 100;

function route(document: Json): RouteAnswer {
  if (!isJsonObject(document)) return unroutable("", "a document is an object");
  const { type } = document;
  if (!isDocumentType(type)) return unroutable("/type", `one of ${Object.keys(WIRE_SHAPES).join(", ")} is expected`);
  const orderField = type === "MaterialActual" ? "operationsRequestId" : "id";
  const fault = identifierFaultIn(document, "id") ?? identifierFaultIn(document, orderField) ?? siteFaultIn(document) ?? versionFaultIn(document);
  if (fault !== undefined) return fault;
  return {
    kind: "routed",
    fields: {
      type,
      subject: { kind: type === "MaterialDefinition" ? "material" : "order", number: textIn(document, orderField) },
      objectId: textIn(document, "id"),
      ...identityIn(document, type),
      cancel: type === "OperationsRequest" && document.requestState === "Cancelled",
      ...(document.hierarchyScope === undefined ? {} : { site: textIn(document, "hierarchyScope") }),
    },
  };
}

/** A report has its own number; a version of one is a field that nobody knows. */
function identityIn(document: JsonObject, type: DocumentType): { readonly version?: string; readonly ownNumber?: string } {
  if (type === "MaterialActual") return { ownNumber: textIn(document, "id") };
  return document.version === undefined ? {} : { version: textIn(document, "version") };
}

type Unroutable = Extract<RouteAnswer, { kind: "unroutable" }>;
const unroutable = (path: string, message: string): Unroutable => ({ kind: "unroutable", path, message });

function identifierFaultIn(document: JsonObject, name: string): Unroutable | undefined {
  const value = document[name];
  if (typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_IDENTIFIER) return undefined;
  return unroutable(pointerOf([name]), `a text of 1 to ${LONGEST_IDENTIFIER} characters is expected`);
}

const siteFaultIn = (document: JsonObject): Unroutable | undefined =>
  document.hierarchyScope === undefined ? undefined : identifierFaultIn(document, "hierarchyScope");

function versionFaultIn(document: JsonObject): Unroutable | undefined {
  const { version } = document;
  if (version === undefined || (typeof version === "string" && /^\d{1,18}$/.test(version))) return undefined;
  return unroutable("/version", "a text of 1 to 18 digits is expected");
}

class UncheckedField extends Error {}

/** @throws UncheckedField: only for fields checked above. */
function textIn(document: JsonObject, name: string): string {
  const value = document[name];
  if (typeof value !== "string") throw new UncheckedField(`field ${name} was not checked`);
  return value;
}

const MOST_UNKNOWN_FIELDS = 50;

/** The first 50. */
function unknownFields(document: Json): readonly string[] {
  if (!isJsonObject(document) || !isDocumentType(document.type)) return [];
  const found: string[] = [];
  collectUnknown(document, WIRE_SHAPES[document.type], [], found);
  return found;
}

function collectUnknown(value: JsonObject, shape: FieldShape, at: readonly PropertyKey[], found: string[]): void {
  for (const [name, member] of Object.entries(value)) {
    if (found.length === MOST_UNKNOWN_FIELDS) return;
    const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (kind === undefined) found.push(pointerOf([...at, name]).slice(0, 200));
    else collectInside(member, kind, [...at, name], found);
  }
}

function collectInside(member: Json, kind: FieldKind, at: readonly PropertyKey[], found: string[]): void {
  if (kind === "quantity" && isJsonObject(member)) collectUnknown(member, QUANTITY_SHAPE, at, found);
  if (typeof kind === "string" || !isJsonList(member)) return;
  for (const [index, element] of member.entries()) if (isJsonObject(element)) collectUnknown(element, kind[0], [...at, index], found);
}
