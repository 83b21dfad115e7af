import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type DocumentId, documentKeyIn, subjectKeyIn } from "../core/documents/ids.ts";
import type { Item, Key, LedgerStore } from "../core/ledger/ledger-store.ts";
import type { Clock, PayloadStore } from "../core/ledger/ports.ts";

/** Above it the bytes go to the bucket: an item holds 400 KB, and a transaction that reads it should stay cheap. */
const TABLE_BYTES = 350 * 1024;

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Objects that are written once and never changed. */
export type Objects = {
  /** Keeps what stands there already. */
  putIfAbsent(name: string, bytes: Uint8Array): Promise<void>;
  read(name: string): Promise<Uint8Array | undefined>;
};

export type PayloadStoreParts = {
  readonly ledger: LedgerStore;
  /** Made only when a payload is too big for the table: aws/objects.ts costs its client's start. */
  readonly objects: () => Promise<Objects>;
  readonly clock: Clock;
  /** The item's `expiresAt` (seconds since 1970), which is the table's time to live; the bucket has a lifecycle of the same length. */
  readonly retentionSeconds: number;
};

const keyOf = (document: DocumentId): Key => ({ pk: subjectKeyIn(document), sk: `PAYLOAD#${documentKeyIn(document)}#source` });
const nameOf = ({ pk, sk }: Key): string => `${pk}/${sk}`;

async function bytesOf(item: Item, objects: () => Promise<Objects>): Promise<Uint8Array | undefined> {
  if (item.bytes instanceof Uint8Array) return item.bytes;
  return await (await objects()).read(nameOf(item));
}

/**
 * Payloads gzipped in the ledger's table, in their subject's partition, or in the bucket under the same name, to which the item then points. Calls: `put` PutItem
 * (and PutObject before it when big), `read` GetItem (and GetObject).
 */
export function payloadStore({ ledger, objects, clock, retentionSeconds }: PayloadStoreParts): PayloadStore {
  return {
    async put(document, source) {
      const key = keyOf(document);
      const bytes = await compress(source);
      const isBig = bytes.length > TABLE_BYTES;
      // The object first: an item never points at nothing.
      if (isBig) await (await objects()).putIfAbsent(nameOf(key), bytes);
      const expiresAt = Math.floor(clock.now() / 1000) + retentionSeconds;
      const item: Item = { ...key, expiresAt, ...(isBig ? { in: "bucket" } : { bytes }) };
      // Refused means that it is there already, which is as good: the same id is the same content.
      await ledger.write([{ kind: "put", item, if: [{ absent: true }] }]);
    },
    async read(document) {
      const item = await ledger.read(keyOf(document));
      const bytes = item === undefined ? undefined : await bytesOf(item, objects);
      return bytes === undefined ? undefined : (await expand(bytes)).toString("utf8");
    },
  };
}
