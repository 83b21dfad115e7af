import type { SubjectKind } from "../documents/document-types.ts";
import { type ConnectionId, type DocumentId, documentIdOf, hashOf, type SiteId, subjectKeyOf } from "../documents/ids.ts";
import type { RoutingFields } from "../documents/source-format.ts";
import { FOREVER } from "../lanes/times.ts";
import type { Header } from "./items.ts";
import { headerKey, openShardOf } from "./keys.ts";

export type Arrival = {
  readonly site: SiteId;
  readonly connection: ConnectionId;
  readonly target: ConnectionId;
  readonly fields: RoutingFields;
  /** The subject's and object's number after the connection's matchKey rule. */
  readonly matched: { readonly subject: string; readonly object: string };
  readonly digest: string;
  readonly idempotencyKey: string;
  readonly mappingVersion: string;
  readonly receivedAt: number;
  readonly firstWakeAt: number;
  readonly openShards: number;
  readonly unknownFields?: readonly string[];
};

/** `order:1000123`, `material:4711`: the subject as the ledger names it. */
export const subjectOf = (kind: SubjectKind, matchedNumber: string): string => `${kind}:${matchedNumber}`;

/**
 * LANES.md 2: the document key is a hash of connection, type, object, its version or own number or, without either, the idempotency key, and the digest.
 * The same document sent twice has one key; another content of the same version has its own.
 */
export function documentIdFor(arrival: Pick<Arrival, "site" | "connection" | "fields" | "matched" | "digest" | "idempotencyKey">): DocumentId {
  const { fields } = arrival;
  const own = identityOf(fields, arrival.idempotencyKey);
  const key = hashOf(["document", arrival.connection, fields.type, arrival.matched.object, ...own, arrival.digest]);
  return documentIdOf(subjectKeyOf(arrival.site, subjectOf(fields.subject.kind, arrival.matched.subject)), key);
}

function identityOf({ version, ownNumber }: RoutingFields, key: string): readonly string[] {
  if (version !== undefined) return ["version", String(BigInt(version))];
  return ownNumber === undefined ? ["key", key] : ["number", ownNumber];
}

/** The header of a document as the door writes it, in state `received`. */
export function newHeader(arrival: Arrival): Header {
  const { fields } = arrival;
  const id = documentIdFor(arrival);
  return {
    ...headerKey(id),
    id,
    site: arrival.site,
    connection: arrival.connection,
    target: arrival.target,
    type: fields.type,
    subject: { kind: fields.subject.kind, number: fields.subject.number },
    matched: arrival.matched.subject,
    object: hashOf(["object", fields.type, arrival.matched.object]),
    objectId: fields.objectId,
    version: fields.version,
    cancel: fields.cancel,
    digest: arrival.digest,
    key: arrival.idempotencyKey,
    mappingVersion: arrival.mappingVersion,
    receivedAt: arrival.receivedAt,
    numbered: fields.ownNumber !== undefined && !fields.cancel ? true : undefined,
    state: "received",
    mode: "forward",
    attempt: 1,
    starts: 0,
    revision: 1,
    markers: {},
    ordinal: 0,
    wakes: 0,
    openShard: openShardOf(arrival.site, id, arrival.openShards),
    dueAt: Math.min(arrival.firstWakeAt, FOREVER),
    unknownFields: arrival.unknownFields === undefined ? undefined : [...arrival.unknownFields],
  };
}
