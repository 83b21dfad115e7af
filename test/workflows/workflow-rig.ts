import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, vi } from "vitest";
import * as z from "zod";
import { ConnectionId, type DocumentId, documentIdOf, hashOf, laneGroupOf, SiteId, subjectKeyIn, subjectKeyOf } from "../../core/documents/ids.ts";
import type { WorkflowName } from "../../core/lanes/flows.ts";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { type Probe, startProbe } from "../emulator/probe.ts";
import { probeFunction, smallStack } from "../emulator/small-stack.ts";
import { definitionText, type Machine, machineOf, type Visit } from "./definition.ts";
import { type ScriptedSteps, scriptedSteps } from "./scripted-steps.ts";

const FUNCTION = "perform-step-by-script";
export const ROLE = "arn:aws:iam::000000000000:role/any";
export const TARGET = ConnectionId.parse("mes-hamburg");
const SITE = SiteId.parse("hamburg");

export type Execution = {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly visits: readonly Visit[];
};
export type Message = { readonly body: unknown; readonly group: string | undefined };

type Mode = "forward" | "undo" | "reverse";
/** What any of the workflows is given; the rest of its input stands beside it. */
export type Input = { readonly document: DocumentId; readonly attempt: number; readonly mode: Mode; readonly group: string; readonly queueUrl: string };

/** The workflow's file alone on an emulator of its own, with perform-step by script. */
export interface WorkflowRig {
  readonly emulator: Emulator;
  readonly sfn: SFNClient;
  readonly probe: Probe;
  readonly steps: ScriptedSteps;
  readonly machine: Machine;
  queue(name: string): Promise<string>;
  /** Where a queue of this name will be. */
  queueUrl(name: string): string;
  input(name: string, mode: Mode, queueUrl: string): Input;
  start(input: Input): Promise<string>;
  ended(execution: string): Promise<Execution>;
  visits(execution: string): Promise<readonly Visit[]>;
  /** Everything that is in the queue; taken out. */
  messages(queueUrl: string): Promise<readonly Message[]>;
  stop(): Promise<void>;
}

/** Of the workflow's waits between retries: the longest is then an eighth of a second, and all of them together two seconds. */
const WAIT_SCALE = "0.002";

/** An Express workflow runs as a Standard one here, whose history can be read: the file is the same. @param schema what perform-step takes of it @param given what it is started with */
export async function workflowRig(
  workflow: WorkflowName,
  schema: z.ZodType,
  given: z.ZodType,
  also: Readonly<Record<string, unknown>> = {},
): Promise<WorkflowRig> {
  const [probe, emulator] = await Promise.all([startProbe(), startEmulator({ log: () => undefined, settings: { SFN_WAIT_SCALE: WAIT_SCALE } })]);
  const sfn = new SFNClient(emulator.clients);
  const sqs = new SQSClient(emulator.clients);
  const stack = await smallStack(emulator, "steps", { Function: probeFunction(FUNCTION, probe.url) }, { Arn: { "Fn::GetAtt": ["Function", "Arn"] } });
  const definition = definitionText(workflow, stack("Arn"));
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: workflow, definition, roleArn: ROLE, type: "STANDARD" }));
  return {
    emulator,
    sfn,
    probe,
    steps: scriptedSteps(probe, sfn, schema),
    machine: machineOf(definition),
    queue: async (name) => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}.fifo`, Attributes: { FifoQueue: "true" } }));
      return z.string().parse(QueueUrl);
    },
    queueUrl: (name) => `${emulator.endpoint}/${emulator.account}/${name}.fifo`,
    input: (name, mode, queueUrl) => inputOf(name, mode, queueUrl),
    start: async (input) => {
      const name = `${input.document}-${input.attempt}`;
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(given.parse({ target: TARGET, ...input, ...also })) }),
      );
      return z.string().parse(executionArn);
    },
    ended: (execution) => ended(sfn, execution),
    visits: async (execution) => visitsOf(await historyOf(sfn, execution)),
    messages: (queueUrl) => drain(sqs, queueUrl),
    stop: async () => {
      await Promise.all([emulator.stop(), probe.stop()]);
    },
  };
}

/** Another attempt than the first, so that one mistaken for a constant shows. */
const ATTEMPT = 3;

function inputOf(name: string, mode: Mode, queueUrl: string): Input {
  const document: DocumentId = documentIdOf(subjectKeyOf(SITE, name), hashOf(["document", name]));
  return { document, attempt: ATTEMPT, mode, group: laneGroupOf(TARGET, subjectKeyIn(document)), queueUrl };
}

async function ended(sfn: SFNClient, executionArn: string): Promise<Execution> {
  const found = await vi.waitFor(
    async () => {
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(described.status).not.toBe("RUNNING");
      return described;
    },
    { timeout: 30_000, interval: 20 },
  );
  const { status, output, error } = found;
  return { status, output: output === undefined ? undefined : JSON.parse(output), error, visits: visitsOf(await historyOf(sfn, executionArn)) };
}

async function historyOf(sfn: SFNClient, executionArn: string): Promise<readonly HistoryEvent[]> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: true }));
  return events;
}

type OpenVisit = { state: string; input: unknown; output: unknown; failures: number; succeeded: boolean };

function visitsOf(events: readonly HistoryEvent[]): readonly Visit[] {
  const visits: OpenVisit[] = [];
  for (const event of events) {
    const entered = event.stateEnteredEventDetails;
    if (entered !== undefined)
      visits.push({ state: z.string().parse(entered.name), input: parsed(entered.input), output: undefined, failures: 0, succeeded: false });
    const visit = visits.at(-1);
    if (visit !== undefined) note(visit, event);
  }
  return visits;
}

function note(visit: OpenVisit, { type, stateExitedEventDetails }: HistoryEvent): void {
  if (type === "TaskFailed") visit.failures += 1;
  if (type === "TaskSucceeded") visit.succeeded = true;
  if (stateExitedEventDetails !== undefined) visit.output = parsed(stateExitedEventDetails.output);
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

async function drain(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["MessageGroupId"] }));
    if (Messages.length === 0) return all;
    for (const { Body, Attributes, ReceiptHandle } of Messages) {
      all.push({ body: parsed(Body), group: Attributes?.MessageGroupId });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
