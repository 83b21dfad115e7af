import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Item, LedgerStore, Value, WriteAnswer } from "../../core/ledger/ledger-store.ts";

export const WRITTEN: WriteAnswer = { kind: "written" };
export const refused = (...at: number[]): WriteAnswer => ({ kind: "refused", at });
/** A partition of its own for each test: the emulator's table is shared. */
export const newPartition = (): string => `contract ${randomUUID()}`;

export const STORED = { state: "held", count: 3, isOpen: false, markers: { deliver: { state: "claimed", generation: 0 } } };

/** The store under test, from the suite's first hook on. */
export class LedgerRig {
  private made: LedgerStore | undefined;

  use(store: LedgerStore): void {
    this.made = store;
  }

  get store(): LedgerStore {
    if (this.made === undefined) throw new Error("the suite has not begun");
    return this.made;
  }

  /** An item in a partition of its own. */
  async stored(fields: Readonly<Record<string, Value>> = STORED): Promise<Item> {
    const item: Item = { pk: newPartition(), sk: "DOC#1", ...fields };
    expect(await this.store.write([{ kind: "put", item }])).toEqual(WRITTEN);
    return item;
  }
}

/** Bytes as numbers, so that a Buffer and a Uint8Array compare as equal. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
