import * as z from "zod";
import { EXIT, Failure } from "./failure.ts";
import type { Reach } from "./reach.ts";

export type Answer = { readonly status: number; readonly body: unknown };

export type Sent = { readonly method: "GET" | "POST"; readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array };

/** Longer than the gateway's own 29 s. */
const PATIENCE_MS = 35_000;

/** One request; any status is an answer. @throws Failure where none came, or none that is JSON */
export async function call(reach: Reach, sent: Sent): Promise<Answer> {
  const { method, body } = sent;
  const { url, headers } =
    sent.headers?.authorization === TO_BE_SIGNED.authorization ? await signedRequest(reach, sent) : { url: `${reach.url}${sent.path}`, headers: sent.headers };
  const response = await fetch(url, {
    method,
    headers: { accept: "application/json", ...headers },
    // Redirected elsewhere, token and signature would go along.
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  }).catch((error: unknown) => {
    throw new Failure({
      what: `no answer from ${reach.url}`,
      why: causeOf(error),
      next: "see that the API is up (locally: npm start), then run the same command again",
      exit: EXIT.failed,
    });
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    const next = "check the address: it ends before /v1";
    throw new Failure({ what: `${url} is not Orderlane's API`, why: `it answered ${response.status} without JSON`, next, exit: EXIT.failed });
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing came within ${PATIENCE_MS / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

/** The API has persons' routes once more for signed requests. */
async function signedRequest(reach: Reach, { method, path, headers, body }: Sent) {
  const url = `${reach.url}/aws${path}`;
  const { authorization: _toBeMade, ...others } = { ...headers };
  return { url, headers: { ...others, ...(await (await import("./aws-signature.ts")).signatureOf({ method, url, headers: others, body })) } };
}

/** Only the scheme: call() makes the signature, which is over the whole request. */
const TO_BE_SIGNED = { authorization: "AWS4-HMAC-SHA256" };

/** The header of a person's own request. @throws Failure without a token or AWS credentials */
export function asPerson(reach: Reach): Readonly<Record<string, string>> {
  if (reach.isSigned === true) return TO_BE_SIGNED;
  if (reach.token !== undefined) return { authorization: `Bearer ${reach.token}` };
  throw new Failure({
    what: "the API cannot be asked",
    why: "no token is known",
    next: "set ORDERLANE_TOKEN (locally npm start writes one), or sign with your AWS identity: --aws",
    exit: EXIT.usage,
  });
}

const Problem = z.object({ title: z.string(), detail: z.string().optional(), code: z.string().optional() });

const NEXT: Readonly<Record<number, string | undefined>> = {
  401: "check the token or the secret, and this machine's clock",
  404: "check the number, the id and the site, and that the token may see them",
  429: "run the same command again in a few seconds",
  503: "run the same command again: what was taken is not taken twice",
};

/** A refusal of the API, in its own words. */
export function refusal(what: string, { status, body }: Answer, next?: string): Failure {
  const parsed = Problem.safeParse(body);
  const said = parsed.success ? [parsed.data.title, parsed.data.detail].filter((part) => part !== undefined).join(": ") : `the API answered ${status}`;
  const code = parsed.success && parsed.data.code !== undefined ? ` (${parsed.data.code})` : "";
  const usual = NEXT[status];
  const then = next ?? (usual === undefined ? "correct what it says, then run the command again" : usual);
  return new Failure({ what, why: `${said}${code}`, next: then, exit: EXIT.failed, problem: body });
}

/** A 2xx by its schema. @throws Failure */
export function read<Schema extends z.ZodType>(schema: Schema, { body }: Answer): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues
    .map((issue) => `${issue.path.join(".")}: ${issue.message}`)
    .slice(0, 3)
    .join("; ");
  throw new Failure({
    what: "the API's answer is not understood",
    why,
    next: "use the orderlane command of the version that is deployed, or --json",
    exit: EXIT.failed,
  });
}
