import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { list, verify } from "../../../cli/audit.ts";
import { GrantGiven } from "../../../core/access/grant-shapes.ts";
import { recordKey } from "../../../core/audit/records.ts";
import { type AccessWorld, ADMIN, accessWorld } from "../access/access-world.ts";
import { START } from "../door/door-world.ts";
import { accessServer } from "./access-server.ts";
import { runCli } from "./run-cli.ts";
import { signaturesOf } from "./signature-check.ts";

let world: AccessWorld;
let api: Awaited<ReturnType<typeof accessServer>>;

beforeEach(async () => {
  world = await accessWorld();
  world.clock.advanceTo(Math.max(START, Date.now()));
  const { sites, connections } = world.settings;
  const everything = { sites: sites.map(({ id }) => id), connections: connections.map(({ id }) => id), expiresAt: world.clock.now() + 300 * 86_400_000 };
  await world.put(TOKEN.ORDERLANE_TOKEN, everything);
  api = await accessServer(world, ADMIN);
});
afterEach(() => api.close());

const SECRET_KEY = "the-secret-access-key-of-a-test";
const AWS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_SESSION_TOKEN: "session-token", AWS_REGION: "eu-central-1" };
const cli = (args: readonly string[], env: Readonly<Record<string, string>> = AWS) => runCli(args, { ORDERLANE_URL: api.url, ...env });
const GRANT = ["access", "grant", "the plant's agent", "--sites", "hamburg", "--actions", "lease,verdict", "--days", "90", "--why", "line 4"];
const recorded = (what: string) => world.audit.record({ who: "ann", from: "203.0.113.7", action: "replay", what, why: "it is there now", details: {} });
const TOKEN = { ORDERLANE_TOKEN: `orl_${"t".repeat(26)}` };
const byToken = (args: readonly string[]) => cli(args, TOKEN);

/** A command's own function in this process, as its command line would call it: starting a process for each costs more than the rest of this file. */
async function inProcess(
  command: (options: {
    readonly url: string;
    readonly json: boolean;
    readonly known: string[];
    readonly from?: string;
    readonly to?: string;
  }) => Promise<number>,
  options: { readonly json?: true; readonly from?: string; readonly to?: string } = {},
) {
  const out: string[] = [];
  vi.stubEnv("ORDERLANE_TOKEN", TOKEN.ORDERLANE_TOKEN);
  const written = vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  try {
    const code = await command({ url: api.url, json: false, known: [], ...options });
    return { code, stdout: out.join("") };
  } finally {
    written.mockRestore();
    vi.unstubAllEnvs();
  }
}
const today = () => new Date(world.clock.now()).toISOString().slice(0, 10);

