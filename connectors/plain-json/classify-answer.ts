import type * as z from "zod";
import type { CallOutcome, LookUpOutcome } from "../../core/effects/outcomes.ts";
import type { BooksAnswer, Entered, FindOutcome } from "../../core/effects/target-system.ts";
import { type Answered, callOutcomeOf, retryAfterOf, retryOf, statusReason } from "../call-outcome.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import {
  AlreadyReversed,
  BooksBody,
  DependencyAnswer,
  FoundAnswer,
  jsonOf,
  LookUpAnswer,
  PostingAnswer,
  PROBLEM_CODES,
  ProblemAnswer,
} from "./posting-wire.ts";

/** What a call to post came to, by the partner's own words (posting-wire.ts). @param now clock milliseconds */
export const outcomeOf = (answer: OutgoingAnswer, key: string, now: number): CallOutcome =>
  callOutcomeOf(answer, { success: (answered) => successOf(answered, key, now), failure: (answered) => statedFailureOf(answered, now) }, now);

/** The same for a reversal; one that is already in force is what was asked for, whoever made it. */
export function reversalOutcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  const reversed = answer.kind === "answered" && answer.status === 409 ? AlreadyReversed.safeParse(jsonOf(answer.body)) : undefined;
  return reversed?.success === true ? { kind: "applied", reference: reversed.data.reference } : outcomeOf(answer, key, now);
}

/** A 2xx counts only with our key and a reference; one with an error body is a failure (FAULTS 29). */
function successOf(answer: Answered, key: string, now: number): CallOutcome | undefined {
  const posted = PostingAnswer.safeParse(jsonOf(answer.body));
  if (!posted.success) return statedFailureOf(answer, now);
  return posted.data.key === key ? { kind: posted.data.status, reference: posted.data.reference } : undefined;
}

/** What the body itself states, whatever the status: a dependency, a lock, an expired session, a refusal. */
function statedFailureOf(answer: Answered, now: number): CallOutcome | undefined {
  const body = jsonOf(answer.body);
  const dependency = DependencyAnswer.safeParse(body);
  if (dependency.success) {
    const { on, message } = dependency.data;
    return { kind: "dependency", on, reason: { code: "ORL-CALL-008", message: message === undefined ? `the ERP waits for ${on}` : message } };
  }
  const problem = ProblemAnswer.safeParse(body);
  if (!problem.success) return undefined;
  const { code, message } = problem.data;
  if (code === PROBLEM_CODES.locked || code === PROBLEM_CODES.sessionExpired) return retryOf(answer, now, message);
  return { kind: "refused", reason: { code: "ORL-CALL-009", message: `${message}${byWhom(problem.data)}`, text: code } };
}

const byWhom = ({ by, at }: z.infer<typeof ProblemAnswer>): string =>
  [...(by === undefined ? [] : [`, by ${by}`]), ...(at === undefined ? [] : [`, at ${at}`])].join("");

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

/** What stands under one of its own numbers; only its own words count. */
export function findOutcomeOf(answer: OutgoingAnswer, number: string): FindOutcome {
  if (answer.kind !== "answered") return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be asked: ${answer.why}` } };
  const body = jsonOf(answer.body);
  const found = FoundAnswer.safeParse(body);
  if (answer.status === 200 && found.success && found.data.reference === number) return { kind: "found", entered: enteredOf(found.data) };
  const problem = ProblemAnswer.safeParse(body);
  if (answer.status === 404 && problem.success && problem.data.code === PROBLEM_CODES.postingNotFound) return { kind: "not-found" };
  return { kind: "retry", reason: statusReason("ORL-CALL-010", "the ERP does not say what stands under the number", answer) };
}

function enteredOf({ status, reference, key, action, order, lines }: z.infer<typeof FoundAnswer>): Entered {
  return {
    reference,
    numbers: [reference],
    inForce: status === "applied",
    ...(key === undefined ? {} : { key }),
    actions: action === "reversal" ? [] : [action],
    ...(order === undefined ? {} : { order }),
    ...(lines === undefined ? {} : { lines: lines.map(({ lot, ...line }) => ({ ...line, ...(lot === undefined ? {} : { lot }) })) }),
  };
}

/** What the books say; anything but their own words is no answer. */
export function booksAnswerOf(answer: OutgoingAnswer): BooksAnswer {
  if (answer.kind !== "answered") return { kind: "failed", reason: { code: "ORL-CALL-001", message: `the ERP could not be asked: ${answer.why}` } };
  const books = BooksBody.safeParse(jsonOf(answer.body));
  if (answer.status !== 200 || !books.success) return { kind: "failed", reason: statusReason("ORL-CALL-011", "the ERP does not tell its books", answer) };
  return { kind: "books", lines: books.data.lines.map(({ lot, ...line }) => ({ ...line, ...(lot === undefined ? {} : { lot }) })) };
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
