import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAllowed } from "../../../core/access/allowlist.ts";
import { authorize } from "../../../core/access/authorize.ts";
import type { Wanted } from "../../../core/access/grants.ts";
import { DamagedSecret, isSigned, readWebhookClaims, signWebhook, type WebhookClaims } from "../../../core/access/standard-webhooks.ts";
import { doorWorld, START, TOKENS } from "../door/door-world.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The example of the Standard Webhooks specification's own test suites. */
const VECTOR = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  body: bytesOf('{"test": 2432232314}'),
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const claims = (signature: string, timestamp = VECTOR.timestamp): WebhookClaims => {
  const read = readWebhookClaims(
    { "webhook-id": [VECTOR.id], "webhook-timestamp": [timestamp], "webhook-signature": [signature] },
    Number(VECTOR.timestamp) * 1000,
    300,
  );
  if (read.kind === "refused") throw new Error(read.detail);
  return read;
};

describe("Standard Webhooks", () => {
  it("signs and verifies the specification's example", () => {
    expect(signWebhook(VECTOR.id, VECTOR.timestamp, VECTOR.body, VECTOR.secret)).toBe(VECTOR.signature);
    expect(isSigned(claims(VECTOR.signature), VECTOR.body, [VECTOR.secret])).toBe(true);
  });

  it("takes a signature under any of the secrets now valid, and under no other", () => {
    const other = `whsec_${Buffer.from("another").toString("base64")}`;
    expect(isSigned(claims(VECTOR.signature), VECTOR.body, [other, VECTOR.secret])).toBe(true);
    expect(isSigned(claims(VECTOR.signature), VECTOR.body, [other])).toBe(false);
    expect(isSigned(claims(VECTOR.signature), VECTOR.body, [])).toBe(false);
  });

  it("refuses a body with any one byte changed", async () => {
    await fc.assert(
      fc.property(fc.nat(VECTOR.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const body = VECTOR.body.map((byte, index) => (index === at ? byte ^ change : byte));
        expect(isSigned(claims(VECTOR.signature), body, [VECTOR.secret])).toBe(false);
      }),
    );
  });

  it("verifies raw bytes that are no text", async () => {
    await fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(isSigned(claims(signWebhook(VECTOR.id, VECTOR.timestamp, body, VECTOR.secret)), body, [VECTOR.secret])).toBe(true);
      }),
    );
  });

  it("lets nobody in by a secret of ours that is damaged", () => {
    for (const secret of ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_not base64!"])
      expect(() => isSigned(claims(VECTOR.signature), VECTOR.body, [secret])).toThrow(DamagedSecret);
  });

  it.each([-301, -300, -299, 0, 299, 300, 301])("answers a timestamp %i s away by its tolerance of 300 s, both ends included", (shift) => {
    const read = readWebhookClaims(
      { "webhook-id": ["a"], "webhook-timestamp": [String(1_700_000_000 + shift)], "webhook-signature": ["v1,AAAA"] },
      1_700_000_000_999,
      300,
    );
    expect(read.kind).toBe(Math.abs(shift) <= 300 ? "claims" : "refused");
  });
});

describe("the address list", () => {
  it.each([
    ["192.0.2.1", ["192.0.2.0/24"], true],
    ["192.0.3.1", ["192.0.2.0/24"], false],
    ["192.0.2.1", ["192.0.2.1"], true],
    ["::ffff:192.0.2.1", ["192.0.2.0/24"], true],
    ["2001:db8::5", ["2001:db8::/64"], true],
    ["2001:db9::5", ["2001:db8::/64"], false],
    ["192.0.2.1", [], true],
    ["192.0.2.1", ["nonsense", "192.0.2.0/33", "192.0.2.0/x", "/"], false],
    ["nonsense", ["0.0.0.0/0"], false],
    ["192.0.2.1, 10.0.0.1", ["192.0.2.0/24"], false],
  ])("%s in %j: %s", (address, blocks, allowed) => {
    expect(isAllowed(address, blocks)).toBe(allowed);
  });
});

describe("authorize", () => {
  const ask = async (token: string, wanted: Wanted): Promise<number | string> => {
    const world = await doorWorld();
    const answer = await authorize({ headers: { authorization: [`Bearer ${token}`] } }, wanted, world);
    return answer.kind === "allowed" ? answer.principal : answer.problem.status;
  };

  it("allows what the grant covers, and names who it is", async () => {
    expect(await ask(TOKENS.valid, { action: "lease", site: "hamburg" })).toBe("the plant's agent");
    expect(await ask(TOKENS.valid, { action: "post", site: "hamburg", connection: "mes-hamburg", type: "MaterialActual" })).toBe("the plant's agent");
  });

  it("answers 404 to a valid token for all that its grant does not cover", async () => {
    const others: Wanted[] = [
      { action: "command", site: "hamburg" },
      { action: "lease", site: "suzhou" },
      { action: "lease", site: "atlantis" },
      { action: "post", site: "hamburg", connection: "erp" },
      { action: "post", site: "hamburg", type: "OperationsRequest" },
    ];
    expect(await Promise.all(others.map((wanted) => ask(TOKENS.valid, wanted)))).toEqual(others.map(() => 404));
  });

  it("answers every bad token in the same words", async () => {
    const world = await doorWorld();
    const wanted: Wanted = { action: "lease", site: "hamburg" };
    const headers = [TOKENS.unknown, TOKENS.expired, TOKENS.revoked, TOKENS.malformed, "x".repeat(10_240), ""].map((token) => ({
      authorization: [`Bearer ${token}`],
    }));
    const others = [
      {},
      { authorization: [TOKENS.valid] },
      { authorization: [`Basic ${TOKENS.valid}`] },
      { authorization: [`Bearer ${TOKENS.valid}`, "Bearer x"] },
    ];
    const answers = await Promise.all([...headers, ...others].map((one) => authorize({ headers: one }, wanted, world)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ kind: "refused", problem: { status: 401, code: "ORL-DOOR-014" } });
  });

  it("ends a token at its very millisecond, and keeps it nowhere", async () => {
    const world = await doorWorld();
    const headers = { authorization: [`Bearer ${TOKENS.valid}`] };
    const wanted: Wanted = { action: "lease", site: "hamburg" };
    expect((await authorize({ headers }, wanted, world)).kind).toBe("allowed");
    world.clock.advanceTo(START + 1);
    expect((await authorize({ headers }, wanted, world)).kind).toBe("refused");
    expect(JSON.stringify(world.ledger.all())).not.toContain(TOKENS.valid);
  });
});
