import { Agent, createServer, type IncomingMessage, request as requestTo, type ServerResponse } from "node:http";
import * as z from "zod";
import { askingForCapacity, type Units, unitsOf } from "./dynamo-call.ts";

/** One call that a function made, as it went over the wire. */
export type Call = Units & {
  readonly service: string;
  readonly operation: string;
  /** What DynamoDB was asked about: the kinds of its sort keys or partitions, `DOC`, `PAYLOAD`, `LANE`. */
  readonly about: string;
  /** The answer was no 2xx: a condition that refused, a repeat. */
  readonly refused: boolean;
  /** Of a send: the messages it put into a queue. */
  readonly messages: number;
};

export interface CountingProxy {
  /** What to give to a function as its AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Calls since it was last asked. */
  take(): readonly Call[];
  /** Calls under way. */
  open(): number;
  close(): Promise<void>;
}

/** `DynamoDB_20120810.GetItem`, `AmazonSQS.SendMessageBatch`, …; what has no target is S3's REST. */
const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "DynamoDB",
  AmazonSQS: "SQS",
  AWSStepFunctions: "Step Functions",
  secretsmanager: "Secrets Manager",
};

/** Stands between one function and the emulator, on loopback, and hands everything on unchanged but for `ReturnConsumedCapacity` in writes to DynamoDB. */
export async function startCountingProxy(endpoint: string): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  let calls: Call[] = [];
  let open = 0;
  const server = createServer((incoming, outgoing) => {
    open += 1;
    handOn(endpoint, agent, incoming, outgoing)
      .then((call) => calls.push(call))
      .catch((error: unknown) => outgoing.writeHead(502).end(String(error)))
      .finally(() => {
        open -= 1;
      });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the proxy has no port"));
      else resolve(address.port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    open: () => open,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

type Answer = { readonly status: number; readonly headers: IncomingMessage["headers"]; readonly body: Buffer };

async function handOn(endpoint: string, agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Call> {
  const sent = await bytesOf(incoming);
  const { service, operation } = nameOf(incoming);
  const inDynamo = service === "DynamoDB";
  const request = inDynamo ? jsonOf(sent) : undefined;
  const body = inDynamo ? Buffer.from(JSON.stringify(askingForCapacity(operation, request))) : sent;
  const answer = await forward(new URL(incoming.url ?? "/", endpoint), agent, incoming, body);
  outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  const units = inDynamo ? unitsOf(operation, request, { status: answer.status, body: jsonOf(answer.body) }) : { read: 0, write: 0 };
  const refused = answer.status >= 300;
  const messages = refused || service !== "SQS" ? 0 : messagesIn(operation, jsonOf(sent));
  return { service, operation, about: inDynamo ? aboutOf(request) : "", refused, messages, ...units };
}

function nameOf({ headers, method }: IncomingMessage): { readonly service: string; readonly operation: string } {
  const target = headers["x-amz-target"];
  if (typeof target !== "string") return { service: "S3", operation: String(method) };
  const [prefix = target, operation = target] = target.split(".");
  return { service: SERVICES[prefix] ?? prefix, operation };
}

function forward(url: URL, agent: Agent, { method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: String(method), headers: { ...headers, host: url.host, "content-length": String(body.length) } };
    const outgoing = requestTo(url, options, (answer) => {
      const { "transfer-encoding": _, ...kept } = answer.headers;
      bytesOf(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 502, headers: { ...kept, "content-length": String(bytes.length) }, body: bytes }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const Entries = z.object({ Entries: z.array(z.unknown()) });

/** How many messages one call of SQS sends. */
export function messagesIn(operation: string, request: unknown): number {
  if (operation === "SendMessageBatch") return Entries.parse(request).Entries.length;
  return operation === "SendMessage" ? 1 : 0;
}

const jsonOf = (bytes: Buffer): unknown => JSON.parse(bytes.toString("utf8"));

/** Kinds of the keys that a request names, each once, in its order: `DOC+LANE`. */
const aboutOf = (request: unknown): string => [...new Set(kindsIn(request))].join("+");

/** By the sort key's leading word, where it has one, else by the partition's; of a query by its prefix or partition, or `open`, the index. */
function kindsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = new Map<string, unknown>(Object.entries(value));
  if (own.has(":shard")) return ["open"];
  const kind = KEY_NAMES.flatMap((name) => wordOf(own.get(name))).at(0);
  if (kind !== undefined) return [kind];
  return own.has(":pk") ? ["subject"] : [...own.values()].flatMap(kindsIn);
}

/** In this order: a subject's partition says less than the sort key in it. */
const KEY_NAMES = ["sk", ":prefix", "pk", ":pk"];

function wordOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || !("S" in value) || typeof value.S !== "string") return [];
  return /^[A-Z]{3,}/.exec(value.S)?.slice(0, 1) ?? [];
}
