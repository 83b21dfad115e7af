import { createHash } from "node:crypto";
import * as z from "zod";
import { DocumentType } from "../documents/document-types.ts";
import { ConnectionId, SiteId } from "../documents/ids.ts";
import { itemOf } from "../ledger/items.ts";
import { accessKey } from "../ledger/keys.ts";
import type { Item } from "../ledger/ledger-store.ts";

/** `post` documents, `lease` deliveries, give a `verdict` (and a heartbeat), `read`, `command`; `administer` grants, audit, secrets, pause and resume. */
export const AccessAction = z.enum(["post", "lease", "verdict", "read", "command", "administer"]);
export type AccessAction = z.infer<typeof AccessAction>;

/** The public name of a grant: says nothing of its token. */
export const GrantId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/, "is the id of a grant: 26 letters and digits");

/** What a bearer token or an AWS identity may do; the token itself is nowhere, only its hash in the key. */
export const Grant = z.object({
  pk: z.string(),
  sk: z.string(),
  /** Who acts: written beside commands and verdicts. */
  principal: z.string().min(1).max(200),
  sites: z.array(SiteId),
  connections: z.array(ConnectionId),
  types: z.array(DocumentType),
  actions: z.array(AccessAction),
  /** Clock milliseconds. */
  expiresAt: z.number().int(),
  revoked: z.boolean(),
  /** Of every grant that is given through the API. */
  id: GrantId.optional(),
  createdAt: z.number().int().optional(),
  createdBy: z.string().optional(),
  why: z.string().optional(),
  revokedAt: z.number().int().optional(),
  revokedBy: z.string().optional(),
  /** To the hour: core/access/token-usage.ts. */
  lastUsedAt: z.number().int().optional(),
});
export type Grant = z.infer<typeof Grant>;

/** `orl_` and at least 26 characters of Crockford base32: 130 random bits. The prefix lets secret scanners find a leaked one. */
export const TOKEN = /^orl_[0-9a-hjkmnp-tv-z]{26,64}$/;

/** SHA-256 in hex: enough for a random token, which needs no slow hash. */
export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/** In the place of a token's: no token is written so. */
export const hashOfPrincipal = (principal: string): string => tokenHash(principal);

/** The item that gives a token its grant. */
export const grantItem = (token: string, grant: Omit<Grant, "pk" | "sk">): Item => itemOf(accessKey(tokenHash(token)), grant);

/** What is asked for; a connection or a type only where the route has one. */
export type Wanted = { readonly action: AccessAction; readonly site?: string; readonly connection?: string; readonly type?: string };

/** Every part that is asked for must be in the grant. */
export function covers(grant: Grant, wanted: Wanted): boolean {
  return (
    grant.actions.includes(wanted.action) && holds(grant.sites, wanted.site) && holds(grant.connections, wanted.connection) && holds(grant.types, wanted.type)
  );
}

const holds = (granted: readonly string[], wanted: string | undefined): boolean => wanted === undefined || granted.includes(wanted);
