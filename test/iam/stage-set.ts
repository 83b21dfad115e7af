import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { laneQueue } from "../../aws/lane-queue.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import { AccessAction } from "../../core/access/grants.ts";
import { DocumentId } from "../../core/documents/ids.ts";
import { Header, parseIfThere } from "../../core/ledger/items.ts";
import { connectionKey, headerKey } from "../../core/ledger/keys.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { LaneQueue } from "../../core/ledger/ports.ts";
import { LinesAnswer } from "../../local/agent-wire.ts";
import { type Cloud, startCloud } from "../../local/cloud.ts";
import { freePort } from "../../local/free-port.ts";
import { type Installation, openInstallation, personGrant } from "../../local/scenario/installation.ts";
import type { Plant } from "../../local/scenario/plant.ts";
import { issueToken } from "../../local/scenario/token.ts";
import type { WebhookSender } from "../../local/webhook-sender.ts";
import { type PolledErp, startPolledErp } from "./polled-erp.ts";

/** A cloud whose roles are held to their rights, three plants, four ERPs, and a hand that may do anything. */
export interface StageSet {
  readonly cloud: Cloud;
  readonly installation: Installation;
  readonly polled: PolledErp;
  /** May do everything, everywhere. */
  readonly token: string;
  /** By the account's root. */
  readonly hand: {
    readonly ledger: LedgerStore;
    readonly queue: LaneQueue;
    readonly lambda: LambdaClient;
    readonly s3: S3Client;
    readonly secrets: SecretsManagerClient;
  };
  /** Digits that no document of this run has yet. */
  number(): string;
  close(): Promise<void>;
}

const PATIENCE_MS = 5_000;

