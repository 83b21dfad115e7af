import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import type { Action, EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
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
  const now = (): string => new Date(clock.now()).toISOString();
  return {
    capabilities: B2MML_CAPABILITIES,
    post: async (call) => {
      if (call.action === "post")
        return call.document.type === "MaterialActual" ? CONSUMPTION : sendWritten(plantMessageOf(call.document, headOf(call, now())), call);
      return isTell(call.action) ? tell(call, OUTCOMES[call.action]) : CONSUMPTION;
    },
    reverse: async (call) => tell(call, "undone"),
    lookUp: async () => ({ kind: "retry", reason: { code: "ORL-B2MML-004", message: "the ERP cannot be asked for messages" } }),
  };

  async function tell(call: EffectCall | ReverseCall, outcome: Answer["outcome"]): Promise<CallOutcome> {
    const { document, reason, plantReference } = call;
    if (document.type === "MaterialActual" || document.origin?.createdAt === undefined) return UNANSWERABLE;
    const why = reason === undefined ? {} : { reason: { code: reason.code, message: reason.message } };
    const answer = { outcome, document, message: headOf(call, now()), ...why, ...(plantReference === undefined ? {} : { plantReference }) };
    return sendWritten(answerOf(answer), call);
  }
}

const OUTCOMES = { "tell-accepted": "accepted", "tell-rejected": "rejected", "tell-undone": "undone" } as const;

const isTell = (action: Action): action is keyof typeof OUTCOMES => action in OUTCOMES;

const headOf = (call: EffectCall, createdAt: string) => ({ id: call.key, createdAt });

const park = (reason: Reason): CallOutcome => ({ kind: "park", reason });

const CONSUMPTION = park({
  code: "ORL-B2MML-003",
  message: "this connection takes no material actuals yet",
  owner: "integration engineer",
  next: "enter the consumption in the ERP by hand, or route material actuals to another connection, then skip this document",
});

const UNANSWERABLE = park({
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
