import type { CanonicalDocument, MaterialActual, MaterialDefinition, OperationsRequest } from "../../core/documents/canonical.ts";

/** The documents that the scenario's ERP and plants send, in the words of connectors/plain-json. */

/** What the books may show of a document at the end. `untouched`: neither system has any trace of it; `overtaken`: the MES took it, and a newer version its place before the ERP was told. */
export type Fate = "delivered" | "rejected" | "undone" | "untouched" | "overtaken";

/** A document before it is sent, with what may become of it by the cause that was planted. */
export type Planned = {
  readonly wire: CanonicalDocument;
  /** Where it is sent from. */
  readonly from: "erp" | "sap" | "b2mml" | "plant";
  readonly fates: readonly Fate[];
  /** The cause that lets it park; parked without one counts as stuck. */
  readonly parks?: string;
  /** It has the version of another document of its order, with another content. */
  readonly rival?: boolean;
};

export type OrderSpec = {
  readonly site: string;
  readonly number: string;
  readonly version: number;
  readonly materials: readonly string[];
  readonly quantity: number;
  readonly cancel?: boolean;
};

export const SITES = ["hamburg", "suzhou"] as const;
export const PLACES: Readonly<Record<string, string>> = { hamburg: "Hamburg", suzhou: "Suzhou" };

/** The ERP pads its numbers to twelve digits, as SAP does; a plant writes them bare. */
export const padded = (number: string): string => number.padStart(12, "0");
export const bare = (number: string): string => number.replace(/^0+(?=.)/, "");

const SEGMENTS = ["mix", "press", "pack"] as const;

export function orderOf({ site, number, version, materials, quantity, cancel }: OrderSpec): OperationsRequest {
  const head = { type: "OperationsRequest", id: padded(number), version: String(version), hierarchyScope: site, operationsType: "Production" } as const;
  if (cancel === true) return { ...head, requestState: "Cancelled", segmentRequirements: [], materialRequirements: [] };
  return {
    ...head,
    requestState: "Released",
    segmentRequirements: SEGMENTS.map((processSegmentId, at) => ({ id: String((at + 1) * 10), processSegmentId })),
    materialRequirements: materials.map((materialDefinitionId, at) => ({
      id: String(at + 1),
      materialDefinitionId,
      materialUse: "Consumed",
      quantity: { value: `${quantity + at}.500`, unit: "KGM" },
    })),
  };
}

export const materialOf = (site: string, id: string): MaterialDefinition => ({
  type: "MaterialDefinition",
  id,
  version: "1",
  hierarchyScope: site,
  description: `raw material ${id}`,
  baseUnit: "KGM",
});

export const consumptionOf = (order: OperationsRequest, id: string, material: string, quantity: string, at: string): MaterialActual => ({
  type: "MaterialActual",
  id,
  hierarchyScope: order.hierarchyScope,
  operationsRequestId: bare(order.id),
  segmentRequirementId: "10",
  materialDefinitionId: material,
  materialLotId: `LOT-0${id.slice(-1)}E4`,
  materialUse: "Consumed",
  quantity: { value: quantity, unit: "KGM" },
  actualTime: at,
});

/** The order, or the material, that it is about: one name for both directions. */
export const subjectOf = (wire: CanonicalDocument): string => bare(wire.type === "MaterialActual" ? wire.operationsRequestId : wire.id);

/** How a person calls it. */
export function nameOf(wire: CanonicalDocument): string {
  switch (wire.type) {
    case "OperationsRequest":
      return `${wire.requestState === "Cancelled" ? "cancel of order" : "order"} ${bare(wire.id)} v${wire.version}`;
    case "MaterialDefinition":
      return `material ${wire.id}`;
    case "MaterialActual":
      return `consumption ${wire.id}`;
    default:
      return `${wire.type} ${wire.id}`;
  }
}
