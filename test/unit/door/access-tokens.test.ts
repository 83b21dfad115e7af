import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AUDIENCE, hmacToken, type IssuerKey, type KeyServer, keyServer, type Token, tokenOf, unsignedToken } from "./issuer.ts";
import { outcome, send } from "./scheme-requests.ts";
import { bearer, EC, NOW, REFUSED, RSA, STRANGER, tokenWorld } from "./token-world.ts";

let server: KeyServer;
beforeEach(async () => {
  server = await keyServer();
  server.publish(EC, RSA);
});
afterEach(() => server.close());
const world = (changes: Readonly<Record<string, unknown>> = {}) => tokenWorld(server.url, changes);

const token = (change: Token = {}, key: IssuerKey = EC) => tokenOf(key, NOW, change);
const claims = (changed: Readonly<Record<string, unknown>>) => token({ claims: changed });
const head = (changed: Readonly<Record<string, unknown>>) => token({ header: changed });
const pieces = (text: string): readonly [string, string, string] => {
  const [a = "", b = "", c = ""] = text.split(".");
  return [a, b, c];
};

const GOOD: readonly (readonly [string, () => string])[] = [
  ["an elliptic key", () => token()],
  ["an RSA key", () => token({}, RSA)],
  ["several audiences, ours among them", () => claims({ aud: ["x", AUDIENCE] })],
  ["the typ written in full", () => head({ typ: "application/at+jwt" })],
  ["the client named as Keycloak does", () => claims({ client_id: undefined, azp: "erp-client" })],
  ["the client named as Entra does", () => claims({ client_id: undefined, appid: "erp-client" })],
  ["the scopes as a list", () => claims({ scope: undefined, scp: ["documents:post"] })],
  ["the scopes as Entra writes them", () => claims({ scope: undefined, scp: "documents:post x" })],
  ["expired, within the tolerance", () => claims({ exp: NOW - 59 })],
  ["in force in a moment, within the tolerance", () => claims({ nbf: NOW + 60 })],
];

const WRONG: readonly (readonly [string, () => string])[] = [
  ["alg none, no signature", () => unsignedToken(EC, NOW)],
  ["alg none, with a signature", () => unsignedToken(EC, NOW, pieces(token())[2])],
  ["HS256 with the public key as PEM for the secret", () => hmacToken(RSA, NOW, "pem")],
  ["HS256 with the published key for the secret", () => hmacToken(EC, NOW, "jwk")],
  ["an algorithm that is not in the settings", () => head({ alg: "ES384" })],
  ["another key's algorithm", () => head({ alg: "RS256" })],
  ["signed by a stranger under the key's name", () => token({}, STRANGER)],
  ["the stranger's key in the token itself", () => token({ header: { jwk: STRANGER.jwk } }, STRANGER)],
  ["the address of the stranger's keys in the token itself", () => token({ header: { jku: server.url, x5u: server.url } }, STRANGER)],
  ["a critical extension that nobody knows", () => head({ crit: ["exp"], exp: 1 })],
  ["unencoded payload", () => head({ crit: ["b64"], b64: false })],
  ["expired", () => claims({ exp: NOW - 60 })],
  ["without an end", () => claims({ exp: undefined })],
  ["an end that is text", () => claims({ exp: String(NOW + 300) })],
  ["not in force yet", () => claims({ nbf: NOW + 61 })],
  ["a beginning that is text", () => claims({ nbf: "0" })],
  ["for another audience", () => claims({ aud: `${AUDIENCE}/` })],
  ["for no audience", () => claims({ aud: undefined })],
  ["of another issuer", () => claims({ iss: "https://issuer.example.com" })],
  ["of no issuer", () => claims({ iss: undefined })],
  ["of another client", () => claims({ client_id: "mes-client" })],
  ["of another client, which names ours elsewhere", () => claims({ client_id: "mes-client", azp: "erp-client" })],
  ["of no client", () => claims({ client_id: undefined })],
  ["of a list of clients", () => claims({ client_id: ["erp-client"] })],
  ["without the scope", () => claims({ scope: "documents:read" })],
  ["with a longer scope", () => claims({ scope: "documents:posts" })],
  ["without any scope", () => claims({ scope: undefined })],
  ["an ID token", () => head({ typ: "JWT" })],
  ["without a typ", () => head({ typ: undefined })],
  ["its claims changed", () => [pieces(token())[0], pieces(claims({ client_id: "other-client" }))[1], pieces(token())[2]].join(".")],
  ["its signature cut short", () => token().slice(0, -4)],
  ["its signature empty", () => token().replace(/[^.]+$/, "")],
  ["two parts", () => token().replace(/\.[^.]+$/, "")],
  ["five parts, as if encrypted", () => `${token()}.x.y`],
  ["claims that are no JSON", () => [pieces(token())[0], "bm90IGpzb24", pieces(token())[2]].join(".")],
  ["a head that is no JSON", () => ["bm90IGpzb24", ...pieces(token()).slice(1)].join(".")],
  ["with padding", () => `${token()}=`],
  ["of 10 KB", () => claims({ padding: "x".repeat(10_000) })],
  ["one of ours", () => "orl_aaaaaaaaaaaaaaaaaaaaaaaaaa"],
  ["empty", () => ""],
];

