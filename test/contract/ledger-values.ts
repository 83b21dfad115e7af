import { describe, expect, it } from "vitest";
import type { Value } from "../../core/ledger/ledger-store.ts";
import { type LedgerRig, newPartition, plain, WRITTEN } from "./ledger-rig.ts";

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

const sortedByName = (value: Value | undefined): unknown => (typeof value === "object" && value !== null ? Object.entries(value).sort() : value);

export function ledgerValues(rig: LedgerRig): void {
  describe("values", () => {
    it("answers undefined for what is not there", async () => {
      expect(await rig.store.read({ pk: newPartition(), sk: "DOC#1" })).toBeUndefined();
    });

    it.each(Object.entries(VALUES))("gives back %s as it was put", async (_kind, value) => {
      const item = await rig.stored({ value });
      const back = await rig.store.read(item);
      expect(plain(back)).toEqual(plain(item));
    });

    it("keeps map names that hold dots, signs and prototype words", async () => {
      const odd: Value = JSON.parse('{"with.dot":1,"物料":2,"#x":3,"__proto__":4,"constructor":5}');
      const item = await rig.stored({ odd });
      expect(JSON.stringify(sortedByName((await rig.store.read(item))?.odd))).toBe(JSON.stringify(sortedByName(odd)));
    });

    it("shares nothing with the caller", async () => {
      const nested = { list: ["a"] };
      const bytes = new Uint8Array([1, 2, 3]);
      const item = await rig.stored({ nested, bytes });
      nested.list.push("b");
      bytes[0] = 9;
      const first = await rig.store.read(item);
      expect(plain(first)).toEqual(plain({ ...item, nested: { list: ["a"] }, bytes: new Uint8Array([1, 2, 3]) }));
      if (first?.bytes instanceof Uint8Array) first.bytes[1] = 9;
      expect(plain((await rig.store.read(item))?.bytes)).toEqual({ bytes: [1, 2, 3] });
    });

    it("refuses an item over 400 KB and keeps what was there", async () => {
      const item = await rig.stored();
      await expect(rig.store.write([{ kind: "put", item: { ...item, big: "x".repeat(420_000) } }])).rejects.toThrow();
      await expect(rig.store.write([{ kind: "update", key: item, set: { big: "物".repeat(140_000) } }])).rejects.toThrow();
      expect(await rig.store.read(item)).toEqual(item);
      expect(await rig.store.write([{ kind: "update", key: item, set: { big: "x".repeat(390_000) } }])).toEqual(WRITTEN);
    });

    it("refuses an empty key and a number that is not finite", async () => {
      await expect(rig.store.write([{ kind: "put", item: { pk: newPartition(), sk: "" } }])).rejects.toThrow();
      await expect(rig.store.write([{ kind: "put", item: { pk: newPartition(), sk: "a", n: Number.NaN } }])).rejects.toThrow();
    });
  });
}
