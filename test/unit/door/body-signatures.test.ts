import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBodySigned, readBodySignature, signBody } from "../../../core/access/body-signature.ts";
import { bytesOf, json, order } from "../../bad-input/documents.ts";
import { BY_DIGEST, HMAC, KEY, macOf, outcome, schemeWorld, send, withStrayBit } from "./scheme-requests.ts";

const BODY = json(order("1"));
const UNSIGNED = "401 ORL-DOOR-012";
const HEX = { ...HMAC, header: "X-Hub-Signature-256", encoding: "hex", prefix: "sha256=" } as const;
const right = macOf(BODY, "base64");
const rightHex = macOf(BODY, "hex");

/** Class of BAD-INPUT.md, what is wrong, the header's values, what it gets. */
const BASE64_CASES: readonly (readonly [string, string, readonly string[], string])[] = [
  ["–", "right", [right], "202"],
  ["38", "missing", [], UNSIGNED],
  ["38", "empty", [""], UNSIGNED],
  ["38", "blank", [" ".repeat(44)], UNSIGNED],
  ["43", "repeated, both right", [right, right], "400 ORL-DOOR-008"],
  ["38", "cut short", [right.slice(0, -1)], UNSIGNED],
  ["38", "cut by a whole group", [right.slice(0, -4)], UNSIGNED],
  ["38", "too long", [`${right}AAAA`], UNSIGNED],
  ["38", "10 KB long", [right.repeat(240)], UNSIGNED],
  ["38", "one letter changed", [right.replace(/^./, right.startsWith("A") ? "B" : "A")], UNSIGNED],
  ["38", "a stray bit after the last byte", [withStrayBit(right)], UNSIGNED],
  [
    "38",
    "base64url",
    [
      macOf(json(order("72")), "base64")
        .replaceAll("+", "-")
        .replaceAll("/", "_"),
    ],
    UNSIGNED,
  ],
  ["38", "hex for base64", [rightHex], UNSIGNED],
  ["38", "with a prefix where there is none", [`sha256=${right}`], UNSIGNED],
  ["38", "under another secret", [macOf(BODY, "base64", "another")], UNSIGNED],
  ["38", "under no secret", [macOf(BODY, "base64", "")], UNSIGNED],
  ["38", "over another body", [macOf(bytesOf("{}"), "base64")], UNSIGNED],
  ["45", "over the re-stringified body", [macOf(bytesOf(JSON.stringify(order("1"), undefined, 1)), "base64")], UNSIGNED],
  ["64", "with a line break", [`${right}\r\nx: y`], UNSIGNED],
];

const HEX_CASES: readonly (readonly [string, string, readonly string[], string])[] = [
  ["–", "right", [`sha256=${rightHex}`], "202"],
  ["–", "right, in capitals", [`sha256=${rightHex.toUpperCase()}`], "202"],
  ["38", "without its prefix", [rightHex], UNSIGNED],
  ["38", "with another prefix", [`sha512=${rightHex}`], UNSIGNED],
  ["38", "with its prefix in capitals", [`SHA256=${rightHex}`], UNSIGNED],
  ["38", "its prefix alone", ["sha256="], UNSIGNED],
  ["38", "SHA-1 of the same secret", ["sha1=0123456789012345678901234567890123456789"], UNSIGNED],
  ["38", "base64 for hex", [`sha256=${right}`], UNSIGNED],
  ["38", "one digit no hex", [`sha256=g${rightHex.slice(1)}`], UNSIGNED],
  ["38", "the last digit no hex", [`sha256=${rightHex.slice(0, -1)}g`], UNSIGNED],
  ["38", "a digit short", [`sha256=${rightHex.slice(1)}`], UNSIGNED],
  ["38", "two digits long", [`sha256=${rightHex}00`], UNSIGNED],
  ["43", "repeated", [`sha256=${rightHex}`, "sha256=00"], "400 ORL-DOOR-008"],
];

