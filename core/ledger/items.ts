import * as z from "zod";
import { Version } from "../documents/canonical.ts";
import { DocumentType, SubjectKind } from "../documents/document-types.ts";
import { ConnectionId, DocumentId, SiteId } from "../documents/ids.ts";
import { MarkerState } from "../effects/markers.ts";
import { Reason, Remainder } from "../effects/outcomes.ts";
import { DocumentState } from "../lanes/states.ts";
import type { Item, Key, Value } from "./ledger-store.ts";

/** The items of the table as they are read: checked, since what another version wrote is not what this one believes. Attributes that a newer version added are left alone. */

const time = z.number().int();
const keys = { pk: z.string(), sk: z.string() };

export const Marker = z.object({
  state: MarkerState,
  /** Counts this effect's successful undos. */
  generation: z.number().int(),
  /** The attempt that wrote it last. */
  attempt: z.number().int(),
  /** Of a claim: whose, and until when it may act. */
  owner: z.string().optional(),
  deadline: time.optional(),
  /** Of an unknown: not to be looked up before. */
  lookAt: time.optional(),
  /** Was unknown before in this generation: a later 429 does not make it none. */
  doubt: z.boolean().optional(),
  /** Of an undoing. */
  phase: z.enum(["claimed", "queued", "unknown"]).optional(),
  /** The plant's delivery that carries it. */
  delivery: z.string().optional(),
  reference: z.string().optional(),
  /** A person entered it there: under a number that was looked up, or on that person's word alone. */
  byHand: z.enum(["checked", "unchecked"]).optional(),
  /** What the target's unit could not hold of an applied posting. */
  remainders: z.array(Remainder).optional(),
  reason: Reason.optional(),
});
export type Marker = z.infer<typeof Marker>;

export const Mode = z.enum(["forward", "undo"]);
export type Mode = z.infer<typeof Mode>;

export const Header = z.object({
  ...keys,
  id: DocumentId,
  site: SiteId,
  connection: ConnectionId,
  target: ConnectionId,
  type: DocumentType,
  subject: z.object({ kind: SubjectKind, number: z.string() }),
  /** The subject's number after the connection's matchKey rule. */
  matched: z.string(),
  /** Hash of document type and object id: what has versions. */
  object: z.string(),
  objectId: z.string(),
  version: Version.optional(),
  cancel: z.boolean(),
  digest: z.string(),
  key: z.string(),
  mappingVersion: z.string(),
  receivedAt: time,
  /** NUMBER# stands for its own number for ever, so that it is known without its header. */
  numbered: z.boolean().optional(),
  /** Seconds since 1970: the table's time to live, of a settled document alone (core/ledger/retention.ts). */
  expiresAt: time.optional(),
  state: DocumentState,
  mode: Mode,
  attempt: z.number().int(),
  starts: z.number().int(),
  revision: z.number().int(),
  markers: z.record(z.string(), Marker),
  /** The lane's revision when it became the holder; with `ordinal` it numbers its deliveries. */
  holderRevision: z.number().int().optional(),
  ordinal: z.number().int(),
  /** Its place among the held: class and queue sequence, as in the HELD item's sort key. */
  heldAs: z.string().optional(),
  openShard: z.string().optional(),
  dueAt: time.optional(),
  /** How often it was woken without an outcome: waits double with it. */
  wakes: z.number().int(),
  dependsOn: z.string().optional(),
  dependencySince: time.optional(),
  reason: Reason.optional(),
  /** Why its mode turned to undo: what its sender is told. */
  undoReason: Reason.optional(),
  settledAt: time.optional(),
  plantReference: z.string().optional(),
  /** A delivery accepted after its undo began (LANES.md 8). */
  lateAcceptance: z.string().optional(),
  /** Its place in an open window of its lane; `members`, in their order: the window is closed, and this document carries its posting, which is not in force yet. */
  window: z.object({ key: z.string(), members: z.array(DocumentId).optional() }).optional(),
  /** What it brings into a posting with others. */
  share: z.object({ value: z.string(), unit: z.string(), actualTime: z.string() }).optional(),
  /** The document that carries the posting of which this one is, or was, a part. */
  postedWith: DocumentId.optional(),
  /** Whose shares are in the posting that its marker tells of, in their order; not its own any more once it was taken back itself. */
  carries: z.array(DocumentId).optional(),
  /** Its window came to nothing: it is posted by itself. */
  alone: z.boolean().optional(),
  /** The delivered document whose effects this cancel, or newer version, is taking back; gone when nothing of it is in force any more. */
  takesBack: DocumentId.optional(),
  /** What its target held of its object before it: what its undo brings back. */
  former: z.object({ document: DocumentId, version: Version.optional() }).optional(),
  /** The operator's command that last changed it, and what it did: told to whoever comes too late. */
  commanded: z.object({ id: z.string(), command: z.string(), who: z.string(), at: time, result: z.string() }).optional(),
  /** Another document that came before under the same own number, with other content. */
  rival: DocumentId.optional(),
  /** Unknown wire fields, let through and recorded (ARCHITECTURE.md 5). */
  unknownFields: z.array(z.string()).optional(),
});
export type Header = z.infer<typeof Header>;

const HighWater = z.object({
  /** Absent: a cancel without a version, final for its object. */
  version: Version.optional(),
  digest: z.string(),
  /** Whose it is: undone by command, it is not older than itself when it is replayed. */
  document: DocumentId.optional(),
});

