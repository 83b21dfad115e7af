import { Logger } from "@aws-lambda-powertools/logger";
import { httpFunction } from "../../aws/http-function.ts";
import { grantItem } from "../../core/access/grants.ts";
import { signWebhook } from "../../core/access/standard-webhooks.ts";
import { ConnectionId } from "../../core/documents/ids.ts";
import { type HttpAnswer, problemAnswer } from "../../core/door/problems.ts";
import { FOREVER } from "../../core/lanes/times.ts";
import { createDescribeApi } from "../../functions/ask-ledger/describe-api.ts";
import { createReceiveDocuments } from "../../functions/receive-documents/receive-documents.ts";
import { createSteerConnections } from "../../functions/steer-connections/steer-connections.ts";
import { consumption } from "../bad-input/documents.ts";
import { askWorld, orderWire } from "../unit/asking/ask-world.ts";
import { doorWorld, SECRET, TOKENS } from "../unit/door/door-world.ts";
import { documented, type Observed } from "./documented.ts";
import { gatewayEvent, observed } from "./requests.ts";

/** What no request can provoke on the local cloud, by the code of the same functions over other settings, or ports that are broken. */

export type InMemory = { readonly operationId: string; readonly answer: Observed };

const seen = ({ status, headers, body }: HttpAnswer): Observed => ({ status, headers, body });

class Broken extends Error {}
const broken = (): never => {
  throw new Broken("a port is broken");
};
const silent = new Logger({ serviceName: "conformance", logLevel: "SILENT" });

const DOORS = [
  ["postDocuments", { site: "hamburg" }],
  ["postDocumentsNamingTheirSite", {}],
] as const;

async function door(): Promise<InMemory[]> {
  const agent = { "content-type": ["application/json"], authorization: [`Bearer ${TOKENS.valid}`] };
  const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));
  const answers: InMemory[] = [];
  for (const [operationId, site] of DOORS) {
    const elsewhere = await doorWorld({ allowlist: ["203.0.113.0/24"] });
    answers.push({
      operationId,
      answer: seen(await elsewhere.receive({ path: { ...site, connection: "erp" }, headers: agent, body: bodyOf({}), sourceIp: "192.0.2.1" })),
    });
    const world = await doorWorld({ validateAtDoor: true, routesReports: true });
    const signed = (value: unknown) => {
      const body = bodyOf(value);
      const timestamp = String(Math.floor(world.clock.now() / 1000));
      const headers = {
        "content-type": ["application/json"],
        "webhook-id": ["m"],
        "webhook-timestamp": [timestamp],
        "webhook-signature": [signWebhook("m", timestamp, body, SECRET)],
      };
      return world.receive({ path: { ...site, connection: "erp" }, headers, body, sourceIp: "192.0.2.1" });
    };
    answers.push({ operationId, answer: seen(await signed({ type: "Equipment", id: "MIX-1", hierarchyScope: "hamburg" })) });
    answers.push({ operationId, answer: seen(await signed(consumption("u", { hierarchyScope: "hamburg", quantity: { value: 1, unit: "bucket" } }))) });
    const receive = createReceiveDocuments({ ...world, formatOf: broken });
    const handler = httpFunction(silent, ({ path, headers, body, sourceIp }) =>
      receive({ path: { ...path, connection: String(path.connection) }, headers, body, sourceIp }),
    );
    answers.push({
      operationId,
      answer: observed(await run(handler, gatewayEvent({ operationId, path: { ...site, connection: "erp" }, headers: agent, body: "{}" }))),
    });
  }
  return answers;
}

async function steering(): Promise<InMemory[]> {
  const world = await askWorld();
  const parked = await world.receive("erp", orderWire("1000123", "1", ["4711"]));
  await world.drain();
  await world.waitInVain();
  world.setQueueDown(true);
  const commanded = await world.command("hamburg", parked, { command: "replay", why: "the material is there now" }, { who: "Anna", from: "192.0.2.1" });
  if (commanded.kind !== "refused") throw new Error("a queue that is down took a command");
  return [{ operationId: "commandDocument", answer: seen(problemAnswer(commanded.problem)) }, ...(await pausing())];
}

/** The queue's event source is still being changed. */
async function pausing(): Promise<InMemory[]> {
  const { ledger, clock, settings } = await askWorld();
  const token = `orl_${"d".repeat(26)}`;
  const granted = {
    sites: settings.sites.map(({ id }) => id),
    connections: settings.connections.map(({ id }) => id),
    types: [],
    actions: ["administer" as const],
  };
  await ledger.write([{ kind: "put", item: grantItem(token, { principal: "Anna", ...granted, expiresAt: FOREVER, revoked: false }) }]);
  const steer = createSteerConnections({ ledger, clock, settings, audit: { record: async () => undefined }, sources: { set: async () => "busy" } });
  const request = {
    path: { site: "hamburg", connection: "erp" },
    headers: { "content-type": ["application/json"], authorization: [`Bearer ${token}`] },
    sourceIp: "192.0.2.1",
  };
  const asked = async (operationId: string) => ({
    operationId,
    answer: seen(await steer({ ...request, resource: documented(operationId).path, body: Buffer.from('{"why":"the conformance test"}') })),
  });
  return [await asked("pauseConnection"), await asked("resumeConnection")];
}

async function asking(): Promise<InMemory[]> {
  const world = await askWorld({ settings: withoutBooks });
  await world.receive("erp", orderWire("1000123", "1"));
  const balance = await world.ask.balance("hamburg", "1000123");
  if (balance.kind !== "refused") throw new Error("a MES told books");
  const describe = httpFunction(silent, createDescribeApi(broken));
  return [
    { operationId: "readOrderBalance", answer: seen(problemAnswer(balance.problem)) },
    { operationId: "readApiDescription", answer: observed(await run(describe, gatewayEvent({ operationId: "readApiDescription" }))) },
  ];
}

type World = Parameters<typeof askWorld>[0];
/** Consumption goes to a MES, which has no books. */
const withoutBooks: NonNullable<NonNullable<World>["settings"]> = (base) => ({
  ...base,
  sites: base.sites.map((site) => ({ ...site, routes: { ...site.routes, MaterialActual: ConnectionId.parse(`mes-${site.id}`) } })),
});

type Handler = ReturnType<typeof httpFunction>;
const CONTEXT = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "conformance",
  functionVersion: "1",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:conformance",
  memoryLimitInMB: "512",
  awsRequestId: "1",
  logGroupName: "conformance",
  logStreamName: "conformance",
  getRemainingTimeInMillis: () => 4000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
const run = async (handler: Handler, event: unknown): Promise<unknown> => handler(event, CONTEXT);

export async function inMemory(): Promise<InMemory[]> {
  return [...(await door()), ...(await steering()), ...(await asking())];
}
