import type { CallOutcome, Reason } from "../core/effects/outcomes.ts";
import type { OutgoingAnswer } from "./outgoing-call.ts";

export type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;

/** What a system's own words say; undefined where they say nothing that its connector knows. */
export type Reading = {
  /** Of an answer 2xx: what is in force there, or why not. */
  readonly success: (answer: Answered) => CallOutcome | undefined;
  /** Of an answer 4xx: why not. Never that something was done. */
  readonly failure: (answer: Answered) => CallOutcome | undefined;
};

/** Statuses by which a partner says that its books would not take the document. */
const REFUSING = new Set([400, 404, 409, 422]);
/** The address has moved, and nobody acted (RFC 9110, 15.4); after 302 and 303 somebody may have. */
const MOVED = new Set([301, 307, 308]);

const SAYS_NOTHING = "the ERP says yes, but names neither our key nor a posting of its own";

/**
 * What a call to post or to reverse came to (LANES.md 6; FAULTS 26 to 31). Only a plain statement of the partner counts as applied or as not processed:
 * whatever else comes back after the request left is `unknown`.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function callOutcomeOf(answer: OutgoingAnswer, reading: Reading, now: number): CallOutcome {
  switch (answer.kind) {
    case "not-sent":
      return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be reached: ${answer.why}` } };
    case "blocked":
      return { kind: "park", reason: blockedReason(answer.why) };
    case "cut":
      return { kind: "unknown", reason: { code: "ORL-CALL-002", message: `the request was sent, and no whole answer came: ${answer.why}` } };
    case "answered":
      return answeredOutcome(answer, reading, now);
  }
}

function answeredOutcome(answer: Answered, reading: Reading, now: number): CallOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return reading.success(answer) ?? { kind: "unknown", reason: statusReason("ORL-CALL-005", SAYS_NOTHING, answer) };
  if (status >= 300 && status < 400) return redirectOf(status);
  if (status >= 400 && status < 500) return clientErrorOf(answer, reading, now);
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

function clientErrorOf(answer: Answered, reading: Reading, now: number): CallOutcome {
  const stated = reading.failure(answer);
  switch (answer.status) {
    case 401:
    case 403:
      return stated?.kind === "retry" || stated?.kind === "unknown" ? stated : { kind: "park", reason: credentialsReason(answer) };
    case 423:
      return retryOf(answer, now, "the ERP's record is locked");
    case 429:
      return retryOf(answer, now, "the ERP takes no more calls now");
    default:
      return stated !== undefined && (stated.kind !== "refused" || REFUSING.has(answer.status)) ? stated : { kind: "park", reason: strangeReason(answer) };
  }
}

/** Surely not processed; later, and not before a `Retry-After`. */
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
