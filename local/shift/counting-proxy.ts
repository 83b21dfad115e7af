import { createServer, type IncomingMessage, request } from "node:http";

/** Stands between our functions and Tryton, changes nothing, and counts. */
export interface CountingProxy {
  readonly url: string;
  calls(): number;
  /** Calls of one method, such as `model.stock.move.do`. */
  callsOf(method: string): number;
  /** The next call of this method has been passed on: the ERP is at work on it. */
  untilNext(method: string): Promise<void>;
  close(): Promise<void>;
}

const METHOD = /"method"\s*:\s*"([^"]+)"/;

export async function startCountingProxy(erp: { readonly port: number; readonly database: string }): Promise<CountingProxy> {
  const counts = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  let calls = 0;

  const note = (method: string) => {
    calls += 1;
    counts.set(method, (counts.get(method) ?? 0) + 1);
    for (const tell of waiting.get(method) ?? []) tell();
    waiting.delete(method);
  };
  const server = createServer((incoming, outgoing) => {
    const gone = () => incoming.socket.destroy();
    void bodyOf(incoming).then((body) => {
      const { method, url, headers } = incoming;
      const passed = request({ host: "127.0.0.1", port: erp.port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on("error", gone);
        answer.pipe(outgoing);
      });
      // A server that is gone looks from here as it would directly: the connection ends.
      passed.on("error", gone);
      passed.end(body, () => note(METHOD.exec(body.toString("utf8"))?.[1] ?? "unknown"));
    }, gone);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}/${erp.database}`,
    calls: () => calls,
    callsOf: (method) => counts.get(method) ?? 0,
    untilNext: (method) => new Promise((resolve) => waiting.set(method, [...(waiting.get(method) ?? []), resolve])),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
