import * as z from "zod";
import { DocumentType } from "../documents/document-types.ts";
import { freeText } from "../documents/free-text.ts";
import { ConnectionId, SiteId } from "../documents/ids.ts";
import { AwsArn } from "./aws-identity.ts";
import { AccessAction, GrantId } from "./grants.ts";

/** What the routes of access take and answer. */

/** A grant ends: who still needs it asks again. */
const MOST_DAYS = 366;

/** `aws:` marks what the gateway itself has checked: nobody can be given such a name. */
const Principal = freeText(100).refine((text) => !/^aws:/i.test(text), "may not begin with aws:");

export const Why = freeText(500);

/** Body of POST /v1/access/grants. */
export const GrantRequest = z
  .strictObject({
    /** Who gets a token: a person, an agent. */
    principal: Principal.optional(),
    /** Instead of a token: the AWS role or user who signs with their own credentials. */
    aws: AwsArn.optional(),
    sites: z.array(SiteId).min(1).max(100),
    connections: z.array(ConnectionId).max(200),
    types: z.array(DocumentType).max(50),
    actions: z.array(AccessAction).min(1).max(20),
    days: z.number().int().min(1).max(MOST_DAYS),
    why: Why,
  })
  .check(({ value, issues }) => {
    const problem = (path: string, message: string) => issues.push({ code: "custom", input: value, path: [path], message });
    if ((value.principal === undefined) === (value.aws === undefined))
      problem("principal", "either a principal, who gets a token, or the ARN of an aws role or user");
    if (!value.actions.includes("post")) return;
    for (const name of ["connections", "types"] as const) if (value[name].length === 0) problem(name, `who may post posts something: name the ${name}`);
  });
export type GrantRequest = z.infer<typeof GrantRequest>;

/** One grant as it is told: without its token and its hash. */
export const GrantTold = z.strictObject({
  id: GrantId,
  by: z.enum(["token", "aws"]),
  principal: z.string(),
  state: z.enum(["active", "expired", "revoked"]),
  sites: z.array(z.string()),
  connections: z.array(z.string()),
  types: z.array(z.string()),
  actions: z.array(z.string()),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  why: z.string(),
  expiresAt: z.iso.datetime(),
  /** To the hour. */
  lastUsedAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
  revokedBy: z.string().optional(),
});
export type GrantTold = z.infer<typeof GrantTold>;

/** Answer of POST /v1/access/grants; the token is told here and never again. */
export const GrantGiven = z.strictObject({ ...GrantTold.shape, token: z.string().optional() });
export type GrantGiven = z.infer<typeof GrantGiven>;

/** Query of GET /v1/access/grants. */
export const GrantsQuery = z.strictObject({
  state: z.enum(["active", "all"]).default("active"),
  after: GrantId.optional(),
});

/** Answer of GET /v1/access/grants; with `after` there are more. */
export const GrantsAnswer = z.strictObject({ grants: z.array(GrantTold), after: GrantId.optional() });
export type GrantsAnswer = z.infer<typeof GrantsAnswer>;

/** Body of POST /v1/access/grants/{id}/revocation. */
export const RevocationRequest = z.strictObject({ why: Why });
