import { describe, expect, it } from "vitest";
import { signWebhook } from "../../../core/access/standard-webhooks.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { bytesOf, consumption, order } from "../../bad-input/documents.ts";
import { doorWorld, SECRET } from "./door-world.ts";

import { headersIn, linesOf, post, resultsOf } from "./post.ts";

describe("who and what enters by the door", () => {
  it("lets listed addresses in and no others", async () => {
    const world = await doorWorld({ allowlist: ["192.0.2.0/24", "2001:db8::/32"] });
    const statuses = await Promise.all(
      ["192.0.2.9", "::ffff:192.0.2.9", "2001:db8::1", "198.51.100.1", "nonsense"].map((sourceIp) => post(world, order("1"), { sourceIp })),
    );
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 202, 403, 403]);
  });

  it("takes both secrets while a key rotates, and nobody in while the secrets cannot be asked", async () => {
    const world = await doorWorld();
    world.secrets.set("erp-webhook", [`whsec_${Buffer.from("new").toString("base64")}`, SECRET]);
    expect((await post(world, order("1"))).status).toBe(202);
    world.secrets.set("erp-webhook", [`whsec_${Buffer.from("new").toString("base64")}`]);
    expect((await post(world, order("2"))).status).toBe(401);
    world.secrets.setDown(true);
    const closed = await post(world, order("3"));
    expect(closed).toMatchObject({ status: 503, headers: { "retry-after": "5" }, audit: { errors: ["secret erp-webhook cannot be read"] } });
    expect(headersIn(world)).toHaveLength(1);
  });

  it("maps at the door where the connection wants to know at once: 422 with the first reason's place", async () => {
    const world = await doorWorld({ validateAtDoor: true });
    const answer = await post(world, { documents: [order("1"), order("2", { startTime: "2024-02-30" })] });
    expect(linesOf(answer)[1]).toMatchObject({ result: "refused", code: "ORL-DOOR-034", path: "/documents/1/startTime" });
    const alone = await post(world, order("3", { startTime: "2024-02-30" }), { id: "m2" });
    expect(ProblemBody.parse(JSON.parse(alone.body))).toMatchObject({ status: 422, code: "ORL-DOOR-034", path: "/startTime" });
    expect(headersIn(world)).toHaveLength(1);
  });

  it("takes a cancel without a version and without lines, and refuses a document that would go back to its sender", async () => {
    const world = await doorWorld();
    const cancel = { type: "OperationsRequest", id: "ORD-1", hierarchyScope: "hamburg", operationsType: "Production", requestState: "Cancelled" };
    expect(resultsOf(await post(world, cancel))).toEqual(["accepted"]);
    expect(headersIn(world)[0]).toMatchObject({ cancel: true });
    const back = await post(world, consumption("1", { hierarchyScope: "hamburg" }), { id: "m2" });
    expect(ProblemBody.parse(JSON.parse(back.body))).toMatchObject({ status: 422, code: "ORL-DOOR-030" });
  });

  it("writes what was sent into no header, whatever it holds", async () => {
    const world = await doorWorld();
    const answer = await post(world, order("1"), { path: { connection: "erp\r\nset-cookie: a=b" } });
    expect(answer.status).toBe(404);
    expect(JSON.stringify(answer.headers)).not.toContain("set-cookie");
    const key = await post(world, consumption("1"), { by: "bearer", key: "a\r\nb" });
    expect([key.status, Object.values(key.headers).some((value) => /[\r\n]/.test(value))]).toEqual([400, false]);
  });

  it("signs as it verifies", () => {
    expect(signWebhook("a", "1", bytesOf("x"), SECRET)).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });
});
