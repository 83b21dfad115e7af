import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import { type Answered, type BodyReader, httpOutcomeOf, retryAfterOf, retryOf, statusReason } from "../classify-http.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import { AlreadyReversed, DependencyAnswer, jsonOf, LookUpAnswer, PostingAnswer, PROBLEM_CODES, ProblemAnswer } from "./posting-wire.ts";

/**
 * What a call to post or to reverse came to (LANES.md 6; FAULTS 26 to 31). Only a plain statement of the partner counts as applied or as not processed:
 * whatever else comes back after the request left is `unknown`.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export const outcomeOf = (answer: OutgoingAnswer, key: string, now: number): CallOutcome => httpOutcomeOf(answer, bodyReader(key, now), now);

/** The same for a reversal; one that is already in force is what was asked for, whoever made it. */
export function reversalOutcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  const reversed = answer.kind === "answered" && answer.status === 409 ? AlreadyReversed.safeParse(jsonOf(answer.body)) : undefined;
  return reversed?.success === true ? { kind: "applied", reference: reversed.data.reference } : outcomeOf(answer, key, now);
}

const bodyReader = (key: string, now: number): BodyReader => ({
  success: (answer) => successOf(answer, key, now),
  stated: (answer) => statedFailureOf(answer, jsonOf(answer.body), now),
});

/** A 2xx counts only with our key and a reference; one with an error body is a failure (FAULTS 29). */
function successOf(answer: Answered, key: string, now: number): CallOutcome {
  const body = jsonOf(answer.body);
  const posted = PostingAnswer.safeParse(body);
  if (posted.success && posted.data.key === key) return { kind: posted.data.status, reference: posted.data.reference };
  const stated = statedFailureOf(answer, body, now);
  if (!posted.success && stated !== undefined) return stated;
  return { kind: "unknown", reason: statusReason("ORL-CALL-005", "the ERP says yes, but names neither our key nor a posting of its own", answer) };
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
