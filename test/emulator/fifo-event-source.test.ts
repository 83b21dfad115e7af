import { randomUUID } from "node:crypto";
import { DeleteEventSourceMappingCommand, DeleteFunctionCommand, LambdaClient, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import * as z from "zod";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Invocation, type Probe, startProbe } from "./probe.ts";
import { fifoQueue, probeFunction, smallStack } from "./small-stack.ts";

const VISIBILITY_S = 2;
const FUNCTION = "consume";

const Batch = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ MessageGroupId: z.string(), SequenceNumber: z.string(), ApproximateReceiveCount: z.string() }),
    }),
  ),
});

let probe: Probe;
let emulator: Emulator;
let sqs: SQSClient;
let queueUrl: string;
let source: string;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => undefined });
  sqs = new SQSClient(emulator.clients);
});
beforeEach(async ({ task }) => {
  probe = await startProbe();
  const resources = { Function: probeFunction(FUNCTION, probe.url), ...fifoQueue("Function", VISIBILITY_S) };
  const stack = await smallStack(emulator, `fifo-${task.id.replaceAll(/[^a-z0-9]/g, "")}`, resources, { Queue: { Ref: "Queue" }, Source: { Ref: "Source" } });
  queueUrl = stack("Queue");
  source = stack("Source");
  return async () => {
    const lambda = new LambdaClient(emulator.clients);
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID: source }));
    await lambda.send(new DeleteFunctionCommand({ FunctionName: FUNCTION }));
    await probe.stop();
  };
});
afterAll(() => emulator.stop());

async function send(bodies: readonly string[], group = "lane"): Promise<void> {
  for (let at = 0; at < bodies.length; at += 10) {
    const Entries = bodies
      .slice(at, at + 10)
      .map((body) => ({ Id: `m${body}`, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: `${group}-${body}` }));
    const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    expect(answer.Failed ?? []).toEqual([]);
  }
}

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
const records = (invocation: Invocation) => Batch.parse(invocation.event).Records;
const bodies = (invocation: Invocation): string[] => records(invocation).map((record) => record.body);
const done = (invocation: Invocation): void => invocation.end({ return: { batchItemFailures: [] } });

it("a FIFO event source runs one batch of up to ten messages at a time, whatever their groups", async () => {
  await send(["0"]);
  const first = await probe.next();
  await send(numbers(1, 12));
  await send(["x"], "other lane");
  await everySourceWasPolled();
  first.end({ return: { batchItemFailures: [] } });
  const second = await probe.next();
  expect(bodies(second)).toEqual(numbers(1, 10));
  await everySourceWasPolled();
  done(second);
  const third = await probe.next();
  expect(bodies(third)).toEqual(["11", "12", "x"]);
  done(third);
});

/** A second event source is served twice: the emulator, which looks at one source after the other, has looked at ours in between and taken nothing. */
async function everySourceWasPolled(): Promise<void> {
  const name = `beacon-${randomUUID()}`;
  const stack = await smallStack(emulator, name, { Function: probeFunction(name, probe.url), ...fifoQueue("Function", 60) }, { Queue: { Ref: "Queue" } });
  for (const body of ["once", "twice"]) {
    await sqs.send(new SendMessageCommand({ QueueUrl: stack("Queue"), MessageBody: body, MessageGroupId: "g", MessageDeduplicationId: body }));
    const invocation = await probe.next();
    expect(invocation.function).toBe(name);
    done(invocation);
  }
}

it("a partial failure redelivers only the messages listed as failed, after the visibility timeout", async () => {
  await disabled(async () => send(numbers(1, 4)));
  const first = await probe.next();
  expect(bodies(first)).toEqual(numbers(1, 4));
  const failed = records(first).slice(2);
  first.end({ return: { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) } });
  const again = await probe.next();
  expect(bodies(again)).toEqual(["3", "4"]);
  expect(records(again).map((record) => record.attributes.ApproximateReceiveCount)).toEqual(["2", "2"]);
  done(again);
});

