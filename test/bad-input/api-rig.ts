import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, vi } from "vitest";
import * as z from "zod";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { bucketObjects } from "../../aws/objects.ts";
import { payloadStore } from "../../aws/payload-store.ts";
import { Grant, grantItem } from "../../core/access/grants.ts";
import { subjectKeyIn } from "../../core/documents/ids.ts";
import { Notice } from "../../core/lanes/notices.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { PayloadStore } from "../../core/ledger/ports.ts";
import type { CloudParts } from "../../local/cloud.ts";
import { surroundings } from "../contract-aws/surroundings.ts";
import type { BuiltRequest, TokenKind } from "./build-request.ts";
import type { RawAnswer } from "./send-raw.ts";

const PATIENCE_MS = 20_000;
const DAY_MS = 86_400_000;

/** What stands in table and bucket: partitions of keys, subjects and waits, and objects. */
export type Left = { readonly partitions: ReadonlySet<string>; readonly objects: ReadonlySet<string> };

export interface ApiRig {
  readonly ledger: LedgerStore;
  readonly payloads: PayloadStore;
  /** A new token that may post what is named here. */
  giveToken(change: Readonly<Record<string, unknown>>): Promise<string>;
  /** A token of each kind that a case may present. */
  readonly tokens: Readonly<Record<TokenKind, string>>;
  left(): Promise<Left>;
  /** Calls receive-documents with the event that API Gateway makes of a request, repeated headers and raw bytes included. */
  invoke(request: BuiltRequest): Promise<RawAnswer>;
  /** Whether the queues' messages are consumed; the backlog stays. */
  consume(enabled: boolean): Promise<void>;
  /** Subjects of the notices that wait in any queue. */
  queuedSubjects(): Promise<readonly string[]>;
}

export async function apiRig(cloud: CloudParts): Promise<ApiRig> {
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
  const objects = bucketObjects(surroundings(), cloud.bucket);
  const sqs = new SQSClient(cloud.clients);
  const lambda = new LambdaClient(cloud.clients);
  return {
    ledger,
    payloads: payloadStore({ ledger, objects: async () => objects, clock: systemClock, retentionSeconds: 60 }),
    giveToken: (change) => giveToken(ledger, change),
    tokens: await giveTokens(ledger),
    left: async () => ({ partitions: await partitionsOf(client, cloud.table), objects: await objectsOf(new S3Client(cloud.clients), cloud.bucket) }),
    invoke: (request) => invoke(lambda, z.string().parse(cloud.functionNames["receive-documents"]), request),
    consume: (enabled) => consume(lambda, z.string().parse(cloud.functionNames["advance-lane"]), enabled),
    queuedSubjects: async () => (await Promise.all(Object.values(cloud.queueUrls).map((url) => subjectsIn(sqs, url)))).flat(),
  };
}

const newToken = (): string => `orl_${randomIds.next()}`;

async function giveToken(ledger: LedgerStore, change: Readonly<Record<string, unknown>>): Promise<string> {
  const token = newToken();
  await ledger.write([{ kind: "put", item: grantItem(token, GrantParts.parse({ ...plantAgent(), ...change })) }]);
  return token;
}

async function giveTokens(ledger: LedgerStore): Promise<Readonly<Record<TokenKind, string>>> {
  const give = (change: Readonly<Record<string, unknown>>): Promise<string> => giveToken(ledger, change);
  return {
    valid: await give({}),
    none: "",
    malformed: "orl_short",
    unknown: newToken(),
    expired: await give({ expiresAt: systemClock.now() - 1 }),
    revoked: await give({ revoked: true }),
    long: "",
    "other-site": await give({ sites: ["suzhou"], connections: ["mes-suzhou"] }),
    "without-action": await give({ actions: ["lease"] }),
    "without-type": await give({ types: ["OperationsRequest"] }),
  };
}

const GrantParts = Grant.omit({ pk: true, sk: true });
const plantAgent = () => ({
  principal: "the plant's agent",
  sites: ["hamburg"],
  connections: ["mes-hamburg"],
  types: ["MaterialActual", "SegmentResponse", "TestResult", "MaterialLot"],
  actions: ["post", "lease", "verdict", "read", "command"],
  expiresAt: systemClock.now() + DAY_MS,
  revoked: false,
});

/** Not those that others write meanwhile: agents, connections, mailboxes, what a site's MES accepted, tokens. */
const OF_DOCUMENTS = /^(?:KEY#|WAITS#|[0-9a-hjkmnp-tv-z]{26}$)/;

async function partitionsOf(client: DynamoDBClient, TableName: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const page of paginateScan({ client }, { TableName, ProjectionExpression: "pk", ConsistentRead: true })) {
    const pks = (page.Items ?? []).map((item) => z.string().parse(item.pk?.S));
    for (const pk of pks.filter((one) => OF_DOCUMENTS.test(one))) found.add(pk);
  }
  return found;
}

async function objectsOf(s3: S3Client, Bucket: string): Promise<ReadonlySet<string>> {
  const { Contents = [], IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(IsTruncated).not.toBe(true);
  return new Set(Contents.map(({ Key }) => z.string().parse(Key)));
}

const FunctionAnswer = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.string() });

async function invoke(lambda: LambdaClient, FunctionName: string, { path, headers, body }: BuiltRequest): Promise<RawAnswer> {
  const event = {
    resource: `/v1${path.site === undefined ? "" : "/sites/{site}"}/connections/{connection}/documents`,
    httpMethod: "POST",
    pathParameters: path,
    queryStringParameters: null,
    multiValueHeaders: headers,
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
    requestContext: { accountId: "000000000000", identity: { sourceIp: "192.0.2.1" } },
  };
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  const answer = FunctionAnswer.parse(JSON.parse(Buffer.from(Payload === undefined ? [] : Payload).toString("utf8")));
  return { status: answer.statusCode, contentType: answer.headers["content-type"], text: answer.body };
}

async function consume(lambda: LambdaClient, FunctionName: string, Enabled: boolean): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  expect(EventSourceMappings.length).toBeGreaterThan(0);
  for (const { UUID } of EventSourceMappings) {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await vi.waitFor(async () => expect((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe(Enabled ? "Enabled" : "Disabled"));
  }
}

/** Looks without taking: what is seen is hidden for a moment, so that each is seen once. */
const LOOK_SECONDS = 5;

async function subjectsIn(sqs: SQSClient, QueueUrl: string): Promise<readonly string[]> {
  const seen: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: LOOK_SECONDS }));
    if (Messages.length === 0) return seen;
    seen.push(...Messages.map(({ Body }) => subjectKeyIn(Notice.parse(JSON.parse(String(Body))).document)));
  }
}
