import type { JWTVerifyGetKey, JWTVerifyOptions } from "jose/jwt/verify";
import * as z from "zod";
import type { Clock } from "../ledger/ports.ts";
import { oneHeader, type RequestHeaders } from "./headers.ts";
import { type KeySets, KeysUnavailable } from "./key-sets.ts";

/** OAuth 2.0 access tokens as JWT (RFC 9068, RFC 7519), of a client that speaks for itself. */

export type TokenRules = {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly requiredScope?: string | undefined;
  readonly clientIds?: readonly string[] | undefined;
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly tokenType: "at+jwt" | "any";
};

/** Real ones have 1 to 4 KB; the gateway itself takes 10 KB of headers. */
const LONGEST_HEADER = 8_192;
const BEARER_JWT = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token in the header, where it came once, is not too long and looks like a signed JWT. */
export function readJwt(headers: RequestHeaders): string | undefined {
  const header = oneHeader(headers, "authorization");
  return header.kind !== "one" || header.value.length > LONGEST_HEADER ? undefined : BEARER_JWT.exec(header.value)?.[1];
}

/**
 * Whether the token is signed by a key that its issuer publishes, is for us, is in force, and is of a client that may send.
 * @throws KeysUnavailable: fail closed
 */
export async function isTokenGood(token: string, rules: TokenRules, ports: { readonly keySets: KeySets; readonly clock: Clock }): Promise<boolean> {
  // Only connections with this scheme pay for loading it.
  const [{ jwtVerify }, { JOSEError, JWKSNoMatchingKey }] = await Promise.all([import("jose/jwt/verify"), import("jose/errors")]);
  const keyOf: JWTVerifyGetKey = async (header, signed) => {
    const known = await ports.keySets.current(rules.jwksUrl);
    try {
      return await known.find(header, signed);
    } catch (error) {
      const newer = error instanceof JWKSNoMatchingKey ? await ports.keySets.newer(rules.jwksUrl, known) : undefined;
      if (newer === undefined) throw error;
      return newer.find(header, signed);
    }
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, optionsOf(rules, ports.clock.now()));
    return isOfClient(payload, rules);
  } catch (error) {
    // What jose has a name for is wrong with the token.
    if (error instanceof JOSEError) return false;
    if (error instanceof KeysUnavailable) throw error;
    throw new KeysUnavailable(`a key at ${rules.jwksUrl} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const optionsOf = ({ algorithms, issuer, audience, clockToleranceSeconds, tokenType }: TokenRules, now: number): JWTVerifyOptions => ({
  algorithms: [...algorithms],
  issuer,
  audience,
  clockTolerance: clockToleranceSeconds,
  currentDate: new Date(now),
  requiredClaims: ["exp"],
  ...(tokenType === "any" ? {} : { typ: tokenType }),
});

const Claims = z.object({
  client_id: z.string().optional(),
  azp: z.string().optional(),
  appid: z.string().optional(),
  scope: z.string().optional(),
  scp: z.union([z.string(), z.array(z.string())]).optional(),
});

/** The client as RFC 9068 names it, else as Keycloak and Entra do; the scopes as RFC 9068 writes them, else as Okta and Entra do. */
function isOfClient(payload: unknown, { clientIds, requiredScope }: TokenRules): boolean {
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) return false;
  const { client_id, azp, appid, scope, scp = [] } = parsed.data;
  const client = client_id ?? azp ?? appid;
  const scopes = scope?.split(" ") ?? (typeof scp === "string" ? scp.split(" ") : scp);
  const isClient = clientIds === undefined || (client !== undefined && clientIds.includes(client));
  return isClient && (requiredScope === undefined || scopes.includes(requiredScope));
}
