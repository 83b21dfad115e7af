import { describe, expect, it } from "vitest";
import { SecretReplaced } from "../../../core/access/secret-form.ts";
import { ADMIN, accessWorld, HAMBURG_ADMIN } from "./access-world.ts";

const [OLDEST, OLD, NEW] = ["b2xkZXN0IHNlY3JldA==", "b2xkIHNlY3JldCBvZiBvdXJz", "bmV3IHNlY3JldCBvZiBvdXJz"].map((text) => `whsec_${text}`);
const put = (value: unknown, change: Readonly<Record<string, unknown>> = {}, path = "/v1/connections/erp/secrets/source") =>
  ({ method: "POST", path, body: { value, why: "rotated by agreement", ...change }, aws: ADMIN }) as const;

describe("a connection's secret", () => {
  it("is put beside the former one, and the one before that is no longer valid", async () => {
    const world = await accessWorld();
    world.versions.set("erp-webhook", [String(OLD), String(OLDEST)]);
    const answer = await world.ask(put(NEW));
    expect(answer.status, answer.body).toBe(200);
    expect(world.versions.puts).toMatchObject([{ name: "erp-webhook", values: [NEW, OLD] }]);
    expect(SecretReplaced.parse(JSON.parse(answer.body))).toEqual({ secret: "erp-webhook", version: world.versions.puts[0]?.version, valid: 2 });
  });

  it("is put alone where the former one has leaked, where it was never filled, and twice is once", async () => {
    const world = await accessWorld();
    await world.ask(put(OLD));
    await world.ask(put(OLD));
    await world.ask(put(NEW, { alone: true }));
    expect(world.versions.puts.map(({ values }) => values)).toEqual([[OLD], [OLD], [NEW]]);
  });

  it("is recorded before it is put, by name and version, and its value is told nowhere", async () => {
    const world = await accessWorld();
    const answer = await world.ask(put(NEW));
    const { version } = SecretReplaced.parse(JSON.parse(answer.body));
    expect(world.told.entries).toMatchObject([
      { action: "secret", what: "erp-webhook", why: "rotated by agreement", details: { connection: "erp", which: "source", version, formerStaysValid: false } },
    ]);
    expect(JSON.stringify([world.told.entries, world.ledger.all(), answer])).not.toContain(String(NEW).slice(6));
    world.told.breakDown();
    await expect(world.ask(put(OLD))).rejects.toThrow("cannot be written");
    expect(world.versions.puts).toHaveLength(1);
  });

  it.each([
    ["no value", undefined],
    ["too short a value", "whsec_a"],
    ["a value that is not of its scheme's form", "a bearer token that is long enough"],
    ["a line break in it", `${NEW}\r\n`],
    ["too long a value", `whsec_${"a".repeat(4096)}`],
  ])("is refused with %s, and the value is not quoted", async (_name, value) => {
    const world = await accessWorld();
    const answer = await world.ask(put(value));
    expect(answer.status).toBe(422);
    if (value !== undefined) expect(answer.body).not.toContain(value.trim());
    expect(world.told.entries).toEqual([]);
    expect(world.versions.puts).toEqual([]);
  });

  it("is refused without a reason, and with a member that nobody knows (class 69)", async () => {
    const world = await accessWorld();
    for (const change of [{ why: undefined }, { why: "a\nb" }, { version: "mine" }]) expect((await world.ask(put(NEW, change))).status).toBe(422);
    expect(world.versions.puts).toEqual([]);
  });

  it("is not there for a connection without one, nor for who does not hold the connection", async () => {
    const world = await accessWorld();
    for (const path of [
      "/v1/connections/mes-hamburg/secrets/source",
      "/v1/connections/erp/secrets/call",
      "/v1/connections/erp/secrets/all",
      "/v1/connections/nobody/secrets/source",
    ]) {
      expect((await world.ask(put(NEW, {}, path))).status).toBe(404);
    }
    const { aws: _aws, ...hanna } = put(NEW);
    expect((await world.ask({ ...hanna, token: HAMBURG_ADMIN })).status).toBe(404);
    expect(world.versions.puts).toEqual([]);
  });
});
