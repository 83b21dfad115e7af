import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Wording } from "../../core/effects/wording.ts";
import { createJsonCalls, type JsonCallsOptions } from "../json-calls.ts";
import { booksAnswerOf, findOutcomeOf, lookUpOutcomeOf, outcomeOf, reversalOutcomeOf } from "./classify-answer.ts";

export const PLAIN_JSON_CAPABILITIES = { lookup: true, reverse: true, idempotent: false, asynchronous: true } as const;

/** An ERP that speaks our plain JSON postings API (README.md). Each method is at most one request; nothing is thrown for what a partner or a network does. */
export function createPlainJsonTarget(options: JsonCallsOptions): TargetSystem {
  const calls = createJsonCalls(options);
  const { clock } = options;
  const send = (method: "GET" | "POST", path: string, deadline: number, key?: string, body?: object) =>
    calls({ method, path: `/postings${path}`, deadline, ...(key === undefined ? {} : { key }), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return {
    capabilities: PLAIN_JSON_CAPABILITIES,
    post: async (effect) => outcomeOf(await send("POST", "", effect.deadline, effect.key, postingBodyOf(effect)), effect.key, clock.now()),
    reverse: async (undo) =>
      reversalOutcomeOf(await send("POST", `/${undo.original.key}/reversal`, undo.deadline, undo.key, reversalBodyOf(undo)), undo.key, clock.now()),
    books: async (order, deadline) => booksAnswerOf(await send("GET", `?order=${encodeURIComponent(order)}`, deadline)),
    find: async (number, _action, deadline) => findOutcomeOf(await send("GET", `?number=${encodeURIComponent(number)}`, deadline), number),
    lookUp: async (key, deadline) => lookUpOutcomeOf(await send("GET", `/${key}`, deadline), key, clock.now()),
  };
}

const postingBodyOf = (call: EffectCall) => ({
  key: call.key,
  action: call.action,
  document: call.document,
  ...(call.plantReference === undefined ? {} : { plantReference: call.plantReference }),
  ...reasonOf(call),
});

/** `POST /postings` with the body as it is sent. */
export const plainJsonWording = (call: EffectCall): Wording => ({
  kind: "said",
  call: "POST /postings",
  text: JSON.stringify(postingBodyOf(call)),
  complete: true,
});

const reversalBodyOf = (call: ReverseCall) => ({ key: call.key, action: call.action, original: call.original, ...reasonOf(call) });

/** Only what concerns the partner: owner and next step are ours. */
const reasonOf = (call: EffectCall) => (call.reason === undefined ? {} : { reason: { code: call.reason.code, message: call.reason.message } });
