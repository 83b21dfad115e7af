import { type ConnectionId, type DocumentId, documentKeyIn, hashOf, type SiteId, type SubjectKey, spreadOf, subjectKeyIn } from "../documents/ids.ts";
import type { Header } from "./items.ts";
import type { Key } from "./ledger-store.ts";

/** The keys of the one table (LANES.md 2). */

export const headerKey = (document: DocumentId): Key => ({ pk: subjectKeyIn(document), sk: `DOC#${documentKeyIn(document)}` });
export const laneKey = (subject: SubjectKey, target: ConnectionId): Key => ({ pk: subject, sk: `LANE#${target}` });
export const heldPrefix = (target: ConnectionId): string => `HELD#${target}#`;

/** Class 0 for intents, so that they come first; then the queue's own sequence number. */
export const heldKey = (subject: SubjectKey, target: ConnectionId, intent: boolean, sequence: string): Key => ({
  pk: subject,
  sk: `${heldPrefix(target)}${intent ? "0" : "1"}#${sequence.padStart(40, "0")}`,
});

/** In the lot's own partition. */
export const holdKey = (subject: string, lot: string): Key => ({ pk: subject, sk: `HOLD#${lot}` });

export const deliveryKey = (subject: SubjectKey, delivery: string): Key => ({ pk: subject, sk: `DELIVERY#${delivery}` });
export const eventKey = (document: DocumentId, at: number, id: string): Key => ({
  pk: subjectKeyIn(document),
  sk: `EVENT#${documentKeyIn(document)}#${String(at).padStart(15, "0")}#${id}`,
});
export const messageKey = (connection: ConnectionId, idempotencyKey: string): Key => ({ pk: `KEY#${hashOf(["key", connection, idempotencyKey])}`, sk: "KEY" });
/** The sender's own number of a document without versions: which document came under it first. */
export const numberKey = (header: Pick<Header, "connection" | "object">): Key => ({
  pk: `NUMBER#${hashOf(["number", header.connection, header.object])}`,
  sk: "NUMBER",
});
/** A target's own number of a posting that was entered by hand. */
export const postedKey = (target: ConnectionId, number: string): Key => ({ pk: `POSTED#${hashOf(["posted", target, number])}`, sk: "POSTED" });
export const waitsKey = (site: SiteId, what: string, document: DocumentId): Key => ({ pk: waitsPartition(site, what), sk: document });
export const waitsPartition = (site: SiteId, what: string): string => `WAITS#${site}#${what}`;
export const masterPartition = (site: SiteId): string => `MASTER#${site}`;
export const masterKey = (site: SiteId, what: string): Key => ({ pk: masterPartition(site), sk: what });
/** Sorts apart from what is accepted: whose word on it stands. */
export const MASTER_SENDERS = "sent#";
export const masterSenderKey = (site: SiteId, connection: ConnectionId, what: string): Key => ({
  pk: masterPartition(site),
  sk: `${MASTER_SENDERS}${connection}#${what}`,
});
export const mailboxPartition = (site: SiteId): string => `MAILBOX#${site}`;
export const mailboxKey = (site: SiteId, createdAt: number, delivery: string): Key => ({
  pk: mailboxPartition(site),
  sk: `${String(createdAt).padStart(15, "0")}#${delivery}`,
});
export const agentKey = (site: SiteId): Key => ({ pk: `AGENT#${site}`, sk: "AGENT" });
export const connectionKey = (connection: ConnectionId): Key => ({ pk: `CONNECTION#${connection}`, sk: "CONNECTION" });
/** Who paused it, and why. */
export const pauseKey = (connection: ConnectionId): Key => ({ pk: `CONNECTION#${connection}`, sk: "PAUSE" });
/** A polled connection's lease and watermark, and what was last told of each thing of it. */
export const pollKey = (connection: ConnectionId): Key => ({ pk: `CONNECTION#${connection}`, sk: "POLL" });
export const TOLD_PREFIX = "TOLD#";
export const toldKey = (connection: ConnectionId, what: string): Key => ({ pk: `CONNECTION#${connection}`, sk: TOLD_PREFIX + what });
export const accessKey = (tokenHash: string): Key => ({ pk: `ACCESS#${tokenHash}`, sk: "ACCESS" });

/** Lists the grants that were given, each by its public id. */
export const GRANTS = "GRANTS";
export const grantKey = (id: string): Key => ({ pk: GRANTS, sk: id });

/** Which shard of the sparse index lists a document. */
export function openShardOf(site: SiteId, document: DocumentId, shards: number): string {
  return `${site}#${spreadOf([document]) % shards}`;
}

export const openShardsOf = (site: SiteId, shards: number): string[] => Array.from({ length: shards }, (_, at) => `${site}#${at}`);