export async function openStageSet(log: (text: string) => void, logFile: string): Promise<StageSet> {
  const polled = await startPolledErp();
  const erpPort = await freePort();
  let cloud: Cloud | undefined;
  try {
    cloud = await startCloud({
      log,
      logFile,
      erpUrl: `http://127.0.0.1:${erpPort}`,
      trytonUrl: polled.url,
      callSecrets: { tryton: polled.secret },
      wakeEveryMs: "never",
      polls: false,
      enforcesRights: true,
    });
    const running = cloud;
    const installation = await openInstallation({ cloud, erpPort });
    // Each story drives the agents itself, so that none works in another's time.
    await Promise.all(installation.plants.map((plant) => plant.leave()));
    const token = await newToken(cloud);
    const dynamo = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
    const ledger = ledgerStore({ client: dynamo, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
    const queue = laneQueue({ client: new SQSClient(cloud.clients), urls: new Map(Object.entries(cloud.queueUrls)), onTrouble: (error) => log(String(error)) });
    let numbers = 4_000_000;
    return {
      cloud,
      installation,
      polled,
      token,
      hand: { ledger, queue, lambda: new LambdaClient(cloud.clients), s3: new S3Client(cloud.clients), secrets: new SecretsManagerClient(cloud.clients) },
      number: () => {
        numbers += 1;
        return String(numbers);
      },
      close: async () => {
        await installation.close();
        await Promise.all([running.stop(), polled.close()]);
      },
    };
  } catch (error) {
    await Promise.all([cloud?.stop(), polled.close()]);
    throw error;
  }
}

/** Of a person who may do everything, everywhere. */
export const newToken = (cloud: Cloud): Promise<string> =>
  issueToken(cloud, { ...personGrant(cloud), principal: "iam@example.com", actions: [...AccessAction.options] });

/** A story went another way than it should. */
export class StoryFailed extends Error {}
/** Nobody wants to know its end any more. */
export class StoryEnded extends Error {}

const LOOK_EVERY_MS = 25;

/** Looks again and again until it is so. @throws StoryEnded when the signal ends it */
export async function until(what: string | (() => string), signal: AbortSignal, isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (signal.aborted) throw new StoryEnded(`not yet: ${typeof what === "string" ? what : what()}`);
    await delay(LOOK_EVERY_MS);
  }
}

export function plantAt({ installation }: StageSet, site: string): Plant {
  const plant = installation.plants.find((each) => each.site === site);
  if (plant === undefined) throw new StoryFailed(`there is no plant ${site}`);
  return plant;
}

export async function headerOf({ hand }: StageSet, document: string): Promise<Header | undefined> {
  return parseIfThere(Header, await hand.ledger.read(headerKey(DocumentId.parse(document))));
}

/** An ERP posts one message. @returns its documents */
export async function fromErp(set: StageSet, sender: WebhookSender, body: string): Promise<readonly string[]> {
  const { status, answer } = await sender.send(`iam-${set.number()}`, body);
  return takenIn(status, answer === undefined ? undefined : JSON.parse(answer));
}

/** A plant posts documents. */
export async function fromPlant(set: StageSet, site: string, ...documents: readonly object[]): Promise<readonly string[]> {
  const lines = documents.map((document) => ({ key: `iam-${set.number()}`, document }));
  const { status, body } = await callApi(set, "POST", `/v1/sites/${site}/connections/mes-${site}/documents`, { lines });
  return takenIn(status, body);
}

/** Ids of the documents that the door took. */
export function takenIn(status: number | undefined, answer: unknown): readonly string[] {
  if (status !== 202) throw new StoryFailed(`the door answered ${status}: ${JSON.stringify(answer)}`);
  return LinesAnswer.parse(answer).lines.map(({ document, detail }) => {
    if (document === undefined) throw new StoryFailed(`a line was not taken: ${detail}`);
    return document;
  });
}

type Answer = { readonly status: number; readonly body: unknown };

/** A request under the token of a person who may do everything. */
export async function callApi(
  { cloud, token }: StageSet,
  method: "GET" | "POST",
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...more };
  const answer = await fetch(`${cloud.apiUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() };
}

const Budget = z.object({ openUntil: z.number() });

/** No connection is spared because of what failed before. */
export async function breakersClosed({ hand, cloud }: StageSet): Promise<void> {
  for (const { id } of cloud.settings.connections) {
    const budget = Budget.safeParse(await hand.ledger.read(connectionKey(id)));
    if (budget.success) await delay(Math.max(0, budget.data.openUntil - Date.now()));
  }
}

/** Something that must be answered as it should. */
export async function ask(set: StageSet, path: string): Promise<unknown> {
  const { status, body } = await callApi(set, "GET", path);
  if (status !== 200) throw new StoryFailed(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Beside every deed that asks for a reason. */
export const WHY = "the rights are looked at";

/** A deed of a person. @returns what it was answered with */
export async function administer(set: StageSet, path: string, body: object, status: number): Promise<unknown> {
  const answer = await callApi(set, "POST", path, body);
  if (answer.status !== status) throw new StoryFailed(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A target's queue feeds its function, whoever stopped that. */
export async function consume({ hand, cloud }: StageSet, target: string): Promise<void> {
  const FunctionName = cloud.functionNames["advance-lane"];
  const { EventSourceMappings = [] } = await hand.lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  for (const { UUID, EventSourceArn, State } of EventSourceMappings) {
    const isStopped = State !== "Enabled" && EventSourceArn?.endsWith(`-${target}.fifo`) === true;
    if (isStopped) await hand.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  }
}

export async function invoke({ hand, cloud }: StageSet, name: string, event: object = {}): Promise<unknown> {
  const FunctionName = cloud.functionNames[name];
  const { FunctionError, Payload } = await hand.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  const text = Payload?.transformToString();
  if (FunctionError !== undefined) throw new StoryFailed(`${name} failed: ${text}`);
  const answer: unknown = text === undefined ? undefined : JSON.parse(text);
  return answer;
}

/** Ends a function's processes and lets new ones begin. The emulator sees that a process is gone when it calls it: once for each, and once more. */
export async function freshen({ hand, cloud }: StageSet, name: string): Promise<void> {
  const killed = await cloud.killFunction(name);
  // Nothing that any function would take: it fails before it asks for anything.
  const call = new InvokeCommand({ FunctionName: cloud.functionNames[name], Payload: "null" });
  for (let at = 0; at <= killed.length; at += 1) await hand.lambda.send(call);
}

/** `waiting-by-name`: for what it depends on; `waiting` for a better time ends no story. */
function stateOf(header: Header | undefined): string {
  if (header === undefined) return "unknown";
  return header.state === "waiting" && header.dependsOn !== undefined ? "waiting-by-name" : header.state;
}

/** The plant's agent works until the document is in one of the states. */
export async function settles(set: StageSet, signal: AbortSignal, site: string, document: string, states: readonly string[]): Promise<void> {
  let state = "unknown";
  const isSo = async () => {
    state = stateOf(await headerOf(set, document));
    if (states.includes(state)) return true;
    await plantAt(set, site).agent.round();
    return false;
  };
  await until(() => `${document} is ${state}, not ${states.join(" or ")}`, signal, isSo);
}
