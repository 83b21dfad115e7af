import { signWebhook } from "../../core/access/standard-webhooks.ts";

/** Which of the runner's tokens a bearer case presents; all but `none` and `long` are made by the runner. */
export type TokenKind = "valid" | "none" | "malformed" | "unknown" | "expired" | "revoked" | "long" | "other-site" | "without-action" | "without-type";

export type Expected = {
  readonly status: number;
  /** Of the problem. */
  readonly code?: string;
  /** Of the problem: where it is. */
  readonly path?: string;
  /** Of the line results, in their order. */
  readonly lines?: readonly { readonly result: string; readonly code?: string; readonly path?: string }[];
  /** Accepted, and then parked for this reason. */
  readonly parked?: { readonly code: string; readonly field: string; readonly text?: string };
};

export type Signing = {
  readonly timestamp?: (nowSeconds: number) => string;
  readonly id?: string;
  /** The header made of the right signature; undefined: not sent. */
  readonly header?: (right: string) => readonly string[];
  /** What is signed instead of the body. */
  readonly over?: Uint8Array;
};

export type BadInputCase = {
  /** Of BAD-INPUT.md. */
  readonly class: string;
  readonly name: string;
  /** `signed` comes from the connection `erp`, its documents name their site; `bearer` from `mes-hamburg`, with the site in the path. */
  readonly by: "signed" | "bearer";
  /** Another path than the sender's own. */
  readonly path?: { readonly site?: string; readonly connection: string };
  /** `unique` names the case's documents. */
  readonly body: (unique: string) => Uint8Array;
  /** Added to the request; an empty list takes the header away. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly signing?: Signing;
  readonly token?: TokenKind;
  readonly expected: Expected;
};

export type Runner = {
  readonly nowSeconds: number;
  readonly unique: string;
  readonly webhookSecret: string;
  readonly tokens: Readonly<Record<TokenKind, string>>;
};

export type BuiltRequest = {
  readonly path: { readonly site?: string; readonly connection: string };
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
};

/** The request of a case, signed or with its token, for any runner: in memory or over HTTP. */
export function buildRequest(bad: BadInputCase, runner: Runner): BuiltRequest {
  const body = bad.body(runner.unique);
  const credentials = bad.by === "signed" ? signatureHeaders(bad.signing, body, runner) : tokenHeaders(bad.token, runner);
  const headers = { "content-type": ["application/json"], ...credentials, ...bad.headers };
  const path = bad.path ?? (bad.by === "signed" ? { connection: "erp" } : { connection: "mes-hamburg", site: "hamburg" });
  return { path, headers: Object.fromEntries(Object.entries(headers).filter(([, values]) => values.length > 0)), body };
}

function signatureHeaders(signing: Signing = {}, body: Uint8Array, runner: Runner): Record<string, readonly string[]> {
  const timestamp = signing.timestamp?.(runner.nowSeconds) ?? String(runner.nowSeconds);
  const id = signing.id ?? `msg_${runner.unique}`;
  const right = signWebhook(id, timestamp, signing.over ?? body, runner.webhookSecret);
  return { "webhook-id": [id], "webhook-timestamp": [timestamp], "webhook-signature": signing.header?.(right) ?? [right] };
}

function tokenHeaders(kind: TokenKind = "valid", runner: Runner): Record<string, readonly string[]> {
  if (kind === "none") return {};
  return { authorization: [`Bearer ${kind === "long" ? "x".repeat(10_240) : runner.tokens[kind]}`] };
}
