import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { dynamoClient, ledgerStore, OPEN_INDEX } from "../../aws/ledger-store.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import { surroundings } from "./surroundings.ts";

const PATIENCE_MS = 10_000;

export async function newTable(client: DynamoDBClient): Promise<string> {
  const TableName = `contract-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "openShard", AttributeType: "S" },
        { AttributeName: "dueAt", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: OPEN_INDEX,
          KeySchema: [
            { AttributeName: "openShard", KeyType: "HASH" },
            { AttributeName: "dueAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
  return TableName;
}

export const storeOn = (client: DynamoDBClient, table: string): LedgerStore =>
  ledgerStore({ client, table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });

export async function newLedgerStore(): Promise<LedgerStore> {
  const client = dynamoClient(surroundings());
  return storeOn(client, await newTable(client));
}
