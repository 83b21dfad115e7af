import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishedKeys } from "../../../connectors/published-keys.ts";
import { json, order } from "../../bad-input/documents.ts";
import { START } from "./door-world.ts";
import { AUDIENCE, hmacToken, ISSUER, type IssuerKey, issuerKey, type KeyServer, keyServer, type Token, tokenOf, unsignedToken } from "./issuer.ts";
import { BY_DIGEST, outcome, schemeWorld, send } from "./scheme-requests.ts";

const NOW = Math.floor(START / 1000);
const REFUSED = "401 ORL-DOOR-014";
const CLOSED = "503 ORL-DOOR-037";
const EC = issuerKey("ec-1");
const RSA = issuerKey("rsa-1", "RS256");
const STRANGER = issuerKey("ec-1");

let server: KeyServer;
beforeEach(async () => {
  server = await keyServer();
  server.publish(EC, RSA);
});
afterEach(() => server.close());

const rules = () => ({
  scheme: "oauth2",
  jwksUrl: server.url,
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
const world = (changes: Readonly<Record<string, unknown>> = {}) => {
  const merged = Object.fromEntries(Object.entries({ ...rules(), ...changes }).filter(([, value]) => value !== undefined));
  return schemeWorld(merged, [], { jwks: publishedKeys({ clock: { now: Date.now }, allowLoopbackHttp: true }) });
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

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

describe("the issuer's keys", () => {
  const post = (door: Awaited<ReturnType<typeof world>>, made: string, unique = "1") => outcome(door, bearer(made), json(order(unique)));

  it("are asked for once, and again when they are ten minutes old", async () => {
    const door = await world();
    await Promise.all(["1", "2", "3"].map((unique) => post(door, token(), unique)));
    expect(server.asked()).toBe(1);
    door.clock.advance(10 * 60_000 - 1);
    await post(door, tokenOf(EC, NOW + 600), "4");
    expect(server.asked()).toBe(1);
    door.clock.advance(1);
    await post(door, tokenOf(EC, NOW + 600), "5");
    expect(server.asked()).toBe(2);
  });

  it("no longer let in what is signed by one that the issuer withdrew", async () => {
    const door = await world();
    expect(await post(door, token())).toBe("202");
    server.publish(RSA);
    door.clock.advance(10 * 60_000);
    expect(await post(door, tokenOf(EC, NOW + 600), "2")).toBe(REFUSED);
  });

  it("are asked for again where a token names a new one", async () => {
    const door = await world();
    expect(await post(door, token())).toBe("202");
    const next = issuerKey("ec-2");
    server.publish(EC, next);
    door.clock.advance(30_000);
    expect(await post(door, tokenOf(next, NOW + 30), "2")).toBe("202");
    expect(server.asked()).toBe(2);
  });

  it("are asked for twice by a flood of a thousand unknown ones, and the others go on entering", async () => {
    const door = await world();
    await post(door, token());
    door.clock.advance(30_000);
    const flood = Array.from({ length: 1000 }, (_, at) => tokenOf(STRANGER, NOW, { header: { kid: `unknown-${at}` } }));
    const answers = await Promise.all(flood.map((made) => post(door, made)));
    expect(new Set(answers)).toEqual(new Set([REFUSED]));
    for (const made of flood.slice(0, 100)) expect(await post(door, made)).toBe(REFUSED);
    expect(await post(door, token(), "2")).toBe("202");
    expect(server.asked()).toBe(2);
  });

  it("are not asked for by a token of an algorithm that no setting allows", async () => {
    expect(await outcome(await world(), bearer(unsignedToken(EC, NOW, "AAAA")))).toBe(REFUSED);
    expect(await outcome(await world(), bearer(hmacToken(EC, NOW, "jwk")))).toBe(REFUSED);
    expect(server.asked()).toBe(0);
  });

  it.each([
    ["a page", (url: KeyServer) => url.answer((response) => response.setHeader("content-type", "text/html").end("<html>Login</html>"))],
    ["a page that says it is JSON", (url: KeyServer) => url.answer((response) => response.setHeader("content-type", "application/json").end("<html>"))],
    ["500", (url: KeyServer) => url.answer((response) => response.writeHead(500).end(JSON.stringify({ keys: [EC.jwk] })))],
    ["404", (url: KeyServer) => url.answer((response) => response.writeHead(404).end("{}"))],
    ["a redirect", (url: KeyServer) => url.answer((response) => response.writeHead(302, { location: url.url }).end())],
    ["no keys", (url: KeyServer) => url.publish()],
    ["something else", (url: KeyServer) => url.answer((response) => response.end('{"keys":{}}'))],
    ["a list", (url: KeyServer) => url.answer((response) => response.end("[]"))],
    ["a secret key", (url: KeyServer) => url.answer((response) => response.end('{"keys":[{"kty":"oct","kid":"ec-1","k":"AAAA"}]}'))],
    ["a key that is none", (url: KeyServer) => url.answer((response) => response.end('{"keys":[{"kty":"EC","crv":"P-256","kid":"ec-1","x":"AA","y":"AA"}]}'))],
    ["two megabytes", (url: KeyServer) => url.answer((response) => response.end(`{"keys":[],"x":"${"x".repeat(2_000_000)}"}`))],
    [
      "half an answer",
      (url: KeyServer) => url.answer((response) => void response.writeHead(200, { "content-length": "99" }).write('{"keys":', () => response.destroy())),
    ],
    ["nothing, the line being cut", (url: KeyServer) => url.answer((response) => void response.destroy())],
  ])("let nobody in where their address answers %s: 503, and the sender comes again", async (_name, spoil) => {
    const door = await world();
    spoil(server);
    const closed = await send(door, bearer(token()));
    expect(closed).toMatchObject({ status: 503, headers: { "retry-after": "5" }, audit: { errors: [expect.stringContaining(server.url)] } });
    expect(door.written()).toEqual([]);
    expect(JSON.stringify(closed)).not.toMatch(/html|<|eyJ/);
    server.publish(EC);
    door.clock.advance(600_000);
    expect(await post(door, tokenOf(EC, NOW + 600))).toBe("202");
  });

  it("that cannot be had are not asked for at each request, and are had again after five seconds", async () => {
    const door = await world();
    server.answer((response) => response.writeHead(503).end());
    for (const unique of ["1", "2", "3"]) expect(await post(door, token(), unique)).toBe(CLOSED);
    expect(server.asked()).toBe(1);
    server.publish(EC);
    door.clock.advance(5_000);
    expect(await post(door, token())).toBe("202");
  });

  it("that are known go on letting in what they signed while their address is down, and a token that names another is asked to come again", async () => {
    const door = await world();
    expect(await post(door, token())).toBe("202");
    server.answer((response) => response.writeHead(503).end());
    door.clock.advance(30_000);
    expect(await post(door, tokenOf(STRANGER, NOW, { header: { kid: "new" } }), "2")).toBe(CLOSED);
    expect(await post(door, token(), "3")).toBe("202");
    door.clock.advance(10 * 60_000);
    expect(await post(door, tokenOf(EC, NOW + 600), "4")).toBe(CLOSED);
  });

  it("are passed over where we cannot use them, and the others count", async () => {
    server.answer((response) => response.end(JSON.stringify({ keys: ["x", { kty: "AKP", kid: "pq" }, { kty: "oct", kid: "o", k: "AAAA" }, EC.jwk] })));
    expect(await post(await world(), token())).toBe("202");
  });

  it("that are for encryption only sign nothing", async () => {
    const sealing = issuerKey("enc-1", "ES256", { use: "enc" });
    server.publish(EC, sealing);
    expect(await post(await world(), tokenOf(sealing, NOW))).toBe(REFUSED);
  });

  it("are fetched from no address that is not public, https apart from loopback on stage local", async () => {
    for (const jwksUrl of ["https://169.254.169.254/keys", "http://example.com/keys", "https://10.0.0.1/keys?p=1", "https://u:p@example.com/", "ftp://x"]) {
      const closed = await send(await world({ jwksUrl }), bearer(token()));
      expect([jwksUrl, closed.status]).toEqual([jwksUrl, 503]);
    }
    const elsewhere = await schemeWorld(rules(), [], { jwks: publishedKeys({ clock: { now: Date.now }, allowLoopbackHttp: false }) });
    expect(await outcome(elsewhere, bearer(token()))).toBe(CLOSED);
    expect(server.asked()).toBe(0);
  });

  it("may be told apart by a query", async () => {
    expect(await outcome(await world({ jwksUrl: `${server.url}?p=policy` }), bearer(token()))).toBe("202");
  });
});
