import { isUtf8 } from "node:buffer";
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Clock } from "../core/ledger/ports.ts";
import { AddressBlocked, hostOf, mayConnect, publicLookup } from "./outgoing-address.ts";

export type OutgoingRequest = {
  readonly method: "GET" | "POST";
  /** Checked by `targetUrlOf`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Clock milliseconds. */
  readonly deadline: number;
};

/** What became of one request. Nothing here is thrown: what may have been processed and what surely was not are different answers. */
export type OutgoingAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** No byte of the request left: refused connection, unknown host, failed TLS, a deadline that passed before. */
  | { readonly kind: "not-sent"; readonly why: string }
  /** The address is none that we call. */
  | { readonly kind: "blocked"; readonly why: string }
  /** It was sent, and no whole answer came. */
  | { readonly kind: "cut"; readonly why: string };

export type OutgoingCall = (request: OutgoingRequest) => Promise<OutgoingAnswer>;

const ANSWER_BYTES = 1_048_576;
/** Shorter than the 5 s after which common servers close an idle connection: a call must not die on a connection that was closed while the function was frozen. */
const IDLE_MS = 4_000;

/**
 * One request over a kept-alive connection, without retries and without following redirects.
 * Not the built-in fetch: that one takes a connect-time address check only through a package of its own, and does not tell whether the request had left.
 */
export function createOutgoingCall(options: { readonly clock: Clock; readonly allowLoopbackHttp: boolean }): OutgoingCall {
  const { clock, allowLoopbackHttp } = options;
  const agentOptions = { keepAlive: true, lookup: publicLookup(allowLoopbackHttp) };
  const plain = new HttpAgent(agentOptions);
  const tls = new HttpsAgent(agentOptions);
  let underWay = 0;
  let lastUsed = clock.now();

  const dropStale = () => {
    if (underWay === 0 && clock.now() - lastUsed > IDLE_MS) {
      plain.destroy();
      tls.destroy();
    }
  };

  return async (call) => {
    const host = hostOf(call.url);
    // A literal address is never looked up, so it is checked here.
    if (/^[\d.]+$|:/.test(host) && !mayConnect(host, allowLoopbackHttp)) return { kind: "blocked", why: `${host} is not a public address` };
    const left = call.deadline - clock.now();
    if (left <= 0) return { kind: "not-sent", why: "no time was left for the call" };
    dropStale();
    underWay += 1;
    try {
      const signal = AbortSignal.timeout(Math.ceil(left));
      const common = { method: call.method, headers: lengthOf(call), signal };
      const outgoing = call.url.protocol === "https:" ? httpsRequest(call.url, { ...common, agent: tls }) : httpRequest(call.url, { ...common, agent: plain });
      return await answerOf(outgoing, call.body);
    } finally {
      underWay -= 1;
      lastUsed = clock.now();
    }
  };
}

const lengthOf = (call: OutgoingRequest): Record<string, string> =>
  call.body === undefined ? { ...call.headers } : { ...call.headers, "content-length": String(Buffer.byteLength(call.body)) };

function answerOf(outgoing: ClientRequest, body: string | undefined): Promise<OutgoingAnswer> {
  return new Promise((resolve) => {
    let left = false;
    const failed = (error: Error) => resolve(failureOf(error, left));
    outgoing.on("socket", (socket) => {
      const ready = () => {
        left = true;
      };
      if (outgoing.reusedSocket || !socket.connecting) ready();
      else socket.once("encrypted" in socket ? "secureConnect" : "connect", ready);
    });
    outgoing.on("error", failed);
    outgoing.on("response", (incoming) => {
      readWhole(incoming).then(resolve, failed);
    });
    outgoing.end(body);
  });
}

function failureOf(error: Error, left: boolean): OutgoingAnswer {
  const why = error.name === "AbortError" ? "no answer before the deadline" : describe(error);
  if (error instanceof AddressBlocked) return { kind: "blocked", why };
  return { kind: left ? "cut" : "not-sent", why };
}

/** Rejects where the answer ends in its middle. */
async function readWhole(incoming: IncomingMessage): Promise<OutgoingAnswer> {
  if (incoming.statusCode === undefined) return { kind: "cut", why: "the answer has no status" };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > ANSWER_BYTES) return { kind: "cut", why: `the answer is longer than ${ANSWER_BYTES} bytes` };
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks);
  if (!isUtf8(body)) return { kind: "cut", why: "the answer is not UTF-8" };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === "string") headers[name] = value;
  return { kind: "answered", status: incoming.statusCode, headers, body: body.toString("utf8") };
}

// Node's error for several addresses has a code and an empty message.
const describe = (error: Error): string => ("code" in error && typeof error.code === "string" ? `${error.code} ${error.message}`.trim() : error.message);
