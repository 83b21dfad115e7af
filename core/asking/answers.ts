import * as z from "zod";
import { CanonicalDocument } from "../documents/canonical.ts";
import { DocumentType, SubjectKind } from "../documents/document-types.ts";
import { MarkerState } from "../effects/markers.ts";
import { Reason } from "../effects/outcomes.ts";
import { DocumentState } from "../lanes/states.ts";
import { Mode, VerdictResult } from "../ledger/items.ts";

/** What ask-ledger answers. Task tokens, lease tokens and owners of claims stand in no schema here, and strict objects let none through. */

const Time = z.string().meta({ description: "UTC, ISO 8601 with milliseconds" });

/** `unknown`: the document's target is no longer in the settings. */
export const Direction = z.enum(["to-plant", "to-erp", "unknown"]);
export type Direction = z.infer<typeof Direction>;

/** What stands between a document and its end, in words. */
export const Block = z.strictObject({
  /** `holder` of its lane · the `queue` · a `dependency` by name · a `time` · a `person` · the `plant` and its agent · the system that is called · its own `steps`. */
  kind: z.enum(["holder", "queue", "dependency", "time", "person", "plant", "system", "steps"]),
  text: z.string(),
  /** The document that stands in the way, or brings what is waited for. */
  document: z.string().optional(),
  /** When it ends, or is looked at again, at the latest. */
  until: Time.optional(),
  owner: z.string().optional(),
  next: z.string().optional(),
});
export type Block = z.infer<typeof Block>;

export const MarkerAnswer = z.strictObject({
  step: z.string(),
  state: MarkerState,
  text: z.string(),
  attempt: z.number().int(),
  generation: z.number().int(),
  reference: z.string().optional(),
  reason: Reason.optional(),
});
export type MarkerAnswer = z.infer<typeof MarkerAnswer>;

export const DeliveryAnswer = z.strictObject({
  id: z.string(),
  number: z.string(),
  action: z.enum(["apply", "withdraw"]),
  text: z.string(),
  createdAt: Time,
  firstLeasedAt: Time.optional(),
  leaseUntil: Time.optional(),
  verdict: VerdictResult.optional(),
  verdictAt: Time.optional(),
});
export type DeliveryAnswer = z.infer<typeof DeliveryAnswer>;

/** A page of what systems have told a site of its things. */
export const MasterAnswer = z.strictObject({
  site: z.string(),
  entries: z.array(
    z.strictObject({
      type: DocumentType,
      /** As its sender writes it. */
      code: z.string(),
      /** `material:4711`: what it is for the ledger, and what others wait for by name. */
      matched: z.string(),
      connection: z.string(),
      document: z.string(),
      version: z.string().optional(),
      acceptedAt: Time,
      description: z.string().optional(),
      baseUnit: z.string().optional(),
      /** Its payload is no longer stored: a full load tells it again. */
      contentGone: z.literal(true).optional(),
    }),
  ),
  after: z.string().optional(),
});
export type MasterAnswer = z.infer<typeof MasterAnswer>;

export const Happening = z.strictObject({
  at: Time,
  document: z.string(),
  direction: Direction,
  /** A stable name: `received`, `parked`, `replay`, … */
  what: z.string(),
  text: z.string(),
  attempt: z.number().int().optional(),
  /** Of a command: its id, as the answer to it told. */
  command: z.string().optional(),
  who: z.string().optional(),
  why: z.string().optional(),
  result: z.string().optional(),
  reason: Reason.optional(),
});
export type Happening = z.infer<typeof Happening>;

export const DocumentSummary = z.strictObject({
  id: z.string(),
  site: z.string(),
  type: z.string(),
  objectId: z.string(),
  /** What it is about, as it was sent. */
  subject: z.strictObject({ kind: SubjectKind, number: z.string() }),
  version: z.string().optional(),
  cancel: z.boolean(),
  direction: Direction,
  connection: z.string(),
  target: z.string(),
  state: DocumentState,
  mode: Mode,
  text: z.string(),
  attempt: z.number().int(),
  receivedAt: Time,
  settledAt: Time.optional(),
  /** When it is woken next; absent where nothing but another document or a person moves it. */
  dueAt: Time.optional(),
  reason: Reason.optional(),
  plantReference: z.string().optional(),
  erpReference: z.string().optional(),
  /** The document whose posting holds this one's quantity, together with those of others; its number in the ERP is this one's too. */
  postedWith: z.string().optional(),
  /** Absent once it is settled. */
  block: Block.optional(),
  /** Commands to run next, ready to paste. */
  next: z.array(z.string()),
});
export type DocumentSummary = z.infer<typeof DocumentSummary>;

/** What one step says to the other system, in that one's own words. */
export const TargetWords = z.strictObject({
  step: z.string(),
  /** The system that is spoken to. */
  connection: z.string(),
  /** Its language: of a plant what its agent asks for, else the connector's. */
  format: z.string(),
  /** Where the step stands: what is `none` is still to be sent. */
  state: MarkerState,
  /** Method and path, where it is a request. */
  call: z.string().optional(),
  /** As it is sent. Absent where nothing can be told without asking the system, or it is too long for an answer. */
  text: z.string().optional(),
  /** False: more belongs to it than stands here. */
  complete: z.boolean(),
  /** Why it cannot be said so. */
  reason: Reason.optional(),
});
export type TargetWords = z.infer<typeof TargetWords>;

/** The document as it came beside what we understood of it and what the other systems are told. */
export const Content = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("kept"), source: z.string(), canonical: CanonicalDocument, target: z.array(TargetWords) }),
  z.strictObject({ kind: z.literal("not-understood"), source: z.string(), reasons: z.array(Reason) }),
  z.strictObject({ kind: z.literal("too-long"), characters: z.number().int() }),
  z.strictObject({ kind: z.literal("gone") }),
]);
export type Content = z.infer<typeof Content>;

export const DocumentAnswer = DocumentSummary.extend({
  mappingVersion: z.string(),
  unknownFields: z.array(z.string()),
  markers: z.array(MarkerAnswer),
  deliveries: z.array(DeliveryAnswer),
  timeline: z.array(Happening),
  /** Only where it was asked for. */
  content: Content.optional(),
});
export type DocumentAnswer = z.infer<typeof DocumentAnswer>;

/** Both directions of one order. */
export const OrderAnswer = z.strictObject({
  site: z.string(),
  number: z.string(),
  documents: z.array(DocumentSummary),
  timeline: z.array(Happening),
  /** False: the order has more documents, deliveries or events than one answer holds. */
  complete: z.boolean(),
});
export type OrderAnswer = z.infer<typeof OrderAnswer>;

const OpenDocument = z.strictObject({
  id: z.string(),
  type: z.string(),
  objectId: z.string(),
  version: z.string().optional(),
  direction: Direction,
  state: DocumentState,
  cause: z.string(),
  /** The cause's stable code, where it has one. */
  code: z.string().optional(),
  owner: z.string().optional(),
  receivedAt: Time,
  ageSeconds: z.number().int(),
  dueAt: Time.optional(),
  attempt: z.number().int(),
});
export type OpenDocument = z.infer<typeof OpenDocument>;

export const OpenAnswer = z.strictObject({
  site: z.string(),
  asOf: Time,
  note: z.string(),
  documents: z.array(OpenDocument),
  /** Ask again with this for what follows; absent: that was all. */
  after: z.string().optional(),
});
export type OpenAnswer = z.infer<typeof OpenAnswer>;
