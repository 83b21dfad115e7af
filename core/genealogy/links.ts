import * as z from "zod";
import type { CanonicalDocument, MaterialActual, MaterialLot, SegmentResponse, TestResult } from "../documents/canonical.ts";
import { DocumentId, hashOf, type SiteId } from "../documents/ids.ts";
import { type Header, itemOf } from "../ledger/items.ts";
import type { Item, Key } from "../ledger/ledger-store.ts";

/**
 * What one document says of the way of a lot, as items of the ledger: under the lot, and under the order that consumed or made it. They are facts of the
 * document, the same however often they are written; a reader believes them only while the document stands as delivered, so that what was taken back needs
 * no second write.
 */

const LotName = z.object({ material: z.string(), lot: z.string() });
export type LotName = z.infer<typeof LotName>;
const Amount = z.object({ value: z.string(), unit: z.string() });

export const Link = z.discriminatedUnion("kind", [
  /** Under the lot: an order consumed of it. Under the order: what it consumed. */
  z.object({ kind: z.literal("consumed"), ...LotName.shape, order: z.string(), operation: z.string().optional(), quantity: Amount, at: z.string().optional() }),
  /** Under the lot: the order that made it. Under the order: what it made. */
  z.object({ kind: z.literal("produced"), ...LotName.shape, order: z.string(), operation: z.string().optional(), quantity: Amount, at: z.string().optional() }),
  /** Under both lots. */
  z.object({ kind: z.literal("assembled"), ...LotName.shape, of: LotName, quantity: Amount.optional(), at: z.string() }),
  z.object({
    kind: z.literal("tested"),
    ...LotName.shape,
    result: z.enum(["Pass", "Fail"]),
    at: z.string(),
    specification: z.string().optional(),
    reason: z.string().optional(),
    person: z.string().optional(),
    equipment: z.string().optional(),
    measurements: z.array(z.object({ id: z.string(), value: z.string(), unit: z.string().optional() })),
  }),
  /** Under the order: who and what worked on it, and how. */
  z.object({
    kind: z.literal("worked"),
    order: z.string(),
    operation: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    persons: z.array(z.string()),
    equipment: z.array(z.string()),
    parameters: z.array(z.object({ id: z.string(), value: z.string(), unit: z.string().optional() })),
    downtimes: z.array(z.object({ reason: z.string(), from: z.string(), to: z.string() })),
  }),
]);
export type Link = z.infer<typeof Link>;

export const LinkItem = z.object({ pk: z.string(), sk: z.string(), document: DocumentId, link: Link });
export type LinkItem = z.infer<typeof LinkItem>;

/** One query answers a lot number, whatever materials it stands for. */
export const lotPartition = (site: SiteId, lot: string): string => `LOT#${hashOf(["lot", site, lot])}`;
/** `matched`: the order's number after the connection's matchKey rule, so that both directions mean one order. */
export const orderPartition = (site: SiteId, matched: string): string => `MADE#${hashOf(["made", site, matched])}`;

type Placed = { readonly pk: string; readonly link: Link };

/** The links of a document that was delivered; none where it names no lot. */
function linksOf(header: Header, document: CanonicalDocument): readonly Placed[] {
  switch (document.type) {
    case "MaterialActual":
      return ofConsumption(header, document);
    case "SegmentResponse":
      return ofReport(header, document);
    case "TestResult":
      return [{ pk: lotPartition(header.site, document.materialLotId), link: tested(document) }];
    case "MaterialLot":
      return document.lotEvent === "Assembled" ? ofAssembly(header.site, document) : [];
    default:
      return [];
  }
}

/** The ledger's items of a document's links. `expiresAt`: seconds since 1970. */
export const linkItems = (header: Header, document: CanonicalDocument, expiresAt: number): readonly Item[] =>
  linksOf(header, document).map(({ pk, link }, at) => itemOf(keyOf(pk, header, at), { document: header.id, link, expiresAt }));

const keyOf = (pk: string, { id }: Header, at: number): Key => ({ pk, sk: `LINK#${id}#${String(at).padStart(4, "0")}` });

function ofConsumption(header: Header, document: MaterialActual): readonly Placed[] {
  const { materialLotId: lot, materialDefinitionId: material, segmentRequirementId: operation, quantity, actualTime: at, personId, equipmentId } = document;
  if (lot === undefined) return [];
  const consumed: Link = { kind: "consumed", material, lot, order: header.matched, operation, quantity, at };
  const parts = { persons: personId === undefined ? [] : [personId], equipment: equipmentId === undefined ? [] : [equipmentId], parameters: [], downtimes: [] };
  const worked: Placed[] = isEmpty(parts)
    ? []
    : [{ pk: orderPartition(header.site, header.matched), link: { kind: "worked", order: header.matched, operation, from: at, ...parts } }];
  return [...both(header, lot, consumed), ...worked];
}

function ofReport(header: Header, document: SegmentResponse): readonly Placed[] {
  const { segmentRequirementId: operation, actualStartTime: from, actualEndTime: to, materialActuals } = document;
  const order = header.matched;
  const lots = materialActuals.flatMap(({ materialUse, materialDefinitionId: material, materialLotId: lot, quantity }) =>
    lot === undefined
      ? []
      : both(header, lot, { kind: materialUse === "Consumed" ? "consumed" : "produced", material, lot, order, operation, quantity, at: to ?? from }),
  );
  const parts = {
    persons: (document.personnelActuals ?? []).map(({ personId }) => personId),
    equipment: (document.equipmentActuals ?? []).map(({ equipmentId }) => equipmentId),
    parameters: (document.segmentData ?? []).map(({ id, value, unit }) => ({ id, value, unit })),
    downtimes: (document.downtimes ?? []).map(({ reasonCode, startTime, endTime }) => ({ reason: reasonCode, from: startTime, to: endTime })),
  };
  if (lots.length === 0 && isEmpty(parts)) return [];
  return [...lots, { pk: orderPartition(header.site, order), link: { kind: "worked", order, operation, from, to, ...parts } }];
}

const isEmpty = (parts: Readonly<Record<string, readonly unknown[]>>): boolean => Object.values(parts).every(({ length }) => length === 0);

const both = ({ site, matched }: Header, lot: string, link: Link): Placed[] => [
  { pk: lotPartition(site, lot), link },
  { pk: orderPartition(site, matched), link },
];

const tested = (document: TestResult): Link => ({
  kind: "tested",
  material: document.materialDefinitionId,
  lot: document.materialLotId,
  result: document.evaluatedCriterionResult,
  at: document.evaluationDate,
  specification: document.testSpecificationId,
  reason: document.reasonCode,
  person: document.personId,
  equipment: document.equipmentId,
  measurements: document.propertyMeasurements.map(({ id, value, unit }) => ({ id, value, unit })),
});

function ofAssembly(site: SiteId, document: MaterialLot): readonly Placed[] {
  const { materialDefinitionId: material, materialLotId: lot, actualTime: at } = document;
  return document.assemblyLots.flatMap((part) => {
    const of = { material: part.materialDefinitionId, lot: part.materialLotId };
    const link: Link = { kind: "assembled", material, lot, of, at, quantity: part.quantity };
    return [lot, of.lot].map((each) => ({ pk: lotPartition(site, each), link }));
  });
}
