import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Condition, Item, LedgerStore, Value, Write } from "../../core/ledger/ledger-store.ts";

const WRITTEN = { kind: "written" };
const refused = (...at: number[]) => ({ kind: "refused", at });
/** A partition of its own for each test: the emulator's table is shared. */
const newPartition = (): string => `contract ${randomUUID()}`;

export const STORED = { state: "held", count: 3, isOpen: false, markers: { deliver: { state: "claimed", generation: 0 } } };

/** Conditions on the item STORED, and whether they hold. */
const CONDITIONS: readonly (readonly [Condition, boolean])[] = [
  [{ exists: true }, true],
  [{ absent: true }, false],
  [{ path: "state", is: "held" }, true],
  [{ path: "state", is: "parked" }, false],
  [{ path: "count", is: 3 }, true],
  [{ path: "count", is: "3" }, false],
  [{ path: "isOpen", is: false }, true],
  [{ path: "isOpen", is: true }, false],
  [{ path: "nothing", is: "held" }, false],
  [{ path: "markers", is: "held" }, false],
  [{ path: "state", isNot: "parked" }, true],
  [{ path: "state", isNot: "held" }, false],
  [{ path: "count", isNot: "3" }, true],
  [{ path: "nothing", isNot: "held" }, true],
  [{ path: "markers.undo.state", isNot: "held" }, true],
  [{ path: "markers", isNot: "held" }, true],
  [{ path: "state", exists: true }, true],
  [{ path: "nothing", exists: true }, false],
  [{ path: "state", absent: true }, false],
  [{ path: "nothing", absent: true }, true],
  [{ path: "count", atMost: 3 }, true],
  [{ path: "count", atMost: 2.5 }, false],
  [{ path: "nothing", atMost: 9 }, false],
  [{ path: "state", atMost: 9 }, false],
  [{ path: "markers.deliver.state", is: "claimed" }, true],
  [{ path: "markers.deliver.state", is: "applied" }, false],
  [{ path: "markers.deliver.generation", atMost: 0 }, true],
  [{ path: "markers.undo.state", absent: true }, true],
  [{ path: "markers.undo.state", exists: true }, false],
  [{ path: "state.deeper", absent: true }, true],
  [{ path: "nothing.deeper.still", absent: true }, true],
];

/** Which of these hold where there is no item at all. */
const HOLD_ON_NOTHING: readonly (readonly [Condition, boolean])[] = [
  [{ absent: true }, true],
  [{ exists: true }, false],
  [{ path: "state", is: "held" }, false],
  [{ path: "state", isNot: "held" }, true],
  [{ path: "state", absent: true }, true],
  [{ path: "state", exists: true }, false],
  [{ path: "count", atMost: 3 }, false],
  [{ path: "markers.deliver.state", absent: true }, true],
];

const VALUES: Readonly<Record<string, Value>> = {
  "empty text": "",
  "leading zeros": "000001000123",
  "a lot number like a float": "12E4",
  "Chinese text": "订单 1000123 已确认 🏭",
  "the letter zero byte": "a\u0000b",
  nothing: null,
  truth: true,
  "a moment": 1_763_990_400_123,
  "a negative number": -7,
  "the largest counter": Number.MAX_SAFE_INTEGER,
  "an empty list": [],
  "a list of many kinds": ["a", 1, null, [true], { a: "" }],
  "an empty map": {},
  "bytes of a gzip": new Uint8Array([0x1f, 0x8b, 0, 255, 128]),
};

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

