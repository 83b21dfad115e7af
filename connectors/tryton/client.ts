import type * as z from "zod";
import { isJsonList, isJsonObject, type Json, type JsonObject, writeExactJson } from "../../core/documents/exact-json.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import { targetUrlOf } from "../outgoing-address.ts";
import { createOutgoingCall } from "../outgoing-call.ts";
import { rpcOutcomeOf } from "./classify-answer.ts";
import { filled, rowOf, type Values } from "./fill-template.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";
import { type Call, type CallName, RPC } from "./rpc-table.ts";
import { createSessions, type SendRpc, type SessionAnswer } from "./session.ts";

export type TrytonClientOptions = {
  /** `https://erp.example/database`. */
  readonly url: string;
  /** `user:password` of the connection, now valid; may throw. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  /** True on stage `local` only. */
  readonly allowLoopbackHttp: boolean;
};

export type Rows<T> = { readonly kind: "rows"; readonly rows: readonly T[] } | RpcFailure;

/** Tryton's JSON-RPC by the names of mapping/rpc.json. Nothing is thrown for what a partner or a network does. */
export type TrytonClient = {
  /** Clock milliseconds. */
  now(): number;
  /** Rows of a reading call by our names; `unsure` where they are not of the asked shape. */
  rows<T>(name: CallName, values: Values, deadline: number, shape: z.ZodType<T>): Promise<Rows<T>>;
  /** One request; an ended session is renewed once for a call that only reads, and is an outcome for one that writes. */
  call(name: CallName, values: Values, deadline: number, rows?: readonly Values[]): Promise<RpcOutcome>;
};

export function createTrytonClient(options: TrytonClientOptions): TrytonClient {
  const send = createSender(options);
  const sessions = createSessions(send, () => credentialsOf(options.token));

  async function call(name: CallName, values: Values, deadline: number, rows: readonly Values[] = []): Promise<RpcOutcome> {
    const { writes } = RPC.calls[name];
    const first = await attempt(name, values, deadline, rows);
    if (first.outcome.kind !== "session-ended") return first.outcome;
    if (first.session.kind === "session") sessions.drop(first.session.session);
    if (writes === true) return first.outcome;
    const second = await attempt(name, values, deadline, rows);
    return second.outcome.kind === "session-ended" ? { kind: "credentials-refused", why: "a session it gave is not valid" } : second.outcome;
  }

  type Attempt = { readonly session: SessionAnswer; readonly outcome: RpcOutcome };
  async function attempt(name: CallName, values: Values, deadline: number, rows: readonly Values[]): Promise<Attempt> {
    const session = await sessions.get(deadline);
    if (session.kind !== "session") return { session, outcome: session };
    const { params, context } = paramsOf(RPC.calls[name], { ...session.session.context, ...values }, rows);
    const all = [...params, { ...session.session.context, ...context }];
    return { session, outcome: await send(RPC.calls[name].method, all, deadline, session.session.authorization) };
  }

  return {
    now: () => options.clock.now(),
    call,
    async rows(name, values, deadline, shape) {
      const outcome = await call(name, values, deadline);
      return outcome.kind === "result" ? rowsIn(outcome.value, name, shape) : outcome;
    },
  };
}

function paramsOf({ params, context, row, stamps }: Call, values: Values, rows: readonly Values[]): { readonly params: Json[]; readonly context: JsonObject } {
  const each = rows.map((one) => ({ ...values, ...one }));
  const all = row === undefined ? values : { ...values, rows: each.map((one) => filled(row, one)) };
  const own = context === undefined ? {} : filled(context, all);
  const stamped = stamps === undefined ? {} : { [stamps.name]: joined(each.map((one) => filled({ [stamps.key]: stamps.value }, one))) };
  return { params: params.map((param) => filled(param, all)), context: { ...(isJsonObject(own) ? own : {}), ...stamped } };
}

const joined = (objects: readonly Json[]): JsonObject => Object.assign({}, ...objects.filter(isJsonObject));

function rowsIn<T>(value: Json, name: CallName, shape: z.ZodType<T>): Rows<T> {
  const { reads } = RPC.calls[name];
  if (!isJsonList(value) || reads === undefined) return { kind: "unsure", why: `${name} answered no rows` };
  const rows: T[] = [];
  for (const row of value) {
    const parsed = shape.safeParse(rowOf(row, reads, RPC.codes));
    if (!parsed.success) return { kind: "unsure", why: `${name} answered a row of another shape: ${parsed.error.issues[0]?.path.join("/")}` };
    rows.push(parsed.data);
  }
  return { kind: "rows", rows };
}

function createSender(options: TrytonClientOptions): SendRpc {
  const base = targetUrlOf(options.url, options.allowLoopbackHttp);
  const outgoing = createOutgoingCall(options);
  let id = 0;
  return async (method, params, deadline, authorization) => {
    if (base.kind === "refused") return { kind: "blocked", why: base.why };
    id += 1;
    // Without `identity` a long answer may come compressed; with it, it comes plain under a header that says gzip all the same.
    const headers: Record<string, string> = { "content-type": "application/json", "accept-encoding": "identity", "user-agent": "orderlane" };
    if (authorization !== undefined) headers.authorization = authorization;
    const url = new URL(`${base.url.href.replace(/\/+$/, "")}/rpc/`);
    const answer = await outgoing({ method: "POST", url, headers, deadline, body: writeExactJson({ id, method, params }) });
    return rpcOutcomeOf(answer, options.clock.now());
  };
}

/** Undefined where the secrets cannot be asked: nothing is called without credentials. */
async function credentialsOf(read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch {
    // The secrets port throws to fail closed; surely nothing was sent, so the document waits.
    return undefined;
  }
}
