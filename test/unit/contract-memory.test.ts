import { describe, expect, it } from "vitest";
import { randomIds } from "../../aws/ids.ts";
import { idsContract } from "../contract/ids.ts";
import { laneQueueContract, newTargetName } from "../contract/lane-queue.ts";
import { ledgerStoreContract } from "../contract/ledger-store.ts";
import { payloadStoreContract } from "../contract/payload-store.ts";
import { secretsContract } from "../contract/secrets.ts";
import { virtualClock } from "../support/memory/clock.ts";
import { countingIds } from "../support/memory/ids.ts";
import { memoryLaneQueue } from "../support/memory/lane-queue.ts";
import { memoryLedgerStore } from "../support/memory/ledger-store.ts";
import { memoryPayloadStore } from "../support/memory/payload-store.ts";
import { memorySecrets } from "../support/memory/secrets.ts";

ledgerStoreContract("in memory", async () => memoryLedgerStore());
payloadStoreContract("in memory", async () => memoryPayloadStore());
secretsContract("in memory", async () => {
  const secrets = memorySecrets();
  return { secrets, set: async (name, values) => secrets.set(name, values) };
});
laneQueueContract("in memory", async () => {
  const queue = memoryLaneQueue({ clock: virtualClock(0), visibilityMilliseconds: 1000 });
  return {
    queue,
    newTarget: async () => {
      const target = newTargetName();
      const take = async () => {
        const received = queue.receive(target);
        for (const { receiptHandle } of received) queue.delete(target, receiptHandle);
        return received;
      };
      return { target, take };
    },
  };
});
idsContract("counted", () => countingIds(7));
idsContract("random", () => randomIds);

describe("the memory queue's consumer side", () => {
  const target = newTargetName();
  const setUp = (maxReceiveCount = 1000) => {
    const clock = virtualClock(1000);
    let isDown = false;
    const queue = memoryLaneQueue({ clock, visibilityMilliseconds: 500, maxReceiveCount, refuses: (_target, { body }) => isDown || body === "bad" });
    const send = (...bodies: string[]) =>
      queue.send(
        target,
        bodies.map((body) => ({ group: body.slice(0, 1), body, deduplicationId: body })),
      );
    const bodies = () => queue.receive(target).map((message) => message.body);
    return { clock, queue, send, bodies, setDown: (down: boolean) => (isDown = down) };
  };

  it("gives nothing of a group in flight, and all of it again, in order, after the visibility timeout", async () => {
    const { clock, queue, send, bodies } = setUp();
    await send("a1", "b1");
    expect(bodies()).toEqual(["a1", "b1"]);
    await send("a2", "c1");
    expect(bodies()).toEqual(["c1"]);
    expect(queue.nextVisibleAt(target)).toBe(1500);
    clock.advance(500);
    const again = queue.receive(target);
    expect(again.map(({ body, receiveCount }) => `${body} ${receiveCount}`)).toEqual(["a1 2", "b1 2", "a2 1", "c1 2"]);
  });

  it("keeps a message whose handle was used too late", async () => {
    const { clock, queue, send } = setUp();
    await send("a1");
    const [first] = queue.receive(target);
    clock.advance(500);
    expect(queue.delete(target, String(first?.receiptHandle))).toBe(false);
    const [second] = queue.receive(target);
    expect(queue.delete(target, String(second?.receiptHandle))).toBe(true);
    expect(queue.depth(target)).toBe(0);
  });

  it("moves a message to the dead letters after its last receive", async () => {
    const { clock, queue, send, bodies } = setUp(2);
    await send("a1", "a2");
    const [first] = queue.receive(target, 1);
    queue.release(target, String(first?.receiptHandle));
    queue.receive(target, 1);
    clock.advance(500);
    expect(bodies()).toEqual(["a2"]);
    expect(queue.dead(target).map((message) => message.body)).toEqual(["a1"]);
  });

  it("forgets a deduplication id after five minutes", async () => {
    const { clock, send, queue } = setUp();
    await send("a1");
    clock.advance(299_999);
    await send("a1");
    expect(queue.depth(target)).toBe(1);
    clock.advance(1);
    await send("a1");
    expect(queue.depth(target)).toBe(2);
  });

  it("takes no later message of a lane after one it did not take", async () => {
    const { send, bodies, setDown } = setUp();
    setDown(true);
    expect(await send("a1", "b1")).toEqual([false, false]);
    setDown(false);
    expect(await send("a1", "b1")).toEqual([true, true]);
    expect(await send("bad", "b2", "c1")).toEqual([false, false, true]);
    expect(bodies()).toEqual(["a1", "b1", "c1"]);
  });
});

describe("the memory index", () => {
  it("can be shown without its latest changes", async () => {
    let lag = 0;
    const store = memoryLedgerStore({ indexLag: () => lag });
    const item = (sk: string, dueAt: number) => ({ pk: "p", sk, openShard: "s", dueAt });
    await store.write([{ kind: "put", item: item("a", 1) }]);
    await store.write([{ kind: "put", item: item("b", 2) }]);
    await store.write([{ kind: "delete", key: { pk: "p", sk: "a" } }]);
    const shown = async () => (await store.listOpen("s", 9, 9)).map((entry) => entry.sk);
    expect(await shown()).toEqual(["b"]);
    lag = 1;
    expect(await shown()).toEqual(["a", "b"]);
    lag = 2;
    expect(await shown()).toEqual(["a"]);
    lag = 99;
    expect(await shown()).toEqual([]);
  });
});
