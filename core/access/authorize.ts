import { type Problem, problemOf } from "../door/problems.ts";
import { parseIfThere } from "../ledger/items.ts";
import { accessKey } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Settings } from "../settings/settings.ts";
import { covers, Grant, TOKEN, tokenHash, type Wanted } from "./grants.ts";
import { oneHeader, type RequestHeaders } from "./headers.ts";

export type AccessPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

export type Authorized =
  | { readonly kind: "allowed"; readonly principal: string; readonly grant: Grant }
  | { readonly kind: "refused"; readonly problem: Problem };

const LONGEST_HEADER = 200;

/**
 * Who calls, and whether they may (every route of agents and persons): no valid token is 401 with one text for all its causes; what the grant does not
 * cover, or a site that is not there, is 404 (BAD-INPUT.md 68, 77, 78). Reads the ledger once; rejects when that fails.
 */
export async function authorize(headers: RequestHeaders, wanted: Wanted, ports: AccessPorts): Promise<Authorized> {
  const grant = await grantOf(headers, ports);
  if (grant === undefined) return { kind: "refused", problem: tokenRefused() };
  if (!covers(grant, wanted) || !isThere(wanted.site, ports.settings))
    return { kind: "refused", problem: problemOf("not-found", "there is nothing here, or not for this token") };
  return { kind: "allowed", principal: grant.principal, grant };
}

/** One text for every wrong token, of whichever kind (BAD-INPUT.md 77). */
export const tokenRefused = (): Problem => problemOf("token-refused", "a valid bearer token is required in the header authorization");

const isThere = (site: string | undefined, settings: Settings): boolean => site === undefined || settings.sites.some((known) => known.id === site);

async function grantOf(headers: RequestHeaders, ports: AccessPorts): Promise<Grant | undefined> {
  const token = tokenIn(headers);
  if (token === undefined) return undefined;
  const grant = parseIfThere(Grant, await ports.ledger.read(accessKey(tokenHash(token))));
  return grant === undefined || grant.revoked || grant.expiresAt <= ports.clock.now() ? undefined : grant;
}

function tokenIn(headers: RequestHeaders): string | undefined {
  const header = oneHeader(headers, "authorization");
  if (header.kind !== "one" || header.value.length > LONGEST_HEADER) return undefined;
  const token = /^bearer (\S+)$/i.exec(header.value)?.[1];
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}
