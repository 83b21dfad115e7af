import type { Clock } from "../core/ledger/ports.ts";
import { authorizationOf } from "./authorization.ts";
import { targetUrlOf } from "./outgoing-address.ts";
import { createOutgoingCall, type OutgoingAnswer } from "./outgoing-call.ts";

export type JsonCallsOptions = {
  /** Base URL of the partner's API, without query. */
  readonly url: string;
  /** The bearer token now valid; asked before every call, so that a rotated one is used at once. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  /** True on stage `local` only. */
  readonly allowLoopbackHttp: boolean;
};

export type JsonCall = {
  readonly method: "GET" | "POST";
  /** Below the base URL; begins with a slash. */
  readonly path: string;
  /** Clock milliseconds. */
  readonly deadline: number;
  /** Of an effect: our posting key, as `Idempotency-Key`. */
  readonly key?: string;
  /** JSON text. */
  readonly body?: string;
};

/** Calls of a partner's JSON API with a bearer token, each at most one request; nothing is thrown for what a partner or a network does. */
export function createJsonCalls(options: JsonCallsOptions): (call: JsonCall) => Promise<OutgoingAnswer> {
  const send = createOutgoingCall(options);
  const base = targetUrlOf(options.url, options.allowLoopbackHttp);
  return async ({ method, path, deadline, key, body }) => {
    if (base.kind === "refused") return { kind: "blocked", why: base.why };
    const authorization = await authorizationOf({ token: options.token });
    if (authorization === undefined) return { kind: "not-sent", why: "our token for it could not be read" };
    const headers: Record<string, string> = { accept: "application/json", authorization, "user-agent": "orderlane" };
    if (key !== undefined) headers["idempotency-key"] = key;
    if (body !== undefined) headers["content-type"] = "application/json";
    const url = new URL(`${base.url.href.replace(/\/+$/, "")}${path}`);
    return send({ method, url, headers, deadline, ...(body === undefined ? {} : { body }) });
  };
}
