import type { CallOutcome, Reason } from "../core/effects/outcomes.ts";
import type { OutgoingAnswer } from "./outgoing-call.ts";

/** What every system's answers over HTTP have in common (LANES.md 6; FAULTS 26 to 31); what a body says is the connector's to read. */

export type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;

export type BodyReader = {
  /** What a 2xx came to. */
  readonly success: (answer: Answered) => CallOutcome;
  /** What the body itself states, whatever the status: a dependency, a lock, an ended session, a refusal. Undefined where it states nothing. */
  readonly stated: (answer: Answered) => CallOutcome | undefined;
};

/** Statuses by which a partner says that its books would not take the document. */
const REFUSING = new Set([400, 404, 409, 422]);
/** The address has moved, and nobody acted (RFC 9110, 15.4); after 302 and 303 somebody may have. */
const MOVED = new Set([301, 307, 308]);

/**
 * What a call that changes something came to. Only a plain statement of the partner counts as applied or as not processed: whatever else comes back after
 * the request left is `unknown`.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function httpOutcomeOf(answer: OutgoingAnswer, body: BodyReader, now: number): CallOutcome {
  switch (answer.kind) {
    case "not-sent":
      return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be reached: ${answer.why}` } };
    case "blocked":
      return { kind: "park", reason: blockedReason(answer.why) };
    case "cut":
      return { kind: "unknown", reason: { code: "ORL-CALL-002", message: `the request was sent, and no whole answer came: ${answer.why}` } };
    case "answered":
      return answeredOutcome(answer, body, now);
  }
}

function answeredOutcome(answer: Answered, body: BodyReader, now: number): CallOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return body.success(answer);
  if (status >= 300 && status < 400) return redirectOf(status);
  if (status >= 400 && status < 500) return clientErrorOf(answer, body, now);
  // 503 with Retry-After is promised to mean "not processed"; any other 5xx promises nothing.
  const afterSeconds = retryAfterOf(answer, now);
  if (status === 503 && afterSeconds !== undefined)
    return { kind: "retry", afterSeconds, reason: statusReason("ORL-CALL-003", "the ERP is not available", answer) };
  return { kind: "unknown", reason: statusReason("ORL-CALL-004", "the ERP failed, and does not say whether it posted", answer) };
}

function redirectOf(status: number): CallOutcome {
  const reason = {
    code: "ORL-CALL-006",
    message: `the ERP redirects (HTTP ${status}); redirects are not followed`,
    owner: "integration engineer",
    next: "set the connection's url to the address the API really has, then replay",
  };
  return { kind: MOVED.has(status) ? "park" : "unknown", reason };
}

function clientErrorOf(answer: Answered, body: BodyReader, now: number): CallOutcome {
  const stated = body.stated(answer);
  switch (answer.status) {
    case 401:
    case 403:
      return stated?.kind === "retry" ? stated : { kind: "park", reason: credentialsReason(answer) };
    case 423:
      return retryOf(answer, now, "the ERP's record is locked");
    case 429:
      return retryOf(answer, now, "the ERP takes no more calls now");
    default:
      return stated !== undefined && (stated.kind !== "refused" || REFUSING.has(answer.status)) ? stated : { kind: "park", reason: strangeReason(answer) };
  }
}

export function retryOf(answer: Answered, now: number, message: string): CallOutcome & { kind: "retry" } {
  const afterSeconds = retryAfterOf(answer, now);
  const reason = statusReason("ORL-CALL-003", message, answer);
  return afterSeconds === undefined ? { kind: "retry", reason } : { kind: "retry", afterSeconds, reason };
}

/** RFC 9110, 10.2.3: seconds, or a date. Undefined where there is none that can be read. */
export function retryAfterOf(answer: Answered, now: number): number | undefined {
  const text = answer.headers["retry-after"];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

export const statusReason = (code: string, message: string, answer: Answered): Reason => ({
  code,
  message: `${message} (HTTP ${answer.status})`,
  text: answer.body.slice(0, 200),
});

const strangeReason = (answer: Answered): Reason => ({
  ...statusReason("ORL-CALL-007", "the ERP's address does not take this call, and gives no reason of its books", answer),
  owner: "integration engineer",
  next: "check the connection's url and what stands in front of the ERP, then replay",
});

const blockedReason = (why: string): Reason => ({
  code: "ORL-CALL-011",
  message: `the connection's address is not one that we call: ${why}`,
  owner: "integration engineer",
  next: "correct the connection's url; a system in a private network is fronted by an agent",
});

const credentialsReason = (answer: Answered): Reason => ({
  ...statusReason("ORL-CALL-012", "the ERP does not accept our credentials", answer),
  owner: "integration engineer",
  next: "renew the connection's call secret, or its rights in the ERP, then replay",
});
