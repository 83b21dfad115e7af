import type { Item, Key, LedgerStore, Range, Write, WriteAnswer } from "../../../core/ledger/ledger-store.ts";
import { allHold, pathsOf, updated } from "./item-paths.ts";
import { type OpenIndex, openIndex } from "./open-index.ts";
import { atMostBytes, copyItem, exactBytes, type StoredItem, sizeOf, ValidationException } from "./plain-values.ts";
import { isBefore, isBeforeInBytes, lowerBound, sortsApart } from "./sorted.ts";

const ITEM_BYTES = 400 * 1024;
const TRANSACTION_BYTES = 4 * 1024 * 1024;
const MOST = 100;

type Partition = { readonly sortKeys: string[]; readonly items: Map<string, StoredItem>; before: (one: string, other: string) => boolean };
type Change = { readonly key: Key; readonly before: StoredItem | undefined; readonly after: StoredItem | undefined };

export type MemoryLedgerOptions = {
  /** Asked at each read of the index: how many of the shard's latest changes (64 at the most) it does not show yet. */
  readonly indexLag?: () => number;
};

export type MemoryLedgerStore = LedgerStore & {
  /** Every item, copied, partition by partition: for checks at the end of a run. */
  all(): Item[];
  /** Whether any item is so; looks at the items themselves, which it must not change. */
  some(holds: (item: Item) => boolean): boolean;
};

const keyOf = (write: Write): Key => (write.kind === "put" ? write.item : write.key);

function refuseBadKey(key: Key): void {
  if (key.pk === "" || key.sk === "") throw new ValidationException("a key attribute is empty");
  if (key.pk.length > 682 && exactBytes(key.pk) > 2048) throw new ValidationException("a partition key is over 2,048 bytes");
  if (key.sk.length > 341 && exactBytes(key.sk) > 1024) throw new ValidationException("a sort key is over 1,024 bytes");
}

/** Refuses what is wrong in itself, whatever is stored. */
function refuseBadWrites(writes: readonly Write[]): void {
  if (writes.length === 0 || writes.length > MOST) throw new ValidationException(`${writes.length} writes: at least 1 and at most ${MOST}`);
  for (const write of writes) {
    refuseBadKey(keyOf(write));
    if (write.kind === "update") pathsOf(write);
  }
  if (writes.length === 1) return;
  const named = new Set(writes.map((write) => `${keyOf(write).pk}\u0000${keyOf(write).sk}`));
  if (named.size < writes.length) throw new ValidationException("a transaction cannot include several operations on one item");
}

function afterOf(write: Write, before: StoredItem | undefined): StoredItem | undefined {
  switch (write.kind) {
    case "put":
      return copyItem(write.item);
    case "update":
      return updated(before, write);
    case "delete":
      return undefined;
    case "check":
      return before;
  }
}

function refuseBigItems(changes: readonly Change[]): void {
  let whole = 0;
  for (const { after, before } of changes) {
    if (after === undefined || after === before) continue;
    // An upper bound first: the exact count costs more and nearly never matters.
    let size = sizeOf(after, atMostBytes);
    if (size > ITEM_BYTES) size = sizeOf(after, exactBytes);
    if (size > ITEM_BYTES) throw new ValidationException("item size has exceeded the maximum allowed size");
    whole += size;
  }
  if (whole > TRANSACTION_BYTES && changes.length > 1) throw new ValidationException("transaction size has exceeded the maximum allowed size");
}

class Table {
  private readonly partitions = new Map<string, Partition>();
  readonly index: OpenIndex = openIndex();

  find(key: Key): StoredItem | undefined {
    return this.partitions.get(key.pk)?.items.get(key.sk);
  }

  partition(pk: string): Partition | undefined {
    return this.partitions.get(pk);
  }

  some(holds: (item: StoredItem) => boolean): boolean {
    for (const { items } of this.partitions.values()) for (const item of items.values()) if (holds(item)) return true;
    return false;
  }

