import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { Tryton } from "../../local/tryton/start-tryton.ts";
import { type RawAnswer, rawPost } from "./erp-by-hand.ts";

/** What happens to one call on its way. */
export type Fault =
  /** Answered here; the ERP never sees it. */
  | { readonly kind: "answer"; readonly status: number; readonly headers?: Record<string, string>; readonly body: string }
  /** The ERP processes it, whatever `andThen` does happens, and the connection ends without an answer. */
  | { readonly kind: "lose"; readonly andThen?: () => Promise<void> }
  /** The connection ends before the ERP sees it. */
  | { readonly kind: "drop" }
  /** The connection ends at once; the ERP sees the call after this. */
  | { readonly kind: "late"; readonly afterMs: number }
  /** Something happens first; then it goes on. */
  | { readonly kind: "after"; readonly act: () => Promise<unknown> };

const Rpc = z.object({ method: z.string(), params: z.array(z.unknown()) });
export type SeenCall = z.infer<typeof Rpc> & { readonly authorization: string | undefined; readonly text: string };

export type ErpProxy = {
  readonly url: string;
  /** For the next call of this method; several are taken one after another. */
  fault(method: string, fault: Fault): void;
  seen(): readonly SeenCall[];
  /** Forgets faults that no call met, and what was seen. */
  clear(): void;
  close(): Promise<void>;
};

/** Stands between the connector and a live Tryton: what a network and a dying server do, at a chosen call. */
export async function startErpProxy(erp: Tryton): Promise<ErpProxy> {
  const faults = new Map<string, Fault[]>();
  const seen: SeenCall[] = [];

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const text = await bodyOf(incoming);
    const call = Rpc.parse(JSON.parse(text));
    const { authorization } = incoming.headers;
    seen.push({ ...call, authorization, text });
    const fault = faults.get(call.method)?.shift();
    if (fault?.kind === "drop") return void incoming.socket.destroy();
    if (fault?.kind === "answer") return void outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    await beforeIt(fault, incoming);
    const answer = await rawPost(`http://127.0.0.1:${erp.port}${incoming.url}`, text, authorization === undefined ? {} : { authorization });
    await afterIt(fault, answer, incoming, outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    // A server that is gone looks from here as it would directly: the connection ends.
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}/${erp.database}`,
    fault: (method, fault) => {
      faults.set(method, [...(faults.get(method) ?? []), fault]);
    },
    seen: () => seen,
    clear: () => {
      faults.clear();
      seen.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function beforeIt(fault: Fault | undefined, incoming: IncomingMessage): Promise<void> {
  if (fault?.kind === "after") await fault.act();
  if (fault?.kind !== "late") return;
  incoming.socket.destroy();
  await delay(fault.afterMs);
}

async function afterIt(fault: Fault | undefined, answer: RawAnswer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (fault?.kind === "lose") await fault.andThen?.();
  if (fault?.kind === "lose" || fault?.kind === "late") incoming.socket.destroy();
  else passOn(answer, outgoing);
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function passOn(answer: RawAnswer, outgoing: ServerResponse): void {
  const headers = Object.entries(answer.headers).filter(([name]) => name !== "transfer-encoding" && name !== "connection");
  outgoing.writeHead(answer.status, Object.fromEntries(headers)).end(answer.body);
}
