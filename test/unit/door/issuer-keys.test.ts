import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishedKeys } from "../../../connectors/published-keys.ts";
import { json, order } from "../../bad-input/documents.ts";
import { hmacToken, issuerKey, type KeyServer, keyServer, tokenOf, unsignedToken } from "./issuer.ts";
import { outcome, schemeWorld, send } from "./scheme-requests.ts";
import { bearer, CLOSED, EC, NOW, REFUSED, RSA, rulesFor, STRANGER, tokenWorld } from "./token-world.ts";

let server: KeyServer;
beforeEach(async () => {
  server = await keyServer();
  server.publish(EC, RSA);
});
afterEach(() => server.close());
const world = (changes: Readonly<Record<string, unknown>> = {}) => tokenWorld(server.url, changes);
const token = () => tokenOf(EC, NOW);

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
    const elsewhere = await schemeWorld(rulesFor(server.url), [], { jwks: publishedKeys({ clock: { now: Date.now }, allowLoopbackHttp: false }) });
    expect(await outcome(elsewhere, bearer(token()))).toBe(CLOSED);
    expect(server.asked()).toBe(0);
  });

  it("may be told apart by a query", async () => {
    expect(await outcome(await world({ jwksUrl: `${server.url}?p=policy` }), bearer(token()))).toBe("202");
  });
});
