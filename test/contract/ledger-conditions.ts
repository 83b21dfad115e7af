import { describe, expect, it } from "vitest";
import type { Condition, Write } from "../../core/ledger/ledger-store.ts";
import { type LedgerRig, newPartition, refused, WRITTEN } from "./ledger-rig.ts";

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

export function ledgerConditions(rig: LedgerRig): void {
  describe("conditions", () => {
    it.each(CONDITIONS)("%j holds on the item: %j", async (condition, holds) => {
      const item = await rig.stored();
      const set = { touched: true };
      expect(await rig.store.write([{ kind: "update", key: item, set, if: [condition] }])).toEqual(holds ? WRITTEN : refused(0));
      expect(await rig.store.read(item)).toEqual(holds ? { ...item, ...set } : item);
    });

    it.each(HOLD_ON_NOTHING)("%j holds where there is no item: %j", async (condition, holds) => {
      const key = { pk: newPartition(), sk: "DOC#1" };
      expect(await rig.store.write([{ kind: "update", key, set: { touched: true }, if: [condition] }])).toEqual(holds ? WRITTEN : refused(0));
      expect(await rig.store.read(key)).toEqual(holds ? { ...key, touched: true } : undefined);
    });

    it.each(CONDITIONS)("%j holds in a check of a transaction: %j", async (condition, holds) => {
      const item = await rig.stored();
      const other = { pk: item.pk, sk: "DOC#2" };
      const answer = await rig.store.write([
        { kind: "put", item: other },
        { kind: "check", key: item, if: [condition] },
      ]);
      expect(answer).toEqual(holds ? WRITTEN : refused(1));
      expect(await rig.store.read(other)).toEqual(holds ? other : undefined);
    });

    it("needs every condition of a write to hold", async () => {
      const item = await rig.stored();
      const both = (state: string): Write => ({
        kind: "delete",
        key: item,
        if: [
          { path: "count", is: 3 },
          { path: "state", is: state },
        ],
      });
      expect(await rig.store.write([both("parked")])).toEqual(refused(0));
      expect(await rig.store.write([both("held")])).toEqual(WRITTEN);
      expect(await rig.store.read(item)).toBeUndefined();
    });

    it("answers a check that stands alone", async () => {
      const item = await rig.stored();
      expect(await rig.store.write([{ kind: "check", key: item, if: [{ path: "state", is: "held" }] }])).toEqual(WRITTEN);
      expect(await rig.store.write([{ kind: "check", key: item, if: [{ path: "state", is: "parked" }] }])).toEqual(refused(0));
    });

    it("puts over what is there, and not where it must be absent", async () => {
      const item = await rig.stored();
      expect(await rig.store.write([{ kind: "put", item: { ...item, state: "new" }, if: [{ absent: true }] }])).toEqual(refused(0));
      expect(await rig.store.write([{ kind: "put", item: { pk: item.pk, sk: item.sk, other: 1 } }])).toEqual(WRITTEN);
      expect(await rig.store.read(item)).toEqual({ pk: item.pk, sk: item.sk, other: 1 });
    });

    it("gives one marker to one of fifty who claim it at once", async () => {
      const item = await rig.stored({ markers: { deliver: { state: "none" } } });
      const claim = (owner: string): Write => ({
        kind: "update",
        key: item,
        set: { "markers.deliver.state": "claimed", "markers.deliver.owner": owner },
        if: [{ path: "markers.deliver.state", is: "none" }],
      });
      const owners = Array.from({ length: 50 }, (_, at) => `owner-${at}`);
      const answers = await Promise.all(owners.map((owner) => rig.store.write([claim(owner)])));
      const winners = owners.filter((_, at) => answers[at]?.kind === "written");
      expect(winners).toHaveLength(1);
      expect(await rig.store.read(item)).toEqual({ ...item, markers: { deliver: { state: "claimed", owner: winners[0] } } });
    });

    it("gives one lane to one of twenty transactions at once", async () => {
      const item = await rig.stored({ revision: 1 });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          rig.store.write([
            { kind: "update", key: item, set: { holder: `document-${at}`, revision: 2 }, if: [{ path: "revision", is: 1 }] },
            { kind: "put", item: { pk: item.pk, sk: `HELD#${at}` } },
          ]),
        ),
      );
      expect(answers.filter((answer) => answer.kind === "written")).toHaveLength(1);
      expect(await rig.store.list(item.pk, { prefix: "HELD#", limit: 100 })).toHaveLength(1);
    });
  });
}
