import type * as z from "zod";
import type { AccessPorts } from "../../core/access/authorize.ts";
import { GrantRequest, GrantsQuery, RevocationRequest } from "../../core/access/grant-shapes.ts";
import { AuditQuery } from "../../core/audit/audit-shapes.ts";
import { type Administering, administered, type GuardedRequest, readBody } from "../../core/door/guarded.ts";
import { type HttpAnswer, jsonAnswer, problemAnswer, problemOf } from "../../core/door/problems.ts";
import { createManageGrants, type GrantPorts, type Managed } from "./manage-grants.ts";
import { mayReadAudit, readAudit } from "./read-audit.ts";

export type ManageAccessPorts = AccessPorts & GrantPorts;

export type AccessRequest = GuardedRequest & {
  readonly method: string;
  /** The route with its parameters' names. */
  readonly resource: string;
  readonly query: Readonly<Record<string, string>>;
  readonly sourceIp: string;
};

/** The routes of access and audit: who administers, then body or query, then the answer. */
export function createManageAccess(ports: ManageAccessPorts): (request: AccessRequest) => Promise<HttpAnswer> {
  const grants = createManageGrants(ports);
  return (request) =>
    administered(request, ports, async (who) => {
      if (request.resource === "/v1/audit") return audit(ports, request, who);
      const { id } = request.path;
      if (id !== undefined) return withBody(ports, request, RevocationRequest, async ({ why }) => answerOf(200, await grants.revoke(id, why, who)));
      if (request.method === "POST") return withBody(ports, request, GrantRequest, async (body) => answerOf(201, await grants.grant(body, who)));
      return withQuery(request, GrantsQuery, async ({ state, after }) => jsonAnswer(200, await grants.list(state, after, who)));
    });
}

function audit(ports: ManageAccessPorts, request: AccessRequest, { grant }: Administering): Promise<HttpAnswer> {
  if (!mayReadAudit(grant, ports.settings)) return Promise.resolve(problemAnswer(problemOf("not-found", "there is nothing here, or not for this token")));
  return withQuery(request, AuditQuery, async (wanted) => jsonAnswer(200, await readAudit(ports.ledger, wanted)));
}

/** What holds a token is kept by nobody on its way. */
function answerOf(status: number, managed: Managed<unknown>): HttpAnswer {
  if (managed.kind === "refused") return problemAnswer(managed.problem);
  const answer = jsonAnswer(status, managed.answer);
  return { ...answer, headers: { ...answer.headers, "cache-control": "no-store" } };
}

async function withBody<Schema extends z.ZodType>(
  { settings }: ManageAccessPorts,
  request: AccessRequest,
  schema: Schema,
  answer: (body: z.infer<Schema>) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const body = readBody(request, settings.limits.bodyBytes, schema);
  return body.kind === "refused" ? problemAnswer(body.problem) : answer(body.value);
}

async function withQuery<Schema extends z.ZodType>(
  { query }: AccessRequest,
  schema: Schema,
  answer: (query: z.infer<Schema>) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return answer(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the query" : `the query parameter ${issue.path.join(".")}`;
  return problemAnswer(problemOf("request-invalid", `${where}: ${issue === undefined ? "not of its shape" : issue.message}`));
}
