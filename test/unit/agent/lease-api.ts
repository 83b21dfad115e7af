import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod";
import type { Delivery } from "../../../local/agent-wire.ts";

/** A tiny lease API behind real HTTP: a mailbox of deliveries that stay in it until their verdict is taken. */

const VerdictsBody = z.object({ verdicts: z.array(z.looseObject({ delivery: z.string(), leaseToken: z.string(), result: z.string() })) });
const LinesBody = z.object({ lines: z.array(z.object({ key: z.string(), document: z.record(z.string(), z.unknown()) })) });
export type SentVerdict = z.infer<typeof VerdictsBody>["verdicts"][number];

export type Offered = Omit<Delivery, "leaseToken" | "leaseUntil">;
type Failure = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

export type LeaseApi = {
  readonly url: string;
  /** Puts a delivery where the next lease finds it; the same again is a repeat. */
  offer(...deliveries: readonly Offered[]): void;
  verdicts(): readonly SentVerdict[];
  /** Bodies of the batches that came up. */
  batches(): readonly z.infer<typeof LinesBody>["lines"][];
  /** The next calls whose path ends so fail; `cut`: worked on, and no answer given. */
  fail(ending: string, ...failures: readonly (Failure | "cut")[]): void;
  calls(ending: string): number;
  close(): Promise<void>;
};

export async function startLeaseApi(token: string): Promise<LeaseApi> {
  const mailbox: Offered[] = [];
  const verdicts: SentVerdict[] = [];
  const batches: z.infer<typeof LinesBody>["lines"][] = [];
  const failures: { readonly ending: string; readonly failure: Failure | "cut" }[] = [];
  const paths: string[] = [];
  const first = new Map<string, string>();
  let leases = 0;

  const take = (verdict: SentVerdict) => {
    verdicts.push(verdict);
    const before = first.get(verdict.delivery);
    first.set(verdict.delivery, before ?? verdict.result);
    return { delivery: verdict.delivery, result: before === undefined ? "recorded" : before === verdict.result ? "repeated" : "conflict" };
  };

  const answer = (path: string, body: unknown): unknown => {
    if (path.endsWith("/lease")) {
      leases += 1;
      const leased = mailbox.splice(0).map((delivery) => ({ ...delivery, leaseToken: `lease-${leases}`, leaseUntil: "2026-11-24T12:00:00.000Z" }));
      return { deliveries: leased, pollAfterSeconds: 0.01 };
    }
    if (path.endsWith("/verdicts")) return { results: VerdictsBody.parse(body).verdicts.map(take) };
    if (path.endsWith("/heartbeat")) return { serverTime: new Date().toISOString(), pollAfterSeconds: 7 };
    const { lines } = LinesBody.parse(body);
    batches.push(lines);
    return { lines: lines.map(({ key }, at) => ({ line: at + 1, result: "accepted", document: `doc-${key}` })) };
  };

  const failureOf = (path: string): Failure | "cut" | undefined => {
    const planned = failures.findIndex(({ ending }) => path.endsWith(ending));
    return planned === -1 ? undefined : failures.splice(planned, 1)[0]?.failure;
  };

  const failWith = ({ status, headers, body }: Failure, response: ServerResponse) => {
    response.writeHead(status, headers).end(JSON.stringify(body === undefined ? {} : body));
  };
  const succeed = (path: string, text: string, cut: boolean, response: ServerResponse) => {
    const body = JSON.stringify(answer(path, JSON.parse(text)));
    if (cut) response.destroy();
    else response.writeHead(200, { "content-type": "application/json" }).end(body);
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = String(request.url);
    const text = (await bytesOf(request)).toString("utf8");
    if (request.headers.authorization !== `Bearer ${token}`) return failWith({ status: 401 }, response);
    paths.push(path);
    const failure = failureOf(path);
    if (failure === undefined || failure === "cut") succeed(path, text, failure === "cut", response);
    else failWith(failure, response);
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    offer: (...deliveries) => {
      mailbox.push(...deliveries);
    },
    verdicts: () => verdicts,
    batches: () => batches,
    fail: (ending, ...planned) => {
      failures.push(...planned.map((failure) => ({ ending, failure })));
    },
    calls: (ending) => paths.filter((path) => path.endsWith(ending)).length,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
