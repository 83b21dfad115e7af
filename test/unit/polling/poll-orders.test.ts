import { describe, expect, it } from "vitest";
import { sourceOf } from "../../../connectors/registry.ts";
import type { JsonObject } from "../../../core/documents/exact-json.ts";
import { ConnectionId } from "../../../core/documents/ids.ts";
import { Header, parseItem } from "../../../core/ledger/items.ts";
import type { Poller } from "../../../core/polling/poller.ts";
import { createPollOrders } from "../../../functions/poll-orders/poll-orders.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { memoryLaneQueue } from "../../support/memory/lane-queue.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { memoryPayloadStore } from "../../support/memory/payload-store.ts";

const settings = settingsFor("local", { trytonUrl: "http://127.0.0.1:9/erp" });
const order = (further: JsonObject = {}): JsonObject => ({
  document: "order",
  state: "released",
  version: "1795591108657890",
  number: "42",
  operations: [],
  materials: [],
  ...further,
});

/** The function over a ledger and a queue in memory; the ERP says what the test says. */
function pollerOver(poller: Poller) {
  const clock = virtualClock(1_000_000);
  const ledger = memoryLedgerStore();
  let isQueueUp = true;
  const queue = memoryLaneQueue({ clock, visibilityMilliseconds: 1_000, refuses: () => !isQueueUp });
  const ports = { ledger, payloads: memoryPayloadStore(), queue, clock, ids: countingIds(1), settings, formatOf: sourceOf, pollerOf: () => poller };
  const poll = createPollOrders(ports);
  return {
    poll: () => {
      clock.advance(2_000);
      return poll(() => 4_000);
    },
    queueIsUp: (up: boolean) => {
      isQueueUp = up;
    },
    headers: () =>
      ledger
        .all()
        .filter(({ sk }) => sk.startsWith("DOC#"))
        .map((item) => parseItem(Header, item)),
  };
}

/** Tells the same documents at each poll, as a killed poller's successor does, and says what the door made of them. */
const telling = (...documents: readonly JsonObject[]): { poller: Poller; taken: string[] } => {
  const taken: string[] = [];
  return {
    taken,
    poller: async (memory, tell) => {
      const claimed = await memory.claim();
      if (claimed.kind !== "claimed") return claimed;
      for (const document of documents) taken.push((await tell(document)).kind);
      await memory.release();
      return { kind: "polled", told: documents.length, refused: [] };
    },
  };
};

describe("what the poller tells", () => {
  it("goes through the door: one document in the plant's lane, however often it is told", async () => {
    const { poller, taken } = telling(order());
    const erp = pollerOver(poller);
    for (let n = 0; n < 3; n += 1) expect(await erp.poll()).toEqual({ tryton: { kind: "polled", told: 1, refused: [] } });
    expect(taken).toEqual(["taken", "taken", "taken"]);
    expect(erp.headers()).toMatchObject([
      { type: "OperationsRequest", connection: "tryton", target: "mes-ningbo", site: "ningbo", objectId: "42", state: "received" },
    ]);
  });

  it("is a document of its own for each version, and a cancel for an order that vanished", async () => {
    const { poller } = telling(order(), order({ version: "1795591108657891", description: "more" }), order({ version: "1795591108657892", state: "vanished" }));
    const erp = pollerOver(poller);
    await erp.poll();
    expect(
      erp
        .headers()
        .map(({ version, cancel }) => [version, cancel])
        .sort(),
    ).toEqual([
      ["1795591108657890", false],
      ["1795591108657891", false],
      ["1795591108657892", true],
    ]);
  });

  it("is told again where the queue did not take it, and refused for good where the door does", async () => {
    const { poller, taken } = telling(order());
    const erp = pollerOver(poller);
    erp.queueIsUp(false);
    await erp.poll();
    erp.queueIsUp(true);
    await erp.poll();
    expect(taken).toEqual(["later", "taken"]);
    const bad = telling(order({ number: "4\u00002" }), { document: "nothing" });
    await pollerOver(bad.poller).poll();
    expect(bad.taken).toEqual(["refused", "refused"]);
  });
});

describe("a connection's poll", () => {
  it("that crashes is told by its name and is no other's trouble", async () => {
    const erp = pollerOver(async () => {
      throw new Error("a defect");
    });
    expect(await erp.poll()).toEqual({ tryton: { kind: "crashed", why: "a defect" } });
    expect(settings.connections.filter(({ pollSeconds }) => pollSeconds !== undefined).map(({ id }) => id)).toEqual([ConnectionId.parse("tryton")]);
  });

  it("comes no sooner than its settings say", async () => {
    const { poller, taken } = telling(order());
    const erp = pollerOver(poller);
    await Promise.all([erp.poll(), erp.poll()]);
    expect(taken.length).toBe(1);
  });
});
