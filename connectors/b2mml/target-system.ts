import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import type { Action, EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Wording } from "../../core/effects/wording.ts";
import { authorizationOf } from "../authorization.ts";
import type { CallParts } from "../connector.ts";
import { targetUrlOf } from "../outgoing-address.ts";
import { createOutgoingCall, type OutgoingAnswer } from "../outgoing-call.ts";
import { type Answer, answerOf } from "./answers.ts";
import { outcomeOf } from "./classify-answer.ts";
import { plantMessageOf } from "./plant-message.ts";
import type { Written } from "./writing.ts";

export type B2mmlTargetOptions = CallParts & { /** Where the ERP takes messages, without query. */ readonly url: string };

/**
 * A message is known by its number: sent again it is the same message, and the partner takes it once. It cannot be asked for; what was told is taken back by
 * telling so.
 */
const B2MML_CAPABILITIES = { lookup: false, reverse: true, idempotent: true, asynchronous: false } as const;

/** An ERP that speaks B2MML (README.md): it is answered in the words and the version of its own message. Each method is at most one request. */
export function createB2mmlTarget(options: B2mmlTargetOptions): TargetSystem {
  const send = createSender(options);
  const { clock } = options;
  const sendWritten = async (written: Written, call: EffectCall): Promise<CallOutcome> => {
    if (written.kind === "unwritable") return { kind: "park", reason: written.reason };
    return outcomeOf(await send(written.xml, call), call.key, clock.now());
  };
  return {
    capabilities: B2MML_CAPABILITIES,
    post: async (call) => sendWritten(posted(call, clock.now()), call),
    reverse: async (call) => sendWritten(told(call, "undone", clock.now()), call),
    lookUp: async () => ({ kind: "retry", reason: { code: "ORL-B2MML-004", message: "the ERP cannot be asked for messages" } }),
  };
}

/** The message as it would be written at this moment. */
export function b2mmlWording(call: EffectCall, at: number): Wording {
  const written = posted(call, at);
  return written.kind === "written" ? { kind: "said", call: "POST", text: written.xml, complete: true } : { kind: "unsaid", reason: written.reason };
}

function posted(call: EffectCall, at: number): Written {
  if (isTell(call.action)) return told(call, OUTCOMES[call.action], at);
  return call.action === "post" && call.document.type !== "MaterialActual" ? plantMessageOf(call.document, headOf(call, at)) : CONSUMPTION;
}

function told(call: EffectCall | ReverseCall, outcome: Answer["outcome"], at: number): Written {
  const { document, reason, plantReference } = call;
  if (document.type === "MaterialActual" || document.origin?.createdAt === undefined) return UNANSWERABLE;
  const why = reason === undefined ? {} : { reason: { code: reason.code, message: reason.message } };
  return answerOf({ outcome, document, message: headOf(call, at), ...why, ...(plantReference === undefined ? {} : { plantReference }) });
}

const OUTCOMES = { "tell-accepted": "accepted", "tell-rejected": "rejected", "tell-undone": "undone" } as const;

const isTell = (action: Action): action is keyof typeof OUTCOMES => action in OUTCOMES;

const headOf = (call: EffectCall, at: number) => ({ id: call.key, createdAt: new Date(at).toISOString() });

const unwritten = (reason: Reason): Written => ({ kind: "unwritable", reason });

const CONSUMPTION = unwritten({
  code: "ORL-B2MML-003",
  message: "this connection takes no material actuals yet",
  owner: "integration engineer",
  next: "enter the consumption in the ERP by hand, or route material actuals to another connection, then skip this document",
});

const UNANSWERABLE = unwritten({
  code: "ORL-B2MML-002",
  message: "the document did not come in a message of this language, or its message did not say when it was made: it cannot be answered",
  owner: "integration engineer",
  next: "tell the sender by hand, then skip this document",
});

function createSender(options: B2mmlTargetOptions): (xml: string, call: EffectCall) => Promise<OutgoingAnswer> {
  const base = targetUrlOf(options.url, options.allowLoopbackHttp);
  const call = createOutgoingCall(options);
  return async (body, { deadline, key }) => {
    if (base.kind === "refused") return { kind: "blocked", why: base.why };
    const authorization = await authorizationOf({ token: options.token });
    if (authorization === undefined) return { kind: "not-sent", why: "our token for it could not be read" };
    const headers = {
      accept: "application/xml",
      "content-type": "application/xml; charset=utf-8",
      authorization,
      "idempotency-key": key,
      "user-agent": "orderlane",
    };
    return call({ method: "POST", url: base.url, headers, deadline, body });
  };
}
