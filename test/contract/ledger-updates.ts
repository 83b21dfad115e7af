import { describe, expect, it } from "vitest";
import type { Write } from "../../core/ledger/ledger-store.ts";
import { type LedgerRig, newPartition, refused, WRITTEN } from "./ledger-rig.ts";

/** Updates that DynamoDB refuses whatever their condition says, tried on the item STORED. */
export const BAD_UPDATES: Readonly<Record<string, Omit<Extract<Write, { kind: "update" }>, "kind" | "key">>> = {
  "sets below a map that is absent": { set: { "absent.deeper": 1 } },
  "sets below text": { set: { "state.deeper": 1 } },
  "adds below a map that is absent": { add: { "absent.deeper": 1 } },
  "removes below a map that is absent": { remove: ["absent.deeper"] },
  "adds to text": { add: { state: 1 } },
  "sets a path twice": { set: { "markers.deliver": { state: "none" }, "markers.deliver.state": "none" } },
  "sets and removes one path": { set: { state: "held" }, remove: ["state"] },
  "changes the key": { set: { sk: "DOC#2" } },
  "changes nothing": {},
  "gives the index a time that is text": { set: { openShard: "s", dueAt: "tomorrow" } },
  "gives the index an empty shard": { set: { openShard: "", dueAt: 1 } },
};

export function ledgerUpdates(rig: LedgerRig, takes: readonly string[]): void {
  describe("updates", () => {
    it("sets, adds and removes, each path alone", async () => {
      const item = await rig.stored();
      const answer = await rig.store.write([
        {
          kind: "update",
          key: item,
          set: { state: "delivering", "markers.deliver.owner": "me", "markers.undo": { state: "none" } },
          add: { count: 2, "markers.deliver.generation": 1, fresh: 5 },
          remove: ["isOpen", "markers.deliver.state", "never there"],
        },
      ]);
      expect(answer).toEqual(WRITTEN);
      const { pk, sk } = item;
      const markers = { deliver: { generation: 1, owner: "me" }, undo: { state: "none" } };
      expect(await rig.store.read(item)).toEqual({ pk, sk, state: "delivering", count: 5, fresh: 5, markers });
    });

    it("makes the item where there was none", async () => {
      const key = { pk: newPartition(), sk: "AGENT" };
      expect(await rig.store.write([{ kind: "update", key, add: { silentMs: 7 } }])).toEqual(WRITTEN);
      expect(await rig.store.read(key)).toEqual({ ...key, silentMs: 7 });
    });

    it("adds one for each of thirty at once", async () => {
      const item = await rig.stored({ count: 0 });
      await Promise.all(Array.from({ length: 30 }, () => rig.store.write([{ kind: "update", key: item, add: { count: 1 } }])));
      expect((await rig.store.read(item))?.count).toBe(30);
    });

    it.each(Object.entries(BAD_UPDATES).filter(([what]) => !takes.includes(what)))(
      "throws on an update that %s, alone and in a transaction, and changes nothing",
      async (_what, update) => {
        const item = await rig.stored();
        const other = { pk: item.pk, sk: "DOC#2" };
        await expect(rig.store.write([{ kind: "update", key: item, ...update }])).rejects.toThrow();
        await expect(
          rig.store.write([
            { kind: "put", item: other },
            { kind: "update", key: item, ...update },
          ]),
        ).rejects.toThrow();
        expect(await rig.store.list(item.pk, { prefix: "", limit: 10 })).toEqual([item]);
      },
    );

    it("judges the condition before a parent that is absent", async () => {
      const item = await rig.stored();
      const set = { "absent.deeper": 1 };
      expect(await rig.store.write([{ kind: "update", key: item, set, if: [{ path: "state", is: "parked" }] }])).toEqual(refused(0));
    });
  });

  describe("transactions", () => {
    it("writes all, of every kind", async () => {
      const pk = newPartition();
      const seed = ["a", "b", "c"].map((sk): Write => ({ kind: "put", item: { pk, sk, n: 1 } }));
      expect(await rig.store.write(seed)).toEqual(WRITTEN);
      const answer = await rig.store.write([
        { kind: "delete", key: { pk, sk: "a" }, if: [{ exists: true }] },
        { kind: "update", key: { pk, sk: "b" }, add: { n: 1 } },
        { kind: "check", key: { pk, sk: "c" }, if: [{ path: "n", is: 1 }] },
        { kind: "put", item: { pk, sk: "d" }, if: [{ absent: true }] },
      ]);
      expect(answer).toEqual(WRITTEN);
      expect(await rig.store.list(pk, { prefix: "", limit: 10 })).toEqual([
        { pk, sk: "b", n: 2 },
        { pk, sk: "c", n: 1 },
        { pk, sk: "d" },
      ]);
    });

    it("names every write that was refused, and writes nothing", async () => {
      const pk = newPartition();
      await rig.store.write([{ kind: "put", item: { pk, sk: "a", n: 1 } }]);
      const answer = await rig.store.write([
        { kind: "put", item: { pk, sk: "b" } },
        { kind: "update", key: { pk, sk: "a" }, set: { n: 9 }, if: [{ path: "n", is: 2 }] },
        { kind: "put", item: { pk, sk: "c" }, if: [{ absent: true }] },
        { kind: "check", key: { pk, sk: "z" }, if: [{ exists: true }] },
      ]);
      expect(answer).toEqual(refused(1, 3));
      expect(await rig.store.list(pk, { prefix: "", limit: 10 })).toEqual([{ pk, sk: "a", n: 1 }]);
    });

    it("throws on two writes of one item", async () => {
      const key = { pk: newPartition(), sk: "a" };
      await expect(
        rig.store.write([
          { kind: "put", item: key },
          { kind: "check", key, if: [{ absent: true }] },
        ]),
      ).rejects.toThrow();
      expect(await rig.store.read(key)).toBeUndefined();
    });

    it("takes a hundred writes, and throws on none and on more", async () => {
      const pk = newPartition();
      const puts = Array.from({ length: 101 }, (_, at): Write => ({ kind: "put", item: { pk, sk: String(at).padStart(3, "0") } }));
      await expect(rig.store.write([])).rejects.toThrow();
      await expect(rig.store.write(puts)).rejects.toThrow();
      expect(await rig.store.list(pk, { prefix: "", limit: 200 })).toEqual([]);
      expect(await rig.store.write(puts.slice(0, 100))).toEqual(WRITTEN);
      expect(await rig.store.list(pk, { prefix: "", limit: 200 })).toHaveLength(100);
    });
  });
}
