import { type Json, parseExactJson } from "../../core/documents/exact-json.ts";
import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";
import { conditionsOf } from "../../core/mapping/conditions.ts";
import { parsePath, readerOf, rootScope } from "../../core/mapping/paths.ts";
import { textsOf } from "../../core/mapping/texts.ts";
import { type Answered, type Reading, retryOf, statusReason } from "../call-outcome.ts";
import type { Case, TargetForm } from "./target-form.ts";

const LONGEST_REFERENCE = 200;
const LONGEST_MESSAGE = 2000;

/** What the answers of one system mean, by its `target.json`. @param now clock milliseconds, for a `Retry-After` that is a date */
export function answersOf({ answers }: TargetForm): (key: string, now: number) => Reading {
  const { reference, key: echo, code, message } = answers;
  const [referenceIn, messageIn] = [textsAt(reference), textsAt(message)];
  const [echoIn, codeIn] = [echo === undefined ? undefined : textsAt(echo), code === undefined ? undefined : textsAt(code)];
  const cases = answers.cases.map((known) => ({ known, holds: conditionsOf(known.when, (text) => text === "") }));

  const applied = (known: Case, body: Json, key: string): CallOutcome | undefined => {
    if (known.reference === "key") return { kind: "applied", reference: key };
    const [found] = referenceIn(body);
    const isOurs = echoIn === undefined || echoIn(body).includes(key);
    return found !== undefined && found !== "" && found.length <= LONGEST_REFERENCE && isOurs ? { kind: "applied", reference: found } : undefined;
  };

  const reasonIn = (body: Json, answer: Answered): Reason => {
    const said = messageIn(body).filter((text) => text.trim() !== "");
    const [stated] = codeIn === undefined ? [] : codeIn(body);
    return {
      code: "ORL-CALL-009",
      message: said.length === 0 ? `the ERP says no, and nothing more (HTTP ${answer.status})` : said.join("; ").slice(0, LONGEST_MESSAGE),
      ...(stated === undefined || stated === "" ? {} : { text: stated }),
    };
  };

  const outcomeIn = (known: Case, body: Json, answer: Answered, key: string, now: number): CallOutcome | undefined => {
    switch (known.outcome) {
      case "applied":
        return applied(known, body, key);
      case "refused":
        return { kind: "refused", reason: reasonIn(body, answer) };
      case "retry":
        return retried(known, retryOf(answer, now, reasonIn(body, answer).message));
      case "unknown":
        return { kind: "unknown", reason: statusReason("ORL-CALL-004", `the ERP does not say whether it posted: ${reasonIn(body, answer).message}`, answer) };
      case "park":
        return { kind: "park", reason: { ...reasonIn(body, answer), code: "ORL-CALL-013", ...ENGINEER } };
    }
  };

  return (key, now) => {
    const read = (answer: Answered, isWanted: (known: Case) => boolean): CallOutcome | undefined => {
      const body = bodyOf(answer);
      if (body === undefined) return undefined;
      const scope = rootScope(body);
      const found = cases.find(({ known, holds }) => isWanted(known) && holds(scope));
      return found && outcomeIn(found.known, body, answer, key, now);
    };
    return { success: (answer) => read(answer, () => true), failure: (answer) => read(answer, ({ outcome }) => outcome !== "applied") };
  };
}

const ENGINEER = { owner: "integration engineer", next: "clear with the ERP's administrator what it objects to, then replay" } as const;

const retried = ({ afterSeconds }: Case, retry: CallOutcome & { kind: "retry" }): CallOutcome =>
  afterSeconds === undefined || retry.afterSeconds !== undefined ? retry : { ...retry, afterSeconds };

/** The texts at the first of the places that has any. */
function textsAt(paths: readonly string[]): (body: Json) => readonly string[] {
  const readers = paths.map((path) => readerOf(parsePath(path)));
  return (body) => {
    const scope = rootScope(body);
    for (const read of readers) {
      const texts = textsOf(read(scope));
      if (texts.length > 0) return texts;
    }
    return [];
  };
}

/** Undefined where it is no JSON: what that means depends on the status. */
function bodyOf({ body }: Answered): Json | undefined {
  const parsed = parseExactJson(Buffer.from(body));
  return parsed.kind === "parsed" ? parsed.value : undefined;
}