/** Reports that become one posting (LANES.md 5, rule 8). */
export const Window = z.object({
  /** What its members have in common: operation, material, lot, unit, storage location, posting date. */
  key: z.string(),
  /** The month it is posted in. */
  period: z.string(),
  /** Its first member, which carries the posting once the window is closed; the timer's wake goes to it. */
  leader: DocumentId,
  members: z.array(DocumentId),
  openedAt: time,
  closesAt: time,
  /** Takes no more members; posted before anything else of the lane. */
  closing: z.boolean().optional(),
});
export type Window = z.infer<typeof Window>;

export const Lane = z.object({
  ...keys,
  revision: z.number().int(),
  heldCount: z.number().int(),
  holder: DocumentId.optional(),
  highWater: z.record(z.string(), HighWater),
  /** What the target holds of each object now: the document that put it there. `leaving`: its undo was under way and the target kept it, so nobody's undo brings it back. */
  inForce: z.record(z.string(), z.object({ document: DocumentId, version: Version.optional(), leaving: z.boolean().optional() })),
  /** In the order of their opening, which is that of their posting. */
  windows: z.array(Window).default([]),
  /** Members of a window that came to nothing, in their order: each is handed the lane by itself, before all that is held. */
  apart: z.array(z.object({ document: DocumentId, dependencySince: time.optional() })).default([]),
});
export type Lane = z.infer<typeof Lane>;

export const Held = z.object({
  ...keys,
  document: DocumentId,
  object: z.string(),
  version: Version.optional(),
  cancel: z.boolean(),
  /** It is on its way back, and stands in its target until then: a newer one does not simply take its place. */
  undo: z.literal(true).optional(),
});
export type Held = z.infer<typeof Held>;

/** What of a lot we hold: failed inspections that no pass has released; and which each pass released, should it be taken back. */
export const Hold = z.object({ ...keys, revision: z.number().int(), failed: z.array(DocumentId), released: z.record(z.string(), z.array(DocumentId)) });
export type Hold = z.infer<typeof Hold>;

export const VerdictResult = z.enum(["accepted", "rejected", "outdated"]);

export const Verdict = z.object({
  result: VerdictResult,
  reference: z.string().optional(),
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  lines: z.array(z.object({ id: z.string(), result: VerdictResult, message: z.string().optional() })).optional(),
});
export type Verdict = z.infer<typeof Verdict>;

export const Delivery = z.object({
  ...keys,
  id: z.string(),
  document: DocumentId,
  step: z.string(),
  attempt: z.number().int(),
  site: SiteId,
  target: ConnectionId,
  lane: z.string(),
  object: z.string(),
  /** Sortable text: the agent keeps the highest for each lane and object. */
  number: z.string(),
  action: z.enum(["apply", "withdraw"]),
  /** The document to apply, or whose version is to be withdrawn. */
  content: DocumentId,
  version: Version.optional(),
  /** Ends when the business deadline passes after its first lease; cancels and withdrawals have none. */
  hasDeadline: z.boolean(),
  taskToken: z.string().optional(),
  createdAt: time,
  everLeased: z.boolean(),
  firstLeasedAt: time.optional(),
  /** The agent's total silence when it was first leased: the deadline stands still while it is silent. */
  silentMsAtLease: z.number().int().optional(),
  leaseToken: z.string().optional(),
  leaseEnd: time.optional(),
  verdict: Verdict.optional(),
  verdictAt: time.optional(),
  answered: z.boolean(),
  withdrawn: z.boolean(),
});
export type Delivery = z.infer<typeof Delivery>;

export const MailboxEntry = z.object({ ...keys, delivery: z.string(), subject: z.string(), leaseEnd: time });
export type MailboxEntry = z.infer<typeof MailboxEntry>;
export const MessageItem = z.object({ ...keys, digest: z.string(), documents: z.array(DocumentId), at: time });
/** A number in a target that a person says is a document's posting: it is that of no other. */
export const PostedItem = z.object({ ...keys, document: DocumentId });
export const NumberItem = z.object({ ...keys, document: DocumentId });
export const WaitsItem = z.object({ ...keys, document: DocumentId, target: ConnectionId, attempt: z.number().int() });
/** The last document by which one system told of one thing. */
export const MasterSender = z.object({ ...keys, document: DocumentId, what: z.string(), at: time });
export type MasterSender = z.infer<typeof MasterSender>;
/** `format`: the language of deliveries that it asked for last. */
export const AgentItem = z.object({ ...keys, heardAt: time, silentMs: z.number().int(), format: z.string().optional() });
export type AgentItem = z.infer<typeof AgentItem>;

class DamagedItem extends Error {}

/** @throws DamagedItem where the item is not of its shape. */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: Item): z.infer<Schema> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new DamagedItem(
    `item ${item.pk} / ${item.sk} is damaged: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
  );
}

export function parseIfThere<Schema extends z.ZodType>(schema: Schema, item: Item | undefined): z.infer<Schema> | undefined {
  return item === undefined ? undefined : parseItem(schema, item);
}

type Storable = string | number | boolean | null | undefined | Uint8Array | readonly Storable[] | { readonly [name: string]: Storable };

/** The same value without its undefined members: what a table can hold. */
export function stored(value: { readonly [name: string]: Storable }): { [name: string]: Value } {
  const result: { [name: string]: Value } = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) result[name] = storedMember(member);
  return result;
}

function storedMember(value: Exclude<Storable, undefined>): Value {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  if (isList(value)) return value.flatMap((member) => (member === undefined ? [] : [storedMember(member)]));
  return stored(value);
}

const isList = (value: object): value is readonly Storable[] => Array.isArray(value);

export const itemOf = (key: Key, value: { readonly [name: string]: Storable }): Item => ({ ...stored(value), ...key });
