import { describe, expect, it } from "vitest";
import { type MaterialThere, type OrdersThere, type OrderThere, orderPoller } from "../../connectors/tryton/poll.ts";
import type { JsonObject } from "../../core/documents/exact-json.ts";
import { ConnectionId } from "../../core/documents/ids.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import { ledgerMemory } from "../../core/polling/ledger-memory.ts";
import type { PollOptions, Taken } from "../../core/polling/poller.ts";
import { virtualClock } from "../support/memory/clock.ts";
import { memoryLedgerStore } from "../support/memory/ledger-store.ts";

const SECOND = 1_000_000;
const connection = ConnectionId.parse("tryton");

/** An ERP with orders, the ledger, and a door: stateful, in the test's own time. */
function plant() {
  const clock = virtualClock(1_000_000);
  const ledger = memoryLedgerStore();
  const orders = new Map<number, OrderThere>();
  const materials = new Map<string, MaterialThere>();
  const told: JsonObject[] = [];
  const asked: (string | undefined)[] = [];
  let door: Taken = { kind: "taken" };
  let time = 1_000 * SECOND;
  let polls = 0;
  const there: OrdersThere = {
    changes: async (from) => {
      asked.push(from);
      const all = [...orders.values()];
      const changes =
        from === undefined
          ? all.filter(({ state }) => state !== "closed" && state !== "cancelled")
          : all.filter(({ changed }) => BigInt(changed) >= BigInt(from));
      return { kind: "changes", changes };
    },
    details: async (changes) => ({
      kind: "orders",
      orders: changes.flatMap(({ id }) => orders.get(id) ?? []),
      materials: [...materials.values()],
    }),
    stillThere: async (ids) => ({ kind: "ids", ids: ids.filter((id) => orders.has(id)) }),
  };
  const set = (id: number, state: OrderThere["state"], quantity = "10", needs: readonly string[] = []) => {
    time += SECOND;
    orders.set(id, { id, number: `P${id}`, state, changed: String(time), content: { number: `P${id}`, quantity }, materials: needs });
  };
  const memory = (poller: string) => ledgerMemory({ ledger, clock, connection, poller, leaseMs: 10_000, pollSeconds: 2 });
  const poll = (further: Partial<PollOptions> & { readonly there?: Partial<OrdersThere>; readonly during?: () => Promise<unknown> } = {}) => {
    polls += 1;
    clock.advance(2_000);
    const tell = async (document: JsonObject): Promise<Taken> => {
      await further.during?.();
      if (door.kind === "taken") told.push(document);
      return door;
    };
    const options = { now: () => clock.now(), stopAt: Number.POSITIVE_INFINITY, overlapSeconds: 5, ...further };
    return orderPoller({ ...there, ...further.there })(memory(`poller ${polls}`), tell, options);
  };
  return {
    set,
    poll,
    clock,
    memory,
    ledger,
    there,
    remove: (id: number) => orders.delete(id),
    product: (code: string, name: string) => materials.set(code, { code, changed: String(time), content: { code, name } }),
    answer: (next: Taken) => {
      door = next;
    },
    asked,
    remembered: async (ledgerStore: LedgerStore = ledger) =>
      (await ledgerStore.list("CONNECTION#tryton", { prefix: "TOLD#", limit: 100 })).map(({ sk }) => sk.slice("TOLD#".length)),
    /** Number and state of what was told since the last look. */
    news: () =>
      told.splice(0).map(({ document, state, number, code }) => (document === "material" ? `material ${String(code)}` : `${String(number)} ${String(state)}`)),
    last: () => told.at(-1),
  };
}

describe("what is told", () => {
  it("is each order once it is released, and nothing of one that is only planned", async () => {
    const erp = plant();
    erp.set(1, "planned");
    erp.set(2, "released");
    erp.set(3, "running");
    expect(await erp.poll()).toEqual({ kind: "polled", told: 2, refused: [] });
    expect(erp.news()).toEqual(["P2 released", "P3 released"]);
    erp.set(1, "released");
    await erp.poll();
    expect(erp.news()).toEqual(["P1 released"]);
  });

  it("is a change of its content under a higher version, and no change of what is not told", async () => {
    const erp = plant();
    erp.set(1, "released");
    await erp.poll();
    const first = erp.last();
    erp.set(1, "running");
    await erp.poll();
    expect(erp.news()).toEqual(["P1 released"]);
    erp.set(1, "running", "12");
    await erp.poll();
    expect(Number(erp.last()?.version)).toBeGreaterThan(Number(first?.version));
    expect(erp.news()).toEqual(["P1 released"]);
  });

  it("is a material before the first order that needs it, and again when it has changed", async () => {
    const erp = plant();
    erp.product("STEEL", "steel");
    erp.set(1, "released", "10", ["STEEL", "UNKNOWN"]);
    await erp.poll();
    erp.set(2, "released", "10", ["STEEL"]);
    await erp.poll();
    expect(erp.news()).toEqual(["material STEEL", "P1 released", "P2 released"]);
    erp.product("STEEL", "stainless steel");
    erp.set(3, "released", "10", ["STEEL"]);
    await erp.poll();
    expect(erp.news()).toEqual(["material STEEL", "P3 released"]);
  });

  it("is a cancellation, and an order that vanished, once, under higher versions; nothing of the end of one that is done", async () => {
    const erp = plant();
    for (const id of [1, 2, 3, 4]) erp.set(id, "running");
    await erp.poll();
    erp.news();
    erp.set(1, "cancelled");
    erp.remove(2);
    erp.set(3, "closed");
    erp.set(4, "planned");
    await erp.poll();
    expect(erp.news()).toEqual(["P1 cancelled", "P4 cancelled", "P2 vanished"]);
    await erp.poll();
    expect(erp.news()).toEqual([]);
    expect(await erp.remembered()).toEqual([]);
  });

  it("is an order anew that comes back after its cancellation", async () => {
    const erp = plant();
    for (const state of ["running", "cancelled", "released"] as const) {
      erp.set(1, state);
      await erp.poll();
    }
    expect(erp.news()).toEqual(["P1 released", "P1 cancelled", "P1 released"]);
  });

  it("comes in the order of the changes", async () => {
    const erp = plant();
    erp.set(2, "released");
    erp.set(1, "released");
    await erp.poll();
    expect(erp.news()).toEqual(["P2 released", "P1 released"]);
  });
});

