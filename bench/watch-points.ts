import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type ExecutionListItem, GetExecutionHistoryCommand, paginateListExecutions, SFNClient } from "@aws-sdk/client-sfn";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "../aws/clock.ts";
import { randomIds } from "../aws/ids.ts";
import { ledgerStore } from "../aws/ledger-store.ts";
import { type DocumentId, SiteId } from "../core/documents/ids.ts";
import { type DocumentState, isSettled } from "../core/lanes/states.ts";
import { Header, parseIfThere } from "../core/ledger/items.ts";
import { headerKey, mailboxPartition } from "../core/ledger/keys.ts";
import type { CloudParts } from "../local/cloud.ts";

/** Looks into a running cloud beside the functions: nothing it asks is counted. */
export interface WatchPoints {
  /** Undefined while the document is not settled. */
  settledAs(document: DocumentId): Promise<DocumentState | undefined>;
  hasDelivery(site: string): Promise<boolean>;
  /** Nothing queued or being worked on, no workflow running. */
  idle(): Promise<boolean>;
  /** States entered by executions that were not there when it was last asked: what Standard workflows are billed by (a retry would be one more). */
  newTransitions(): Promise<number>;
  close(): void;
}

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
  const statesEntered = async (executionArn: string): Promise<number> => {
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.filter(({ type }) => type?.endsWith("StateEntered") === true).length;
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
    newTransitions: async () => {
      const fresh = (await executions()).flatMap(({ executionArn = "" }) => (seen.has(executionArn) ? [] : [executionArn]));
      for (const arn of fresh) seen.add(arn);
      return (await Promise.all(fresh.map(statesEntered))).reduce((sum, count) => sum + count, 0);
    },
    close: () => {
      for (const client of [dynamo, sqs, sfn]) client.destroy();
    },
  };
}
