import { expect, it } from "vitest";
import { OpenAnswer } from "../../../core/asking/answers.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { type AskWorld, askWorld, orderWire, TOKENS } from "./ask-world.ts";

const ORDERS = "/v1/sites/{site}/orders";
const OPEN = "/v1/sites/{site}/open";
const DOCUMENT = "/v1/sites/{site}/documents/{id}";

const ask = (world: AskWorld, resource: string, query: Readonly<Record<string, string>>, token: string | undefined = TOKENS.operator, id?: string) =>
  world.answer({
    resource,
    path: { site: "hamburg", ...(id === undefined ? {} : { id }) },
    query,
    headers: token === "" ? {} : { authorization: [`Bearer ${token}`] },
  });

it("answers its three routes to who may read the site", async () => {
  const world = await askWorld();
  const order = await world.receive("erp", orderWire("1000123", "1"));
  expect((await ask(world, ORDERS, { number: "1000123" })).status).toBe(200);
  expect((await ask(world, DOCUMENT, { content: "true" }, TOKENS.operator, order)).body).toContain('"kind":"kept"');
  const open = await ask(world, OPEN, { state: "received", limit: "1" });
  expect(OpenAnswer.parse(JSON.parse(open.body)).documents.map(({ id }) => id)).toEqual([order]);
});

it.each([
  ["without a token 401", "", 401],
  ["with one that does not read 404", TOKENS.mes, 404],
  ["with one for another site 404", TOKENS.suzhou, 404],
])("answers %s, on every route", async (_what, token, status) => {
  const world = await askWorld();
  const order = await world.receive("erp", orderWire("1000123", "1"));
  for (const answer of [
    await ask(world, ORDERS, { number: "1000123" }, token),
    await ask(world, OPEN, {}, token),
    await ask(world, DOCUMENT, {}, token, order),
  ]) {
    expect(answer.status).toBe(status);
    expect(ProblemBody.parse(JSON.parse(answer.body)).status).toBe(status);
    expect(answer.body).not.toContain(order);
  }
});

it.each([
  [ORDERS, {}],
  [ORDERS, { number: "" }],
  [ORDERS, { number: "12\u0000" }],
  [ORDERS, { number: "1", other: "2" }],
  [OPEN, { state: "delivered" }],
  [OPEN, { limit: "0" }],
  [OPEN, { limit: "201" }],
  [OPEN, { limit: "1e2" }],
  [OPEN, { after: "yesterday" }],
  [DOCUMENT, { content: "yes" }],
])("refuses a query it does not understand: %s %j", async (resource, query) => {
  const world = await askWorld();
  const answer = await ask(world, resource, query, TOKENS.operator, "x");
  expect(answer.status).toBe(422);
  expect(ProblemBody.parse(JSON.parse(answer.body)).code).toBe("ORL-DOOR-041");
});
