/** What the ledger asks of its table; aws/ledger-store.ts answers it with DynamoDB, test/support/ in memory. */

export type Value = string | number | boolean | null | Uint8Array | readonly Value[] | { readonly [name: string]: Value };
export type Key = { readonly pk: string; readonly sk: string };
export type Item = Key & { readonly [name: string]: Value };

/**
 * A condition on the item as it stands. `path` is dotted (`markers.deliver.state`); no name in it may hold a dot.
 * `absent` without a path: the item does not exist. All conditions of a write must hold.
 */
export type Condition =
  | { readonly absent: true }
  | { readonly exists: true }
  | { readonly path: string; readonly is: string | number | boolean }
  | { readonly path: string; readonly isNot: string | number | boolean }
  | { readonly path: string; readonly absent: true }
  | { readonly path: string; readonly exists: true }
  | { readonly path: string; readonly atMost: number };

/** `set` and `add` name dotted paths whose parent map exists; `add` counts from 0 where the number is absent. An update of an item that does not exist makes it, unless a condition forbids. */
export type Write =
  | { readonly kind: "put"; readonly item: Item; readonly if?: readonly Condition[] }
  | {
      readonly kind: "update";
      readonly key: Key;
      readonly set?: Readonly<Record<string, Value>>;
      readonly add?: Readonly<Record<string, number>>;
      readonly remove?: readonly string[];
      readonly if?: readonly Condition[];
    }
  | { readonly kind: "delete"; readonly key: Key; readonly if?: readonly Condition[] }
  | { readonly kind: "check"; readonly key: Key; readonly if: readonly Condition[] };

/** `at` lists the writes whose condition did not hold; nothing of the call was written then. */
export type WriteAnswer = { readonly kind: "written" } | { readonly kind: "refused"; readonly at: readonly number[] };

export type Range = {
  /** Only sort keys that begin so. */
  readonly prefix: string;
  readonly limit: number;
  /** Go on after this sort key. */
  readonly after?: string;
};

export type OpenEntry = Key & { readonly dueAt: number };

export interface LedgerStore {
  /** Strongly consistent. */
  read(key: Key): Promise<Item | undefined>;
  /** Strongly consistent, one call for up to 100 keys; answers in the order asked. */
  readMany(keys: readonly Key[]): Promise<readonly (Item | undefined)[]>;
  /** Strongly consistent, in the order of sort keys; `limit` items at the most. */
  list(pk: string, range: Range): Promise<readonly Item[]>;
  /** All or nothing: one write alone as itself, several as one transaction (at most 100). Throttling and transaction conflicts are tried again inside, with jitter. */
  write(writes: readonly Write[]): Promise<WriteAnswer>;
  /** The sparse index `open`: items with `openShard` = shard and `dueAt` ≤ dueBy, by dueAt; eventually consistent. */
  listOpen(shard: string, dueBy: number, limit: number): Promise<readonly OpenEntry[]>;
}
