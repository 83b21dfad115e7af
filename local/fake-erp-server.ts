import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { createFakeErp, type FakeErp, type FakeErpOptions } from "../connectors/plain-json/fake.ts";
import { answerWith, type FakeAnswer } from "../connectors/plain-json/fake-faults.ts";
import { CanonicalDocument } from "../core/documents/canonical.ts";

/** The fake ERP behind real HTTP, on loopback: the postings API of connectors/plain-json/README.md. */

const Problem = z.object({ code: z.string(), message: z.string() });
const PostRequest = z.object({
  key: z.string(),
  action: z.enum(["tell-accepted", "tell-rejected", "tell-undone", "post"]),
  document: CanonicalDocument,
  plantReference: z.string().optional(),
  reason: Problem.optional(),
});
const ReversalRequest = z.object({ key: z.string(), original: z.object({ key: z.string(), reference: z.string() }), reason: Problem.optional() });

export type FakeErpServer = {
  /** Base URL, for the connection's settings. */
  readonly url: string;
  readonly fake: FakeErp;
  /** Connections taken so far. */
  connections(): number;
  /** Nobody listens until `listenAgain`: calls get "connection refused". */
  stopListening(): Promise<void>;
  listenAgain(): Promise<void>;
  close(): Promise<void>;
};

export type FakeErpServerOptions = Omit<FakeErpOptions, "clock" | "schedule"> & {
  /** The bearer token it takes; any other gets 401. */
  readonly token: string;
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

const LARGEST_BODY = 6_291_456;

/** Starts on loopback; late commits come by real timers. */
export async function startFakeErpServer(options: FakeErpServerOptions): Promise<FakeErpServer> {
  const now = options.now ?? Date.now;
  const timers = new Set<NodeJS.Timeout>();
  const schedule = (at: number, action: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        action();
      },
      Math.max(0, at - now()),
    );
    timers.add(timer);
  };
  const fake = createFakeErp({ ...options, clock: { now }, schedule });
  const server = createServer((request, response) => {
    answerTo(fake, options.token, request).then(
      (answer) => write(answer, response),
      (error: unknown) => write(answerWith(500, { error: String(error) }), response),
    );
  });
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const port = await listen(server, options.port === undefined ? 0 : options.port);
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    fake,
    connections: () => connections,
    stopListening: stop,
    listenAgain: async () => {
      await listen(server, port);
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await stop();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the fake ERP has no port"));
      else resolve(address.port);
    });
  });
}

async function answerTo(fake: FakeErp, token: string, request: IncomingMessage): Promise<FakeAnswer> {
  if (request.headers.authorization !== `Bearer ${token}`) return answerWith(401, { code: "unauthorized", message: "the token is not known" });
  const { pathname } = new URL(request.url ?? "/", "http://fake");
  const [, root, key, tail] = pathname.split("/");
  if (root !== "postings") return answerWith(404, { code: "no-such-address", message: pathname });
  if (request.method === "GET" && key !== undefined && tail === undefined) return fake.lookUp(key);
  if (request.method !== "POST") return answerWith(405, { code: "no-such-method", message: `${request.method} ${pathname}` });
  const body = await bodyOf(request);
  if (key === undefined) return checked(PostRequest, body, request, (call) => fake.post(withoutUndefined(call)));
  if (tail !== "reversal") return answerWith(404, { code: "no-such-address", message: pathname });
  return checked(ReversalRequest, body, request, (call) =>
    call.original.key === key
      ? fake.reverse(withoutUndefined(call))
      : answerWith(400, { code: "key-mismatch", message: "path and body name different postings" }),
  );
}

function checked<T extends { readonly key: string }>(schema: z.ZodType<T>, body: unknown, request: IncomingMessage, work: (call: T) => FakeAnswer): FakeAnswer {
  const call = schema.safeParse(body);
  if (!call.success) return answerWith(400, { code: "malformed", message: z.prettifyError(call.error) });
  if (request.headers["idempotency-key"] !== call.data.key) return answerWith(400, { code: "key-mismatch", message: "header and body carry different keys" });
  return work(call.data);
}

/** zod's optional fields may hold undefined; the fake's may not. */
function withoutUndefined<T extends { readonly plantReference?: string | undefined; readonly reason?: z.infer<typeof Problem> | undefined }>(call: T) {
  const { plantReference, reason, ...rest } = call;
  return { ...rest, ...(plantReference === undefined ? {} : { plantReference }), ...(reason === undefined ? {} : { reason }) };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(bytes);
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return parsed;
  } catch {
    return undefined;
  }
}

function write(answer: FakeAnswer, response: ServerResponse): void {
  switch (answer.kind) {
    case "answer":
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case "cut":
      response.writeHead(answer.status, { "content-type": "application/json", "content-length": String(Buffer.byteLength(answer.body) + 100) });
      response.write(answer.body, () => response.destroy());
      return;
    case "silent":
      // Left open: the caller's deadline ends it.
      return;
    case "down":
      response.destroy();
      return;
  }
}
