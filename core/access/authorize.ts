import { DocumentType } from "../documents/document-types.ts";
import { type Problem, problemOf } from "../door/problems.ts";
import { FOREVER } from "../lanes/times.ts";
import { parseIfThere } from "../ledger/items.ts";
import { accessKey } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Settings } from "../settings/settings.ts";
import { type AwsCaller, type AwsIdentity, awsIdentityOf, isAdministrator } from "./aws-identity.ts";
import { AccessAction, covers, Grant, hashOfPrincipal, TOKEN, tokenHash, type Wanted } from "./grants.ts";
import { oneHeader, type RequestHeaders } from "./headers.ts";
import type { TokenUsage } from "./token-usage.ts";

export type AccessPorts = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Without it nobody notes when a grant was last used. */
  readonly usage?: TokenUsage;
};

/** Who asks: by a bearer token in a header, or by the AWS identity that the gateway itself has checked. */
export type Asking = { readonly headers: RequestHeaders; readonly aws?: AwsCaller | undefined };

/** Where a request comes from, for the audit: the address that the gateway knows, and the name of an AWS role's session. */
export function originOf({ sourceIp, aws }: { readonly sourceIp: string; readonly aws?: AwsCaller | undefined }): string {
  const session = aws === undefined ? undefined : awsIdentityOf(aws.arn)?.session;
  return session === undefined ? sourceIp : `${sourceIp}, session ${session}`;
}

export type Authorized =
  | { readonly kind: "allowed"; readonly principal: string; readonly grant: Grant }
  | { readonly kind: "refused"; readonly problem: Problem };

const LONGEST_HEADER = 200;

/**
 * Who calls, and whether they may (every route of agents and persons): no valid token is 401 with one text for all its causes; what the grant does not
 * cover, or a site that is not there, is 404 (BAD-INPUT.md 68, 77, 78). Reads the ledger once, strongly consistent: what was revoked a moment ago is. Rejects
 * when that fails.
 */
export async function authorize({ headers, aws }: Asking, wanted: Wanted, ports: AccessPorts): Promise<Authorized> {
  const grant = aws === undefined ? await grantOfToken(headers, ports) : await grantOfIdentity(aws, ports);
  if (grant === undefined) return { kind: "refused", problem: aws === undefined ? tokenRefused() : nothingHere() };
  await ports.usage?.used(grant);
  if (!covers(grant, wanted) || !isThere(wanted.site, ports.settings)) return { kind: "refused", problem: nothingHere() };
  return { kind: "allowed", principal: grant.principal, grant };
}

/** One text for every wrong token, of whichever kind (BAD-INPUT.md 77). */
export const tokenRefused = (): Problem => problemOf("token-refused", "a valid bearer token is required in the header authorization");

const nothingHere = (): Problem => problemOf("not-found", "there is nothing here, or not for this token");

const isThere = (site: string | undefined, settings: Settings): boolean => site === undefined || settings.sites.some((known) => known.id === site);

async function grantOfToken(headers: RequestHeaders, ports: AccessPorts): Promise<Grant | undefined> {
  const token = tokenIn(headers);
  return token === undefined ? undefined : grantInForce(tokenHash(token), ports);
}

async function grantOfIdentity({ arn, account }: AwsCaller, ports: AccessPorts): Promise<Grant | undefined> {
  const identity = awsIdentityOf(arn);
  if (identity === undefined) return undefined;
  if (isAdministrator(ports.settings.administrators, identity, account)) return everything(identity, ports);
  return grantInForce(hashOfPrincipal(identity.principal), ports);
}

async function grantInForce(hash: string, ports: AccessPorts): Promise<Grant | undefined> {
  const grant = parseIfThere(Grant, await ports.ledger.read(accessKey(hash)));
  return grant === undefined || grant.revoked || grant.expiresAt <= ports.clock.now() ? undefined : grant;
}

/** Of an administrator whom the stage's settings name: stands nowhere in the ledger. */
const everything = ({ principal }: AwsIdentity, { settings: { sites, connections }, clock }: AccessPorts): Grant => ({
  ...accessKey(hashOfPrincipal(principal)),
  principal,
  sites: sites.map(({ id }) => id),
  connections: connections.map(({ id }) => id),
  types: [...DocumentType.options],
  actions: [...AccessAction.options],
  expiresAt: FOREVER,
  revoked: false,
  // Its use is noted nowhere.
  lastUsedAt: clock.now(),
});

function tokenIn(headers: RequestHeaders): string | undefined {
  const header = oneHeader(headers, "authorization");
  if (header.kind !== "one" || header.value.length > LONGEST_HEADER) return undefined;
  const token = /^bearer (\S+)$/i.exec(header.value)?.[1];
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}
