import { describe, expect, it } from "vitest";
import { CredentialOptions, credentials } from "../../../cli/credentials.ts";
import { connectionOf } from "../../../core/settings/settings.ts";
import { credentialsFor } from "../../../local/sender-credentials.ts";
import { memoryJwks } from "../../support/memory/jwks.ts";
import { SECRET, START } from "./door-world.ts";
import { AUDIENCE, ISSUER, issuerKey, tokenOf } from "./issuer.ts";
import { HMAC, KEY, outcome, schemeWorld } from "./scheme-requests.ts";

/** What our own senders write, the door takes: each scheme, each place of the message's id. */

const BODY = JSON.stringify({
  meta: { id: "m1" },
  documents: [{ type: "OperationsRequest", id: "批-1", version: "1", hierarchyScope: "hamburg", operationsType: "Production", requestState: "Cancelled" }],
});
const ISSUER_KEY = issuerKey("k");
const TOKEN = tokenOf(ISSUER_KEY, Math.floor(START / 1000));
const OAUTH2 = {
  scheme: "oauth2",
  jwksUrl: "https://issuer.example.com/keys",
  issuer: ISSUER,
  audience: AUDIENCE,
  clientIds: ["erp-client"],
  algorithms: ["ES256"],
  clockToleranceSeconds: 0,
  tokenType: "at+jwt",
} as const;
const HEX = { ...HMAC, header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" } as const;
const IDS = [{ digest: true }, { path: "/meta/id" }, { header: "X-Event-Id" }] as const;

/** What the sender holds, and what the command is told of it. */
const SCHEMES = [
  [HMAC, KEY, { secretEnv: "HELD", hmacHeader: HMAC.header }],
  [HEX, KEY, { secretEnv: "HELD", hmacHeader: HEX.header, hmacEncoding: "hex", hmacPrefix: "sha256=" }],
  [{ scheme: "basic", secret: "erp-webhook" }, "werk:geheim", { basicEnv: "HELD" }],
  [OAUTH2, TOKEN, { token: TOKEN }],
] as const;

const cases = SCHEMES.flatMap(([scheme, held, told]) =>
  IDS.map((messageId) => ({ name: `${scheme.scheme} ${JSON.stringify(messageId)}`, scheme, messageId, held, told })),
);
const worldOf = (scheme: Readonly<Record<string, unknown>>, held: string) =>
  schemeWorld(scheme, [held], { jwks: memoryJwks({ [OAUTH2.jwksUrl]: { keys: [ISSUER_KEY.jwk] } }) });

describe("the door takes", () => {
  it.each(cases)("what the local sender signs: $name", async ({ scheme, messageId, held }) => {
    const world = await worldOf({ ...scheme, messageId }, held);
    const headers = credentialsFor(connectionOf(world.settings, "erp").source, held)({ id: "m1", timestampSeconds: 0, body: BODY });
    expect(await outcome(world, headers, Buffer.from(BODY))).toBe("202");
    if (scheme.scheme === "hmac-body") expect(await outcome(world, headers, Buffer.from(BODY.replace("m1", "m2")))).toBe("401 ORL-DOOR-012");
  });

  it.each(cases)("what the command sends: $name", async ({ scheme, messageId, held, told }) => {
    const world = await worldOf({ ...scheme, messageId }, held);
    process.env.HELD = held;
    const options = CredentialOptions.parse({ ...told, ...("header" in messageId ? { keyHeader: messageId.header } : {}) });
    const headers = credentials({ url: "https://example.com", sites: [] }, options, Buffer.from(BODY), START);
    delete process.env.HELD;
    expect(await outcome(world, headers, Buffer.from(BODY))).toBe("202");
  });

  it("what both sign by Standard Webhooks", async () => {
    const world = await schemeWorld({ scheme: "standard-webhooks", secret: "erp-webhook" }, [SECRET]);
    const message = { id: "m1", timestampSeconds: Math.floor(START / 1000), body: BODY };
    const headers = credentialsFor(connectionOf(world.settings, "erp").source, SECRET)(message);
    expect(await outcome(world, headers, Buffer.from(BODY))).toBe("202");
    const known = credentials({ url: "https://example.com", sites: [], webhookSecret: SECRET }, CredentialOptions.parse({}), Buffer.from(BODY), START);
    expect(await outcome(world, known, Buffer.from(BODY))).toBe("202");
  });
});

describe("the command's credentials", () => {
  const ask = (told: Readonly<Record<string, string>>) => () =>
    credentials({ url: "https://example.com", sites: [] }, CredentialOptions.parse(told), Buffer.from(BODY), START);

  it.each([
    [{ basicEnv: "A", token: "b" }, "different schemes"],
    [{ secretEnv: "A", basicEnv: "B" }, "different schemes"],
    [{ hmacHeader: "X-Signature" }, "none is named"],
    [{ basicEnv: "NOT_SET_ANYWHERE" }, "NOT_SET_ANYWHERE is empty"],
    [{}, "neither a secret nor a token is known"],
  ])("%j: %s", (told, message) => {
    expect(ask(told)).toThrow(message);
  });
});
