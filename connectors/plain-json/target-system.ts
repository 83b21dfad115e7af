import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import { targetUrlOf } from "../outgoing-address.ts";
import { createOutgoingCall, type OutgoingAnswer, type OutgoingCall } from "../outgoing-call.ts";
import { lookUpOutcomeOf, outcomeOf, reversalOutcomeOf } from "./classify-answer.ts";

export type PlainJsonTargetOptions = {
  /** Base URL of the partner's API, without query. */
  readonly url: string;
  /** The bearer token now valid; asked before every call, so that a rotated one is used at once. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  /** True on stage `local` only. */
  readonly allowLoopbackHttp: boolean;
};

export const PLAIN_JSON_CAPABILITIES = { lookup: true, reverse: true, idempotent: false, asynchronous: true } as const;

/** An ERP that speaks our plain JSON postings API (README.md). Each method is at most one request; nothing is thrown for what a partner or a network does. */
export function createPlainJsonTarget(options: PlainJsonTargetOptions): TargetSystem {
  const call = createOutgoingCall(options);
  const send = createSender(options, call);
  const { clock } = options;
  return {
    capabilities: PLAIN_JSON_CAPABILITIES,
    post: async (effect) => outcomeOf(await send("POST", "", effect.deadline, effect.key, postingBodyOf(effect)), effect.key, clock.now()),
    reverse: async (undo) =>
      reversalOutcomeOf(await send("POST", `/${undo.original.key}/reversal`, undo.deadline, undo.key, reversalBodyOf(undo)), undo.key, clock.now()),
    lookUp: async (key, deadline) => lookUpOutcomeOf(await send("GET", `/${key}`, deadline), key, clock.now()),
  };
}

type Send = (method: "GET" | "POST", path: string, deadline: number, key?: string, body?: object) => Promise<OutgoingAnswer>;

function createSender(options: PlainJsonTargetOptions, call: OutgoingCall): Send {
  const base = targetUrlOf(options.url, options.allowLoopbackHttp);
  return async (method, path, deadline, key, body) => {
    if (base.kind === "refused") return { kind: "blocked", why: base.why };
    const token = await tokenOf(options.token);
    if (token === undefined) return { kind: "not-sent", why: "our token for it could not be read" };
    const headers: Record<string, string> = { accept: "application/json", authorization: `Bearer ${token}`, "user-agent": "orderlane" };
    if (key !== undefined) headers["idempotency-key"] = key;
    if (body !== undefined) headers["content-type"] = "application/json";
    const url = new URL(`${base.url.href.replace(/\/+$/, "")}/postings${path}`);
    return call({ method, url, headers, deadline, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  };
}

/** Undefined where the secrets cannot be asked, or hold what no header can carry: nothing is called without credentials. */
async function tokenOf(read: () => Promise<string>): Promise<string | undefined> {
  try {
    const token = await read();
    return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
  } catch {
    // The secrets port throws to fail closed; surely nothing was sent, so the document waits.
    return undefined;
  }
}

const postingBodyOf = (call: EffectCall) => ({
  key: call.key,
  action: call.action,
  document: call.document,
  ...(call.plantReference === undefined ? {} : { plantReference: call.plantReference }),
  ...reasonOf(call),
});

const reversalBodyOf = (call: ReverseCall) => ({ key: call.key, action: call.action, original: call.original, ...reasonOf(call) });

/** Only what concerns the partner: owner and next step are ours. */
const reasonOf = (call: EffectCall) => (call.reason === undefined ? {} : { reason: { code: call.reason.code, message: call.reason.message } });
