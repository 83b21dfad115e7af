import type { OpenEntry, Value } from "../../../core/ledger/ledger-store.ts";
import { type StoredItem, ValidationException } from "./plain-values.ts";
import { lowerBound } from "./sorted.ts";

type Change = { readonly entry: OpenEntry; readonly appeared: boolean };
type Shard = { readonly entries: OpenEntry[]; readonly changes: Change[] };

/** How many of its latest changes a shard can be shown without. */
const REMEMBERED = 64;

const precedes = (one: OpenEntry, other: OpenEntry): boolean => {
  if (one.dueAt !== other.dueAt) return one.dueAt < other.dueAt;
  return one.pk === other.pk ? one.sk < other.sk : one.pk < other.pk;
};

const put = (entries: OpenEntry[], entry: OpenEntry): void => {
  entries.splice(
    lowerBound(entries, (other) => precedes(other, entry)),
    0,
    entry,
  );
};
const take = (entries: OpenEntry[], entry: OpenEntry): void => {
  const at = lowerBound(entries, (other) => precedes(other, entry));
  const found = entries[at];
  if (found !== undefined && !precedes(entry, found)) entries.splice(at, 1);
};

/** Where the index holds an item, if it does. @throws ValidationException when an index key has the wrong type, as DynamoDB does */
function placeOf(item: StoredItem | undefined): { shard: string; dueAt: number } | undefined {
  const shard: Value | undefined = item?.openShard;
  const dueAt: Value | undefined = item?.dueAt;
  if (shard !== undefined && (typeof shard !== "string" || shard === "")) throw new ValidationException("openShard must be text that is not empty");
  if (dueAt !== undefined && typeof dueAt !== "number") throw new ValidationException("dueAt must be a number");
  return shard === undefined || dueAt === undefined ? undefined : { shard, dueAt };
}

export type OpenIndex = {
  check(item: StoredItem): void;
  change(before: StoredItem | undefined, after: StoredItem | undefined): void;
  list(shard: string, dueBy: number, limit: number, lag: number): readonly OpenEntry[];
};

/** The sparse index; `lag` of a read is how many of the shard's latest changes (64 at the most) it does not show yet. */
export function openIndex(): OpenIndex {
  const shards = new Map<string, Shard>();

  const shardOf = (name: string): Shard => {
    const known = shards.get(name);
    if (known !== undefined) return known;
    const made: Shard = { entries: [], changes: [] };
    shards.set(name, made);
    return made;
  };
  const record = (name: string, entry: OpenEntry, appeared: boolean): void => {
    const shard = shardOf(name);
    (appeared ? put : take)(shard.entries, entry);
    shard.changes.push({ entry, appeared });
    if (shard.changes.length > 2 * REMEMBERED) shard.changes.splice(0, REMEMBERED);
  };
  const viewOf = (shard: Shard, lag: number): readonly OpenEntry[] => {
    if (lag <= 0) return shard.entries;
    const view = [...shard.entries];
    for (const { entry, appeared } of shard.changes.slice(-Math.min(lag, REMEMBERED)).reverse()) (appeared ? take : put)(view, entry);
    return view;
  };

  return {
    check(item) {
      placeOf(item);
    },
    change(before, after) {
      const from = placeOf(before);
      const to = placeOf(after);
      if (from?.shard === to?.shard && from?.dueAt === to?.dueAt) return;
      if (before !== undefined && from !== undefined) record(from.shard, { pk: before.pk, sk: before.sk, dueAt: from.dueAt }, false);
      if (after !== undefined && to !== undefined) record(to.shard, { pk: after.pk, sk: after.sk, dueAt: to.dueAt }, true);
    },
    list(name, dueBy, limit, lag) {
      const shard = shards.get(name);
      if (shard === undefined) return [];
      const view = viewOf(shard, lag);
      const due = lowerBound(view, (entry) => entry.dueAt <= dueBy);
      return view.slice(0, Math.min(due, limit)).map((entry) => ({ ...entry }));
    },
  };
}
