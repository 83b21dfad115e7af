import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { ConnectionId } from "../../core/documents/ids.ts";
import type { LaneQueue, QueueMessage } from "../../core/ledger/ports.ts";

export type Received = { readonly group: string; readonly body: string; readonly sequenceNumber: string; readonly receiveCount: number };

export type LaneQueueRig = {
  readonly queue: LaneQueue;
  /** A target whose queue is empty, and how to take (and delete) what is in it, up to 10 at once, in order. */
  newTarget(): Promise<{ readonly target: ConnectionId; take(): Promise<readonly Received[]> }>;
};

const message = (group: string, body: string, deduplicationId: string = randomUUID()): QueueMessage => ({ group, body, deduplicationId });

export const newTargetName = (): ConnectionId => ConnectionId.parse(`t${randomUUID().replaceAll("-", "").slice(0, 20)}`);

export function laneQueueContract(name: string, make: () => Promise<LaneQueueRig>): void {
  describe(`the lane queue, ${name}`, () => {
    let rig: LaneQueueRig;
    beforeAll(async () => {
      rig = await make();
    });
    const bodies = (received: readonly Received[], group: string) => received.filter((each) => each.group === group).map((each) => each.body);

    it("hands over the messages of a group in the order they were sent, whatever comes between", async () => {
      const { target, take } = await rig.newTarget();
      expect(await rig.queue.send(target, [message("a", "a1"), message("b", "b1"), message("a", "a2"), message("a", "a3")])).toEqual([true, true, true, true]);
      expect(await rig.queue.send(target, [message("b", "b2"), message("a", "a4")])).toEqual([true, true]);
      const received: Received[] = [];
      await expect.poll(async () => received.push(...(await take()))).toBe(6);
      expect(bodies(received, "a")).toEqual(["a1", "a2", "a3", "a4"]);
      expect(bodies(received, "b")).toEqual(["b1", "b2"]);
      const sequence = received.filter((each) => each.group === "a").map((each) => each.sequenceNumber);
      expect(sequence).toEqual([...sequence].sort());
      expect(new Set(received.map((each) => each.receiveCount))).toEqual(new Set([1]));
    });

    it("takes a repeated deduplication id and drops it, deleted or not", async () => {
      const { target, take } = await rig.newTarget();
      expect(await rig.queue.send(target, [message("a", "first", "once"), message("a", "same batch", "once")])).toEqual([true, true]);
      expect((await take()).map((each) => each.body)).toEqual(["first"]);
      expect(await rig.queue.send(target, [message("a", "later", "once"), message("a", "other", "twice")])).toEqual([true, true]);
      expect((await take()).map((each) => each.body)).toEqual(["other"]);
    });

    it("keeps the queues of two targets apart", async () => {
      const [one, other] = [await rig.newTarget(), await rig.newTarget()];
      await rig.queue.send(one.target, [message("a", "for one")]);
      expect(await other.take()).toEqual([]);
      expect((await one.take()).map((each) => each.body)).toEqual(["for one"]);
    });

    it("takes ten messages and throws on eleven", async () => {
      const { target, take } = await rig.newTarget();
      const many = Array.from({ length: 11 }, (_, at) => message(`group-${at}`, `body 物料 ${at}`));
      await expect(rig.queue.send(target, many)).rejects.toThrow();
      expect(await rig.queue.send(target, many.slice(0, 10))).toEqual(Array(10).fill(true));
      expect((await take()).map((each) => each.body)).toEqual(many.slice(0, 10).map((each) => each.body));
    });

    it.each([
      ["129 characters", "x".repeat(129)],
      ["nothing", ""],
      ["a space", "a b"],
      ["Chinese", "车间"],
    ])("throws on a group or deduplication id of %s, as SQS would refuse it", async (_what, bad) => {
      const { target, take } = await rig.newTarget();
      await expect(rig.queue.send(target, [message(bad, "body")])).rejects.toThrow();
      await expect(rig.queue.send(target, [message("a", "body", bad)])).rejects.toThrow();
      expect(await take()).toEqual([]);
    });

    it("takes ids of 128 characters", async () => {
      const { target, take } = await rig.newTarget();
      expect(await rig.queue.send(target, [message("x".repeat(128), "body", "y".repeat(128))])).toEqual([true]);
      expect(await take()).toHaveLength(1);
    });
  });
}
