import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createFakeB2mml, type FakeB2mml, type FakeB2mmlOptions } from "../connectors/b2mml/fake.ts";
import { answerWith, type FakeAnswer } from "../connectors/b2mml/fake-faults.ts";

/** The fake B2MML ERP behind real HTTP, on loopback: it takes messages posted to its one address (connectors/b2mml/README.md). */

export type FakeB2mmlServer = {
  /** For the connection's settings. */
  readonly url: string;
  readonly fake: FakeB2mml;
  close(): Promise<void>;
};

export type FakeB2mmlServerOptions = Omit<FakeB2mmlOptions, "clock" | "schedule"> & {
  /** The bearer token it takes; any other gets 401. */
  readonly token: string;
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

const LARGEST_BODY = 6_291_456;

/** Starts on loopback; what is taken late is taken by real timers. */
export async function startFakeB2mmlServer(options: FakeB2mmlServerOptions): Promise<FakeB2mmlServer> {
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
  const fake = createFakeB2mml({ ...options, clock: { now }, schedule });
  const server = createServer((request, response) => {
    answerTo(fake, options.token, request).then(
      (answer) => write(answer, response),
      (error: unknown) => write(answerWith(500, String(error)), response),
    );
  });
  const port = await listen(server, options.port === undefined ? 0 : options.port);
  return {
    url: `http://127.0.0.1:${port}/messages`,
    fake,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the fake has no port"));
      else resolve(address.port);
    });
  });
}

async function answerTo(fake: FakeB2mml, token: string, request: IncomingMessage): Promise<FakeAnswer> {
  if (request.headers.authorization !== `Bearer ${token}`) return answerWith(401, "the token is not known");
  if (request.method !== "POST" || request.url !== "/messages") return answerWith(404, "no such address");
  if (request.headers["content-type"] !== "application/xml; charset=utf-8") return answerWith(415, "XML is expected");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) return answerWith(413, "too long");
    chunks.push(bytes);
  }
  return fake.receive(Buffer.concat(chunks).toString("utf8"));
}

function write(answer: FakeAnswer, response: ServerResponse): void {
  switch (answer.kind) {
    case "answer":
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case "cut":
      response.writeHead(answer.status, { "content-type": "application/xml", "content-length": String(Buffer.byteLength(answer.body) + 100) });
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
