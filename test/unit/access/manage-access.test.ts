import { beforeEach, describe, expect, it } from "vitest";
import { authorize } from "../../../core/access/authorize.ts";
import { GrantGiven, GrantsAnswer, GrantTold } from "../../../core/access/grant-shapes.ts";
import { AuditAnswer } from "../../../core/audit/audit-shapes.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { createManageAccess } from "../../../functions/manage-access/manage-access.ts";
import { START } from "../door/door-world.ts";
import { ACCOUNT, type AccessWorld, ADMIN, accessWorld, HAMBURG_ADMIN, OPERATOR } from "./access-world.ts";

let world: AccessWorld;
beforeEach(async () => {
  world = await accessWorld();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AGENT = {
  principal: "the plant's agent",
  sites: ["hamburg"],
  connections: ["mes-hamburg"],
  types: ["MaterialActual"],
  actions: ["post", "lease"],
  days: 90,
  why: "the new agent of line 4",
};
const give = async (change: Readonly<Record<string, unknown>> = {}, who: { aws?: typeof ADMIN; token?: string } = { aws: ADMIN }) => {
  const answer = await world.ask({ method: "POST", path: "/v1/access/grants", body: { ...AGENT, ...change }, ...who });
  expect(answer.status, answer.body).toBe(201);
  return GrantGiven.parse(JSON.parse(answer.body));
};
const refusal = async (change: Readonly<Record<string, unknown>>, who: { aws?: typeof ADMIN; token?: string } = { aws: ADMIN }) => {
  const { status, body } = await world.ask({ method: "POST", path: "/v1/access/grants", body: { ...AGENT, ...change }, ...who });
  const { code, path, detail } = ProblemBody.parse(JSON.parse(body));
  return { status, code, path, detail };
};
const list = async (query = "", who: { aws?: typeof ADMIN; token?: string } = { aws: ADMIN }) =>
  GrantsAnswer.parse(JSON.parse((await world.ask({ path: `/v1/access/grants${query}`, ...who })).body)).grants;
const revoke = (id: string, who: { aws?: typeof ADMIN; token?: string } = { aws: ADMIN }) =>
  world.ask({ method: "POST", path: `/v1/access/grants/${id}/revocation`, body: { why: "lost" }, ...who });
const enter = async (token: string | undefined) => {
  const answer = await authorize({ headers: { authorization: [`Bearer ${token}`] } }, { action: "lease", site: "hamburg" }, world);
  return answer.kind === "allowed" ? answer.principal : answer.problem.status;
};

describe("a grant", () => {
  it("gives a token that is told once, kept nowhere, and lets in for what was granted", async () => {
    const given = await give();
    expect(given.token).toMatch(/^orl_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(await enter(given.token)).toBe("the plant's agent");
    expect(JSON.stringify(world.ledger.all())).not.toContain(given.token);
    const [listed] = await list();
    expect(listed).toMatchObject({
      id: given.id,
      by: "token",
      state: "active",
      createdBy: "aws:arn:aws:iam::111122223333:role/orderlane-admins",
      why: AGENT.why,
    });
    expect(listed).not.toHaveProperty("token");
    expect(JSON.stringify(await list("?state=all"))).not.toMatch(/orl_|[0-9a-f]{64}/);
  });

  it("is answered so that nobody on the way keeps the token", async () => {
    const answer = await world.ask({ method: "POST", path: "/v1/access/grants", body: AGENT, aws: ADMIN });
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it("is recorded before it is given, with who, where from and why, and without token or hash", async () => {
    const { id, token } = await give();
    expect(world.told.entries).toEqual([
      {
        who: "aws:arn:aws:iam::111122223333:role/orderlane-admins",
        from: "203.0.113.7, session ann",
        action: "grant",
        what: id,
        why: AGENT.why,
        details: expect.objectContaining({ principal: "the plant's agent", sites: ["hamburg"], actions: ["post", "lease"], by: "token" }),
      },
    ]);
    expect(JSON.stringify(world.told.entries)).not.toContain(String(token));
    world.told.breakDown();
    const before = world.ledger.all();
    await expect(world.ask({ method: "POST", path: "/v1/access/grants", body: AGENT, aws: ADMIN })).rejects.toThrow("cannot be written");
    await expect(revoke(id)).rejects.toThrow("cannot be written");
    expect(world.ledger.all()).toEqual(before);
  });

  it("ends with its days", async () => {
    const { token, expiresAt } = await give({ days: 1 });
    expect(expiresAt).toBe(new Date(START + DAY).toISOString());
    world.clock.advanceTo(START + DAY - 1);
    expect(await enter(token)).toBe("the plant's agent");
    world.clock.advance(1);
    expect(await enter(token)).toBe(401);
    expect(await list()).toEqual([]);
    expect(await list("?state=all")).toMatchObject([{ state: "expired" }]);
  });

  it("that names what the settings no longer do is still told, and still revoked", async () => {
    const { sites, connections } = world.settings;
    const given = await give({ sites: ["hamburg", "suzhou"], connections: ["mes-hamburg", "mes-suzhou"] });
    const later = createManageAccess({
      ...world,
      settings: { ...world.settings, sites: sites.filter(({ id }) => id !== "suzhou"), connections: connections.filter(({ id }) => id !== "mes-suzhou") },
    });
    const asked = { query: {}, path: {}, headers: { "content-type": ["application/json"] }, body: new Uint8Array(), sourceIp: "203.0.113.7", aws: ADMIN };
    const told = await later({ ...asked, method: "GET", resource: "/v1/access/grants" });
    expect(GrantsAnswer.parse(JSON.parse(told.body)).grants.map(({ id }) => id)).toContain(given.id);
    const body = Buffer.from(JSON.stringify({ why: "its notebook was lost" }));
    const ended = await later({ ...asked, method: "POST", resource: "/v1/access/grants/{id}/revocation", path: { id: given.id }, body });
    expect(ended.status).toBe(200);
    expect(await enter(given.token)).toBe(401);
  });

  it("is not there under an id that no grant can have, however long", async () => {
    for (const id of ["x", "0".repeat(1025), "9".repeat(8000), "%00"]) expect((await revoke(id)).status).toBe(404);
    expect(world.told.entries).toEqual([]);
  });

  it("is revoked from one millisecond to the next, and says by whom; once more is the same answer", async () => {
    const { id, token } = await give();
    expect(await enter(token)).toBe("the plant's agent");
    const first = await revoke(id);
    expect(GrantTold.parse(JSON.parse(first.body))).toMatchObject({ state: "revoked", revokedBy: "aws:arn:aws:iam::111122223333:role/orderlane-admins" });
    expect(await enter(token)).toBe(401);
    world.clock.advance(1000);
    expect((await revoke(id)).body).toBe(first.body);
    expect(world.told.entries.map(({ action, why }) => [action, why])).toEqual([
      ["grant", AGENT.why],
      ["revoke", "lost"],
    ]);
  });

  it.each([
    ["0 days", { days: 0 }, "/days"],
    ["367 days", { days: 367 }, "/days"],
    ["no end", { days: undefined }, "/days"],
    ["a day as text", { days: "90" }, "/days"],
    ["no site", { sites: [] }, "/sites"],
    ["no action", { actions: [] }, "/actions"],
    ["an action that is none", { actions: ["own"] }, "/actions/0"],
    ["a type that is none", { types: ["Everything"] }, "/types/0"],
    ["to post nothing", { types: [] }, "/types"],
    ["to post for nobody", { connections: [] }, "/connections"],
    ["no reason", { why: " " }, "/why"],
    ["no holder", { principal: undefined }, "/principal"],
    ["two holders", { aws: "arn:aws:iam::111122223333:role/x" }, "/principal"],
    ["a holder who looks like an AWS identity", { principal: "aws:arn:aws:iam::111122223333:role/orderlane-admins" }, "/principal"],
    ["the account's root", { principal: undefined, aws: "arn:aws:iam::111122223333:root" }, "/aws"],
    ["a line break in the holder's name", { principal: "agent\r\nset-cookie: a=b" }, "/principal"],
    ["a line feed in the reason", { why: 'good\n{"level":"INFO"}' }, "/why"],
    ["an escape sequence in the reason", { why: "\u001b[2Jgone" }, "/why"],
    ["a next line in the reason", { why: "a\u0085b" }, "/why"],
    ["class 69, its own expiry", { expiresAt: 9_999_999_999_999 }, "/"],
    ["class 69, its own token", { token: "orl_aaaaaaaaaaaaaaaaaaaaaaaaaa" }, "/"],
    ["class 69, its own giver", { createdBy: "ann" }, "/"],
    ["class 69, its own id", { id: "0".repeat(26) }, "/"],
    ["class 69, the table's key", { pk: "ACCESS#x", sk: "ACCESS" }, "/"],
    ["class 69, not revoked", { revoked: false }, "/"],
  ])("with %s is refused, and nothing is recorded", async (_name, change, path) => {
    expect(await refusal(change)).toMatchObject({ status: 422, code: "ORL-DOOR-041", path });
    expect(world.told.entries).toEqual([]);
    expect(await list("?state=all")).toEqual([]);
  });

  it("with __proto__ is refused before its shape is looked at (class 24)", async () => {
    const body = JSON.stringify(AGENT).replace("{", '{"__proto__":{"actions":["administer"]},');
    const answer = await world.ask({ method: "POST", path: "/v1/access/grants", body, aws: ADMIN });
    expect({ status: answer.status, code: ProblemBody.parse(JSON.parse(answer.body)).code }).toEqual({ status: 400, code: "ORL-DOOR-022" });
  });
});

describe("nobody gives what he does not hold", () => {
  const hanna = { token: HAMBURG_ADMIN };

  it("but all that he holds", async () => {
    expect(await give({ days: 30 }, hanna)).toMatchObject({ createdBy: "Hanna in Hamburg", principal: "the plant's agent" });
  });

  it.each([
    ["another site, in the words of one that is not there", { sites: ["hamburg", "suzhou"] }, 422, "/sites/1"],
    ["a site that is not there", { sites: ["atlantis"] }, 422, "/sites/0"],
    ["another connection", { connections: ["mes-hamburg", "erp"] }, 422, "/connections/1"],
    ["another type", { types: ["MaterialActual", "TestResult"] }, 403, "/types/1"],
    ["another action", { actions: ["lease", "command"] }, 403, "/actions/1"],
    ["a longer time", { days: 31 }, 403, "/days"],
  ])("not %s", async (_name, change, status, path) => {
    expect(await refusal({ days: 30, ...change }, hanna)).toMatchObject({ status, path });
    expect(world.told.entries).toEqual([]);
  });

  it("tells a site that he may not see in the very words of one that is not there", async () => {
    const [hidden, missing] = [await refusal({ sites: ["suzhou"] }, hanna), await refusal({ sites: ["atlantis"] }, hanna)];
    expect(hidden.detail.replace("suzhou", "atlantis")).toBe(missing.detail);
  });

  it("and neither sees nor ends what he could not have given", async () => {
    const own = await give({ days: 5 }, hanna);
    const others = await give({ sites: ["suzhou"], connections: ["mes-suzhou"] });
    const stronger = await give({ actions: ["post", "lease", "command"] });
    expect((await list("", hanna)).map(({ id }) => id)).toEqual([own.id]);
    expect((await list()).map(({ id }) => id)).toHaveLength(3);
    for (const { id } of [others, stronger]) expect((await revoke(id, hanna)).status).toBe(404);
    expect((await revoke("0".repeat(26), hanna)).body).toBe((await revoke(others.id, hanna)).body);
    expect((await revoke("no id at all", hanna)).status).toBe(404);
    expect((await revoke(own.id, hanna)).status).toBe(200);
  });

  it("nor reads an audit that tells of other sites", async () => {
    const answer = await world.ask({ path: "/v1/audit", ...hanna });
    expect(answer.status).toBe(404);
  });
});

describe("who may not administer", () => {
  const ROUTES = [
    { method: "POST", path: "/v1/access/grants", body: AGENT },
    { path: "/v1/access/grants" },
    { method: "POST", path: `/v1/access/grants/${"0".repeat(26)}/revocation`, body: { why: "x" } },
    { path: "/v1/audit" },
    { method: "POST", path: "/v1/connections/mes-hamburg/secrets/source", body: { value: "x".repeat(20), why: "x" } },
  ] as const;

  it.each(ROUTES)("is told that there is nothing at $path", async (route) => {
    expect((await world.ask({ ...route, token: OPERATOR })).status).toBe(404);
    expect((await world.ask({ ...route, aws: { arn: "arn:aws:iam::111122223333:role/nobody", account: ACCOUNT } })).status).toBe(404);
    expect((await world.ask(route)).status).toBe(401);
    expect((await world.ask({ ...route, token: `orl_${"z".repeat(26)}` })).status).toBe(401);
    expect(world.told.entries).toEqual([]);
  });

  it("learns nothing by AWS identity where the settings name no administrator", async () => {
    world = await accessWorld({ administrators: [] });
    expect((await world.ask({ path: "/v1/access/grants", aws: ADMIN })).status).toBe(404);
  });

  it("cannot name an identity in a header", async () => {
    for (const name of ["x-amz-user-arn", "x-amzn-iam-user-arn", "x-forwarded-user", "aws"]) {
      expect((await world.ask({ path: "/v1/access/grants", headers: { [name]: [ADMIN.arn] } })).status).toBe(401);
    }
  });
});

describe("a grant of an AWS identity", () => {
  const ROLE = "arn:aws-cn:iam::444455556666:role/aws-reserved/sso.amazonaws.com/cn-north-1/AWSReservedSSO_Operators_0123456789abcdef";
  const session = { arn: "arn:aws-cn:sts::444455556666:assumed-role/AWSReservedSSO_Operators_0123456789abcdef/li.wei@example.com", account: "444455556666" };
  const asRole = { principal: undefined, aws: ROLE, connections: [], types: [], actions: ["read", "administer"] };

  it("lets every session of the role in, whatever the role's path, and has no token", async () => {
    const given = await give(asRole);
    expect(given).toMatchObject({ by: "aws", principal: "aws:arn:aws-cn:iam::444455556666:role/AWSReservedSSO_Operators_0123456789abcdef" });
    expect(given).not.toHaveProperty("token");
    expect(await list("", { aws: session })).toMatchObject([{ id: given.id }]);
    expect((await list("", { aws: { ...session, arn: session.arn.replace("li.wei", "wang.fang") } })).map(({ id }) => id)).toEqual([given.id]);
    for (const arn of [
      session.arn.replace("Operators", "Readers"),
      session.arn.replace("444455556666", "111122223333"),
      session.arn.replace("aws-cn", "aws"),
    ]) {
      expect((await world.ask({ path: "/v1/access/grants", aws: { ...session, arn } })).status).toBe(404);
    }
  });

  it("is one at a time: revoked, the next one takes its place, and the former is no longer told", async () => {
    const first = await give(asRole);
    expect(await refusal(asRole)).toMatchObject({ status: 409, code: "ORL-DOOR-081" });
    await revoke(first.id);
    expect((await world.ask({ path: "/v1/access/grants", aws: session })).status).toBe(404);
    const second = await give(asRole);
    expect((await list("?state=all")).map(({ id }) => id)).toEqual([second.id]);
    expect((await revoke(first.id)).status).toBe(404);
  });
});

describe("the last use of a token", () => {
  const lastUsed = async () => (await list())[0]?.lastUsedAt;

  it("is noted once an hour, and not with each request", async () => {
    const { token } = await give();
    expect(await lastUsed()).toBeUndefined();
    await enter(token);
    expect(await lastUsed()).toBe(new Date(START).toISOString());
    world.clock.advance(HOUR - 1);
    await enter(token);
    expect(await lastUsed()).toBe(new Date(START).toISOString());
    world.clock.advance(1);
    await Promise.all([enter(token), enter(token), enter(token)]);
    expect(await lastUsed()).toBe(new Date(START + HOUR).toISOString());
  });

  it("refuses nobody where it cannot be noted, and is told as trouble", async () => {
    const { token } = await give();
    const broken = { ...world.ledger, write: () => Promise.reject(new Error("throttled")) };
    const { tokenUsage } = await import("../../../core/access/token-usage.ts");
    const usage = tokenUsage({ ledger: broken, clock: world.clock, onTrouble: (error) => world.troubles.push(error) });
    const answer = await authorize(
      { headers: { authorization: [`Bearer ${token}`] } },
      { action: "lease", site: "hamburg" },
      { ...world, ledger: broken, usage },
    );
    expect(answer.kind).toBe("allowed");
    expect(world.troubles).toEqual([new Error("throttled")]);
  });

  it("does not bring a grant back that is gone", async () => {
    const { token } = await give();
    const [item] = world.ledger.all().filter(({ pk, principal }) => pk.startsWith("ACCESS#") && principal === AGENT.principal);
    if (item === undefined) throw new Error("no grant");
    const ledger = {
      ...world.ledger,
      read: async (key: { pk: string; sk: string }) => {
        const found = await world.ledger.read(key);
        await world.ledger.write([{ kind: "delete", key: { pk: item.pk, sk: item.sk } }]);
        return found;
      },
    };
    await authorize({ headers: { authorization: [`Bearer ${token}`] } }, { action: "lease", site: "hamburg" }, { ...world, ledger });
    expect(world.ledger.all().some(({ pk }) => pk === item.pk)).toBe(false);
  });
});

describe("lists", () => {
  it("of grants go on, page after page, without one twice or missing", async () => {
    for (let count = 0; count < 230; count += 1) await give({ principal: `agent ${count}` });
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const answer = await world.ask({ path: `/v1/access/grants?state=all${after === undefined ? "" : `&after=${after}`}`, aws: ADMIN });
      const page = GrantsAnswer.parse(JSON.parse(answer.body));
      seen.push(...page.grants.map(({ principal }) => principal));
      if (page.after === undefined) break;
      after = page.after;
    }
    expect(seen).toHaveLength(230);
    expect(new Set(seen).size).toBe(230);
  });

  it("of the audit go on, page after page and day after day", async () => {
    for (let count = 0; count < 203; count += 1) await give({ principal: `agent ${count}` });
    world.clock.advance(3 * DAY);
    await give({ principal: "later" });
    const ask = async (query: string) => AuditAnswer.parse(JSON.parse((await world.ask({ path: `/v1/audit${query}`, aws: ADMIN })).body));
    const first = await ask("");
    expect(first).toMatchObject({ day: "2026-03-01", after: 200, nextDay: "2026-03-04", head: { day: "2026-03-04", n: 1 } });
    expect((await ask("?day=2026-03-01&after=200")).records.map(({ n }) => n)).toEqual([201, 202, 203]);
    expect(await ask("?day=2026-03-02")).toMatchObject({ records: [], nextDay: "2026-03-04" });
    expect((await ask("?day=2026-03-04")).records).toHaveLength(1);
  });

  it.each([
    "/v1/audit?day=yesterday",
    "/v1/audit?day=2026-03-01&after=x",
    "/v1/audit?who=ann",
    "/v1/access/grants?state=mine",
    "/v1/access/grants?after=RECORD%23",
    "/v1/access/grants?token=orl_x",
  ])("refuse %s", async (path) => {
    expect((await world.ask({ path, aws: ADMIN })).status).toBe(422);
  });
});
