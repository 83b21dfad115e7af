import type { Json } from "../../core/documents/exact-json.ts";

/** Nothing came of a call, and why: what a partner or a network does is a value, never an exception. */
export type RpcFailure =
  /** No byte left. */
  | { readonly kind: "not-sent"; readonly why: string }
  /** The address is none that we call. */
  | { readonly kind: "blocked"; readonly why: string }
  /** 429, or 503 (locked database, serialisation failure). */
  | { readonly kind: "busy"; readonly why: string; readonly afterSeconds?: number }
  /** 401 to a write: our session ended. */
  | { readonly kind: "session-ended" }
  | { readonly kind: "credentials-refused"; readonly why: string }
  /** It was sent, and what came back does not tell what it did: cut, 5xx, unreadable. */
  | { readonly kind: "unsure"; readonly why: string }
  /** Another 4xx: something in front of it, or a call it does not know. */
  | { readonly kind: "strange"; readonly why: string }
  /** Business errors, all of them inside HTTP 200; the server rolled back. */
  | { readonly kind: "user-error"; readonly message: string; readonly description: string }
  | { readonly kind: "user-warning"; readonly name: string; readonly message: string }
  | { readonly kind: "changed-meanwhile"; readonly message: string }
  | { readonly kind: "login-asked"; readonly message: string }
  /** An error of the server's own code, such as a field it does not have. */
  | { readonly kind: "fault"; readonly message: string };

export type RpcOutcome = { readonly kind: "result"; readonly value: Json } | RpcFailure;
