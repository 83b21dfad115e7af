import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import { type AnswerRead, readAnswer } from "./answers.ts";

type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;

/** The address has moved, and nobody acted (RFC 9110, 15.4); after 302 and 303 somebody may have. */
const MOVED = new Set([301, 307, 308]);

/**
 * What a message of ours came to (README.md of this folder): taken by a 2xx without a body, or by one with a confirmation that names our message.
 * Whatever else comes back after it left is `unknown`: it is then sent again under the same number, which the partner takes once.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function outcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  switch (answer.kind) {
    case "not-sent":
      return { kind: "retry", reason: { code: "ORL-CALL-001", message: `the ERP could not be reached: ${answer.why}` } };
    case "blocked":
      return { kind: "park", reason: blockedReason(answer.why) };
    case "cut":
      return { kind: "unknown", reason: { code: "ORL-CALL-002", message: `the message was sent, and no whole answer came: ${answer.why}` } };
    case "answered":
      return statedOutcome(answer, key, now) ?? answeredOutcome(answer, key, now);
  }
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

function answeredOutcome(answer: Answered, key: string, now: number): CallOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return bareYesOf(answer, key);
  if (status >= 300 && status < 400) return { kind: MOVED.has(status) ? "park" : "unknown", reason: redirectReason(status) };
  if (status < 500) return clientErrorOf(answer, now);
  // 503 with Retry-After is promised to mean "not processed"; any other 5xx promises nothing.
  if (status === 503 && afterSecondsOf(answer, now) !== undefined) return retryOf(answer, now, "the ERP is not available");
  return { kind: "unknown", reason: statusReason("ORL-CALL-004", "the ERP failed, and does not say whether it took the message", answer) };
}

function bareYesOf(answer: Answered, key: string): CallOutcome {
  if (answer.body.trim() === "") return { kind: "applied", reference: key };
  return { kind: "unknown", reason: statusReason("ORL-CALL-005", "the ERP says yes, but does not name our message", answer) };
}

function clientErrorOf(answer: Answered, now: number): CallOutcome {
  switch (answer.status) {
    case 401:
    case 403:
      return { kind: "park", reason: credentialsReason(answer) };
    case 423:
    case 429:
      return retryOf(answer, now, "the ERP takes no messages now");
    default:
      return { kind: "park", reason: strangeReason(answer) };
  }
}

function retryOf(answer: Answered, now: number, message: string): CallOutcome & { kind: "retry" } {
  const afterSeconds = afterSecondsOf(answer, now);
  const reason = statusReason("ORL-CALL-003", message, answer);
  return afterSeconds === undefined ? { kind: "retry", reason } : { kind: "retry", afterSeconds, reason };
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function afterSecondsOf(answer: Answered, now: number): number | undefined {
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

const redirectReason = (status: number): Reason => ({
  code: "ORL-CALL-006",
  message: `the ERP redirects (HTTP ${status}); redirects are not followed`,
  owner: "integration engineer",
  next: "set the connection's url to the address that takes the messages, then replay",
});

const strangeReason = (answer: Answered): Reason => ({
  ...statusReason("ORL-CALL-007", "the ERP's address does not take this message, and gives no reason of its own", answer),
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
