import { setTimeout as wait } from "node:timers/promises";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Item, Key, LedgerStore, OpenEntry, Range, Write, WriteAnswer } from "../core/ledger/ledger-store.ts";
import type { Clock, Ids } from "../core/ledger/ports.ts";
import { type Attributes, decodeItem, decodeKey, encodeKey, ForeignValue } from "./attribute-values.ts";
import { clientOptions, type Surroundings } from "./clients.ts";
import { memberOf } from "./ledger-expressions.ts";
import { type Patience, type Repeat, withPatience } from "./patience.ts";

export const OPEN_INDEX = "open";
const MOST = 100;
/** BatchGetItem leaves keys unprocessed above 16 MB, and under load. */
const BATCH_ROUNDS = 20;

/** Repeats are ours (aws/patience.ts): the SDK's own would report a write that met its own first try as refused. */
export const dynamoClient = (surroundings: Surroundings): DynamoDBClient => new DynamoDBClient({ ...clientOptions(surroundings, 3), maxAttempts: 1 });

export type LedgerStoreParts = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  /** Names a transaction, so that its repeat after a lost answer is the same transaction. */
  readonly ids: Ids;
  /** The client's own (Surroundings). */
  readonly patienceMilliseconds: number;
  /** From 0 to below 1; default Math.random. */
  readonly random?: () => number;
};

type Reach = { readonly client: DynamoDBClient; readonly table: string; readonly patience: Patience; readonly ids: Ids };

function repeatOf(write: Write): Repeat {
  if (write.kind === "update" && write.add !== undefined && Object.keys(write.add).length > 0) return "never";
  return write.if === undefined || write.if.length === 0 ? "harmless" : "guarded";
}

async function sendAlone({ client, table }: Reach, write: Write): Promise<void> {
  const { Put, Update, Delete } = memberOf(write, table);
  if (Put !== undefined) await client.send(new PutItemCommand(Put));
  else if (Update !== undefined) await client.send(new UpdateItemCommand(Update));
  else if (Delete !== undefined) await client.send(new DeleteItemCommand(Delete));
}

async function writeAlone(reach: Reach, write: Write): Promise<WriteAnswer> {
  try {
    await withPatience(reach.patience, repeatOf(write), () => sendAlone(reach, write));
    return { kind: "written" };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: "refused", at: [0] };
    throw error;
  }
}

function refusedAt(error: unknown): readonly number[] {
  if (!(error instanceof TransactionCanceledException) || error.CancellationReasons === undefined) return [];
  return error.CancellationReasons.flatMap(({ Code }, at) => (Code === "ConditionalCheckFailed" ? [at] : []));
}

async function writeTogether({ client, table, patience, ids }: Reach, writes: readonly Write[]): Promise<WriteAnswer> {
  const input = { TransactItems: writes.map((write) => memberOf(write, table)), ClientRequestToken: ids.next() };
  try {
    await withPatience(patience, "harmless", () => client.send(new TransactWriteItemsCommand(input)));
    return { kind: "written" };
  } catch (error) {
    const at = refusedAt(error);
    if (at.length > 0) return { kind: "refused", at };
    throw error;
  }
}

async function write(reach: Reach, writes: readonly Write[]): Promise<WriteAnswer> {
  const [first] = writes;
  if (first === undefined || writes.length > MOST) throw new RangeError(`${writes.length} writes: at least 1 and at most ${MOST}`);
  return writes.length === 1 && first.kind !== "check" ? await writeAlone(reach, first) : await writeTogether(reach, writes);
}

