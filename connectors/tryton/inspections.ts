import * as z from "zod";
import type { TestResult } from "../../core/documents/canonical.ts";
import type { Json } from "../../core/documents/exact-json.ts";
import type { PostingKey } from "../../core/documents/ids.ts";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { compareDecimals, parseDecimal } from "../../core/quantities/decimals.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, findEffect, idsOn, noteReversal, postingText, referenceOf, type Undoing } from "./find-effect.ts";
import { findLot } from "./lots.ts";
import { findMaterial } from "./named-things.ts";
import { findOrder } from "./orders.ts";
import { failureOutcome, lookUpFailure, mayHaveHappened, outcomes, reversalRefusal, unsureOutcome } from "./reasons.ts";
import type { RpcFailure } from "./rpc-outcome.ts";
import { end, go, type Step } from "./steps.ts";
import { decimalValue, numberValue } from "./typed-values.ts";

type Verdict = "passed" | "failed";
/** The word in the note that a withdrawn inspection leaves. */
export const WITHDRAWN = "inspection";

const Inspection = z.object({
  id: z.int(),
  /** Our key, and the verdict it was made for. */
  reference: z.string(),
  number: z.string(),
  state: z.enum(["open", "passed", "failed"]),
  alerts: z.array(z.int()),
  stamp: z.string(),
});
type Inspection = z.infer<typeof Inspection>;
const Control = z.object({ id: z.int(), name: z.string(), product: z.int().optional() });
const Point = z.object({ name: z.string(), title: z.string(), kind: z.string(), lower: DecimalText.optional(), upper: DecimalText.optional() });
type Point = z.infer<typeof Point>;
const Alert = z.object({ id: z.int(), number: z.string(), state: z.enum(["new", "handled"]) });

export type InspectionFound = Step<Inspection | undefined>;

/** Our key stands in the inspection's own reference, so that it is there with it. Of several (one that was committed late) the one that is furthest counts. */
async function inspectionUnder(client: TrytonClient, key: PostingKey, deadline: number): Promise<InspectionFound> {
  const found = await client.rows("inspections", { reference: postingText(key) }, deadline, Inspection);
  if (found.kind !== "rows") return end(failureOutcome(found));
  return go(found.rows.find(({ state }) => state !== "open") ?? found.rows[0]);
}

/** Records an inspection of the order that made the lot, and its verdict, which is the plant's; a failed one raises the ERP's alert. */
export async function recordInspection(client: TrytonClient, call: EffectCall, document: TestResult): Promise<CallOutcome> {
  const { key, deadline } = call;
  const before = await inspectionUnder(client, key, deadline);
  if (before.kind === "end") return before.outcome;
  const wanted: Verdict = document.evaluatedCriterionResult === "Pass" ? "passed" : "failed";
  const inspection = before.value === undefined ? await make(client, call, document, wanted) : go(before.value);
  if (inspection.kind === "end") return inspection.outcome;
  return judge(client, call, inspection.value, wanted);
}

async function make(client: TrytonClient, { key, deadline }: EffectCall, document: TestResult, wanted: Verdict): Promise<Step<Inspection>> {
  const reversed = await findEffect(client, key, deadline);
  if (reversed.kind === "failed") return end(failureOutcome(reversed.failure));
  if (idsOn(reversed.notes, "lot", "reversed").length > 0) return end(outcomes.reversedThere(postingText(key)));
  const planned = await plan(client, document, wanted, deadline);
  if (planned.kind === "end") return planned;
  const made = await client.call("makeInspection", { ...planned.value, reference: `${postingText(key)} ${wanted}` }, deadline);
  // One that is committed late must be seen by the next try.
  if (made.kind !== "result") return end(mayHaveHappened(made) ? unsureOutcome(made) : failureOutcome(made));
  const read = await inspectionUnder(client, key, deadline);
  if (read.kind === "end") return read;
  return read.value === undefined ? end(outcomes.noEffect(postingText(key), "not there")) : go(read.value);
}

type Planned = { readonly control: number; readonly origin: string | undefined; readonly points: Json };

