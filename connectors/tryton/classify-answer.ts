import * as z from "zod";
import { isJsonObject, type Json, parseExactJson } from "../../core/documents/exact-json.ts";
import type { OutgoingAnswer } from "../outgoing-call.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";

type Answered = Extract<OutgoingAnswer, { kind: "answered" }>;

/** How much of a partner's page is kept to show a person. */
const SHOWN = 200;

/**
 * What one JSON-RPC call came to (Tryton 8.0, trytond/protocols/jsonrpc.py and wsgi.py). A 401 is answered before anything is processed.
 * The body is as it came: a `Content-Encoding: gzip` over a plain body, which this server writes from 1,400 characters on, is not believed.
 */
export function rpcOutcomeOf(answer: OutgoingAnswer, now: number): RpcOutcome {
  switch (answer.kind) {
    case "not-sent":
    case "blocked":
      return answer;
    case "cut":
      return { kind: "unsure", why: answer.why };
    case "answered":
      return answer.status === 200 ? inBody(answer) : byStatus(answer, now);
  }
}

function byStatus(answer: Answered, now: number): RpcFailure {
  const why = `HTTP ${answer.status}: ${shown(answer.body)}`;
  const { status } = answer;
  if (status === 401) return { kind: "session-ended" };
  if (status === 429 || status === 503) {
    const afterSeconds = retryAfterOf(answer, now);
    return { kind: "busy", why, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
  }
  return status >= 400 && status < 500 ? { kind: "strange", why } : { kind: "unsure", why };
}

/** A page as one line of text: tags tell a person nothing. */
const shown = (body: string): string =>
  body
    .slice(0, 4 * SHOWN)
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, SHOWN);

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterOf(answer: Answered, now: number): number | undefined {
  const text = answer.headers["retry-after"];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

function inBody(answer: Answered): RpcOutcome {
  const parsed = parseExactJson(Buffer.from(answer.body));
  if (parsed.kind === "refused" || !isJsonObject(parsed.value)) return { kind: "unsure", why: `no JSON-RPC answer: ${shown(answer.body)}` };
  const { error, result } = parsed.value;
  if (error !== undefined) return errorOf(error);
  return result === undefined ? { kind: "unsure", why: "an answer without a result" } : { kind: "result", value: result };
}

const text = z.string();
const UserError = z.tuple([z.literal("UserError"), z.tuple([text, text.nullable()]).rest(z.unknown())]);
const UserWarning = z.tuple([z.literal("UserWarning"), z.tuple([text, text]).rest(z.unknown())]);
const Concurrency = z.tuple([z.literal("ConcurrencyException"), text]);
const Login = z.tuple([z.literal("LoginException"), z.tuple([text, text]).rest(z.unknown())]);
/** Any other: its text, and a traceback where the server shows one. */
const Other = z.tuple([text]).rest(z.unknown());

function errorOf(error: Json): RpcFailure {
  const user = UserError.safeParse(error);
  if (user.success) return { kind: "user-error", message: user.data[1][0], description: user.data[1][1] === null ? "" : user.data[1][1] };
  const warning = UserWarning.safeParse(error);
  if (warning.success) return { kind: "user-warning", name: warning.data[1][0], message: warning.data[1][1] };
  const concurrency = Concurrency.safeParse(error);
  if (concurrency.success) return { kind: "changed-meanwhile", message: concurrency.data[1] };
  const login = Login.safeParse(error);
  if (login.success) return { kind: "login-asked", message: login.data[1][1] };
  const other = Other.safeParse(error);
  return other.success ? { kind: "fault", message: shown(other.data[0]) } : { kind: "unsure", why: "an error of no known form" };
}