describe("orderlane access, with an AWS identity", () => {
  it("signs each request under /aws, and never sends the secret key", async () => {
    const given = await cli(GRANT);
    expect(given).toMatchObject({ code: 0, stderr: "" });
    expect(given.stdout).toMatch(/^grant [0-9a-z]{26} of the plant's agent until .*\ntoken: orl_[0-9a-z]{26}\nIt is told this once/);
    const [request] = api.seen;
    expect(request?.path).toBe("/aws/v1/access/grants");
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
    expect(request?.headers["x-amz-security-token"]).toBe("session-token");
    expect(JSON.stringify(api.seen)).not.toContain(SECRET_KEY);
  });

  it("makes the signature that API Gateway asks for, of a body, a query and a path with other than plain characters", async () => {
    await Promise.all([cli(GRANT), cli(["access", "list", "--all"]), cli(["access", "revoke", "a b/工*(1)", "--why", "lost"])]);
    for (const request of api.seen) {
      const { right, sent } = signaturesOf(request, SECRET_KEY, "/live");
      expect({ path: request.path, sent }).toEqual({ path: request.path, sent: right });
    }
    expect(api.seen.map(({ path }) => path)).toEqual(expect.arrayContaining([expect.stringContaining("?state=all"), expect.stringContaining("a%20b%2F")]));
  });

  it("is not used where a token is set, unless --aws says so, wherever it stands", async () => {
    const both = { ...AWS, ORDERLANE_TOKEN: `orl_${"z".repeat(26)}` };
    expect(await cli(["access", "list"], both)).toMatchObject({ code: 1, stderr: expect.stringContaining("ORL-DOOR-014") });
    expect(await cli(["access", "list", "--aws"], both)).toMatchObject({ code: 0, stdout: "no grants\n" });
    expect(api.seen.map(({ path }) => path.split("?")[0])).toEqual(["/v1/access/grants", "/aws/v1/access/grants"]);
  });

  it("says what to do without credentials, and without a region", async () => {
    const nothing = { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nowhere", AWS_REGION: "eu-central-1" };
    expect(await cli(["access", "list"], { HOME: "/nowhere" })).toMatchObject({ code: 2, stderr: expect.stringContaining("--aws") });
    expect(await cli(["access", "list", "--aws"], nothing)).toMatchObject({ code: 1, stderr: expect.stringContaining("aws sso login") });
    const { AWS_REGION: _none, ...withoutRegion } = AWS;
    expect(await cli(["access", "list"], withoutRegion)).toMatchObject({ code: 2, stderr: expect.stringContaining("set AWS_REGION") });
  });

  it("lists without token or hash, and revokes", async () => {
    const given = GrantGiven.parse(JSON.parse((await cli([...GRANT, "--json"])).stdout));
    const listed = await cli(["access", "list"]);
    expect(listed.stdout).toMatch(new RegExp(`${given.id} +the plant's agent +active +.*never +hamburg +lease,verdict`));
    expect(listed.stdout).not.toContain("orl_");
    expect(await cli(["access", "revoke", given.id, "--why", "lost"])).toMatchObject({
      code: 0,
      stdout: `grant ${given.id} of the plant's agent is in force no more\n`,
    });
    expect(await cli(["access", "revoke", "x", "--why", "lost"])).toMatchObject({ code: 1, stderr: expect.stringContaining("orderlane access list") });
  });

  it("tells a refusal in the API's words, with its place and the exit code 1", async () => {
    const refused = await cli([...GRANT.slice(0, 3), "--sites", "atlantis", ...GRANT.slice(5)]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no site atlantis (ORL-DOOR-041)") });
  });
});

describe("orderlane audit", () => {
  it("lists who did what, from where and why, and proves that the chain is whole", async () => {
    await recorded("document 7");
    const listed = await byToken(["audit", "list"]);
    expect(listed.stdout).toContain(`${today()}/1  `);
    expect(listed.stdout).toContain("ann (203.0.113.7)  replay document 7: it is there now");
    const verified = await byToken(["audit", "verify"]);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("the audit is whole: 1 records of 1 days") });
    const known = /--known (\S+)/.exec(verified.stdout)?.[1];
    const forged = String(known).replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(await byToken(["audit", "verify", "--known", forged])).toMatchObject({ code: 3, stdout: expect.stringContaining(`broken at ${today()}/1`) });
  });

  it("names the record and ends with 3 where one was altered in the table, removed, or the tail cut off", async () => {
    for (let count = 0; count < 3; count += 1) await recorded(String(count));
    const key = recordKey(today(), 2);
    const whole = await world.ledger.read(key);
    if (whole === undefined) throw new Error("there is no second record");
    await world.ledger.write([{ kind: "update", key, set: { who: "somebody else" } }]);
    const altered = await inProcess(verify, { json: true });
    expect(altered.code).toBe(3);
    expect(JSON.parse(altered.stdout)).toMatchObject({ kind: "broken", at: `${today()}/2` });
    await world.ledger.write([{ kind: "delete", key }]);
    expect(await inProcess(verify)).toMatchObject({ code: 3, stdout: expect.stringContaining(`broken at ${today()}/3`) });
    await world.ledger.write([{ kind: "put", item: whole }]);
    await world.ledger.write([{ kind: "delete", key: recordKey(today(), 3) }]);
    expect(await inProcess(verify)).toMatchObject({ code: 3, stdout: expect.stringContaining(`broken at ${today()}/3`) });
  });

  it("reads many pages, a span of days, and says what is no day", async () => {
    for (let count = 0; count < 205; count += 1) await recorded(String(count));
    world.clock.advance(2 * 86_400_000);
    await recorded("later");
    expect((await inProcess(verify)).stdout).toContain("206 records of 2 days");
    expect((await inProcess(verify, { from: today() })).stdout).toContain("1 records of 1 days");
    const former = new Date(world.clock.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    expect((await inProcess(verify, { to: former })).stdout).toContain("205 records of 1 days");
    expect((await inProcess(list)).stdout).toMatch(/^\S+\/1 .*later: it is there now\n$/);
    expect(await byToken(["audit", "list", "--from", "yesterday"])).toMatchObject({ code: 2 });
  });

  it("shows what stands in a record, and obeys none of it", async () => {
    await world.audit.record({ who: "\u001b[2Jann", from: "b", action: "c", what: "d", why: "e\r\nf", details: { name: "\u202egnp" } });
    const { stdout } = await inProcess(list);
    expect(stdout).toContain("\\u001b[2Jann");
    for (const character of ["\u001b", "\u202e", "\r"]) expect(stdout).not.toContain(character);
  });
});

describe("orderlane secret put", () => {
  const VALUE = `whsec_${Buffer.from("a new secret of the ERP").toString("base64")}`;

  it("takes the value from a variable, and prints it nowhere", async () => {
    world.versions.set("erp-webhook", ["whsec_b2xkIHNlY3JldCBvZiBvdXJz"]);
    const done = await cli(["secret", "put", "erp", "--which", "source", "--from-env", "NEW", "--why", "yearly"], { ...TOKEN, NEW: VALUE });
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("the former value stays valid") });
    expect(done.stdout + done.stderr).not.toContain(VALUE.slice(6));
    expect(world.versions.puts[0]?.values).toEqual([VALUE, "whsec_b2xkIHNlY3JldCBvZiBvdXJz"]);
    expect((await byToken(["audit", "list"])).stdout).not.toContain(VALUE.slice(6));
  });

  it("says what is missing, and why the API refuses", async () => {
    const args = ["secret", "put", "erp", "--which", "source", "--from-env", "NEW", "--why", "yearly"];
    expect(await byToken(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("NEW is not set") });
    expect(await cli(args, { ...TOKEN, NEW: "not a webhook secret" })).toMatchObject({ code: 1, stderr: expect.stringContaining("whsec_") });
  });
});