/** `takes` names the BAD_UPDATES that the local cloud does not refuse; they are pinned where it is given. */
export function ledgerStoreContract(name: string, make: () => Promise<LedgerStore>, takes: readonly string[] = []): void {
  describe(`the ledger store, ${name}`, () => {
    let store: LedgerStore;
    beforeAll(async () => {
      store = await make();
    });
    const stored = async (fields: Readonly<Record<string, Value>> = STORED): Promise<Item> => {
      const item: Item = { pk: newPartition(), sk: "DOC#1", ...fields };
      expect(await store.write([{ kind: "put", item }])).toEqual(WRITTEN);
      return item;
    };
    const names = (items: readonly Item[]): string[] => items.map((item) => item.sk);

    describe("values", () => {
      it("answers undefined for what is not there", async () => {
        expect(await store.read({ pk: newPartition(), sk: "DOC#1" })).toBeUndefined();
      });

      it.each(Object.entries(VALUES))("gives back %s as it was put", async (_kind, value) => {
        const item = await stored({ value });
        const back = await store.read(item);
        expect(plain(back)).toEqual(plain(item));
      });

      it("keeps map names that hold dots, signs and prototype words", async () => {
        const odd: Value = JSON.parse('{"with.dot":1,"物料":2,"#x":3,"__proto__":4,"constructor":5}');
        const item = await stored({ odd });
        expect(JSON.stringify(sortedByName((await store.read(item))?.odd))).toBe(JSON.stringify(sortedByName(odd)));
      });

      it("shares nothing with the caller", async () => {
        const nested = { list: ["a"] };
        const bytes = new Uint8Array([1, 2, 3]);
        const item = await stored({ nested, bytes });
        nested.list.push("b");
        bytes[0] = 9;
        const first = await store.read(item);
        expect(plain(first)).toEqual(plain({ ...item, nested: { list: ["a"] }, bytes: new Uint8Array([1, 2, 3]) }));
        if (first?.bytes instanceof Uint8Array) first.bytes[1] = 9;
        expect(plain((await store.read(item))?.bytes)).toEqual([1, 2, 3]);
      });

      it("refuses an item over 400 KB and keeps what was there", async () => {
        const item = await stored();
        await expect(store.write([{ kind: "put", item: { ...item, big: "x".repeat(420_000) } }])).rejects.toThrow();
        await expect(store.write([{ kind: "update", key: item, set: { big: "物".repeat(140_000) } }])).rejects.toThrow();
        expect(await store.read(item)).toEqual(item);
        expect(await store.write([{ kind: "update", key: item, set: { big: "x".repeat(390_000) } }])).toEqual(WRITTEN);
      });

      it("refuses an empty key and a number that is not finite", async () => {
        await expect(store.write([{ kind: "put", item: { pk: newPartition(), sk: "" } }])).rejects.toThrow();
        await expect(store.write([{ kind: "put", item: { pk: newPartition(), sk: "a", n: Number.NaN } }])).rejects.toThrow();
      });
    });

    describe("conditions", () => {
      it.each(CONDITIONS)("%j holds on the item: %j", async (condition, holds) => {
        const item = await stored();
        const set = { touched: true };
        expect(await store.write([{ kind: "update", key: item, set, if: [condition] }])).toEqual(holds ? WRITTEN : refused(0));
        expect(await store.read(item)).toEqual(holds ? { ...item, ...set } : item);
      });

      it.each(HOLD_ON_NOTHING)("%j holds where there is no item: %j", async (condition, holds) => {
        const key = { pk: newPartition(), sk: "DOC#1" };
        expect(await store.write([{ kind: "update", key, set: { touched: true }, if: [condition] }])).toEqual(holds ? WRITTEN : refused(0));
        expect(await store.read(key)).toEqual(holds ? { ...key, touched: true } : undefined);
      });

      it.each(CONDITIONS)("%j holds in a check of a transaction: %j", async (condition, holds) => {
        const item = await stored();
        const other = { pk: item.pk, sk: "DOC#2" };
        const answer = await store.write([
          { kind: "put", item: other },
          { kind: "check", key: item, if: [condition] },
        ]);
        expect(answer).toEqual(holds ? WRITTEN : refused(1));
        expect(await store.read(other)).toEqual(holds ? other : undefined);
      });

      it("needs every condition of a write to hold", async () => {
        const item = await stored();
        const both = (state: string): Write => ({
          kind: "delete",
          key: item,
          if: [
            { path: "count", is: 3 },
            { path: "state", is: state },
          ],
        });
        expect(await store.write([both("parked")])).toEqual(refused(0));
        expect(await store.write([both("held")])).toEqual(WRITTEN);
        expect(await store.read(item)).toBeUndefined();
      });

      it("answers a check that stands alone", async () => {
        const item = await stored();
        expect(await store.write([{ kind: "check", key: item, if: [{ path: "state", is: "held" }] }])).toEqual(WRITTEN);
        expect(await store.write([{ kind: "check", key: item, if: [{ path: "state", is: "parked" }] }])).toEqual(refused(0));
      });

      it("puts over what is there, and not where it must be absent", async () => {
        const item = await stored();
        expect(await store.write([{ kind: "put", item: { ...item, state: "new" }, if: [{ absent: true }] }])).toEqual(refused(0));
        expect(await store.write([{ kind: "put", item: { pk: item.pk, sk: item.sk, other: 1 } }])).toEqual(WRITTEN);
        expect(await store.read(item)).toEqual({ pk: item.pk, sk: item.sk, other: 1 });
      });

      it("gives one marker to one of fifty who claim it at once", async () => {
        const item = await stored({ markers: { deliver: { state: "none" } } });
        const claim = (owner: string): Write => ({
          kind: "update",
          key: item,
          set: { "markers.deliver.state": "claimed", "markers.deliver.owner": owner },
          if: [{ path: "markers.deliver.state", is: "none" }],
        });
        const owners = Array.from({ length: 50 }, (_, at) => `owner-${at}`);
        const answers = await Promise.all(owners.map((owner) => store.write([claim(owner)])));
        const winners = owners.filter((_, at) => answers[at]?.kind === "written");
        expect(winners).toHaveLength(1);
        expect(await store.read(item)).toEqual({ ...item, markers: { deliver: { state: "claimed", owner: winners[0] } } });
      });

      it("gives one lane to one of twenty transactions at once", async () => {
        const item = await stored({ revision: 1 });
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            store.write([
              { kind: "update", key: item, set: { holder: `document-${at}`, revision: 2 }, if: [{ path: "revision", is: 1 }] },
              { kind: "put", item: { pk: item.pk, sk: `HELD#${at}` } },
            ]),
          ),
        );
        expect(answers.filter((answer) => answer.kind === "written")).toHaveLength(1);
        expect(await store.list(item.pk, { prefix: "HELD#", limit: 100 })).toHaveLength(1);
      });
    });

    describe("updates", () => {
      it("sets, adds and removes, each path alone", async () => {
        const item = await stored();
        const answer = await store.write([
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
        expect(await store.read(item)).toEqual({ pk, sk, state: "delivering", count: 5, fresh: 5, markers });
      });

      it("makes the item where there was none", async () => {
        const key = { pk: newPartition(), sk: "AGENT" };
        expect(await store.write([{ kind: "update", key, add: { silentMs: 7 } }])).toEqual(WRITTEN);
        expect(await store.read(key)).toEqual({ ...key, silentMs: 7 });
      });

      it("adds one for each of thirty at once", async () => {
        const item = await stored({ count: 0 });
        await Promise.all(Array.from({ length: 30 }, () => store.write([{ kind: "update", key: item, add: { count: 1 } }])));
        expect((await store.read(item))?.count).toBe(30);
      });

      it.each(Object.entries(BAD_UPDATES).filter(([what]) => !takes.includes(what)))(
        "throws on an update that %s, alone and in a transaction, and changes nothing",
        async (_what, update) => {
          const item = await stored();
          const other = { pk: item.pk, sk: "DOC#2" };
          await expect(store.write([{ kind: "update", key: item, ...update }])).rejects.toThrow();
          await expect(
            store.write([
              { kind: "put", item: other },
              { kind: "update", key: item, ...update },
            ]),
          ).rejects.toThrow();
          expect(await store.list(item.pk, { prefix: "", limit: 10 })).toEqual([item]);
        },
      );

      it("judges the condition before a parent that is absent", async () => {
        const item = await stored();
        const set = { "absent.deeper": 1 };
        expect(await store.write([{ kind: "update", key: item, set, if: [{ path: "state", is: "parked" }] }])).toEqual(refused(0));
      });
    });

    describe("transactions", () => {
      it("writes all, of every kind", async () => {
        const pk = newPartition();
        const seed = ["a", "b", "c"].map((sk): Write => ({ kind: "put", item: { pk, sk, n: 1 } }));
        expect(await store.write(seed)).toEqual(WRITTEN);
        const answer = await store.write([
          { kind: "delete", key: { pk, sk: "a" }, if: [{ exists: true }] },
          { kind: "update", key: { pk, sk: "b" }, add: { n: 1 } },
          { kind: "check", key: { pk, sk: "c" }, if: [{ path: "n", is: 1 }] },
          { kind: "put", item: { pk, sk: "d" }, if: [{ absent: true }] },
        ]);
        expect(answer).toEqual(WRITTEN);
        expect(await store.list(pk, { prefix: "", limit: 10 })).toEqual([
          { pk, sk: "b", n: 2 },
          { pk, sk: "c", n: 1 },
          { pk, sk: "d" },
        ]);
      });

      it("names every write that was refused, and writes nothing", async () => {
        const pk = newPartition();
        await store.write([{ kind: "put", item: { pk, sk: "a", n: 1 } }]);
        const answer = await store.write([
          { kind: "put", item: { pk, sk: "b" } },
          { kind: "update", key: { pk, sk: "a" }, set: { n: 9 }, if: [{ path: "n", is: 2 }] },
          { kind: "put", item: { pk, sk: "c" }, if: [{ absent: true }] },
          { kind: "check", key: { pk, sk: "z" }, if: [{ exists: true }] },
        ]);
        expect(answer).toEqual(refused(1, 3));
        expect(await store.list(pk, { prefix: "", limit: 10 })).toEqual([{ pk, sk: "a", n: 1 }]);
      });

      it("throws on two writes of one item", async () => {
        const key = { pk: newPartition(), sk: "a" };
        await expect(
          store.write([
            { kind: "put", item: key },
            { kind: "check", key, if: [{ absent: true }] },
          ]),
        ).rejects.toThrow();
        expect(await store.read(key)).toBeUndefined();
      });

      it("takes a hundred writes, and throws on none and on more", async () => {
        const pk = newPartition();
        const puts = Array.from({ length: 101 }, (_, at): Write => ({ kind: "put", item: { pk, sk: String(at).padStart(3, "0") } }));
        await expect(store.write([])).rejects.toThrow();
        await expect(store.write(puts)).rejects.toThrow();
        expect(await store.list(pk, { prefix: "", limit: 200 })).toEqual([]);
        expect(await store.write(puts.slice(0, 100))).toEqual(WRITTEN);
        expect(await store.list(pk, { prefix: "", limit: 200 })).toHaveLength(100);
      });
    });

    describe("lists", () => {
      it("reads many in the order asked, repeats and absent ones too", async () => {
        const pk = newPartition();
        const [a, b] = ["a", "b"].map((sk): Item => ({ pk, sk, n: sk }));
        await store.write([a, b].flatMap((item): Write[] => (item === undefined ? [] : [{ kind: "put", item }])));
        const keys = ["b", "z", "a", "b"].map((sk) => ({ pk, sk }));
        expect(await store.readMany(keys)).toEqual([b, undefined, a, b]);
        expect(await store.readMany([])).toEqual([]);
        await expect(store.readMany(Array.from({ length: 101 }, (_, at) => ({ pk, sk: `k${at}` })))).rejects.toThrow();
      });

      it("lists by the bytes of the sort key", async () => {
        const pk = newPartition();
        // U+FF5E is before U+1F3ED in UTF-8 and behind it in UTF-16; upper case is before lower case; `é` is two bytes.
        const inOrder = ["A", "B#10", "B#9", "a", "é", "物料", "\uff5e", "🏭", "🏭2"];
        for (const sk of [...inOrder].reverse()) await store.write([{ kind: "put", item: { pk, sk } }]);
        expect(names(await store.list(pk, { prefix: "", limit: 100 }))).toEqual(inOrder);
        expect(names(await store.list(pk, { prefix: "🏭", limit: 100 }))).toEqual(["🏭", "🏭2"]);
        expect(names(await store.list(pk, { prefix: "", after: "\uff5e", limit: 100 }))).toEqual(["🏭", "🏭2"]);
      });

      it("lists a prefix in pages that continue after a sort key", async () => {
        const pk = newPartition();
        const held = Array.from({ length: 7 }, (_, at) => `HELD#erp#1#${at}`);
        const all = ["DOC#1", ...held, "LANE#erp"];
        await store.write(all.map((sk): Write => ({ kind: "put", item: { pk, sk } })));
        const page = async (after: string | undefined, limit = 3) =>
          names(await store.list(pk, { prefix: "HELD#erp#", limit, ...(after === undefined ? {} : { after }) }));
        expect(await page(undefined)).toEqual(held.slice(0, 3));
        expect(await page(held[2])).toEqual(held.slice(3, 6));
        expect(await page(held[5])).toEqual(held.slice(6));
        expect(await page(held[6])).toEqual([]);
        expect(await page("HELD#erp#1#3½")).toEqual(held.slice(4, 7));
        expect(await page("A")).toEqual(held.slice(0, 3));
        expect(await page("Z")).toEqual([]);
        expect(names(await store.list(pk, { prefix: "NOTHING", limit: 9 }))).toEqual([]);
        expect(await store.list(newPartition(), { prefix: "", limit: 9 })).toEqual([]);
        await expect(store.list(pk, { prefix: "", limit: 0 })).rejects.toThrow();
      });

      it("lists past the megabyte of a page", async () => {
        const pk = newPartition();
        const bytes = new Uint8Array(300_000);
        for (let at = 0; at < 5; at += 1) await store.write([{ kind: "put", item: { pk, sk: `P#${at}`, bytes } }]);
        expect(names(await store.list(pk, { prefix: "P#", limit: 100 }))).toEqual(["P#0", "P#1", "P#2", "P#3", "P#4"]);
      });
    });

    describe("the index of what is open", () => {
      const open = async (shard: string, dueBy: number, limit = 100) => (await store.listOpen(shard, dueBy, limit)).map(({ sk, dueAt }) => `${sk}@${dueAt}`);
      /** The index is eventually consistent. */
      const shows = (shard: string, dueBy: number, entries: string[]) => expect.poll(() => open(shard, dueBy)).toEqual(entries);

      it("lists by dueAt what is due, and only its shard", async () => {
        const pk = newPartition();
        const shard = `hamburg#${randomUUID()}`;
        const entry = (sk: string, dueAt: number, openShard = shard): Write => ({ kind: "put", item: { pk, sk, openShard, dueAt, secret: "not shown" } });
        await store.write([entry("a", 30), entry("b", 10), entry("c", 20), entry("d", 5, `${shard}-other`), { kind: "put", item: { pk, sk: "e", dueAt: 1 } }]);
        await shows(shard, 25, ["b@10", "c@20"]);
        await shows(shard, 30, ["b@10", "c@20", "a@30"]);
        expect(await open(shard, 30, 1)).toEqual(["b@10"]);
        expect(await store.listOpen(shard, 10, 5)).toEqual([{ pk, sk: "b", dueAt: 10 }]);
      });

      it("follows an item that becomes due, moves, closes and is deleted", async () => {
        const shard = `hamburg#${randomUUID()}`;
        const item = await stored();
        await shows(shard, 100, []);
        await store.write([{ kind: "update", key: item, set: { openShard: shard, dueAt: 50 } }]);
        await shows(shard, 100, ["DOC#1@50"]);
        await store.write([{ kind: "update", key: item, set: { dueAt: 253_402_300_800_000 } }]);
        await shows(shard, 100, []);
        await store.write([{ kind: "update", key: item, set: { dueAt: 70 } }]);
        await shows(shard, 100, ["DOC#1@70"]);
        await store.write([{ kind: "update", key: item, remove: ["openShard"] }]);
        await shows(shard, 100, []);
        await store.write([{ kind: "update", key: item, set: { openShard: shard } }]);
        await shows(shard, 100, ["DOC#1@70"]);
        await store.write([{ kind: "delete", key: item }]);
        await shows(shard, 100, []);
      });
    });
  });
}

/** Bytes as numbers, so that a Buffer and a Uint8Array compare as equal. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

const sortedByName = (value: Value | undefined): unknown => (typeof value === "object" && value !== null ? Object.entries(value).sort() : value);
