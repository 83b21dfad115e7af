import type { CallOutcome, LookUpOutcome, Reason } from "../../core/effects/outcomes.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import { AlreadyReversed, DependencyAnswer, jsonOf, LookUpAnswer, PostingAnswer, PROBLEM_CODES, ProblemAnswer } from "./posting-wire.ts";

type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;

/** Statuses by which a partner says that its books would not take the document. */
const REFUSING = new Set([400, 404, 409, 422]);
/** The address has moved, and nobody acted (RFC 9110, 15.4); after 302 and 303 somebody may have. */
const MOVED = new Set([301, 307, 308]);

/**
 * What a call to post or to reverse came to (LANES.md 6; FAULTS 26 to 31). Only a plain statement of the partner counts as applied or as not processed:
 * whatever else comes back after the request left is `unknown`.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function outcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  switch (answer.kind) {
    case "not-sent":
      return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be reached: ${answer.why}` } };
    case "blocked":
      return { kind: "park", reason: blockedReason(answer.why) };
    case "cut":
      return { kind: "unknown", reason: { code: "ORL-CALL-002", message: `the request was sent, and no whole answer came: ${answer.why}` } };
    case "answered":
      return answeredOutcome(answer, key, now);
  }
}

/** The same for a reversal; one that is already in force is what was asked for, whoever made it. */
export function reversalOutcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  const reversed = answer.kind === "answered" && answer.status === 409 ? AlreadyReversed.safeParse(jsonOf(answer.body)) : undefined;
  return reversed?.success === true ? { kind: "applied", reference: reversed.data.reference } : outcomeOf(answer, key, now);
}

function answeredOutcome(answer: Answered, key: string, now: number): CallOutcome {
  const body = jsonOf(answer.body);
  const { status } = answer;
  if (status >= 200 && status < 300) return successOf(answer, body, key, now);
  if (status >= 300 && status < 400) return redirectOf(status);
  if (status >= 400 && status < 500) return clientErrorOf(answer, body, now);
  // 503 with Retry-After is promised to mean "not processed"; any other 5xx promises nothing.
  const afterSeconds = retryAfterOf(answer, now);
  if (status === 503 && afterSeconds !== undefined)
    return { kind: "retry", afterSeconds, reason: statusReason("ORL-CALL-003", "the ERP is not available", answer) };
  return { kind: "unknown", reason: statusReason("ORL-CALL-004", "the ERP failed, and does not say whether it posted", answer) };
}

/** A 2xx counts only with our key and a reference; one with an error body is a failure (FAULTS 29). */
function successOf(answer: Answered, body: unknown, key: string, now: number): CallOutcome {
  const posted = PostingAnswer.safeParse(body);
  if (posted.success && posted.data.key === key) return { kind: posted.data.status, reference: posted.data.reference };
  const stated = statedFailureOf(answer, body, now);
  if (!posted.success && stated !== undefined) return stated;
  return { kind: "unknown", reason: statusReason("ORL-CALL-005", "the ERP says yes, but names neither our key nor a posting of its own", answer) };
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

function clientErrorOf(answer: Answered, body: unknown, now: number): CallOutcome {
  const stated = statedFailureOf(answer, body, now);
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

/** What the body itself states, whatever the status: a dependency, a lock, an expired session, a refusal. */
function statedFailureOf(answer: Answered, body: unknown, now: number): CallOutcome | undefined {
  const dependency = DependencyAnswer.safeParse(body);
  if (dependency.success) {
    const { on, message } = dependency.data;
    return { kind: "dependency", on, reason: { code: "ORL-CALL-008", message: message === undefined ? `the ERP waits for ${on}` : message } };
  }
  const problem = ProblemAnswer.safeParse(body);
  if (!problem.success) return undefined;
  const { code, message } = problem.data;
  if (code === PROBLEM_CODES.locked || code === PROBLEM_CODES.sessionExpired) return retryOf(answer, now, message);
  return { kind: "refused", reason: { code: "ORL-CALL-009", message, text: code } };
}

function retryOf(answer: Answered, now: number, message: string): CallOutcome & { kind: "retry" } {
  const afterSeconds = retryAfterOf(answer, now);
  const reason = statusReason("ORL-CALL-003", message, answer);
  return afterSeconds === undefined ? { kind: "retry", reason } : { kind: "retry", afterSeconds, reason };
}

/**
 * What a look-up found. Only the partner's own words count: a 404 of something in front of it is not "not found", since the answer decides whether a document is posted again.
 * What was queued and then refused is not there.
 */
export function lookUpOutcomeOf(answer: OutgoingAnswer, key: string, now: number): LookUpOutcome {
  if (answer.kind !== "answered") return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be asked: ${answer.why}` } };
  const body = jsonOf(answer.body);
  const found = LookUpAnswer.safeParse(body);
  if (answer.status === 200 && found.success && found.data.key === key) return foundOutcome(found.data);
  const problem = ProblemAnswer.safeParse(body);
  if (answer.status === 404 && problem.success && problem.data.code === PROBLEM_CODES.postingNotFound) return { kind: "not-found" };
  const afterSeconds = retryAfterOf(answer, now);
  const reason = statusReason("ORL-CALL-010", "the ERP does not say whether it holds the posting", answer);
  return afterSeconds === undefined ? { kind: "retry", reason } : { kind: "retry", afterSeconds, reason };
}

function foundOutcome(found: LookUpAnswer): LookUpOutcome {
  switch (found.status) {
    case "applied":
    case "reversed":
      return { kind: "found", reference: found.reference, reversed: found.status === "reversed" };
    case "queued":
      return { kind: "pending" };
    case "refused":
      return { kind: "refused", reason: { code: found.code, message: found.message } };
  }
}

/** RFC 9110, 10.2.3: seconds, or a date. Undefined where there is none that can be read. */
function retryAfterOf(answer: Answered, now: number): number | undefined {
  const text = answer.headers["retry-after"];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

const statusReason = (code: string, message: string, answer: Answered): Reason => ({
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
