import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createFakeSap, type FakeSap, type FakeSapOptions } from "../connectors/sap-idoc/fake.ts";
import { pageAnswer, type SapAnswer } from "../connectors/sap-idoc/fake-faults.ts";

/** The fake SAP behind real HTTP, on loopback: its plain port for IDocs in XML. */

export type FakeSapServer = {
  /** Where it takes IDocs; for the connection's settings. */
  readonly url: string;
  readonly fake: FakeSap;
  close(): Promise<void>;
};

export type FakeSapServerOptions = Omit<FakeSapOptions, "clock"> & {
  /** The only value of the header `authorization` that it takes; any other gets 401. */
  readonly authorization: string;
  /** Where it listens, on 127.0.0.1; by default a free port. */
  readonly port?: number;
  readonly now?: () => number;
};

const LARGEST_BODY = 6_291_456;
const PATH = "/sap/bc/idoc_xml";

/** Starts on loopback; a slow answer comes by a real timer. */
export async function startFakeSapServer(options: FakeSapServerOptions): Promise<FakeSapServer> {
  const fake = createFakeSap({ ...options, clock: { now: options.now ?? Date.now } });
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    answerTo(fake, options.authorization, request).then(
      (answer) => write(answer, response, timers),
      (error: unknown) => write(pageAnswer(500, String(error)), response, timers),
    );
  });
  const port = await listen(server, options.port === undefined ? 0 : options.port);
  return {
    url: `http://127.0.0.1:${port}${PATH}`,
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
      if (address === null || typeof address === "string") reject(new Error("the fake SAP has no port"));
      else resolve(address.port);
    });
  });
}

async function answerTo(fake: FakeSap, authorization: string, request: IncomingMessage): Promise<SapAnswer> {
  if (request.headers.authorization !== authorization) return pageAnswer(401, "Logon failed");
  if (request.url !== PATH) return pageAnswer(404, "Not found");
  if (request.method !== "POST") return pageAnswer(405, "Method not allowed");
  const type = request.headers["content-type"];
  if (type === undefined || !/^(?:text|application)\/xml\b/.test(type)) return pageAnswer(415, "XML is expected");
  const body = await bodyOf(request);
  return body === undefined ? pageAnswer(413, "Too large") : fake.receive(body);
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

function write(answer: SapAnswer, response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  switch (answer.kind) {
    case "answer": {
      const timer = setTimeout(() => {
        timers.delete(timer);
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }, answer.afterMs ?? 0);
      timers.add(timer);
      return;
    }
    case "cut":
      response.writeHead(answer.status, { "content-type": "text/html", "content-length": String(Buffer.byteLength(answer.body) + 100) });
      response.write(answer.body, () => response.destroy());
      return;
    case "silent":
      // The caller's own deadline ends it.
      return;
  }
}
