import { publishedKeys } from "../../../connectors/published-keys.ts";
import { START } from "./door-world.ts";
import { AUDIENCE, ISSUER, issuerKey } from "./issuer.ts";
import { BY_DIGEST, schemeWorld } from "./scheme-requests.ts";

/** The door of a connection whose sender shows access tokens of an issuer. */

export const NOW = Math.floor(START / 1000);
export const REFUSED = "401 ORL-DOOR-014";
export const CLOSED = "503 ORL-DOOR-037";
export const EC = issuerKey("ec-1");
export const RSA = issuerKey("rsa-1", "RS256");
export const STRANGER = issuerKey("ec-1");

export const rulesFor = (jwksUrl: string) => ({
  scheme: "oauth2",
  jwksUrl,
  issuer: ISSUER,
  audience: AUDIENCE,
  clientIds: ["other-client", "erp-client"],
  requiredScope: "documents:post",
  algorithms: ["ES256", "RS256"],
  clockToleranceSeconds: 60,
  tokenType: "at+jwt",
  ...BY_DIGEST,
});
/** The door as it is deployed on stage local: keys over real HTTP. */
export const tokenWorld = (jwksUrl: string, changes: Readonly<Record<string, unknown>> = {}) => {
  const merged = Object.fromEntries(Object.entries({ ...rulesFor(jwksUrl), ...changes }).filter(([, value]) => value !== undefined));
  return schemeWorld(merged, [], { jwks: publishedKeys({ clock: { now: Date.now }, allowLoopbackHttp: true }) });
};
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
