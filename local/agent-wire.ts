import * as z from "zod";

/** What the agent and Orderlane's API say to each other, and the one way of calling it. Nothing here is Orderlane's own source: copy it. */

export const Delivery = z.object({
  id: z.string().min(1),
  /** Compare as text. */
  number: z.string().min(1),
  lane: z.string(),
  object: z.string(),
  action: z.enum(["apply", "withdraw"]),
  version: z.string().optional(),
  /**
   * What is to be applied, or to be withdrawn; canonical JSON (ISA-95 names). A lease that asks `{"max": 10, "format": "b2mml-v7"}` gets a string here, the
   * XML text of a B2MML V7 message; all around it stays as it is.
   */
  document: z.record(z.string(), z.unknown()),
  leaseToken: z.string(),
  leaseUntil: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

export const Verdict = z.object({
  result: z.enum(["accepted", "rejected", "outdated"]),
  /** The MES's own number. */
  reference: z.string().optional(),
  /** Why it was rejected. */
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
  lines: z.array(z.object({ id: z.string(), result: z.enum(["accepted", "rejected"]), message: z.string().optional() })).optional(),
});
export type Verdict = z.infer<typeof Verdict>;

export const LeaseAnswer = z.object({ deliveries: z.array(Delivery), pollAfterSeconds: z.number().positive() });
export const VerdictsAnswer = z.object({
  results: z.array(z.object({ delivery: z.string(), result: z.enum(["recorded", "repeated", "conflict", "unknown"]) })),
});
export const HeartbeatAnswer = z.object({ serverTime: z.string(), pollAfterSeconds: z.number().positive() });
/** Lines are counted from 1. */
export const LinesAnswer = z.object({
  lines: z.array(
    z.object({
      line: z.number(),
      result: z.enum(["accepted", "duplicate", "refused", "retry"]),
      document: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});
export type LinesAnswer = z.infer<typeof LinesAnswer>;

/** What became of a document that the plant posted; the same result has the same id however often it is told. */
export const Result = z.object({
  id: z.string().min(1),
  document: z.string(),
  type: z.string(),
  objectId: z.string(),
  version: z.string().optional(),
  cancel: z.boolean(),
  key: z.string(),
  state: z.string(),
  at: z.string(),
  references: z.record(z.string(), z.string()),
  reason: z
    .object({ code: z.string(), message: z.string(), field: z.string().optional(), text: z.string().optional(), next: z.string().optional() })
    .optional(),
});
export type Result = z.infer<typeof Result>;
export const ResultsAnswer = z.object({ results: z.array(Result), after: z.string(), pollAfterSeconds: z.number().positive() });

/** The API did not do what was asked: `status` is undefined where no answer came. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly body: unknown;
  constructor(message: string, status?: number, retryAfterSeconds?: number, body?: unknown) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.body = body;
  }
}

export type ApiCall = (path: string, body?: unknown) => Promise<unknown>;

const CALL_MS = 30_000;

/** Posts JSON with the agent's token; without a body it asks. @throws ApiFailure for anything but a 2xx with JSON */
export function createApiCall(api: string, token: string): ApiCall {
  return async (path, body?) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const signal = AbortSignal.timeout(CALL_MS);
    const request = body === undefined ? { method: "GET", headers, signal } : { method: "POST", headers, body: JSON.stringify(body), signal };
    const { response, text } = await whole(`${api}${path}`, request);
    const answer = jsonOf(text);
    if (response.ok && answer !== undefined) return answer;
    throw new ApiFailure(`${path} answered ${response.status}: ${text.slice(0, 300)}`, response.status, secondsOf(response.headers.get("retry-after")), answer);
  };
}

async function whole(url: string, request: RequestInit): Promise<{ readonly response: Response; readonly text: string }> {
  try {
    const response = await fetch(url, request);
    return { response, text: await response.text() };
  } catch (error) {
    throw new ApiFailure(`no answer from ${url}: ${String(error)}`);
  }
}

const secondsOf = (text: string | null): number | undefined => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
