import type * as z from "zod";
import { type AccessPorts, authorize } from "../access/authorize.ts";
import type { AccessAction } from "../access/grants.ts";
import type { RequestHeaders } from "../access/headers.ts";
import { checkHead, openBody } from "./body.ts";
import { type HttpAnswer, type Problem, problemAnswer, problemOf } from "./problems.ts";

export type GuardedRequest = { readonly path: Readonly<Record<string, string>>; readonly headers: RequestHeaders; readonly body: Uint8Array };

type Wanted<Schema extends z.ZodType> = { readonly action: AccessAction; readonly body: Schema };

/** A route of an agent or a person: who calls and whether they may, then the body by its schema, then the answer. What one may not see is 404. */
export async function guarded<Schema extends z.ZodType>(
  request: GuardedRequest,
  ports: AccessPorts,
  wanted: Wanted<Schema>,
  answer: (site: string, body: z.infer<Schema>, principal: string) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { site } = request.path;
  if (site === undefined) return problemAnswer(problemOf("path-malformed", "the path names no site"));
  const authorized = await authorize(request.headers, { action: wanted.action, site }, ports);
  if (authorized.kind === "refused") return problemAnswer(authorized.problem);
  const body = read(request, ports.settings.limits.bodyBytes, wanted.body);
  return body.kind === "refused" ? problemAnswer(body.problem) : answer(site, body.value, authorized.principal);
}

type Read<Schema extends z.ZodType> = { readonly kind: "read"; readonly value: z.infer<Schema> } | { readonly kind: "refused"; readonly problem: Problem };

function read<Schema extends z.ZodType>(request: GuardedRequest, limitBytes: number, schema: Schema): Read<Schema> {
  const head = checkHead(request.headers, request.body, limitBytes, ["json"]);
  if (head.kind === "refused") return head;
  const opened = openBody(request.body, head, limitBytes);
  if (opened.kind === "refused") return opened;
  const parsed = schema.safeParse(opened.value);
  if (parsed.success) return { kind: "read", value: parsed.data };
  const [issue] = parsed.error.issues;
  const path = `/${(issue?.path ?? []).join("/")}`;
  return { kind: "refused", problem: problemOf("request-invalid", issue?.message ?? "not of its shape", { path }) };
}
