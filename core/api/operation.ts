import type * as z from "zod";
import type { AccessAction } from "../access/grants.ts";
import type { ProblemName } from "../door/problems.ts";

/** A text for persons, in both languages. */
export type Text = { readonly en: string; readonly zh: string };

/** A folder in functions/ that answers requests. */
export type ApiFunction =
  | "receive-documents"
  | "lease-deliveries"
  | "report-verdicts"
  | "command-document"
  | "ask-ledger"
  | "manage-access"
  | "replace-secret"
  | "steer-connections";

/** Who may: anybody; the sender of the connection, by the connection's own scheme; or whose grant has the action. */
export type Access = "public" | "sender" | AccessAction;

export type Example = { readonly name: string; readonly summary: Text; readonly value: unknown };

/** What is sent, in one of several media types. */
export type Body = {
  readonly description: Text;
  readonly media: Readonly<Record<string, { readonly schema: z.ZodType; readonly examples: readonly Example[] }>>;
};

/** An answer that is no problem. */
export type Answer = {
  readonly status: 200 | 201 | 202;
  readonly description: Text;
  readonly schema: z.ZodType;
  readonly examples: readonly Example[];
};

export type Tag = "documents" | "agent" | "asking" | "steering" | "access" | "description";

/** One route of the API, and all that is promised of it: what is documented, what is routed and what is tested come from here. */
export type Operation = {
  readonly operationId: string;
  readonly tag: Tag;
  readonly method: "GET" | "POST";
  /** With its parameters' names. */
  readonly path: string;
  readonly function: ApiFunction;
  readonly access: Access;
  readonly summary: Text;
  readonly description: Text;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Body;
  readonly answers: readonly Answer[];
  /** Every problem that its function can answer. */
  readonly problems: readonly ProblemName[];
};
