import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { Action } from "../../core/effects/target-system.ts";

/** `by`, `at`: who brought it about, and when. */
export type Problem = { readonly code: string; readonly message: string; readonly by?: string; readonly at?: string };

/** One thing that goes wrong with one call. Which call, and when, is planned by the caller: the fake has no randomness. */
export type Fault =
  /** Commits; the answer never comes. */
  | { readonly kind: "lose-answer" }
  /** No answer now; commits after so long. Longer than the declared commitSeconds is a partner that breaks its word. */
  | { readonly kind: "commit-late"; readonly afterMs: number }
  /** 202 now; posted, or refused, after so long. */
  | { readonly kind: "queue"; readonly afterMs: number; readonly refuse?: Problem }
  /** 500, nothing posted. */
  | { readonly kind: "fail-before-commit" }
  /** 500, posted all the same. */
  | { readonly kind: "fail-after-commit" }
  | { readonly kind: "rate-limit"; readonly retryAfterSeconds: number }
  /** 503 with Retry-After. */
  | { readonly kind: "unavailable"; readonly retryAfterSeconds: number }
  /** Nobody listens. Over HTTP only a listener that is closed can play this: the fake's server cuts the connection instead. */
  | { readonly kind: "down" }
  /** 423: another user has the record open. */
  | { readonly kind: "locked" }
  /** 401 with the code of an ended session. */
  | { readonly kind: "session-expired" }
  /** 200 and nothing posted: the body holds no reference. */
  | { readonly kind: "no-effect" }
  /** The answer ends in its middle. */
  | { readonly kind: "cut"; readonly committed: boolean }
  /** 200 with a body that is not ours. */
  | { readonly kind: "corrupt"; readonly committed: boolean }
  /** 200 with an error body, nothing posted. */
  | { readonly kind: "error-in-200"; readonly problem: Problem }
  | { readonly kind: "refuse"; readonly problem: Problem }
  | { readonly kind: "dependency"; readonly on: string }
  | { readonly kind: "redirect"; readonly to: string };

/** A call as the plan sees it; `n` counts all calls from 1. */
export type FakeCall = {
  readonly n: number;
  readonly method: "post" | "reverse" | "lookUp" | "find";
  readonly key: string;
  readonly action?: Action;
  readonly document?: CanonicalDocument;
};

export type FakeAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** The body stops here although more was announced. */
  | { readonly kind: "cut"; readonly status: number; readonly body: string }
  | { readonly kind: "silent" }
  | { readonly kind: "down" };

export const answerWith = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): FakeAnswer => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** What a fault answers when it keeps the call from being processed at all; undefined for one that lets it through. */
export function preventedBy(fault: Fault): FakeAnswer | undefined {
  switch (fault.kind) {
    case "fail-before-commit":
      return answerWith(500, { error: "internal error" });
    case "rate-limit":
      return answerWith(429, { code: "too-many-calls", message: "slow down" }, { "retry-after": String(fault.retryAfterSeconds) });
    case "unavailable":
      return answerWith(503, { code: "maintenance", message: "back soon" }, { "retry-after": String(fault.retryAfterSeconds) });
    case "down":
      return { kind: "down" };
    case "locked":
      return answerWith(423, { code: "locked", message: "the record is open elsewhere" });
    case "session-expired":
      return answerWith(401, { code: "session-expired", message: "log on again" });
    case "no-effect":
      return answerWith(200, { status: "applied" });
    case "error-in-200":
      return answerWith(200, fault.problem);
    case "refuse":
      return answerWith(422, fault.problem);
    case "dependency":
      return answerWith(424, { status: "dependency", on: fault.on, message: `${fault.on} is not known` });
    case "redirect":
      return answerWith(307, {}, { location: fault.to });
    case "lose-answer":
    case "commit-late":
    case "queue":
    case "fail-after-commit":
    case "cut":
    case "corrupt":
      return undefined;
  }
}

/** What the caller sees of a call that was processed (or, where the fault says so, was not) and would have been answered with `whole`. */
export function distortedBy(fault: Fault | undefined, whole: FakeAnswer): FakeAnswer {
  switch (fault?.kind) {
    case "lose-answer":
    case "commit-late":
      return { kind: "silent" };
    case "fail-after-commit":
      return answerWith(500, { error: "internal error" });
    case "cut":
      return { kind: "cut", status: 200, body: '{"status":"appl' };
    case "corrupt":
      return { kind: "answer", status: 200, headers: { "content-type": "text/html" }, body: "<html>gateway</html>" };
    default:
      return whole;
  }
}
