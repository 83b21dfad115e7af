/** One thing that goes wrong with one call. Which call, and when, is planned by the caller: the fake has no randomness. */
export type SapFault =
  /** 400 with the caller's fault: no partner profile, say. Nothing is taken. */
  | { readonly kind: "refuse" }
  /** Takes it; the answer never comes. */
  | { readonly kind: "lose-answer" }
  /** 500, not taken. */
  | { readonly kind: "fail-before-commit" }
  /** 500, taken all the same. */
  | { readonly kind: "fail-after-commit" }
  /** Takes it, and answers so much later. */
  | { readonly kind: "slow"; readonly afterMs: number }
  | { readonly kind: "unavailable"; readonly retryAfterSeconds: number }
  /** 200 with the page of something in front of it; not taken. */
  | { readonly kind: "html" }
  /** 200 with a SOAP fault of the caller or of the server; not taken. */
  | { readonly kind: "soap-fault"; readonly of: "Client" | "Server" }
  /** The answer ends in its middle; taken. */
  | { readonly kind: "cut" }
  /** Its password has been changed. */
  | { readonly kind: "locked-out" };

export type SapAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly afterMs?: number }
  /** The body stops here although more was announced. */
  | { readonly kind: "cut"; readonly status: number; readonly body: string }
  | { readonly kind: "silent" };

const page = (title: string): string => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

export const pageAnswer = (status: number, title: string, headers: Readonly<Record<string, string>> = {}): SapAnswer & { kind: "answer" } => ({
  kind: "answer",
  status,
  headers: { "content-type": "text/html; charset=utf-8", ...headers },
  body: page(title),
});

/** What the plain HTTP port for IDocs answers when it has taken a message. */
const TAKEN = pageAnswer(200, "IDoc-XML-inbound ok");

const soapFault = (status: number, of: "Client" | "Server", text: string): SapAnswer => ({
  kind: "answer",
  status,
  headers: { "content-type": "text/xml; charset=utf-8" },
  body: `<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Body><soap-env:Fault><faultcode>soap-env:${of}</faultcode><faultstring xml:lang="en">${text}</faultstring></soap-env:Fault></soap-env:Body></soap-env:Envelope>`,
});

/** What a fault answers when it keeps the message from being taken; undefined for one that lets it through. */
export function preventedBy(fault: SapFault): SapAnswer | undefined {
  switch (fault.kind) {
    case "refuse":
      return soapFault(400, "Client", "no partner profile for message type STATUS");
    case "fail-before-commit":
      return pageAnswer(500, "Internal Server Error");
    case "unavailable":
      return pageAnswer(503, "Service Unavailable", { "retry-after": String(fault.retryAfterSeconds) });
    case "html":
      return pageAnswer(200, "Logon");
    case "soap-fault":
      return soapFault(200, fault.of, fault.of === "Client" ? "the message cannot be read" : "the number range is locked");
    case "locked-out":
      return pageAnswer(401, "Logon failed");
    case "lose-answer":
    case "fail-after-commit":
    case "slow":
    case "cut":
      return undefined;
  }
}

/** What the caller sees of a message that was taken. */
export function distortedBy(fault: SapFault | undefined): SapAnswer {
  switch (fault?.kind) {
    case "lose-answer":
      return { kind: "silent" };
    case "fail-after-commit":
      return pageAnswer(500, "Internal Server Error");
    case "slow":
      return { ...TAKEN, afterMs: fault.afterMs };
    case "cut":
      return { kind: "cut", status: 200, body: TAKEN.body.slice(0, 20) };
    default:
      return TAKEN;
  }
}