async function plan(client: TrytonClient, document: TestResult, wanted: Verdict, deadline: number): Promise<Step<Planned>> {
  const { materialDefinitionId: code, operationsRequestId, testSpecificationId } = document;
  const material = await findMaterial(client, code, deadline);
  if (material.kind === "end") return material;
  const lot = await lotOf(client, document, deadline);
  if (lot.kind === "end") return lot;
  const order = operationsRequestId === undefined ? undefined : await findOrder(client, operationsRequestId, deadline);
  if (order?.kind === "end") return order;
  const controls = await client.rows("controls", { product: material.value.id }, deadline, Control);
  if (controls.kind !== "rows") return end(failureOutcome(controls));
  const control = controlOf(controls.rows, testSpecificationId);
  if (control === undefined) return end(outcomes.controlUnknown(code));
  const points = await client.rows("points", { control: control.id }, deadline, Point);
  if (points.kind !== "rows") return end(failureOutcome(points));
  const values = valuesOf(points.rows, document, wanted);
  return values.kind === "end"
    ? values
    : go({ control: control.id, origin: order === undefined ? undefined : referenceOf("order", order.value.id), points: values.value });
}

async function lotOf(client: TrytonClient, { materialDefinitionId: code, materialLotId: number }: TestResult, deadline: number): Promise<Step<number>> {
  const material = await findMaterial(client, code, deadline);
  return material.kind === "end" ? material : findLot(client, { number, material: code, materialId: material.value.id }, "known", deadline);
}

/** By the name of the specification where there is one; the product's own before one for all. */
function controlOf(controls: readonly z.infer<typeof Control>[], specification: string | undefined): z.infer<typeof Control> | undefined {
  const named = specification === undefined ? controls : controls.filter(({ name }) => name === specification);
  return named.find(({ product }) => product !== undefined) ?? named[0];
}

/** A value for each point of the control, by the point's name or title: the ERP processes no inspection without. */
function valuesOf(points: readonly Point[], document: TestResult, wanted: Verdict): Step<Json> {
  const values: [string, Json][] = [];
  for (const point of points) {
    const measured = document.propertyMeasurements.find(({ id }) => id === point.name || id === point.title);
    if (measured === undefined) return end(outcomes.notMeasured(point.title));
    const value = valueFor(point, measured.value);
    if (value.kind === "end") return value;
    if (wanted === "passed" && !isWithin(point, measured.value)) return end(outcomes.verdictDiffers(`${point.title} ${measured.value}`));
    values.push([point.name, value.value]);
  }
  return go(Object.fromEntries(values));
}

const TRUE = ["true", "yes", "pass"];
const FALSE = ["false", "no", "fail"];

function valueFor(point: Point, text: string): Step<Json> {
  if (point.kind === "boolean") {
    const word = text.toLowerCase();
    return TRUE.includes(word) || FALSE.includes(word) ? go(TRUE.includes(word)) : end(outcomes.measurementStrange(point.title, text));
  }
  const decimal = parseDecimal(text);
  if (decimal.kind === "invalid") return end(outcomes.measurementStrange(point.title, text));
  return go(point.kind === "numeric" ? decimalValue(decimal.value) : numberValue(decimal.value));
}

/** As the ERP will judge it. */
function isWithin({ kind, lower, upper }: Point, text: string): boolean {
  if (kind === "boolean") return TRUE.includes(text.toLowerCase());
  const decimal = parseDecimal(text);
  if (decimal.kind === "invalid") return false;
  return (lower === undefined || compareDecimals(decimal.value, lower) >= 0) && (upper === undefined || compareDecimals(decimal.value, upper) <= 0);
}

async function judge(client: TrytonClient, call: EffectCall, inspection: Inspection, wanted: Verdict): Promise<CallOutcome> {
  if (inspection.state !== "open") return settle(client, call, inspection, wanted);
  const { key, deadline } = call;
  const processed = await client.call("processInspection", { inspection: inspection.id, stamp: inspection.stamp }, deadline);
  if (processed.kind !== "result" && mayHaveHappened(processed)) return unsureOutcome(processed);
  const after = await inspectionUnder(client, key, deadline);
  if (after.kind === "end") return unsureOutcome({ kind: "unsure", why: "it could not be read again" });
  if (after.value !== undefined && after.value.state !== "open") return settle(client, call, after.value, wanted);
  return processed.kind === "result"
    ? outcomes.noEffect(referenceOf("inspection", inspection.id), after.value?.state ?? "not there")
    : failureOutcome(processed);
}

const recorded = ({ id }: Inspection): CallOutcome => ({ kind: "applied", reference: referenceOf("inspection", id) });

