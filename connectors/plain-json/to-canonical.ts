import type * as z from "zod";
import { CanonicalDocument } from "../../core/documents/canonical.ts";
import { isJsonList, isJsonNumber, isJsonObject, type Json, type JsonObject, textOfNumber, writeExactJson } from "../../core/documents/exact-json.ts";
import { identifierFault, visibleForm } from "../../core/documents/identifiers.ts";
import { parseInstant } from "../../core/documents/instants.ts";
import { pointerOf, valueAt } from "../../core/documents/json-pointer.ts";
import { type MappingFault, mappingReason } from "../../core/documents/mapping-reasons.ts";
import type { MappingAnswer, MappingContext } from "../../core/documents/source-format.ts";
import type { Reason } from "../../core/effects/outcomes.ts";
import { isNegative, parseDecimal } from "../../core/quantities/decimals.ts";
import { unitCodeOf } from "../../core/quantities/units.ts";
import { type FieldKind, type FieldShape, WIRE_SHAPES } from "./wire-shapes.ts";

type Place = readonly PropertyKey[];

/** One document on its way: what it says of time and site, and every reason against it. */
type Passage = {
  readonly context: MappingContext;
  readonly reasons: Reason[];
  /** Field name and visible form → the identifier first met there. */
  readonly identifiers: Map<string, string>;
};

/** Converts what the wire may write in its own way, then the strict canonical schema judges the whole; all reasons at once, none guessed away. */
export function toCanonical(document: Json, context: MappingContext): MappingAnswer {
  const passage: Passage = { context, reasons: [], identifiers: new Map() };
  const parsed = CanonicalDocument.safeParse(draftOf(document, passage));
  const reasons = parsed.success ? passage.reasons : [...passage.reasons, ...furtherReasons(document, parsed.error.issues, passage.reasons)];
  return parsed.success && reasons.length === 0 ? { kind: "canonical", document: parsed.data } : { kind: "invalid", reasons };
}

function draftOf(document: Json, passage: Passage): unknown {
  if (!isJsonObject(document)) return document;
  const shape = Object.entries(WIRE_SHAPES).find(([type]) => type === document.type)?.[1];
  return shape === undefined ? document : objectDraft({ ...impliedBy(document, passage.context), ...document }, shape, [], passage);
}

/** The site is the address's where the document names none; a cancel needs no lines. */
function impliedBy(document: JsonObject, context: MappingContext): JsonObject {
  const lines = { segmentRequirements: [], materialRequirements: [] };
  return { hierarchyScope: context.site, ...(document.requestState === "Cancelled" ? lines : {}) };
}

function objectDraft(value: JsonObject, shape: FieldShape, at: Place, passage: Passage): Record<string, unknown> {
  const draft: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(shape)) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined) draft[name] = fieldDraft(member, kind, [...at, name], passage);
  }
  return draft;
}

function fieldDraft(value: Json, kind: FieldKind, at: Place, passage: Passage): unknown {
  switch (kind) {
    case "text":
    case "site":
      return value;
    case "identifier":
      return identifierDraft(value, at, passage);
    case "time":
      return timeDraft(value, at, passage);
    case "quantity":
      return quantityDraft(value, at, passage);
    case "unit":
      return unitDraft(value, at, passage);
    default:
      return isJsonList(value) ? value.map((element, index) => elementDraft(element, kind[0], [...at, index], passage)) : value;
  }
}

const elementDraft = (element: Json, shape: FieldShape, at: Place, passage: Passage): unknown =>
  isJsonObject(element) ? objectDraft(element, shape, at, passage) : element;

function identifierDraft(value: Json, at: Place, passage: Passage): Json {
  if (typeof value !== "string") return value;
  const fault = identifierFault(value);
  if (fault !== undefined) addReason(passage, "identifier-characters", at, `an identifier holds ${fault}`, value);
  const name = `${String(at.at(-1))} ${visibleForm(value)}`;
  const first = passage.identifiers.get(name);
  if (first === undefined) passage.identifiers.set(name, value);
  else if (first !== value) addReason(passage, "identifier-lookalike", at, "looks like another identifier of this document, and is not the same", value);
  return value;
}

function timeDraft(value: Json, at: Place, passage: Passage): Json {
  if (typeof value !== "string") return value;
  const answer = parseInstant(value, passage.context.timeZone);
  if (answer.kind === "instant") return answer.instant;
  addReason(passage, answer.fault, at, answer.message, value);
  return value;
}

function quantityDraft(value: Json, at: Place, passage: Passage): unknown {
  if (!isJsonObject(value)) return value;
  return { value: amountDraft(value.value, [...at, "value"], passage), unit: unitDraft(value.unit, [...at, "unit"], passage) };
}

function amountDraft(value: Json | undefined, at: Place, passage: Passage): Json | undefined {
  const text = isJsonNumber(value) ? textOfNumber(value) : value;
  if (typeof text !== "string") return text;
  const answer = parseDecimal(text);
  if (answer.kind === "invalid") {
    addReason(passage, answer.fault, at, answer.message, text);
    return text;
  }
  if (isNegative(answer.value)) addReason(passage, "quantity-negative", at, "a negative quantity", text);
  return answer.value;
}

function unitDraft(value: Json | undefined, at: Place, passage: Passage): Json | undefined {
  if (typeof value !== "string") return value;
  const code = unitCodeOf(value);
  if (code !== undefined) return code;
  addReason(passage, "unit-unknown", at, "not a unit of the unit table", value);
  return value;
}

function addReason(passage: Passage, fault: MappingFault, at: Place, message: string, sent: string): void {
  passage.reasons.push(mappingReason(fault, pointerOf(at), message, sent));
}

/** What the strict schema finds beyond the reasons already given: nothing is said twice of one place, or of what stands inside it. */
function furtherReasons(document: Json, issues: readonly z.core.$ZodIssue[], known: readonly Reason[]): Reason[] {
  const fields = known.map((reason) => reason.field);
  return issues
    .filter((issue) => !fields.some((field) => field !== undefined && isWithin(field, pointerOf(issue.path))))
    .map((issue) => schemaReason(issue, valueAt(document, issue.path)));
}

const isWithin = (field: string, pointer: string): boolean => pointer === field || pointer.startsWith(`${field}/`) || field.startsWith(`${pointer}/`);

function schemaReason(issue: z.core.$ZodIssue, sent: Json | undefined): Reason {
  const field = pointerOf(issue.path);
  if (sent === undefined) return mappingReason("value-missing", field, "a value is needed here");
  const text = typeof sent === "string" ? sent : writeExactJson(sent);
  if (text === "") return mappingReason("value-missing", field, "a value is needed here", text);
  if (typeof sent !== "string" || issue.code === "invalid_type") return mappingReason("wrong-kind", field, issue.message, text);
  return mappingReason(issue.code === "invalid_value" ? "value-unknown" : "value-malformed", field, issue.message, text);
}
