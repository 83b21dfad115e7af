import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import { type Answered, callOutcomeOf, retryOf } from "../call-outcome.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import { type AnswerRead, readAnswer } from "./answers.ts";

/**
 * What a message of ours came to (README.md of this folder): taken by a 2xx without a body, or by one with a confirmation that names our message.
 * Whatever else comes back after it left is `unknown`: it is then sent again under the same number, which the partner takes once.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function outcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  const stated = answer.kind === "answered" ? statedOutcome(answer, key, now) : undefined;
  return stated ?? callOutcomeOf(answer, { success: (answered) => bareYesOf(answered, key), failure: () => undefined }, now);
}

/** What the body itself states of our message, whatever the status. */
function statedOutcome(answer: Answered, key: string, now: number): CallOutcome | undefined {
  const stated = readAnswer(answer.body);
  if (stated === undefined || stated.originalId !== key) return undefined;
  if (stated.verdict === ACCEPTED) return answer.status < 300 ? { kind: "applied", reference: stated.id ?? key } : undefined;
  const reason: Reason = { code: "ORL-CALL-009", message: stated.message ?? "it gives no reason", ...textOf(stated) };
  return stated.errorType === SYSTEM_ERROR ? retryOf(answer, now, reason.message) : { kind: "refused", reason };
}

/** The words of the language's own verdict and error type. */
const ACCEPTED = "Accepted";
const SYSTEM_ERROR = "SystemError";

const textOf = ({ errorCode }: AnswerRead): { readonly text?: string } => (errorCode === undefined ? {} : { text: errorCode });

const bareYesOf = (answer: Answered, key: string): CallOutcome | undefined => (answer.body.trim() === "" ? { kind: "applied", reference: key } : undefined);
