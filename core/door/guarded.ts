import type * as z from "zod";
import { type AccessPorts, type Asking, authorize, originOf } from "../access/authorize.ts";
import type { AccessAction, Grant } from "../access/grants.ts";
import { checkHead, openBody } from "./body.ts";
import { type HttpAnswer, type Problem, problemAnswer, problemOf } from "./problems.ts";

export type GuardedRequest = Asking & { readonly path: Readonly<Record<string, string>>; readonly body: Uint8Array };

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
  const authorized = await authorize(request, { action: wanted.action, site }, ports);
  if (authorized.kind === "refused") return problemAnswer(authorized.problem);
  const body = readBody(request, ports.settings.limits.bodyBytes, wanted.body);
  return body.kind === "refused" ? problemAnswer(body.problem) : answer(site, body.value, authorized.principal);
}

/** A route that belongs to no site: who calls and whether they administer (the connection, where the route names one), then the answer. */
export async function administered(
  request: GuardedRequest & { readonly sourceIp: string },
  ports: AccessPorts,
  answer: (who: Administering) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { connection } = request.path;
  const authorized = await authorize(request, { action: "administer", ...(connection === undefined ? {} : { connection }) }, ports);
  if (authorized.kind === "refused") return problemAnswer(authorized.problem);
  return answer({ grant: authorized.grant, principal: authorized.principal, from: originOf(request) });
}

/** Who administers, for the audit; and what they hold. */
export type Administering = { readonly grant: Grant; readonly principal: string; readonly from: string };

/** What a request's body says. */
export type Read<Schema extends z.ZodType> =
  | { readonly kind: "read"; readonly value: z.infer<Schema> }
  | { readonly kind: "refused"; readonly problem: Problem };

/** A JSON body by its schema; a member that the schema does not name is refused by strict schemas (BAD-INPUT.md 69). */
export function readBody<Schema extends z.ZodType>(request: Pick<GuardedRequest, "headers" | "body">, limitBytes: number, schema: Schema): Read<Schema> {
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
