import { beforeAll, describe, expect, it } from "vitest";
import { GrantGiven, GrantsAnswer } from "../../core/access/grant-shapes.ts";
import { AuditAnswer } from "../../core/audit/audit-shapes.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import { sessionOf } from "../support/aws-calls.ts";
import { localCloud } from "../support/local-cloud.ts";
import { runCli } from "../unit/cli/run-cli.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { problemIn } from "./problem-in.ts";
import { sendRaw } from "./send-raw.ts";

/** Access as it is deployed: by token, by AWS identity, and by what is neither. */

const cloud = localCloud();
let rig: ApiRig;
let admin: string;
let ann: Readonly<Record<string, string>>;

beforeAll(async () => {
  rig = await apiRig(cloud);
  admin = await rig.giveToken({
    principal: "Ann administers",
    sites: cloud.settings.sites.map(({ id }) => id),
    connections: cloud.settings.connections.map(({ id }) => id),
    actions: ["administer", "post", "lease", "read"],
    expiresAt: Date.now() + 30 * 86_400_000,
  });
  ann = await sessionOf(cloud, "orderlane-local-administrators", "ann@example.com");
});

type Headers = Readonly<Record<string, readonly string[]>>;
const bearer = (token: string): Headers => ({ authorization: [`Bearer ${token}`] });
const get = (path: string, headers: Headers = {}) => sendRaw({ method: "GET", url: `${cloud.apiUrl}${path}`, headers });
const post = (path: string, body: unknown, headers: Headers) =>
  sendRaw({
    method: "POST",
    url: `${cloud.apiUrl}${path}`,
    headers: { "content-type": ["application/json"], ...headers },
    body: Buffer.from(JSON.stringify(body)),
  });
const AGENT = { principal: "an agent", sites: ["hamburg"], connections: ["mes-hamburg"], types: [], actions: ["lease"], days: 1, why: "a test of access" };
const lease = (token: string) => post("/v1/sites/hamburg/deliveries/lease", { max: 1 }, bearer(token));
const audited = async () => AuditAnswer.parse(JSON.parse((await get("/v1/audit", bearer(admin))).text));

const ROUTES = [
  ["POST", "/v1/access/grants", AGENT],
  ["GET", "/v1/access/grants", undefined],
  ["POST", `/v1/access/grants/${"0".repeat(26)}/revocation`, { why: "x" }],
  ["GET", "/v1/audit", undefined],
  ["POST", "/v1/connections/b2mml/secrets/source", { value: "a value that is long enough", why: "x" }],
] as const;

it("the deployment itself is the audit's first record, by whom it was made, with a hash of each setting and table", async () => {
  const [first] = (await audited()).records;
  expect(first).toMatchObject({ action: "settings", from: "deployment", who: "local cloud", what: "stage local" });
  expect(JSON.stringify(first)).toContain("table plain-json/order.json = ");
});

describe("a token through the API", () => {
  it("is given, used, listed with its use, revoked, and refused from then on (class 77)", async () => {
    const answer = await post("/v1/access/grants", AGENT, bearer(admin));
    expect(answer.status, answer.text).toBe(201);
    const { id, token } = GrantGiven.parse(JSON.parse(answer.text));
    expect((await lease(String(token))).status).toBe(200);
    const listed = GrantsAnswer.parse(JSON.parse((await get("/v1/access/grants", bearer(admin))).text)).grants.find((one) => one.id === id);
    expect(listed).toMatchObject({ createdBy: "Ann administers", lastUsedAt: expect.any(String) });
    expect((await post(`/v1/access/grants/${id}/revocation`, { why: "done" }, bearer(admin))).status).toBe(200);
    expect(problemIn(await lease(String(token)))).toMatchObject({ status: 401, code: "ORL-DOOR-014" });
    expect((await audited()).records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "grant", what: id, who: "Ann administers", why: "a test of access" }),
        expect.objectContaining({ action: "revoke", what: id, why: "done" }),
      ]),
    );
  });

  it.each(ROUTES)("class 77: %s %s without a valid one is 401, one text for every cause", async (method, path, body) => {
    const ask = async (headers: Headers, at: string = path) => problemIn(method === "GET" ? await get(at, headers) : await post(at, body, headers));
    const { expired, revoked, unknown, malformed, valid } = rig.tokens;
    const wrong = [expired, revoked, unknown, malformed, admin.slice(0, -1), `${admin}0`, admin.toUpperCase(), "x".repeat(10_240)];
    const refusals = await Promise.all([ask({}), ask({}, `${path}?access_token=${admin}`), ...wrong.map((token) => ask(bearer(token)))]);
    expect(new Set(refusals.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ status: 401, code: "ORL-DOOR-014" });
    expect(await ask(bearer(valid))).toMatchObject({ status: 404, code: "ORL-DOOR-015" });
  });

  it("class 79: a burst of wrong ones from one address is refused one by one, and another caller beside them is not harmed", async () => {
    const statuses: number[] = [];
    const strangers = Array.from({ length: 4 }, async (_, stranger) => {
      for (let count = 0; count < 20; count += 1) statuses.push((await lease(`orl_${String(stranger * 100 + count).padStart(26, "0")}`)).status);
    });
    const right: number[] = [];
    for (let count = 0; count < 10; count += 1) right.push((await get("/v1/sites/hamburg/open", bearer(admin))).status);
    await Promise.all(strangers);
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(new Set(right)).toEqual(new Set([200]));
  });

  it("class 64: what would break a header or a log line is refused, and reaches neither", async () => {
    const before = (await audited()).head;
    for (const text of ["a\r\nset-cookie: b=c", "a\nb", "a\u0000b", "\u001b[31m"]) {
      expect((await post("/v1/access/grants", { ...AGENT, principal: `x${text}x` }, bearer(admin))).status).toBe(422);
      expect((await post("/v1/access/grants", { ...AGENT, why: `x${text}x` }, bearer(admin))).status).toBe(422);
    }
    expect((await audited()).head).toEqual(before);
  });
});

