import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** HTTP on loopback for the fakes of other systems: one host at one port is several of them, told apart by their paths. */

/** What a fake wants its caller to see. */
export type HostAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly afterMs?: number }
  /** The body stops here although more was announced. */
  | { readonly kind: "cut"; readonly status: number; readonly body: string }
  /** Left open: the caller's deadline ends it. */
  | { readonly kind: "silent" }
  /** The connection is cut without a word. */
  | { readonly kind: "down" };

export type HostRequest = {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined where it is longer than any system takes. */
  readonly body: Buffer | undefined;
};

/** One system on the host: it is asked about its path and all below it. */
export type FakePart = { readonly path: string; readonly answer: (request: HostRequest) => HostAnswer };

export interface FakeHost {
  readonly clock: { readonly now: () => number };
  /** Runs `action` when the clock reaches `at` (milliseconds), unless the host is closed before. */
  readonly schedule: (at: number, action: () => void) => void;
  /** Once, on 127.0.0.1. @param port by default a free one @returns the base URL, without a slash at its end */
  listen(parts: readonly FakePart[], port?: number): Promise<string>;
  /** Connections taken so far. */
  connections(): number;
  /** Nobody listens until `listenAgain`: calls get "connection refused". */
  stopListening(): Promise<void>;
  listenAgain(): Promise<void>;
  close(): Promise<void>;
}

const LARGEST_BODY = 6_291_456;

/** @param now clock milliseconds; by default the real clock. What is scheduled runs by real timers. */
export function createFakeHost(now: () => number = Date.now): FakeHost {
  const timers = new Set<NodeJS.Timeout>();
  const schedule = (at: number, action: () => void) => {
    const run = () => {
      timers.delete(timer);
      action();
    };
    const timer = setTimeout(run, Math.max(0, at - now()));
    timers.add(timer);
  };
  const later = (ms: number, action: () => void) => schedule(now() + ms, action);
  let parts: readonly FakePart[] = [];
  let port = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    answerTo(parts, request).then(
      (answer) => write(answer, response, later),
      (error: unknown) => write(plain(500, String(error)), response, later),
    );
  });
  server.on("connection", () => {
    connections += 1;
  });
  const stopListening = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    clock: { now },
    schedule,
    listen: async (served, wanted = 0) => {
      parts = served;
      port = await listenOn(server, wanted);
      return `http://127.0.0.1:${port}`;
    },
    connections: () => connections,
    stopListening,
    listenAgain: async () => {
      await listenOn(server, port);
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await stopListening();
    },
  };
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the fake has no port"));
      else resolve(address.port);
    });
  });
}

const plain = (status: number, body: string): HostAnswer => ({ kind: "answer", status, headers: { "content-type": "text/plain" }, body });

async function answerTo(parts: readonly FakePart[], request: IncomingMessage): Promise<HostAnswer> {
  const { method = "", url = "", headers } = request;
  const part = parts.find(({ path }) => url === path || url.startsWith(`${path}/`) || url.startsWith(`${path}?`));
  return part === undefined ? plain(404, "no such address") : part.answer({ method, url, headers, body: await bodyOf(request) });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function write(answer: HostAnswer, response: ServerResponse, later: (ms: number, action: () => void) => void): void {
  switch (answer.kind) {
    case "answer": {
      const whole = () => response.writeHead(answer.status, answer.headers).end(answer.body);
      if (answer.afterMs === undefined) whole();
      else later(answer.afterMs, whole);
      return;
    }
    case "cut":
      response.writeHead(answer.status, { "content-length": String(Buffer.byteLength(answer.body) + 100) });
      response.write(answer.body, () => response.destroy());
      return;
    case "silent":
      return;
    case "down":
      response.destroy();
      return;
  }
}
