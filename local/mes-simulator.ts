import * as z from "zod";
import { CanonicalDocument, type MaterialDefinition, type OperationsRequest, type TestResult } from "../core/documents/canonical.ts";
import type { Mes } from "./agent.ts";
import type { Delivery, Verdict } from "./agent-wire.ts";

/** One order in the MES's book. */
export type MesOrder = {
  readonly number: string;
  /** The MES's own number; kept through all versions. */
  readonly reference: string;
  readonly version?: string;
  readonly state: "released" | "cancelled" | "withdrawn";
  /** One job for each segment of the current version; none of an order that is not released. */
  readonly jobs: readonly { readonly id: string; readonly segment: string }[];
  readonly document: OperationsRequest;
};

/** One line for everything that was asked of the MES, in its order. */
export type MesEntry = {
  /** Clock milliseconds. */
  readonly at: number;
  readonly delivery: string;
  /** Order or material. */
  readonly subject: string;
  readonly version?: string;
  readonly what: "released" | "changed" | "cancelled" | "withdrawn" | "refused" | "nothing-to-withdraw" | "nothing-to-cancel" | "material" | "master" | "lot";
};

/** What a plant reports, and is told only where a lot of it is to be held, or released. */
type FromPlant = "MaterialActual" | "SegmentResponse" | "TestResult" | "MaterialLot";
/** What a MES is told of beside orders and materials. */
export type MasterDocument = Exclude<CanonicalDocument, { readonly type: "OperationsRequest" | "MaterialDefinition" | FromPlant }>;

export type MesRefusal = { readonly code: string; readonly message: string };

export type MesSimulatorOptions = {
  readonly site: string;
  readonly now: () => number;
  /** Planned refusals, by rule; asked for `apply` only unless it looks at the action. */
  readonly refuses?: (document: CanonicalDocument, action: Delivery["action"]) => MesRefusal | undefined;
  /** Refuses an order whose materials it has not been told of; default true. */
  readonly checksMaterials?: boolean;
};

export interface MesSimulator extends Mes {
  orders(): readonly MesOrder[];
  materials(): readonly MaterialDefinition[];
  /** Equipment, persons, routings, reason codes, units. */
  masters(): readonly MasterDocument[];
  journal(): readonly MesEntry[];
  /** Held by a failed inspection that is neither withdrawn nor followed by a passed one. */
  heldLots(): readonly string[];
  /** Makes the book lie, for the test of a checker. */
  remove(order: string): boolean;
}

