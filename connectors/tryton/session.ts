import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../core/documents/exact-json.ts";
import { filled, rowOf } from "./fill-template.ts";
import type { RpcFailure, RpcOutcome } from "./rpc-outcome.ts";
import { RPC } from "./rpc-table.ts";

export type Session = {
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** What every call ends with: company, employee, language, rights. */
  readonly context: JsonObject;
};

export type SessionAnswer = { readonly kind: "session"; readonly session: Session } | RpcFailure;

/** One request, with or without a session. */
export type SendRpc = (method: string, params: readonly Json[], deadline: number, authorization?: string) => Promise<RpcOutcome>;

export type Sessions = {
  /** The session now in use; logs in where there is none. Several callers at once share one login: seven wrong ones lock the user out. */
  get(deadline: number): Promise<SessionAnswer>;
  /** Forgets it, where it is still the one in use. */
  drop(session: Session): void;
};

/** @param credentials `user:password`, asked for at each login so that rotated ones are used; undefined where they cannot be read */
export function createSessions(send: SendRpc, credentials: () => Promise<string | undefined>): Sessions {
  let current: Promise<SessionAnswer> | undefined;
  let inUse: Session | undefined;
  return {
    async get(deadline) {
      current ??= login(send, credentials, deadline);
      const mine = current;
      const answer = await mine;
      if (current !== mine) return answer;
      if (answer.kind === "session") inUse = answer.session;
      else current = undefined;
      return answer;
    },
    drop(session) {
      if (inUse !== session) return;
      inUse = undefined;
      current = undefined;
    },
  };
}

async function login(send: SendRpc, credentials: () => Promise<string | undefined>, deadline: number): Promise<SessionAnswer> {
  const secret = await credentials();
  if (secret === undefined) return { kind: "not-sent", why: "our credentials for it could not be read" };
  const colon = secret.indexOf(":");
  if (colon < 1) return { kind: "credentials-refused", why: "the connection's call secret is not user:password" };
  const [user, password] = [secret.slice(0, colon), secret.slice(colon + 1)];
  const { method, params } = RPC.login;
  const answer = await send(method, listOf(filled(params, { user, password })), deadline);
  if (answer.kind === "session-ended" || answer.kind === "login-asked") return { kind: "credentials-refused", why: "user or password is wrong" };
  if (answer.kind !== "result") return answer;
  if (!isJsonList(answer.value)) return { kind: "credentials-refused", why: "user or password is wrong" };
  const [id, token] = answer.value;
  if (typeof id !== "number" || typeof token !== "string") return { kind: "unsure", why: "a login without a session" };
  return withContext(send, `Session ${Buffer.from(`${user}:${id}:${token}`).toString("base64")}`, deadline);
}

async function withContext(send: SendRpc, authorization: string, deadline: number): Promise<SessionAnswer> {
  const { method, params, reads } = RPC.preferences;
  const answer = await send(method, [...params, {}], deadline, authorization);
  if (answer.kind !== "result") return answer;
  const row = rowOf(answer.value, reads, RPC.codes);
  if (row.company === undefined) return { kind: "credentials-refused", why: "the user has no company" };
  const context = filled(RPC.context, row);
  return isJsonObject(context) ? { kind: "session", session: { authorization, context } } : { kind: "unsure", why: "no context" };
}

const listOf = (value: Json): readonly Json[] => (isJsonList(value) ? value : [value]);
