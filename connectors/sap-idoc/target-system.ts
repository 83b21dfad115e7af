import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { Action, EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Wording } from "../../core/effects/wording.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import { authorizationOf } from "../authorization.ts";
import { targetUrlOf } from "../outgoing-address.ts";
import { createOutgoingCall, type OutgoingAnswer } from "../outgoing-call.ts";
import { idocOutcomeOf } from "./classify-answer.ts";
import { type Acknowledgement, statusMessage } from "./status-message.ts";

export type SapIdocTargetOptions = {
  /** The address that takes IDocs in XML, without query. */
  readonly url: string;
  /** The bearer token now valid, or `user:password` of basic authentication; asked before every call. */
  readonly token: () => Promise<string>;
  readonly scheme: "bearer" | "basic";
  /** IANA zone of the dates and times that are written. */
  readonly timeZone: string;
  readonly clock: Clock;
  /** True on stage `local` only. */
  readonly allowLoopbackHttp: boolean;
};

/** A status set twice is the same status; nothing can be asked for by our key; what was said is taken back by saying the opposite. */
export const SAP_IDOC_CAPABILITIES = { lookup: false, reverse: true, idempotent: true, asynchronous: false } as const;

type Parked = Extract<CallOutcome, { kind: "park" }>;
type Outcome = Acknowledgement["outcome"];
type Tell = Extract<Action, `tell-${string}`>;

const OUTCOMES: Readonly<Record<Tell, Outcome>> = { "tell-accepted": "accepted", "tell-rejected": "rejected", "tell-undone": "undone" };
const OPPOSITES: Readonly<Record<Tell, Outcome>> = { "tell-accepted": "undone", "tell-rejected": "accepted", "tell-undone": "accepted" };

/**
 * An ERP that is told of its orders by the status of their IDocs (README.md of this folder). Each method is at most one request; nothing is thrown for what a
 * partner or a network does.
 */
export function createSapIdocTarget(options: SapIdocTargetOptions): TargetSystem {
  const { clock } = options;
  const send = createSender(options);
  const tell = async (call: EffectCall, outcomes: typeof OUTCOMES): Promise<CallOutcome> => {
    const { action, document } = call;
    if (!isTell(action)) return notPosted(document.type);
    const message = statusMessage(document, acknowledgementOf(call, outcomes[action], clock.now()), options.timeZone);
    if (message.kind === "impossible") return notAcknowledged();
    return idocOutcomeOf(await send(message.text, call.deadline), call.key, clock.now());
  };
  return {
    capabilities: SAP_IDOC_CAPABILITIES,
    post: (call) => tell(call, OUTCOMES),
    reverse: (call: ReverseCall) => tell(call, OPPOSITES),
    lookUp: async () => ({ kind: "retry", reason: { code: "ORL-CALL-010", message: "this ERP cannot be asked for a status by our key" } }),
  };
}

/** The STATUS message as it would be written at this moment. */
export function sapIdocWording(call: EffectCall, timeZone: string, at: number): Wording {
  const { action, document } = call;
  if (!isTell(action)) return { kind: "unsaid", reason: notPosted(document.type).reason };
  const message = statusMessage(document, acknowledgementOf(call, OUTCOMES[action], at), timeZone);
  return message.kind === "xml" ? { kind: "said", call: "POST", text: message.text, complete: true } : { kind: "unsaid", reason: notAcknowledged().reason };
}

const isTell = (action: Action): action is Tell => action in OUTCOMES;

function acknowledgementOf({ key, reason, plantReference }: EffectCall, outcome: Outcome, now: number): Acknowledgement {
  const words = { accepted: "accepted by the plant", rejected: "rejected by the plant", undone: "undone at the plant" }[outcome];
  const text = reason?.message ?? (plantReference === undefined ? words : `${words}: ${plantReference}`);
  return { outcome, code: reason?.code ?? `ORL-${outcome.toUpperCase()}`, text, key, at: new Date(now).toISOString() };
}

const notPosted = (type: string): Parked => ({
  kind: "park",
  reason: {
    code: "ORL-SAP-001",
    message: `a ${type} is not posted by IDoc: this connection tells the ERP what became of its orders, and no more`,
    owner: "integration engineer",
    next: "route documents of this type to a connection that posts them, such as the ERP's OData services, then replay",
  },
});

const notAcknowledged = (): Parked => ({
  kind: "park",
  reason: {
    code: "ORL-SAP-002",
    message: "the order came without the number of its IDoc, so its status cannot be set",
    owner: "ERP key user",
    next: "have the ERP number its IDocs; tell it of this order by hand, and settle the document",
  },
});

type Send = (body: string, deadline: number) => Promise<OutgoingAnswer>;

function createSender(options: SapIdocTargetOptions): Send {
  const call = createOutgoingCall(options);
  const base = targetUrlOf(options.url, options.allowLoopbackHttp);
  return async (body, deadline) => {
    if (base.kind === "refused") return { kind: "blocked", why: base.why };
    const authorization = await authorizationOf(options);
    if (authorization === undefined) return { kind: "not-sent", why: "our credentials for it could not be read" };
    const headers = { accept: "text/xml, application/xml, text/html", authorization, "content-type": "text/xml; charset=utf-8", "user-agent": "orderlane" };
    return call({ method: "POST", url: base.url, headers, deadline, body });
  };
}
