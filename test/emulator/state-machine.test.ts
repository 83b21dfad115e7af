import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  TaskDoesNotExist,
  TestStateCommand,
} from "@aws-sdk/client-sfn";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import * as z from "zod";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Probe, startProbe } from "./probe.ts";
import { probeFunction, smallStack } from "./small-stack.ts";

const FUNCTION = "step";
const roleArn = "arn:aws:iam::000000000000:role/any";

let probe: Probe;
let emulator: Emulator;
let sfn: SFNClient;

beforeAll(async () => {
  [probe, emulator] = await Promise.all([startProbe(), startEmulator({ log: () => undefined, settings: { SFN_WAIT_SCALE: "0.001" } })]);
  sfn = new SFNClient(emulator.clients);
  await smallStack(emulator, "machine", { Function: probeFunction(FUNCTION, probe.url) }, {});
});
afterAll(async () => {
  await Promise.all([emulator.stop(), probe.stop()]);
});

/** A function told a task token, then whatever follows. */
const AWAITED = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Arguments: { FunctionName: FUNCTION, Payload: { token: "{% $states.context.Task.Token %}", document: "{% $states.input.document %}" } },
};

async function machine(
  name: string,
  first: Record<string, unknown>,
  others: Record<string, unknown> = {},
  type: "STANDARD" | "EXPRESS" = "STANDARD",
): Promise<string> {
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "First", States: { First: first, ...others } });
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn, type }));
  return z.string().parse(stateMachineArn);
}

const start = (stateMachineArn: string, name: string, input: unknown) =>
  sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
const Told = z.object({ token: z.string(), document: z.string() });

async function ended(executionArn: string | undefined) {
  return vi.waitFor(
    async () => {
      const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(found.status).not.toBe("RUNNING");
      return { status: found.status, output: found.output === undefined ? undefined : JSON.parse(found.output), error: found.error };
    },
    { timeout: 20_000, interval: 20 },
  );
}

it("StartExecution with a used name answers ExecutionAlreadyExists, even while it runs with the same input (AWS: the same answer again)", async () => {
  const arn = await machine("used-name", { ...AWAITED, End: true });
  const { executionArn } = await start(arn, "document-1", { document: "a" });
  const invocation = await probe.next();
  await expect(start(arn, "document-1", { document: "a" })).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  await sfn.send(new SendTaskSuccessCommand({ taskToken: Told.parse(invocation.event).token, output: '"accepted"' }));
  invocation.end({ return: null });
  expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "accepted" });
  await expect(start(arn, "document-1", { document: "a" })).rejects.toBeInstanceOf(ExecutionAlreadyExists);
});

it("a spent task token answers TaskDoesNotExist (AWS: TaskTimedOut)", async () => {
  const arn = await machine("second-answer", { ...AWAITED, End: true });
  const { executionArn } = await start(arn, "document-1", { document: "a" });
  const invocation = await probe.next();
  const answer = () => sfn.send(new SendTaskSuccessCommand({ taskToken: Told.parse(invocation.event).token, output: '"accepted"' }));
  await answer();
  invocation.end({ return: null });
  await ended(executionArn);
  await expect(answer()).rejects.toBeInstanceOf(TaskDoesNotExist);
});

it("execution names over 80 characters are accepted (AWS refuses them)", async () => {
  const arn = await machine("long-name", { Type: "Succeed" });
  const { executionArn } = await start(arn, "n".repeat(120), {});
  expect((await ended(executionArn)).status).toBe("SUCCEEDED");
});

it("StartSyncExecution and TestState need disableHostPrefix on the client", async () => {
  const arn = await machine("sync", { Type: "Pass", Output: "{% $states.input.n + 1 %}", End: true }, {}, "EXPRESS");
  const sync = (client: SFNClient) => client.send(new StartSyncExecutionCommand({ stateMachineArn: arn, input: '{"n":1}' }));
  expect(await sync(sfn)).toMatchObject({ status: "SUCCEEDED", output: "2" });
  const tested = await sfn.send(
    new TestStateCommand({
      roleArn,
      input: '{"n":1}',
      definition: JSON.stringify({ QueryLanguage: "JSONata", Type: "Pass", Output: "{% $states.input.n + 1 %}", End: true }),
    }),
  );
  expect(tested).toMatchObject({ status: "SUCCEEDED", output: "2" });
  // The prefix makes the host sync-127.0.0.1, or sync-localhost, which nobody answers.
  await expect(sync(new SFNClient({ ...emulator.clients, disableHostPrefix: false, maxAttempts: 1 }))).rejects.toThrow();
});

it("a workflow's last state sends into a FIFO queue, by a queue URL from its input", async () => {
  const stack = await smallStack(emulator, "queue", { Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } }, { Queue: { Ref: "Queue" } });
  const Arguments = {
    QueueUrl: "{% $states.input.queueUrl %}",
    MessageBody: "{% $string({'kind': 'finished', 'document': $states.input.document}) %}",
    MessageGroupId: "{% $states.input.group %}",
    MessageDeduplicationId: "{% $states.input.document & '.1' %}",
  };
  const arn = await machine("sends", { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Arguments, End: true });
  const { executionArn } = await start(arn, "document-1", { queueUrl: stack("Queue"), document: "a", group: "lane" });
  expect((await ended(executionArn)).status).toBe("SUCCEEDED");
  const sqs = new SQSClient(emulator.clients);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: stack("Queue"), MessageSystemAttributeNames: ["MessageGroupId"] }));
  expect(Messages.map((message) => [JSON.parse(message.Body ?? ""), message.Attributes?.MessageGroupId])).toEqual([
    [{ kind: "finished", document: "a" }, "lane"],
  ]);
});

it("a function's error is caught by States.ALL, under the name Runtime.HandlerError instead of its own", async () => {
  const arn = await machine(
    "caught",
    {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: FUNCTION },
      Catch: [
        { ErrorEquals: ["OrderUnknown"], Next: "Named" },
        { ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Next: "Any" },
      ],
      End: true,
    },
    { Named: { Type: "Fail" }, Any: { Type: "Succeed" } },
  );
  const { executionArn } = await start(arn, "document-1", {});
  (await probe.next()).end({ throw: { name: "OrderUnknown", message: "no order" } });
  expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "Runtime.HandlerError" });
});

it("a function that fails before it passed its task token on fails its task, as on AWS (mended in local/emulator.py: the emulator would wait on)", async () => {
  const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }];
  const arn = await machine("fails-awaited", { ...AWAITED, Retry, End: true });
  const { executionArn } = await start(arn, "document-1", { document: "a" });
  (await probe.next()).end({ throw: { name: "Error", message: "killed" } });
  const again = await probe.next();
  await sfn.send(new SendTaskSuccessCommand({ taskToken: Told.parse(again.event).token, output: '"accepted"' }));
  again.end({ return: null });
  expect(await ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "accepted" });
});

it("SFN_WAIT_SCALE shortens a workflow's waits", async () => {
  const arn = await machine("waits", { Type: "Wait", Seconds: 600, Next: "Done" }, { Done: { Type: "Succeed" } });
  const { executionArn } = await start(arn, "document-1", {});
  expect((await ended(executionArn)).status).toBe("SUCCEEDED");
});