describe("a signature of the body alone", () => {
  it.each(BASE64_CASES)("in base64, class %s: %s", async (_class, _name, values, expected) => {
    const world = await schemeWorld({ ...HMAC, ...BY_DIGEST });
    expect(await outcome(world, { [HMAC.header]: values }, BODY)).toBe(expected);
  });

  it.each(HEX_CASES)("in hex with a prefix, class %s: %s", async (_class, _name, values, expected) => {
    const world = await schemeWorld({ ...HEX, ...BY_DIGEST });
    expect(await outcome(world, { [HEX.header]: values }, BODY)).toBe(expected);
  });

  it("is that of RFC 4231's second case and of GitHub's own example", () => {
    const read = (value: string, how: typeof HMAC | typeof HEX) => readBodySignature({ [how.header.toLowerCase()]: [value] }, how);
    const github = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    expect(signBody(bytesOf("Hello, World!"), "It's a Secret to Everybody", HEX)).toBe(github);
    const answer = read(github, HEX);
    expect(answer.kind === "read" && isBodySigned(answer.signature, bytesOf("Hello, World!"), ["It's a Secret to Everybody"])).toBe(true);
    const rfc = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect(signBody(bytesOf("what do ya want for nothing?"), "Jefe", { encoding: "hex", prefix: "" })).toBe(rfc);
    expect(signBody(bytesOf("what do ya want for nothing?"), "Jefe", HMAC)).toBe(Buffer.from(rfc, "hex").toString("base64"));
  });

  it("is right under any of the secrets now valid, and under none that was taken away", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_DIGEST }, ["a new one", KEY]);
    expect(await outcome(world, { [HMAC.header]: right }, BODY)).toBe("202");
    world.secrets.set("erp-webhook", ["a new one"]);
    expect(await outcome(world, { [HMAC.header]: right }, BODY)).toBe(UNSIGNED);
    expect(await outcome(world, { [HMAC.header]: macOf(BODY, "base64", "a new one") }, BODY)).toBe("202");
  });

  it("lets nobody in while the secrets cannot be asked, and names no secret in log or answer", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_DIGEST });
    world.secrets.setDown(true);
    const closed = await send(world, { [HMAC.header]: right }, BODY);
    expect(closed).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    world.secrets.setDown(false);
    const refused = await send(world, { [HMAC.header]: right.replace(/^./, "!") }, BODY);
    for (const answer of [closed, refused]) expect(JSON.stringify(answer)).not.toContain(KEY);
    expect(JSON.stringify(refused)).not.toContain(macOf(BODY, "base64"));
  });

  it("asks for no secret where the signature's form alone shows that it is none", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_DIGEST });
    world.secrets.setDown(true);
    expect(await outcome(world, { [HMAC.header]: "AAAA" }, BODY)).toBe(UNSIGNED);
  });

  it("is refused for a body with any single bit changed", async () => {
    await fc.assert(
      fc.property(fc.nat(BODY.length * 8 - 1), (bit) => {
        const changed = BODY.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect([isBodySigned(Buffer.from(right, "base64"), BODY, [KEY]), isBodySigned(Buffer.from(right, "base64"), changed, [KEY])]).toEqual([true, false]);
      }),
      { numRuns: 500 },
    );
  });

  it("is over the bytes as they were sent, which are compressed where they are", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_DIGEST });
    const sent = gzipSync(BODY);
    expect(await outcome(world, { [HMAC.header]: right, "content-encoding": "gzip" }, sent)).toBe(UNSIGNED);
    expect(await outcome(world, { [HMAC.header]: macOf(sent, "base64"), "content-encoding": "gzip" }, sent)).toBe("202");
  });

  it("is over raw bytes that are no text", async () => {
    await fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        expect(isBodySigned(Buffer.from(macOf(body, "hex"), "hex"), body, [KEY])).toBe(true);
      }),
    );
  });

  it("never throws, whatever the header holds", async () => {
    await fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), fc.boolean(), (value, isHex) => {
        const how = isHex ? HEX : HMAC;
        expect(readBodySignature({ [how.header.toLowerCase()]: [how.prefix + value] }, how).kind).toBe("refused");
      }),
    );
  });
});
