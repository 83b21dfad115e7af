import { describe, expect, it } from "vitest";
import { ProblemBody } from "../../../core/door/problems.ts";
import { credentialsOf } from "../../bad-input/credentials.ts";
import { SCHEME_CASES } from "../../bad-input/scheme-cases.ts";
import { MARKER, sapOrder, withBytes } from "../../bad-input/xml-documents.ts";
import { memoryJwks } from "../../support/memory/jwks.ts";
import { SECRET, TOKENS } from "./door-world.ts";
import { tokenOf } from "./issuer.ts";
import { EC, rulesFor, STRANGER } from "./token-world.ts";
import { NOW, WRITERS, xmlDoor } from "./xml-door.ts";

const KEYS = "https://issuer.example.com/keys";
const jwks = memoryJwks({ [KEYS]: { keys: [EC.jwk] } });
const BY_HEADER = { messageId: { header: "X-Message-Id" } } as const;
const HMAC = { scheme: "hmac-body", secret: "erp-webhook", header: "X-Signature", ...BY_HEADER } as const;
const stranger = `whsec_${Buffer.from("another").toString("base64")}`;

/** Settings, what is kept of them with us, what the sender has, and what a stranger has. */
const SCHEMES = [
  { name: "Standard Webhooks", settings: { scheme: "standard-webhooks", secret: "erp-webhook" }, secret: SECRET, stranger },
  { name: "HMAC in base64", settings: { ...HMAC, encoding: "base64", prefix: "" }, secret: "a key", stranger: "another" },
  { name: "HMAC in hex, with a prefix", settings: { ...HMAC, encoding: "hex", prefix: "sha256=" }, secret: "a key", stranger: "another" },
  { name: "Basic", settings: { scheme: "basic", secret: "erp-webhook", ...BY_HEADER }, secret: "sap:pass:wörd", stranger: "sap:password" },
  { name: "OAuth2", settings: { ...rulesFor(KEYS), scheme: "oauth2", ...BY_HEADER }, secret: tokenOf(EC, NOW), stranger: tokenOf(STRANGER, NOW) },
] as const;

/** An order in GBK: bytes that no text in UTF-8 has. */
const BODY = withBytes(`<?xml version="1.0" encoding="GBK"?>${sapOrder(WRITERS["sap-idoc"], { text: MARKER })}`, [0xb2, 0xc4, 0xc1, 0xcf]);

async function doorOf(scheme: (typeof SCHEMES)[number]) {
  const door = await xmlDoor("sap-idoc", { scheme: scheme.settings, jwks });
  door.world.secrets.set("erp-webhook", [scheme.secret]);
  return door;
}
const outcomeOf = ({ status, body }: { readonly status: number; readonly body: string }) =>
  status === 202 ? { status } : { status, code: ProblemBody.parse(JSON.parse(body)).code };

describe.each(SCHEMES)("GBK in XML, by $name", (scheme) => {
  it.each(SCHEME_CASES)("class $class: $name", async ({ spoil, over, stranger: isStranger, expected }) => {
    const door = await doorOf(scheme);
    const signed = over === undefined ? BODY : over(BODY);
    const shown = credentialsOf(
      { source: door.source, secret: isStranger === true ? scheme.stranger : scheme.secret, id: "m1", nowSeconds: NOW, body: signed },
      spoil,
    );
    const headers = Object.fromEntries(Object.entries({ "content-type": ["application/xml"], ...shown }).filter(([, values]) => values.length > 0));
    const answer = await door.post({ headers, body: BODY, site: "hamburg" });
    expect(outcomeOf(answer)).toEqual(expected(scheme.settings.scheme));
    expect(door.world.written().length > 0).toBe(answer.status === 202);
    expect(door.world.queued()).toBe(answer.status === 202 ? 1 : 0);
    expect(answer.body).not.toContain(scheme.secret);
  });

  it.each([
    ["29", "missing", undefined, 400, "ORL-DOOR-009"],
    ["29", "blank", " ", 400, "ORL-DOOR-009"],
    ["44", "of 201 characters", "m".repeat(201), 400, "ORL-DOOR-010"],
  ])("class %s: its id %s", async (_class, _name, id, status, code) => {
    const door = await doorOf(scheme);
    const shown = credentialsOf({ source: door.source, secret: scheme.secret, id: id ?? "m1", nowSeconds: NOW, body: BODY });
    const headers = Object.entries({ "content-type": ["application/xml"], ...shown }).filter(([name]) => id !== undefined || !/-id$/.test(name));
    const answer = await door.post({ headers: Object.fromEntries(headers), body: BODY, site: "hamburg" });
    expect(outcomeOf(answer)).toEqual({ status, code });
    expect(door.world.written()).toEqual([]);
  });

  it("class 57: the same message replayed is known, and makes no second document", async () => {
    const door = await doorOf(scheme);
    const headers = {
      "content-type": ["application/xml"],
      ...credentialsOf({ source: door.source, secret: scheme.secret, id: "m1", nowSeconds: NOW, body: BODY }),
    };
    const answers = [await door.post({ headers, body: BODY, site: "hamburg" }), await door.post({ headers, body: BODY, site: "hamburg" })];
    expect(answers.map(({ body }) => /"result":"(\w+)"/.exec(body)?.[1])).toEqual(["accepted", "duplicate"]);
    expect(door.world.queued()).toBe(1);
  });
});

it("a token of ours is no access token of the issuer, nor the other way round", async () => {
  const door = await xmlDoor("sap-idoc", { scheme: rulesFor(KEYS), jwks });
  const headers = { "content-type": ["application/xml"], authorization: [`Bearer ${TOKENS.valid}`] };
  expect(outcomeOf(await door.post({ headers, body: BODY, site: "hamburg" }))).toEqual({ status: 401, code: "ORL-DOOR-014" });
});