/** The plant's word stands where it fails what the ERP's own tolerances pass. */
async function settle(client: TrytonClient, { key, deadline }: EffectCall, inspection: Inspection, wanted: Verdict): Promise<CallOutcome> {
  if (inspection.state === wanted) return recorded(inspection);
  if (wanted === "passed") return outcomes.verdictDiffers(inspection.number);
  const failed = await client.call("failInspection", { inspection: inspection.id }, deadline);
  if (failed.kind !== "result" && mayHaveHappened(failed)) return unsureOutcome(failed);
  const after = await inspectionUnder(client, key, deadline);
  if (after.kind === "end") return unsureOutcome({ kind: "unsure", why: "it could not be read again" });
  if (after.value?.state === "failed") return recorded(after.value);
  return failed.kind === "result" ? outcomes.noEffect(referenceOf("inspection", inspection.id), inspection.state) : failureOutcome(failed);
}

/** Is it recorded with the verdict that it was made for? Undefined where there is none under this key. */
export async function lookUpInspection(client: TrytonClient, key: PostingKey, deadline: number): Promise<LookUpOutcome | undefined> {
  const found = await client.rows("inspections", { reference: postingText(key) }, deadline, Inspection);
  if (found.kind !== "rows") return lookUpFailure(found);
  if (found.rows.length === 0) return undefined;
  const recordedOne = found.rows.find(({ state, reference }) => reference.endsWith(` ${state}`));
  return recordedOne === undefined ? { kind: "not-found" } : { kind: "found", reference: referenceOf("inspection", recordedOne.id), reversed: false };
}

/**
 * Withdraws an inspection: with its alert, where nobody has begun to handle that. A pending one would keep its order from ending, so it is deleted; that it was stands in a note
 * on the lot, written before.
 */
export async function withdrawInspection(client: TrytonClient, undo: Undoing, document: TestResult): Promise<CallOutcome> {
  const { deadline, original } = undo;
  const found = await client.rows("inspections", { reference: postingText(original.key) }, deadline, Inspection);
  if (found.kind !== "rows") return failureOutcome(found);
  const alerts = found.rows.flatMap((inspection) => inspection.alerts);
  const rows = alerts.length === 0 ? [] : await client.rows("alerts", { alerts }, deadline, Alert);
  if ("kind" in rows && rows.kind !== "rows") return failureOutcome(rows);
  const handled = ("rows" in rows ? rows.rows : []).find(({ state }) => state === "handled");
  if (handled !== undefined) return outcomes.alertHandled(handled.number);
  const noted = await noteWithdrawal(client, undo, document);
  if (noted !== undefined) return noted;
  return takeAway(client, found.rows, alerts, deadline);
}

/** Undefined once it stands. */
async function noteWithdrawal(client: TrytonClient, undo: Undoing, document: TestResult): Promise<CallOutcome | undefined> {
  const { key, original, deadline } = undo;
  const keyed = await findEffect(client, key, deadline);
  if (keyed.kind === "failed") return failureOutcome(keyed.failure);
  if (keyed.notes.length > 0) return undefined;
  const lot = await lotOf(client, document, deadline);
  if (lot.kind === "end") return lot.outcome;
  const written = await noteReversal(client, undo, "lot", [lot.value], `${WITHDRAWN} ${original.key}`);
  return written.kind === "result" ? undefined : failureOutcome(written);
}

async function takeAway(client: TrytonClient, inspections: readonly Inspection[], alerts: readonly number[], deadline: number): Promise<CallOutcome> {
  const steps = [
    ...inspections
      .filter(({ state }) => state !== "open")
      .map(
        ({ id }) =>
          () =>
            client.call("reopenInspection", { inspection: id }, deadline),
      ),
    ...(alerts.length === 0 ? [] : [() => client.call("dropAlerts", { alerts: [...alerts] }, deadline)]),
    ...inspections.map(
      ({ id }) =>
        () =>
          client.call("dropInspection", { inspection: id }, deadline),
    ),
  ];
  for (const step of steps) {
    const done = await step();
    if (done.kind !== "result") return mayHaveHappened(done) ? unsureOutcome(done) : refusedOutcome(done);
  }
  return { kind: "applied", reference: inspections.map(({ id }) => referenceOf("inspection", id)).join(" ") };
}

const refusedOutcome = (failure: RpcFailure): CallOutcome => (failure.kind === "user-error" ? reversalRefusal(failure.message) : failureOutcome(failure));
