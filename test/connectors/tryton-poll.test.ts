import { describe, expect, it } from "vitest";
import { type OrderThere, type PollOptions, type PollPorts, type PollState, pollOrders } from "../../connectors/tryton/poll.ts";
import type { JsonObject } from "../../core/documents/exact-json.ts";

const SECOND = 1_000_000;

/** An ERP with orders, a memory with a revision, and a door: stateful, in the test's own time. */
function plant() {
  const orders = new Map<number, OrderThere>();
  const told: JsonObject[] = [];
  const asked: (string | undefined)[] = [];
  let state: PollState = { told: {} };
  let revision = 0;
  let taking = true;
  let time = 1_000 * SECOND;
  const ports: PollPorts = {
    changedOrders: async (from) => {
      asked.push(from);
      const all = [...orders.values()];
      const found =
        from === undefined
          ? all.filter(({ state: at }) => at !== "closed" && at !== "cancelled")
          : all.filter(({ changed }) => BigInt(changed) >= BigInt(from));
      return { kind: "orders", orders: found };
    },
    stillThere: async (ids) => ({ kind: "ids", ids: ids.filter((id) => orders.has(id)) }),
    load: async () => ({ state, revision }),
    save: async (next, expected) => {
      if (expected !== revision) return false;
      state = next;
      revision += 1;
      return true;
    },
    tell: async (document) => {
      if (taking) told.push(document);
      return taking;
    },
  };
  const set = (id: number, at: OrderThere["state"], quantity = "10") => {
    time += SECOND;
    orders.set(id, { id, number: `P${id}`, state: at, changed: String(time), content: { number: `P${id}`, quantity } });
  };
  const poll = (further: Partial<PollOptions> = {}) => pollOrders(ports, { poller: "me", now: 0, leaseMs: 1_000, overlapSeconds: 5, ...further });
  return {
    set,
    poll,
    ports,
    remove: (id: number) => orders.delete(id),
    refuse: (no: boolean) => {
      taking = !no;
    },
    asked,
    state: () => state,
    claim: (poller: string, pollerUntil: number) => {
      state = { ...state, poller, pollerUntil };
      revision += 1;
    },
    /** Document state and number of what was told since the last look. */
    news: () => told.splice(0).map(({ state: at, number }) => `${String(number)} ${String(at)}`),
    last: () => told.at(-1),
  };
}

describe("what is told", () => {
  it("is each order once it is released, and nothing of one that is only planned", async () => {
    const erp = plant();
    erp.set(1, "planned");
    erp.set(2, "released");
    erp.set(3, "running");
    expect(await erp.poll()).toEqual({ kind: "polled", told: 2 });
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
    expect(erp.state().told).toEqual({});
  });

  it("is an order anew that comes back after its cancellation", async () => {
    const erp = plant();
    erp.set(1, "running");
    await erp.poll();
    erp.set(1, "cancelled");
    await erp.poll();
    erp.set(1, "released");
    await erp.poll();
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

  it("is what the door did not take: the next poll tells it again", async () => {
    const erp = plant();
    erp.set(1, "released");
    erp.refuse(true);
    expect(await erp.poll()).toMatchObject({ kind: "failed" });
    erp.refuse(false);
    await erp.poll();
    expect(erp.news()).toEqual(["P1 released"]);
  });

  it("is anything because the ERP could not be asked: no order counts as vanished", async () => {
    const erp = plant();
    erp.set(1, "running");
    await erp.poll();
    erp.news();
    const failing: PollPorts = { ...erp.ports, stillThere: async () => ({ kind: "failed", why: "down" }) };
    expect(await pollOrders(failing, { poller: "me", now: 0, leaseMs: 1_000, overlapSeconds: 5 })).toEqual({ kind: "failed", why: "down" });
    expect(erp.news()).toEqual([]);
    expect(Object.keys(erp.state().told)).toEqual(["1"]);
  });
});

describe("one poller at a time", () => {
  it("another's lease is left alone until it ends", async () => {
    const erp = plant();
    erp.set(1, "released");
    erp.claim("other", 500);
    expect(await erp.poll({ now: 499 })).toEqual({ kind: "another-polls" });
    expect(erp.news()).toEqual([]);
    expect(await erp.poll({ now: 500 })).toMatchObject({ kind: "polled" });
  });

  it("of two that begin at once one polls", async () => {
    const erp = plant();
    erp.set(1, "released");
    const outcomes = await Promise.all([erp.poll({ poller: "one" }), erp.poll({ poller: "two" })]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["another-polls", "polled"]);
    expect(erp.news()).toEqual(["P1 released"]);
  });
});
