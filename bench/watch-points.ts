import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { DescribeStateMachineCommand, type ExecutionListItem, GetExecutionHistoryCommand, paginateListExecutions, SFNClient } from "@aws-sdk/client-sfn";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../aws/clock.ts";
import { randomIds } from "../aws/ids.ts";
import { ledgerStore } from "../aws/ledger-store.ts";
import { type DocumentId, SiteId } from "../core/documents/ids.ts";
import { type DocumentState, isSettled } from "../core/lanes/states.ts";
import { Header, parseIfThere } from "../core/ledger/items.ts";
import { headerKey, mailboxPartition } from "../core/ledger/keys.ts";
import type { CloudParts } from "../local/cloud.ts";
import { itemBytes, type WireItem } from "./item-size.ts";

/** What workflows did, from the histories of their executions. The local cloud keeps those of Express runs too. */
export type Runs = {
  /** States entered by Standard executions, which is what they are billed by (a retry would be one more). */
  readonly transitions: number;
  readonly expressRuns: number;
  readonly expressStates: number;
  /** Functions called as steps, retries included. */
  readonly steps: number;
  /** Messages that workflows sent by themselves. */
  readonly sends: number;
};

const NO_RUNS: Runs = { transitions: 0, expressRuns: 0, expressStates: 0, steps: 0, sends: 0 };

/** Looks into a running cloud beside the functions: nothing it asks is counted. */
export interface WatchPoints {
  /** Undefined while the document is not settled. */
  settledAs(document: DocumentId): Promise<DocumentState | undefined>;
  hasDelivery(site: string): Promise<boolean>;
  /** Nothing queued or being worked on, no workflow running. */
  idle(): Promise<boolean>;
  /** Of the whole table. */
  storedBytes(): Promise<StoredBytes>;
  /** Of the executions that were not there when it was last asked. */
  newRuns(): Promise<Runs>;
  close(): void;
}

/** As AWS counts storage: payloads, which have a shorter retention, and all else. */
export type StoredBytes = { readonly payloads: number; readonly rest: number };

/** What AWS adds to the size of each item that it stores. */
const ITEM_OVERHEAD_BYTES = 100;
const PATIENCE_MS = 5_000;

export function watchPointsOf(cloud: CloudParts): WatchPoints {
  const dynamo = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const sqs = new SQSClient(cloud.clients);
  const sfn = new SFNClient(cloud.clients);
  const ledger = ledgerStore({ client: dynamo, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
  const seen = new Set<string>();

  const executionsOf = async (stateMachineArn: string): Promise<ExecutionListItem[]> => {
    const found: ExecutionListItem[] = [];
    for await (const page of paginateListExecutions({ client: sfn, pageSize: 1000 }, { stateMachineArn })) found.push(...(page.executions ?? []));
    return found;
  };
  const executions = async () => (await Promise.all(Object.values(cloud.workflowArns).map(executionsOf))).flat();
  const isEmpty = async (QueueUrl: string): Promise<boolean> => {
    const asked = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...asked] }));
    return asked.every((name) => Attributes?.[name] === "0");
  };
  const isExpress = async (stateMachineArn: string): Promise<boolean> =>
    (await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).type === "EXPRESS";
  const runOf = async (executionArn: string, express: boolean): Promise<Runs> => {
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return runIn(events, express);
  };

  return {
    settledAs: async (document) => {
      const header = parseIfThere(Header, await ledger.read(headerKey(document)));
      return header !== undefined && isSettled(header.state) ? header.state : undefined;
    },
    hasDelivery: async (site) => (await ledger.list(mailboxPartition(SiteId.parse(site)), { prefix: "", limit: 1 })).length > 0,
    idle: async () => {
      const empty = await Promise.all(Object.values(cloud.queueUrls).map(isEmpty));
      return empty.every(Boolean) && (await executions()).every(({ status }) => status !== "RUNNING");
    },
    storedBytes: async () => {
      let [payloads, rest] = [0, 0];
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: cloud.table })) {
        for (const item of Items) {
          const bytes = itemBytes(wireOf(item)) + ITEM_OVERHEAD_BYTES;
          if (item.sk?.S?.startsWith("PAYLOAD#") === true) payloads += bytes;
          else rest += bytes;
        }
      }
      return { payloads, rest };
    },
    newRuns: async () => {
      const runs: Runs[] = [];
      for (const machine of Object.values(cloud.workflowArns)) {
        const express = await isExpress(machine);
        const fresh = (await executionsOf(machine)).flatMap(({ executionArn = "" }) => (seen.has(executionArn) ? [] : [executionArn]));
        for (const arn of fresh) seen.add(arn);
        runs.push(...(await Promise.all(fresh.map((arn) => runOf(arn, express)))));
      }
      return runs.reduce(together, NO_RUNS);
    },
    close: () => {
      for (const client of [dynamo, sqs, sfn]) client.destroy();
    },
  };
}

/** As on the wire, where bytes are base64. */
const wireOf = (item: Readonly<Record<string, AttributeValue>>): WireItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.B === undefined ? value : { B: Buffer.from(value.B).toString("base64") }]));

/** What is read of an event of a history. */
type HistoryLine = { readonly type?: string | undefined; readonly taskScheduledEventDetails?: { readonly resource?: string | undefined } | undefined };

/** What one execution did, from its history. */
export function runIn(events: readonly HistoryLine[], express: boolean): Runs {
  const states = events.filter(({ type }) => type?.endsWith("StateEntered") === true).length;
  const tasks = (resource: string): number =>
    events.filter(({ type, taskScheduledEventDetails: task }) => type === "TaskScheduled" && task?.resource?.includes(resource) === true).length;
  const entered = express ? { transitions: 0, expressRuns: 1, expressStates: states } : { transitions: states, expressRuns: 0, expressStates: 0 };
  return { ...entered, steps: tasks("lambda:invoke"), sends: tasks("sqs:sendMessage") };
}

const together = (one: Runs, other: Runs): Runs => ({
  transitions: one.transitions + other.transitions,
  expressRuns: one.expressRuns + other.expressRuns,
  expressStates: one.expressStates + other.expressStates,
  steps: one.steps + other.steps,
  sends: one.sends + other.sends,
});