describe("an AWS identity through the API", () => {
  const cli = (args: readonly string[], env: Readonly<Record<string, string>>) => runCli(args, { ORDERLANE_URL: cloud.apiUrl, ...env });
  const signature = (env: Readonly<Record<string, string>>): Headers => ({
    authorization: [`AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/20260101/eu-central-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`],
  });

  it("administers where the stage's settings name its role, and is granted to others from there", async () => {
    const bob = await sessionOf(cloud, "orderlane-test-operators", "bob@example.com");
    const open = async (site: string) => (await get(`/aws/v1/sites/${site}/open`, signature(bob))).status;
    expect(await open("hamburg")).toBe(404);
    const role = "arn:aws:iam::000000000000:role/orderlane-test-operators";
    const given = await cli(["access", "grant", "--aws-role", role, "--sites", "hamburg", "--actions", "read", "--days", "1", "--why", "test", "--json"], ann);
    expect(given).toMatchObject({ code: 0, stderr: "" });
    expect(await cli(["open", "--site", "hamburg"], bob)).toMatchObject({ code: 0 });
    expect([await open("hamburg"), await open("suzhou")]).toEqual([200, 404]);
    const { id } = GrantGiven.parse(JSON.parse(given.stdout));
    expect((await post(`/aws/v1/access/grants/${id}/revocation`, { why: "test" }, signature(ann))).status).toBe(200);
    expect(await open("hamburg")).toBe(404);
    expect((await audited()).records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: "grant",
          what: id,
          who: "aws:arn:aws:iam::000000000000:role/orderlane-local-administrators",
          from: "127.0.0.1, session ann@example.com",
        }),
      ]),
    );
    expect(await cli(["audit", "verify"], ann)).toMatchObject({ code: 0 });
  });

  it("is nobody on a route without /aws, and unsigned nobody comes in under /aws", async () => {
    expect(problemIn(await get("/v1/access/grants", signature(ann)))).toMatchObject({ status: 401 });
    expect((await get("/aws/v1/access/grants")).status).toBe(404);
    expect((await get("/aws/v1/access/grants", bearer(admin))).status).toBe(404);
    const faked = { "x-amz-user-arn": ["arn:aws:iam::000000000000:role/orderlane-local-administrators"], userarn: ["x"], "x-amzn-request-context": ["{}"] };
    expect((await get("/v1/access/grants", faked)).status).toBe(401);
    expect((await get("/aws/v1/access/grants", { ...bearer(admin), ...faked })).status).toBe(404);
  });
});

it("a secret is replaced beside the former one, which goes on being valid; the audit has its version and not its value", async () => {
  const name = String(secretNameOf(connectionOf(cloud.settings, "b2mml").source));
  const former = String(cloud.secrets[name]);
  const value = "a secret value that no log and no audit may show";
  const answer = await post("/v1/connections/b2mml/secrets/source", { value, why: "yearly" }, bearer(admin));
  expect(answer.status, answer.text).toBe(200);
  const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(cloud.clients);
  const stored = await client.send(new GetSecretValueCommand({ SecretId: name }));
  expect(JSON.parse(String(stored.SecretString))).toEqual({ values: [value, former] });
  const { records } = await audited();
  expect(records).toEqual(expect.arrayContaining([expect.objectContaining({ what: name, details: expect.objectContaining({ version: stored.VersionId }) })]));
  expect(JSON.stringify(records)).not.toContain(value);
  expect((await post("/v1/connections/b2mml/secrets/source", { value: former, why: "back" }, bearer(admin))).status).toBe(200);
  client.destroy();
});