/** A stateful MES of one site: pure but for its own book. One delivery is one change, all or nothing; a repeated delivery id gets its first verdict and changes nothing. */
export function createMesSimulator(options: MesSimulatorOptions): MesSimulator {
  const orders = new Map<string, MesOrder>();
  const materials = new Map<string, MaterialDefinition>();
  const masters = new Map<string, MasterDocument>();
  const journal: MesEntry[] = [];
  /** Words about lots that stand, in the order they came. */
  const inspections: TestResult[] = [];
  const verdicts = new Map<string, Verdict>();
  let numbers = 0;

  const enter = (delivery: Delivery, subject: string, what: MesEntry["what"]) =>
    journal.push({ at: options.now(), delivery: delivery.id, subject, ...versionOf(delivery), what });
  const nextReference = () => {
    numbers += 1;
    return `M-${options.site.slice(0, 2).toUpperCase()}-${String(numbers).padStart(6, "0")}`;
  };

  /** What the plant itself has against it. */
  const refusalOf = (document: CanonicalDocument, action: Delivery["action"]): MesRefusal | undefined => {
    const planned = options.refuses?.(document, action);
    if (planned !== undefined || document.type !== "OperationsRequest" || action === "withdraw") return planned;
    if (options.checksMaterials === false || document.requestState === "Cancelled") return undefined;
    const unknown = document.materialRequirements.find(({ materialDefinitionId }) => !materials.has(materialDefinitionId));
    return unknown && { code: "material-unknown", message: `material ${unknown.materialDefinitionId} is not known here` };
  };

  const release = (delivery: Delivery, document: OperationsRequest): Verdict => {
    const before = orders.get(document.id);
    const reference = before?.reference ?? nextReference();
    const jobs = document.segmentRequirements.map(({ id }) => ({ id: `${reference}-${id}`, segment: id }));
    orders.set(document.id, { number: document.id, reference, ...versionOf(delivery), state: "released", jobs, document });
    enter(delivery, document.id, before?.state === "released" ? "changed" : "released");
    return { result: "accepted", reference };
  };

  const cancel = (delivery: Delivery, document: OperationsRequest): Verdict => {
    const before = orders.get(document.id);
    enter(delivery, document.id, before === undefined ? "nothing-to-cancel" : "cancelled");
    if (before === undefined) return { result: "accepted" };
    orders.set(document.id, { number: before.number, reference: before.reference, ...versionOf(delivery), state: "cancelled", jobs: [], document });
    return { result: "accepted", reference: before.reference };
  };

  const keep = (delivery: Delivery, document: MasterDocument): Verdict => {
    const key = `${document.type} ${document.id}`;
    if (document.state === "Deleted") masters.delete(key);
    else masters.set(key, document);
    enter(delivery, document.id, "master");
    return { result: "accepted", reference: document.id };
  };

  const apply = (delivery: Delivery, document: CanonicalDocument): Verdict => {
    switch (document.type) {
      case "OperationsRequest":
        return document.requestState === "Cancelled" ? cancel(delivery, document) : release(delivery, document);
      case "MaterialDefinition":
        if (document.state === "Deleted") materials.delete(document.id);
        else materials.set(document.id, document);
        enter(delivery, document.id, "material");
        return { result: "accepted", reference: document.id };
      case "TestResult":
        inspections.push(document);
        enter(delivery, document.materialLotId, "lot");
        return { result: "accepted", reference: document.materialLotId };
      case "MaterialActual":
      case "SegmentResponse":
      case "MaterialLot":
        enter(delivery, document.id, "refused");
        return { result: "rejected", reason: { code: "not-for-a-plant", message: `a ${document.type} is reported by a plant, not to it` } };
      default:
        return keep(delivery, document);
    }
  };

  const forget = (delivery: Delivery, document: TestResult): Verdict => {
    const at = inspections.findIndex(({ id, version }) => id === document.id && version === document.version);
    if (at >= 0) inspections.splice(at, 1);
    enter(delivery, document.materialLotId, at < 0 ? "nothing-to-withdraw" : "lot");
    return { result: "accepted" };
  };

  const withdraw = (delivery: Delivery, document: CanonicalDocument): Verdict => {
    if (document.type === "TestResult") return forget(delivery, document);
    const order = orders.get(document.id);
    if (document.type === "MaterialDefinition") materials.delete(document.id);
    if (order === undefined || order.state !== "released" || order.version !== delivery.version) {
      enter(delivery, document.id, document.type === "MaterialDefinition" ? "withdrawn" : "nothing-to-withdraw");
      return { result: "accepted" };
    }
    orders.set(order.number, { ...order, state: "withdrawn", jobs: [] });
    enter(delivery, order.number, "withdrawn");
    return { result: "accepted", reference: order.reference };
  };

  const decide = (delivery: Delivery): Verdict => {
    const parsed = CanonicalDocument.safeParse(delivery.document);
    if (!parsed.success) return { result: "rejected", reason: { code: "malformed", message: z.prettifyError(parsed.error) } };
    const document = parsed.data;
    const refusal = refusalOf(document, delivery.action);
    if (refusal === undefined) return delivery.action === "apply" ? apply(delivery, document) : withdraw(delivery, document);
    enter(delivery, document.id, "refused");
    return { result: "rejected", reason: refusal };
  };

  const once = async (delivery: Delivery): Promise<Verdict> => {
    const verdict = verdicts.get(delivery.id) ?? decide(delivery);
    verdicts.set(delivery.id, verdict);
    return verdict;
  };

  return {
    apply: once,
    withdraw: once,
    orders: () => [...orders.values()],
    materials: () => [...materials.values()],
    masters: () => [...masters.values()],
    journal: () => journal,
    heldLots: () =>
      [...Map.groupBy(inspections, ({ materialLotId }) => materialLotId)].flatMap(([lot, words]) =>
        words.at(-1)?.evaluatedCriterionResult === "Fail" ? [lot] : [],
      ),
    remove: (order) => orders.delete(order),
  };
}

const versionOf = (delivery: Delivery): { readonly version?: string } => (delivery.version === undefined ? {} : { version: delivery.version });
