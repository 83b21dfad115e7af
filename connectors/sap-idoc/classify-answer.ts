import { isJsonObject, type Json, type JsonObject } from "../../core/documents/exact-json.ts";
import { parseExactXml } from "../../core/documents/exact-xml.ts";
import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import { type Answered, callOutcomeOf, type Reading, statusReason } from "../call-outcome.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";

/** What the plain HTTP endpoint for IDocs says when it has taken one, in a page of HTML. */
const TAKEN = /IDoc-XML-inbound ok/i;

/**
 * What posting an IDoc came to. SAP answers when it has stored the IDoc, before it works on it: there is no refusal of what it says, only of the call, and that is a
 * person's task. `reference` is our key: SAP keeps it with the status, and gives us no number of its own that it would always name.
 * @param now clock milliseconds, for a `Retry-After` that is a date
 */
export function idocOutcomeOf(answer: OutgoingAnswer, key: string, now: number): CallOutcome {
  const fault = answer.kind === "answered" && answer.status === 500 ? faultIn(answer) : undefined;
  // SOAP 1.1 answers every fault with 500, those of the caller too.
  return fault?.isOurs === true && answer.kind === "answered" ? parked(answer, fault) : callOutcomeOf(answer, readerFor(key), now);
}

const readerFor = (key: string): Reading => ({
  success: (answer) => successOf(answer, key),
  failure: (answer) => {
    const fault = faultIn(answer);
    return fault === undefined ? undefined : parked(answer, fault);
  },
});

/** A 2xx counts with an empty body, the endpoint's own sentence, or XML that is no fault; a page that something in front of SAP shows does not (BAD-INPUT 56). */
function successOf(answer: Answered, key: string): CallOutcome {
  const applied: CallOutcome = { kind: "applied", reference: key };
  if (answer.body.trim() === "" || TAKEN.test(answer.body)) return applied;
  const root = rootOf(answer);
  if (root === undefined || String(root["#element"]).toLowerCase() === "html")
    return { kind: "unknown", reason: statusReason("ORL-CALL-005", "the ERP says yes, but not in words of an IDoc endpoint", answer) };
  const fault = faultIn(answer);
  if (fault === undefined) return applied;
  return fault.isOurs ? parked(answer, fault) : { kind: "unknown", reason: faultReason(answer, fault) };
}

type Fault = { readonly isOurs: boolean; readonly text: string };

const faultReason = (answer: Answered, { text }: Fault): Reason => statusReason("ORL-CALL-009", `the ERP answers with a fault: ${text}`, answer);

const parked = (answer: Answered, fault: Fault): CallOutcome => ({
  kind: "park",
  reason: {
    ...faultReason(answer, fault),
    owner: "integration engineer",
    next: "check the partner profile for status messages in the ERP and the connection's url, then replay",
  },
});

function rootOf(answer: Answered): JsonObject | undefined {
  const parsed = parseExactXml(new TextEncoder().encode(answer.body), "utf-8");
  return parsed.kind === "parsed" ? parsed.value : undefined;
}

/** A SOAP fault, 1.1 or 1.2: of the caller (`Client`, `Sender`), or of the server. */
function faultIn(answer: Answered): Fault | undefined {
  const root = rootOf(answer);
  const fault = root === undefined ? undefined : memberOf(root, "Body", "Fault");
  if (root === undefined || root["#element"] !== "Envelope" || fault === undefined) return undefined;
  const code = textsIn(memberOf(fault, "faultcode") ?? memberOf(fault, "Code")).join(" ");
  const text = textsIn(memberOf(fault, "faultstring") ?? memberOf(fault, "Reason")).join(" ");
  return { isOurs: /(?:^|:|\s)(?:Client|Sender|MustUnderstand|VersionMismatch)\b/i.test(code), text: text === "" ? code : text };
}

function memberOf(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let at = value;
  for (const name of names) at = isJsonObject(at) ? at[name] : undefined;
  return at;
}

const textsIn = (value: Json | undefined): string[] =>
  typeof value === "string"
    ? [value]
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([name, member]) => (name.startsWith("@") ? [] : textsIn(member)))
      : [];