  items(): StoredItem[] {
    return [...this.partitions.values()].flatMap(({ sortKeys, items }) => sortKeys.flatMap((sk) => items.get(sk) ?? []));
  }

  apply(change: Change): void {
    const { key, before, after } = change;
    if (after === before) return;
    if (after === undefined) this.drop(key);
    else this.store(after);
    this.index.change(before, after);
  }

  private store(item: StoredItem): void {
    let partition = this.partitions.get(item.pk);
    if (partition === undefined) {
      partition = { sortKeys: [], items: new Map(), before: isBefore };
      this.partitions.set(item.pk, partition);
    }
    if (!partition.items.has(item.sk)) {
      if (partition.before === isBefore && sortsApart(item.sk)) partition.before = isBeforeInBytes;
      const { before, sortKeys } = partition;
      sortKeys.splice(
        lowerBound(sortKeys, (other) => before(other, item.sk)),
        0,
        item.sk,
      );
    }
    partition.items.set(item.sk, item);
  }

  private drop(key: Key): void {
    const partition = this.partitions.get(key.pk);
    if (partition === undefined || !partition.items.delete(key.sk)) return;
    if (partition.items.size === 0) this.partitions.delete(key.pk);
    else
      partition.sortKeys.splice(
        lowerBound(partition.sortKeys, (other) => partition.before(other, key.sk)),
        1,
      );
  }
}

function writeAll(table: Table, writes: readonly Write[]): WriteAnswer {
  refuseBadWrites(writes);
  const refused: number[] = [];
  writes.forEach((write, at) => {
    if (!allHold(table.find(keyOf(write)), write.if)) refused.push(at);
  });
  if (refused.length > 0) return { kind: "refused", at: refused };
  const changes = writes.map((write): Change => {
    const key = keyOf(write);
    const before = table.find(key);
    return { key, before, after: afterOf(write, before) };
  });
  for (const { after } of changes) if (after !== undefined) table.index.check(after);
  refuseBigItems(changes);
  for (const change of changes) table.apply(change);
  return { kind: "written" };
}

function listIn(partition: Partition, { prefix, after, limit }: Range): Item[] {
  const { sortKeys, items, before } = partition;
  const start = lowerBound(sortKeys, (sk) => before(sk, prefix) || (after !== undefined && !before(after, sk)));
  const found: Item[] = [];
  for (let at = start; at < sortKeys.length && found.length < limit; at += 1) {
    const sk = sortKeys[at];
    const item = sk === undefined ? undefined : items.get(sk);
    if (item === undefined || !item.sk.startsWith(prefix)) break;
    found.push(copyItem(item));
  }
  return found;
}

const refuseBadLimit = (limit: number): void => {
  if (!Number.isInteger(limit) || limit < 1) throw new ValidationException(`limit ${limit} is no whole number from 1`);
};

/** The ledger's table in memory: the same answers as aws/ledger-store.ts (test/contract/ holds both to one suite), nothing shared with the caller. */
export function memoryLedgerStore(options: MemoryLedgerOptions = {}): MemoryLedgerStore {
  const table = new Table();
  const read = (key: Key): Item | undefined => {
    refuseBadKey(key);
    const item = table.find(key);
    return item === undefined ? undefined : copyItem(item);
  };
  return {
    read: async (key) => read(key),
    readMany: async (keys) => {
      if (keys.length > MOST) throw new ValidationException(`${keys.length} keys: at most ${MOST}`);
      return keys.map(read);
    },
    list: async (pk, range) => {
      refuseBadLimit(range.limit);
      const partition = table.partition(pk);
      return partition === undefined ? [] : listIn(partition, range);
    },
    write: async (writes) => writeAll(table, writes),
    listOpen: async (shard, dueBy, limit) => {
      refuseBadLimit(limit);
      return table.index.list(shard, dueBy, limit, options.indexLag === undefined ? 0 : options.indexLag());
    },
    all: () => table.items().map(copyItem),
    some: (holds) => table.some(holds),
  };
}