/** Reads pages until `limit` items are there, or no more. */
async function query({ client, patience }: Reach, input: QueryCommandInput, limit: number): Promise<Attributes[]> {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit ${limit} is no whole number from 1`);
  const found: Attributes[] = [];
  let start = input.ExclusiveStartKey;
  do {
    const page = new QueryCommand({ ...input, Limit: limit - found.length, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
    const answer = await withPatience(patience, "harmless", () => client.send(page));
    found.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && found.length < limit);
  return found;
}

const isBeforeInBytes = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

async function list(reach: Reach, pk: string, { prefix, limit, after }: Range): Promise<readonly Item[]> {
  // DynamoDB refuses a start key outside the range: one before it is no start at all, one behind it leaves nothing.
  const startsInside = after?.startsWith(prefix) === true;
  if (after !== undefined && !startsInside && isBeforeInBytes(prefix, after)) return [];
  const input: QueryCommandInput = {
    TableName: reach.table,
    ConsistentRead: true,
    KeyConditionExpression: prefix === "" ? "#pk = :pk" : "#pk = :pk AND begins_with(#sk, :prefix)",
    ExpressionAttributeNames: { "#pk": "pk", ...(prefix === "" ? {} : { "#sk": "sk" }) },
    ExpressionAttributeValues: { ":pk": { S: pk }, ...(prefix === "" ? {} : { ":prefix": { S: prefix } }) },
    ...(after !== undefined && startsInside ? { ExclusiveStartKey: encodeKey({ pk, sk: after }) } : {}),
  };
  return (await query(reach, input, limit)).map(decodeItem);
}

function decodeOpen(attributes: Attributes): OpenEntry {
  if (attributes.dueAt?.N === undefined) throw new ForeignValue("an entry of the index without its time");
  return { ...decodeKey(attributes), dueAt: Number(attributes.dueAt.N) };
}

async function listOpen(reach: Reach, shard: string, dueBy: number, limit: number): Promise<readonly OpenEntry[]> {
  const input: QueryCommandInput = {
    TableName: reach.table,
    IndexName: OPEN_INDEX,
    KeyConditionExpression: "#shard = :shard AND #dueAt <= :dueBy",
    ExpressionAttributeNames: { "#shard": "openShard", "#dueAt": "dueAt" },
    ExpressionAttributeValues: { ":shard": { S: shard }, ":dueBy": { N: String(dueBy) } },
  };
  return (await query(reach, input, limit)).map(decodeOpen);
}

async function read({ client, table, patience }: Reach, key: Key): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName: table, Key: encodeKey(key), ConsistentRead: true });
  const { Item: attributes } = await withPatience(patience, "harmless", () => client.send(get));
  return attributes === undefined ? undefined : decodeItem(attributes);
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\u0000${sk}`;

async function readMany({ client, table, patience }: Reach, keys: readonly Key[]): Promise<readonly (Item | undefined)[]> {
  if (keys.length > MOST) throw new RangeError(`${keys.length} keys: at most ${MOST}`);
  const found = new Map<string, Item>();
  // BatchGetItem refuses a key that stands twice.
  let left: Attributes[] = [...new Map(keys.map((key) => [nameOf(key), encodeKey(key)])).values()];
  for (let round = 0; left.length > 0; round += 1) {
    if (round === BATCH_ROUNDS) throw new Error(`${left.length} keys were not read in ${BATCH_ROUNDS} rounds`);
    if (round > 0) await patience.wait(patience.random() * Math.min(1000, 25 * 2 ** round));
    const get = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
    const answer = await withPatience(patience, "harmless", () => client.send(get));
    for (const item of (answer.Responses?.[table] ?? []).map(decodeItem)) found.set(nameOf(item), item);
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return keys.map((key) => found.get(nameOf(key)));
}

/**
 * The ledger in DynamoDB. Calls: `read` GetItem; `readMany` BatchGetItem; `list`, `listOpen` Query, one per MB; `write` PutItem, UpdateItem or DeleteItem for one,
 * TransactWriteItems for several and for a check alone.
 * @throws OutcomeUnknown where a write may have happened or not; the SDK's ValidationException or TransactionCanceledException for what can never be right
 */
export function ledgerStore({ client, table, clock, ids, patienceMilliseconds, random = Math.random }: LedgerStoreParts): LedgerStore {
  // The last try must not begin later: it may take its share of the client's patience, a quarter (aws/clients.ts).
  const patience: Patience = { milliseconds: patienceMilliseconds * (3 / 4), clock, random, wait };
  const reach: Reach = { client, table, patience, ids };
  return {
    read: (key) => read(reach, key),
    readMany: (keys) => readMany(reach, keys),
    list: (pk, range) => list(reach, pk, range),
    write: (writes) => write(reach, writes),
    listOpen: (shard, dueBy, limit) => listOpen(reach, shard, dueBy, limit),
  };
}
