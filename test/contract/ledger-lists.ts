import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Item, Write } from "../../core/ledger/ledger-store.ts";
import { type LedgerRig, newPartition } from "./ledger-rig.ts";

const names = (items: readonly Item[]): string[] => items.map((item) => item.sk);

export function ledgerLists(rig: LedgerRig): void {
  describe("lists", () => {
    it("reads many in the order asked, repeats and absent ones too", async () => {
      const pk = newPartition();
      const [a, b] = ["a", "b"].map((sk): Item => ({ pk, sk, n: sk }));
      await rig.store.write([a, b].flatMap((item): Write[] => (item === undefined ? [] : [{ kind: "put", item }])));
      const keys = ["b", "z", "a", "b"].map((sk) => ({ pk, sk }));
      expect(await rig.store.readMany(keys)).toEqual([b, undefined, a, b]);
      expect(await rig.store.readMany([])).toEqual([]);
      await expect(rig.store.readMany(Array.from({ length: 101 }, (_, at) => ({ pk, sk: `k${at}` })))).rejects.toThrow();
    });

    it("lists by the bytes of the sort key", async () => {
      const pk = newPartition();
      // U+FF5E is before U+1F3ED in UTF-8 and behind it in UTF-16; upper case is before lower case; `é` is two bytes.
      const inOrder = ["A", "B#10", "B#9", "a", "é", "物料", "\uff5e", "🏭", "🏭2"];
      for (const sk of [...inOrder].reverse()) await rig.store.write([{ kind: "put", item: { pk, sk } }]);
      expect(names(await rig.store.list(pk, { prefix: "", limit: 100 }))).toEqual(inOrder);
      expect(names(await rig.store.list(pk, { prefix: "🏭", limit: 100 }))).toEqual(["🏭", "🏭2"]);
      expect(names(await rig.store.list(pk, { prefix: "", after: "\uff5e", limit: 100 }))).toEqual(["🏭", "🏭2"]);
    });

    it("lists a prefix in pages that continue after a sort key", async () => {
      const pk = newPartition();
      const held = Array.from({ length: 7 }, (_, at) => `HELD#erp#1#${at}`);
      const all = ["DOC#1", ...held, "LANE#erp"];
      await rig.store.write(all.map((sk): Write => ({ kind: "put", item: { pk, sk } })));
      const page = async (after: string | undefined, limit = 3) =>
        names(await rig.store.list(pk, { prefix: "HELD#erp#", limit, ...(after === undefined ? {} : { after }) }));
      expect(await page(undefined)).toEqual(held.slice(0, 3));
      expect(await page(held[2])).toEqual(held.slice(3, 6));
      expect(await page(held[5])).toEqual(held.slice(6));
      expect(await page(held[6])).toEqual([]);
      expect(await page("HELD#erp#1#3½")).toEqual(held.slice(4, 7));
      expect(await page("A")).toEqual(held.slice(0, 3));
      expect(await page("Z")).toEqual([]);
      expect(names(await rig.store.list(pk, { prefix: "NOTHING", limit: 9 }))).toEqual([]);
      expect(await rig.store.list(newPartition(), { prefix: "", limit: 9 })).toEqual([]);
      await expect(rig.store.list(pk, { prefix: "", limit: 0 })).rejects.toThrow();
    });

    it("lists past the megabyte of a page", async () => {
      const pk = newPartition();
      const bytes = new Uint8Array(300_000);
      for (let at = 0; at < 5; at += 1) await rig.store.write([{ kind: "put", item: { pk, sk: `P#${at}`, bytes } }]);
      expect(names(await rig.store.list(pk, { prefix: "P#", limit: 100 }))).toEqual(["P#0", "P#1", "P#2", "P#3", "P#4"]);
    });
  });

  describe("the index of what is open", () => {
    const open = async (shard: string, dueBy: number, limit = 100) => (await rig.store.listOpen(shard, dueBy, limit)).map(({ sk, dueAt }) => `${sk}@${dueAt}`);
    /** The index is eventually consistent. */
    const shows = (shard: string, dueBy: number, entries: string[]) => expect.poll(() => open(shard, dueBy)).toEqual(entries);

    it("lists by dueAt what is due, and only its shard", async () => {
      const pk = newPartition();
      const shard = `hamburg#${randomUUID()}`;
      const entry = (sk: string, dueAt: number, openShard = shard): Write => ({ kind: "put", item: { pk, sk, openShard, dueAt, secret: "not shown" } });
      await rig.store.write([
        entry("a", 30),
        entry("b", 10),
        entry("c", 20),
        entry("d", 5, `${shard}-other`),
        { kind: "put", item: { pk, sk: "e", dueAt: 1 } },
      ]);
      await shows(shard, 25, ["b@10", "c@20"]);
      await shows(shard, 30, ["b@10", "c@20", "a@30"]);
      expect(await open(shard, 30, 1)).toEqual(["b@10"]);
      expect(await rig.store.listOpen(shard, 10, 5)).toEqual([{ pk, sk: "b", dueAt: 10 }]);
    });

    it("follows an item that becomes due, moves, closes and is deleted", async () => {
      const shard = `hamburg#${randomUUID()}`;
      const item = await rig.stored();
      await shows(shard, 100, []);
      await rig.store.write([{ kind: "update", key: item, set: { openShard: shard, dueAt: 50 } }]);
      await shows(shard, 100, ["DOC#1@50"]);
      await rig.store.write([{ kind: "update", key: item, set: { dueAt: 253_402_300_800_000 } }]);
      await shows(shard, 100, []);
      await rig.store.write([{ kind: "update", key: item, set: { dueAt: 70 } }]);
      await shows(shard, 100, ["DOC#1@70"]);
      await rig.store.write([{ kind: "update", key: item, remove: ["openShard"] }]);
      await shows(shard, 100, []);
      await rig.store.write([{ kind: "update", key: item, set: { openShard: shard } }]);
      await shows(shard, 100, ["DOC#1@70"]);
      await rig.store.write([{ kind: "delete", key: item }]);
      await shows(shard, 100, []);
    });
  });
}
