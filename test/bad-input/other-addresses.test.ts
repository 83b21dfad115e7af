import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { localCloud } from "../support/local-cloud.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { problemIn } from "./problem-in.ts";
import { sendRaw } from "./send-raw.ts";

const cloud = localCloud();
let rig: ApiRig;

beforeAll(async () => {
  rig = await apiRig(cloud);
});

describe("the gateway's own refusals", () => {
  const GatewayProblem = z.strictObject({ type: z.literal("about:blank"), title: z.string(), status: z.number(), detail: z.string(), requestId: z.string() });
  const get = (path: string) => sendRaw({ method: "GET", url: `${cloud.apiUrl}${path}`, headers: {} });

  it.each(["/", "/v1", "/v2/connections/erp/documents", "/v1/sites/hamburg", "/v1/connections/erp/documents/x", "/v1/sites/hamburg/../../etc/passwd"])(
    "an address that is not there: %s",
    async (path) => {
      const answer = await get(path);
      expect(answer).toMatchObject({ status: 404, contentType: "application/problem+json" });
      expect(GatewayProblem.parse(JSON.parse(answer.text)).status).toBe(404);
    },
  );

  it("a method that the address has not", async () => {
    const answer = await get("/v1/connections/erp/documents");
    expect(answer).toMatchObject({ status: 404, contentType: "application/problem+json" });
  });
});

describe("every other address", () => {
  const ROUTES = [
    ["POST", "/v1/sites/hamburg/deliveries/lease"],
    ["POST", "/v1/sites/hamburg/deliveries/verdicts"],
    ["POST", "/v1/sites/hamburg/heartbeat"],
    ["GET", "/v1/sites/hamburg/documents/x"],
    ["GET", "/v1/sites/hamburg/orders?number=1"],
    ["GET", "/v1/sites/hamburg/open"],
    ["GET", "/v1/sites/hamburg/orders/balance?number=1"],
    ["GET", "/v1/sites/hamburg/results?connection=mes-hamburg"],
    ["GET", "/v1/sites/hamburg/lots/12E4/genealogy"],
    ["GET", "/v1/sites/hamburg/master"],
    ["POST", "/v1/sites/hamburg/documents/x/commands"],
    ["GET", "/v1/sites/hamburg/connections"],
    ["POST", "/v1/sites/hamburg/connections/erp/pause"],
    ["POST", "/v1/sites/hamburg/connections/erp/resumption"],
  ] as const;
  const BODY = { "content-type": ["application/json"] };
  const bearer = (token: string) => ({ ...BODY, authorization: [`Bearer ${token}`] });
  const ask = async (method: "GET" | "POST", path: string, headers: Readonly<Record<string, readonly string[]>>, text = "{}") =>
    problemIn(await sendRaw({ method, url: `${cloud.apiUrl}${path}`, headers, ...(method === "GET" ? {} : { body: Buffer.from(text) }) }));

  it.each(ROUTES)("class 77: %s %s without a valid token is 401, one text for every cause", async (method, path) => {
    const { expired, revoked, unknown, malformed } = rig.tokens;
    const refusals = [
      await ask(method, path, BODY),
      ...(await Promise.all([expired, revoked, unknown, malformed].map((token) => ask(method, path, bearer(token))))),
    ];
    expect(new Set(refusals.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ status: 401, code: "ORL-DOOR-014" });
  });

  it.each(ROUTES)("class 77: %s %s with the token in the URL is 401", async (method, path) => {
    const at = `${path}${path.includes("?") ? "&" : "?"}access_token=${rig.tokens.valid}`;
    expect(await ask(method, at, BODY)).toMatchObject({ status: 401, code: "ORL-DOOR-014" });
  });

  it.each(ROUTES)("classes 68 and 78: %s %s of another site is 404", async (method, path) => {
    expect(await ask(method, path, bearer(rig.tokens["other-site"]))).toMatchObject({ status: 404 });
    expect(await ask(method, path.replace("hamburg", "atlantis"), bearer(rig.tokens.valid))).toMatchObject({ status: 404 });
  });

  // Without `administer` the others are not there, whatever the body.
  const taken = ROUTES.filter(([method, path]) => method === "POST" && !/\/(pause|resumption)$/.test(path));
  it.each(taken)("classes 1 to 28: %s %s with a body that it does not take", async (method, path) => {
    const refusals: (readonly [string, number])[] = [
      ["", 400],
      ["null", 400],
      ['{"a":1,}', 400],
      ['{"a":1,"a":2}', 400],
      ['{"__proto__":{}}', 400],
      ["[".repeat(100), 400],
      ['{"unheardOf":true}', 422],
    ];
    for (const [text, status] of refusals) expect(await ask(method, path, bearer(rig.tokens.valid), text), text.slice(0, 20)).toMatchObject({ status });
  });
});
