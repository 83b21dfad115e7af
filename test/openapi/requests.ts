import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { OPERATIONS } from "../../core/api/operations.ts";
import type { CloudParts } from "../../local/cloud.ts";
import { documented, type Observed } from "./documented.ts";

/** One request of an operation, as a partner or AWS would make it. */
export type Ask = {
  readonly operationId: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
};

const filled = (path: string, parameters: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])));

/** Over HTTP, with nothing added to it but host and length. */
export async function overHttp(cloud: Pick<CloudParts, "apiUrl">, { operationId, path = {}, query = {}, headers = {}, body }: Ask): Promise<Observed> {
  const { method, path: template } = documented(operationId);
  const search = new URLSearchParams(query).toString();
  const url = `${cloud.apiUrl}${filled(template, path)}${search === "" ? "" : `?${search}`}`;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const sent = request(url, { method, agent: false, headers: { ...headers, ...(bytes === undefined ? {} : { "content-length": bytes.length }) } });
  const answered: Promise<unknown[]> = once(sent, "response");
  sent.end(bytes);
  const [answer] = await answered;
  if (!isMessage(answer)) throw new Error("no HTTP answer came");
  return { status: Number(answer.statusCode), headers: oneEach(answer.headers), body: (await buffer(answer)).toString("utf8") };
}

const isMessage = (value: unknown): value is IncomingMessage => typeof value === "object" && value !== null && "statusCode" in value && "headers" in value;
const oneEach = (headers: IncomingMessage["headers"]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));

const FunctionAnswer = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.string() });

/** The event that API Gateway makes of it. */
export const gatewayEvent = ({ operationId, path = {}, query = {}, headers = {}, body = "" }: Ask) => ({
  resource: documented(operationId).path,
  httpMethod: documented(operationId).method,
  pathParameters: path,
  queryStringParameters: query,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  body: Buffer.from(body).toString("base64"),
  isBase64Encoded: true,
  requestContext: { accountId: "000000000000", identity: { sourceIp: "192.0.2.1" } },
});

/** The deployed function with that event: for what the emulator's gateway hands over otherwise (repeated headers, joined by a comma). */
export async function toFunction(cloud: CloudParts, lambda: LambdaClient, ask: Ask): Promise<Observed> {
  const name = OPERATIONS.find(({ operationId }) => operationId === ask.operationId)?.function;
  const FunctionName = name === undefined ? undefined : cloud.functionNames[name];
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(gatewayEvent(ask)) }));
  return observed(JSON.parse(Buffer.from(Payload ?? []).toString("utf8")));
}

/** A function's answer to the gateway, as a caller sees it. */
export function observed(answer: unknown): Observed {
  const { statusCode, headers, body } = FunctionAnswer.parse(answer);
  return { status: statusCode, headers, body };
}