describe("what is not lost", () => {
  it("is a change that is seen late: as far behind the watermark as the overlap reaches", async () => {
    const erp = plant();
    erp.set(1, "released");
    await erp.poll();
    await erp.poll();
    expect(erp.asked).toEqual([undefined, String(1_001 * SECOND - 5 * SECOND)]);
  });

  it("is what the door did not take: the next poll tells it again, and only it", async () => {
    const erp = plant();
    erp.set(1, "released");
    erp.answer({ kind: "later", why: "the queue is down" });
    expect(await erp.poll()).toEqual({ kind: "failed", why: "order:1 was not taken: the queue is down" });
    erp.answer({ kind: "taken" });
    await erp.poll();
    await erp.poll();
    expect(erp.news()).toEqual(["P1 released"]);
  });

  it("is the rest because of one that the door refuses for good; that one comes again when it changes", async () => {
    const erp = plant();
    erp.set(1, "released");
    erp.answer({ kind: "refused", why: "ORL-DOOR-1" });
    expect(await erp.poll()).toEqual({ kind: "polled", told: 0, refused: ["order:1: ORL-DOOR-1"] });
    erp.answer({ kind: "taken" });
    erp.set(2, "released");
    await erp.poll();
    expect(erp.news()).toEqual(["P2 released"]);
    erp.set(1, "released", "11");
    await erp.poll();
    expect(erp.news()).toEqual(["P1 released"]);
  });

  it("is anything because the ERP could not be asked: no order counts as vanished", async () => {
    const erp = plant();
    erp.set(1, "running");
    await erp.poll();
    erp.news();
    expect(await erp.poll({ there: { stillThere: async () => ({ kind: "failed", why: "down" }) } })).toEqual({ kind: "failed", why: "down" });
    expect(erp.news()).toEqual([]);
    expect(await erp.remembered()).toEqual(["order:1"]);
  });

  it("is what a poller without time left over: the next goes on where it stopped", async () => {
    const erp = plant();
    for (let id = 1; id <= 120; id += 1) erp.set(id, "released");
    let told = 0;
    const stopAt = erp.clock.now() + 2_500;
    await erp.poll({
      stopAt,
      during: async () => {
        told += 1;
        if (told === 60) erp.clock.advance(1_000);
      },
    });
    expect(erp.news()).toHaveLength(100);
    await erp.poll();
    expect(erp.news()).toEqual(Array.from({ length: 20 }, (_, at) => `P${at + 101} released`));
  });

  it("is what a killed poller had not told: what it told is not told again", async () => {
    const erp = plant();
    for (const id of [1, 2, 3]) erp.set(id, "released");
    let told = 0;
    const killed = erp.poll({
      during: async () => {
        told += 1;
        if (told === 3) throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    expect(erp.news()).toEqual(["P1 released", "P2 released"]);
    await erp.poll();
    expect(erp.news()).toEqual(["P3 released"]);
  });
});

describe("one poller at a time", () => {
  it("another's lease is left alone until it ends", async () => {
    const erp = plant();
    erp.set(1, "released");
    expect((await erp.memory("other").claim()).kind).toBe("claimed");
    expect(await erp.poll()).toEqual({ kind: "another-polls" });
    expect(erp.news()).toEqual([]);
    erp.clock.advance(8_000);
    expect(await erp.poll()).toMatchObject({ kind: "polled" });
  });

  it("of two that begin at once one polls, and a third waits for its time", async () => {
    const erp = plant();
    erp.set(1, "released");
    const [one, other] = [erp.memory("one"), erp.memory("other")];
    const claims = await Promise.all([one.claim(), other.claim()]);
    expect(claims.map(({ kind }) => kind).sort()).toEqual(["another-polls", "claimed"]);
    await one.release();
    await other.release();
    expect((await erp.memory("third").claim()).kind).toBe("not-due");
  });

  it("one that was overtaken remembers nothing more, and ends", async () => {
    const erp = plant();
    erp.set(1, "released");
    erp.set(2, "released");
    let overtaken = false;
    const outcome = await erp.poll({
      during: async () => {
        if (overtaken) return;
        overtaken = true;
        erp.clock.advance(10_001);
        expect((await erp.memory("other").claim()).kind).toBe("claimed");
      },
    });
    expect(outcome).toEqual({ kind: "another-polls" });
    expect(await erp.remembered()).toEqual([]);
    expect(await erp.poll()).toEqual({ kind: "another-polls" });
  });
});
