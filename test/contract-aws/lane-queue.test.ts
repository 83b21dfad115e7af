import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { laneQueue, queueClient } from "../../aws/lane-queue.ts";
import { laneQueueContract, newTargetName } from "../contract/lane-queue.ts";
import { surroundings } from "./surroundings.ts";

const attribute = (attributes: Partial<Record<string, string>> | undefined, name: string): string => {
  const value = attributes?.[name];
  if (value === undefined) throw new Error(`a message without ${name}`);
  return value;
};

laneQueueContract("on SQS", async () => {
  const client = queueClient(surroundings());
  const urls = new Map<string, string>();
  const queue = laneQueue({ client, urls, onTrouble: (error) => expect.unreachable(String(error)) });
  return {
    queue,
    newTarget: async () => {
      const target = newTargetName();
      const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: `${target}.fifo`, Attributes: { FifoQueue: "true" } }));
      urls.set(target, QueueUrl);
      const take = async () => {
        const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }));
        for (const { ReceiptHandle } of Messages) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        return Messages.map(({ Body, Attributes }) => ({
          group: attribute(Attributes, "MessageGroupId"),
          body: attribute({ Body }, "Body"),
          sequenceNumber: attribute(Attributes, "SequenceNumber"),
          receiveCount: Number(attribute(Attributes, "ApproximateReceiveCount")),
        }));
      };
      return { target, take };
    },
  };
});

describe("a queue that cannot be reached", () => {
  it.each([
    [
      ["a1", "a-lost", "a3", "b1"],
      [true, false, false, true],
    ],
    [
      ["a-lost", "b1", "a2", "b2"],
      [false, false, false, false],
    ],
  ])("lets no later message of a lane overtake one that was not taken: %j", async (bodies, answers) => {
    const client = queueClient(surroundings());
    const target = newTargetName();
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: `${target}.fifo`, Attributes: { FifoQueue: "true" } }));
    client.middlewareStack.add(
      (next) => async (request) => {
        if (JSON.stringify(request.input).includes("lost")) throw new Error("planted");
        return await next(request);
      },
      { step: "initialize", name: "trouble" },
    );
    const queue = laneQueue({ client, urls: new Map([[target, QueueUrl]]), onTrouble: () => undefined });
    expect(
      await queue.send(
        target,
        bodies.map((body) => ({ group: body.slice(0, 1), body, deduplicationId: body })),
      ),
    ).toEqual(answers);
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => Body).sort()).toEqual(bodies.filter((_, at) => answers[at]));
  });

  it("answers false for every message, and says why", async () => {
    const target = newTargetName();
    const troubles: unknown[] = [];
    const urls = new Map([[target, `${surroundings().endpoint}/000000000000/there-is-none.fifo`]]);
    const queue = laneQueue({ client: queueClient(surroundings()), urls, onTrouble: (error) => troubles.push(error) });
    const messages = ["a", "b", "a"].map((group, at) => ({ group, body: "x", deduplicationId: `d${at}` }));
    expect(await queue.send(target, messages)).toEqual([false, false, false]);
    expect(troubles).toHaveLength(1);
  });

  it("is a defect where the target has none", async () => {
    const queue = laneQueue({ client: queueClient(surroundings()), urls: new Map(), onTrouble: () => undefined });
    await expect(queue.send(newTargetName(), [])).rejects.toThrow("has no queue");
  });
});