describe("an access token", () => {
  it.each(GOOD)("enters: %s", async (_name, make) => {
    expect(await outcome(await world(), bearer(make()))).toBe("202");
  });

  it.each(WRONG)("does not enter: %s", async (_name, make) => {
    expect(await outcome(await world(), bearer(make()))).toBe(REFUSED);
  });

  it("does not enter in another scheme, repeated, in lines, or not at all", async () => {
    const good = token();
    const wrong = [
      {},
      { authorization: good },
      { authorization: `Basic ${good}` },
      { authorization: [`Bearer ${good}`, `Bearer ${good}`] },
      bearer(`${good}\r\nx: y`),
    ];
    for (const headers of wrong) expect(await outcome(await world(), headers)).toBe(REFUSED);
  });

  it("is refused in one text, whatever is wrong with it, which quotes nothing of it", async () => {
    const door = await world();
    const answers = await Promise.all(WRONG.map(([, make]) => send(door, bearer(make()))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" }, audit: { errors: [] } });
  });

  it("may be a plain JWT, of any client with the scope or with any scope of the client, where the settings say so", async () => {
    const plain = head({ typ: "JWT" });
    expect(await outcome(await world({ tokenType: "any" }), bearer(plain))).toBe("202");
    const stranger = claims({ client_id: "mes-client" });
    expect(await outcome(await world({ clientIds: undefined }), bearer(stranger))).toBe("202");
    expect(await outcome(await world({ requiredScope: undefined }), bearer(claims({ scope: undefined })))).toBe("202");
  });

  it("is never a defect of ours, whatever its parts hold", async () => {
    const door = await world();
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{"alg":"ES256"}', '{"alg":"ES256","kid":"ec-1","typ":"at+jwt"}', '{"alg":"RS256","kid":7}'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 3, maxLength: 3 }), async (parts) => {
        const made = parts.map((text) => Buffer.from(text).toString("base64url")).join(".");
        expect(await outcome(door, bearer(made))).toBe(REFUSED);
      }),
      { numRuns: 300 },
    );
  });

  it("with any one character of it changed does not enter", async () => {
    const door = await world();
    const good = token();
    const from = good.lastIndexOf(".") + 1;
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 2), fc.constantFrom("A", "Q", "z", "_"), async (at, letter) => {
        fc.pre(good[at] !== letter && good[at] !== "." && at !== from - 2);
        expect(await outcome(door, bearer(good.slice(0, at) + letter + good.slice(at + 1)))).toBe(REFUSED);
      }),
      { numRuns: 200 },
    );
  });
});