it("a failed message that is listed without the later ones of its lane is overtaken by them", async () => {
  await disabled(async () => send(numbers(1, 3)));
  const first = await probe.next();
  const [failed] = records(first).slice(0, 1);
  first.end({ return: { batchItemFailures: [{ itemIdentifier: failed?.messageId }] } });
  // 2 and 3 were deleted as done: only 1 comes back, behind them.
  const again = await probe.next();
  expect(bodies(again)).toEqual(["1"]);
  done(again);
});

it("messages behind a failed one of their lane wait until it has come back", async () => {
  await send(["1"]);
  const first = await probe.next();
  await send(["2"]);
  const [failed] = records(first);
  first.end({ return: { batchItemFailures: [{ itemIdentifier: failed?.messageId }] } });
  const next = await probe.next();
  expect(bodies(next)[0]).toBe("1");
  done(next);
});

it("after SIGKILL of the function the whole batch comes back at the visibility timeout", async () => {
  await disabled(async () => send(numbers(1, 3)));
  const first = await probe.next();
  const killedAt = performance.now();
  expect(await emulator.killFunction(FUNCTION)).toHaveLength(1);
  const again = await probe.next();
  expect(bodies(again)).toEqual(bodies(first));
  expect(records(again).map((record) => record.messageId)).toEqual(records(first).map((record) => record.messageId));
  expect(records(again).map((record) => record.attributes.ApproximateReceiveCount)).toEqual(["2", "2", "2"]);
  console.log(`  back ${((performance.now() - killedAt) / 1000).toFixed(1)} s after SIGKILL (visibility timeout ${VISIBILITY_S} s)`);
  done(again);
});

it("disabling the event source keeps the backlog and enabling drains it in order", async () => {
  await disabled(async () => {
    await send(numbers(1, 25));
    expect(await waitingInQueue()).toBe(25);
    expect(probe.waiting()).toBe(0);
  });
  const drained: string[] = [];
  while (drained.length < 25) {
    const batch = await probe.next();
    drained.push(...bodies(batch));
    done(batch);
  }
  expect(drained).toEqual(numbers(1, 25));
});

it("groups over 128 characters, groups in Chinese and deduplication ids with spaces are accepted (AWS refuses all three)", async () => {
  const group = `订单 ${"x".repeat(200)}`;
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "1", MessageGroupId: group, MessageDeduplicationId: "with a space" }));
  const batch = await probe.next();
  expect(records(batch)[0]?.attributes.MessageGroupId).toBe(group);
  done(batch);
});

it("a repeated deduplication id is dropped silently, as on AWS", async () => {
  const message = { QueueUrl: queueUrl, MessageBody: "1", MessageGroupId: "g", MessageDeduplicationId: "same" };
  const first = await sqs.send(new SendMessageCommand(message));
  const second = await sqs.send(new SendMessageCommand(message));
  expect(second.MessageId).toBe(first.MessageId);
  const batch = await probe.next();
  expect(records(batch)).toHaveLength(1);
  done(batch);
});

it("a queue's URL from a stack says localhost: a client given AWS_ENDPOINT_URL warns and follows it, unless useQueueUrlAsEndpoint is false", async () => {
  expect(new URL(queueUrl).hostname).toBe("localhost");
  const { region, credentials } = emulator.clients;
  vi.stubEnv("AWS_ENDPOINT_URL", emulator.endpoint);
  const warningsWith = async (useQueueUrlAsEndpoint: boolean) => {
    const warn = vi.fn();
    const logger = { debug: () => undefined, info: () => undefined, warn, error: () => undefined };
    const client = new SQSClient({ region, credentials, useQueueUrlAsEndpoint, logger });
    await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }));
    return warn.mock.calls.flat().join(" ");
  };
  expect(await warningsWith(true)).toContain("using QueueUrl host as endpoint");
  expect(await warningsWith(false)).toBe("");
  vi.unstubAllEnvs();
});

async function waitingInQueue(): Promise<number> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }));
  return Number(answer.Attributes?.ApproximateNumberOfMessages);
}

/** Does something while the event source is disabled, so that what is sent comes in one batch. */
async function disabled(action: () => Promise<void>): Promise<void> {
  const lambda = new LambdaClient(emulator.clients);
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: source, Enabled: false }));
  await action();
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: source, Enabled: true }));
}
