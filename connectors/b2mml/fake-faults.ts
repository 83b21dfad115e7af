export type Problem = { readonly code: string; readonly message: string };

/** One thing that goes wrong with one message. Which, and when, is planned by the caller: the fake has no randomness. */
export type Fault =
  /** Taken; the answer never comes. */
  | { readonly kind: "lose-answer" }
  /** No answer now; taken after so long. */
  | { readonly kind: "take-late"; readonly afterMs: number }
  /** 500, not taken. */
  | { readonly kind: "fail-before" }
  /** 500, taken all the same. */
  | { readonly kind: "fail-after" }
  | { readonly kind: "rate-limit"; readonly retryAfterSeconds: number }
  /** 503 with Retry-After. */
  | { readonly kind: "unavailable"; readonly retryAfterSeconds: number }
  /** Nobody listens. Over HTTP the connection is cut. */
  | { readonly kind: "down" }
  /** 423: the order is open elsewhere. */
  | { readonly kind: "locked" }
  | { readonly kind: "unauthorized" }
  /** A confirmation of another message. */
  | { readonly kind: "confirm-another" }
  /** 2xx without a body: some take messages so. */
  | { readonly kind: "silent-yes" }
  /** The answer ends in its middle. */
  | { readonly kind: "cut"; readonly taken: boolean }
  /** 200 with a page of something in front of it. */
  | { readonly kind: "corrupt"; readonly taken: boolean }
  /** A confirmation that says no, with this status. */
  | { readonly kind: "refuse"; readonly problem: Problem; readonly status: 200 | 422 }
  | { readonly kind: "redirect"; readonly to: string };

export type FakeAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** The body stops here although more was announced. */
  | { readonly kind: "cut"; readonly status: number; readonly body: string }
  | { readonly kind: "silent" }
  | { readonly kind: "down" };

export const answerWith = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): FakeAnswer => ({
  kind: "answer",
  status,
  headers: { "content-type": body.startsWith("<?xml") ? "application/xml; charset=utf-8" : "text/plain", ...headers },
  body,
});

/** What a fault answers when it keeps the message from being looked at; undefined for one that lets it through. */
export function preventedBy(fault: Fault): FakeAnswer | undefined {
  switch (fault.kind) {
    case "fail-before":
      return answerWith(500, "internal error");
    case "rate-limit":
      return answerWith(429, "slow down", { "retry-after": String(fault.retryAfterSeconds) });
    case "unavailable":
      return answerWith(503, "back soon", { "retry-after": String(fault.retryAfterSeconds) });
    case "down":
      return { kind: "down" };
    case "locked":
      return answerWith(423, "open elsewhere");
    case "unauthorized":
      return answerWith(401, "who are you");
    case "redirect":
      return answerWith(307, "", { location: fault.to });
    default:
      return undefined;
  }
}

/** What the caller sees of a message that would have been answered with `whole`. */
export function distortedBy(fault: Fault | undefined, whole: FakeAnswer): FakeAnswer {
  switch (fault?.kind) {
    case "lose-answer":
    case "take-late":
      return { kind: "silent" };
    case "fail-after":
      return answerWith(500, "internal error");
    case "silent-yes":
      return answerWith(202, "");
    case "cut":
      return { kind: "cut", status: 200, body: '<?xml version="1.0"?><Con' };
    case "corrupt":
      return answerWith(200, "<html>gateway</html>");
    default:
      return whole;
  }
}
