import { describe, expect, it } from "vitest";
import { ProblemBody } from "../../../core/door/problems.ts";
import { secretNameOf, sourceFaults } from "../../../core/settings/schemes.ts";
import { consumption, json, order } from "../../bad-input/documents.ts";
import { headersIn, resultsOf } from "./post.ts";
import { HMAC, macOf, outcome, schemeWorld, send } from "./scheme-requests.ts";

const signed = (body: Uint8Array, more: Readonly<Record<string, string | readonly string[]>> = {}) => ({ [HMAC.header]: macOf(body, "base64"), ...more });
const BASIC = { scheme: "basic", secret: "erp-webhook" } as const;
const byBasic = (more: Readonly<Record<string, string>> = {}) => ({ authorization: `Basic ${Buffer.from("u:p").toString("base64")}`, ...more });
const cancel = { type: "OperationsRequest", id: "ORD-1", hierarchyScope: "hamburg", operationsType: "Production", requestState: "Cancelled" };
const BY_HEADER = { messageId: { header: "X-Event-Id" } } as const;
const BY_PATH = { messageId: { path: "/meta/a~1b/0" } } as const;

describe("a message's id in a header", () => {
  it.each([
    ["missing", [], "400 ORL-DOOR-009"],
    ["blank", [" "], "400 ORL-DOOR-009"],
    ["repeated", ["a", "a"], "400 ORL-DOOR-008"],
    ["of 201 characters", ["a".repeat(201)], "400 ORL-DOOR-010"],
    ["of 200 characters", ["a".repeat(200)], "202"],
    ["with a line break", ["a\r\nb"], "400 ORL-DOOR-010"],
    ["not ASCII", ["单据-1"], "400 ORL-DOOR-010"],
  ])("%s", async (_name, values, expected) => {
    const world = await schemeWorld({ ...HMAC, ...BY_HEADER });
    const body = json(order("1"));
    expect(await outcome(world, signed(body, { "x-event-id": values }), body)).toBe(expected);
  });

  it("is looked at only where the signature is right: a stranger learns nothing of ids", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_HEADER });
    const body = json(order("1"));
    expect(await outcome(world, { [HMAC.header]: macOf(body, "base64", "another") }, body)).toBe("401 ORL-DOOR-012");
  });

  it("tells a repeat of the message, and refuses other content under it", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_HEADER });
    const [one, other] = [json(order("1")), json(order("2"))];
    expect(resultsOf(await send(world, signed(one, { "x-event-id": "m1" }), one))).toEqual(["accepted"]);
    expect(resultsOf(await send(world, signed(one, { "x-event-id": "m1" }), one))).toEqual(["duplicate"]);
    expect(await outcome(world, signed(other, { "x-event-id": "m1" }), other)).toBe("422 ORL-DOOR-033");
  });

  it.each([
    ["an order's version", order("1")],
    ["a report with its own number", consumption("1", { hierarchyScope: "hamburg" })],
    ["a cancel without a version", cancel],
    ["several orders", { documents: [order("1"), order("2")] }],
  ])("that no signature covers cannot make a second document of %s: sent again under another id it is a duplicate", async (_name, message) => {
    const world = await schemeWorld({ ...HMAC, ...BY_HEADER }, undefined, { routesReports: true });
    const body = json(message);
    const first = await send(world, signed(body, { "x-event-id": "m1" }), body);
    expect(new Set(resultsOf(first))).toEqual(new Set(["accepted"]));
    const documents = headersIn(world).length;
    const replayed = await send(world, signed(body, { "x-event-id": "m2" }), body);
    expect(new Set(resultsOf(replayed))).toEqual(new Set(["duplicate"]));
    expect(headersIn(world)).toHaveLength(documents);
  });

  it("is believed where the credentials name the caller: a cancel without a version under another id is another cancel", async () => {
    const world = await schemeWorld({ ...BASIC, ...BY_HEADER }, ["u:p"]);
    const results = [];
    for (const id of ["m1", "m1", "m2"]) results.push(...resultsOf(await send(world, byBasic({ "x-event-id": id }), json(cancel))));
    expect(results).toEqual(["accepted", "duplicate", "accepted"]);
  });
});

describe("the settings' check", () => {
  const every = { allowlist: [], validateAtDoor: false, timeZone: "UTC", matchKey: "exact", volatile: [] } as const;
  const faults = (source: Parameters<typeof sourceFaults>[0][number]["source"]) =>
    sourceFaults([
      { source },
      { source: { ...every, scheme: "bearer" } },
      { source: { ...source, ...(secretNameOf(source) === undefined ? {} : { secret: "other" }) }, unversioned: ["MaterialDefinition"] },
    ]);

  it("refuses an id in a header that no signature covers where whole types come without versions, and there only", () => {
    expect(faults({ ...every, ...HMAC, ...BY_HEADER })).toMatchObject([{ at: 2, path: ["messageId", "header"] }]);
    expect(faults({ ...every, ...HMAC, ...BY_PATH })).toEqual([]);
    expect(faults({ ...every, ...BASIC, ...BY_HEADER })).toEqual([]);
  });
});

describe("a message's id in the message", () => {
  const withId = (id: unknown, unique = "1") => ({ meta: { "a/b": [id] }, documents: [order(unique)] });

  it.each([
    ["a text", "m1", "202"],
    ["a number", 17, "202"],
    ["missing", undefined, "400 ORL-DOOR-009"],
    ["null", null, "400 ORL-DOOR-009"],
    ["an object", {}, "400 ORL-DOOR-009"],
    ["true", true, "400 ORL-DOOR-009"],
    ["blank", "  ", "400 ORL-DOOR-009"],
    ["with a space", "a b", "400 ORL-DOOR-010"],
    ["of 201 characters", "a".repeat(201), "400 ORL-DOOR-010"],
  ])("%s", async (_name, id, expected) => {
    const world = await schemeWorld({ ...HMAC, ...BY_PATH });
    const body = json(withId(id));
    expect(await outcome(world, signed(body), body)).toBe(expected);
  });

  it("is named by its path where it is refused", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_PATH });
    for (const message of [[order("1")], { meta: 1, documents: [] }, { meta: { "a/b": {} } }, { meta: { "a/b": { 0: "x" } } }]) {
      const body = json(message);
      const answer = await send(world, signed(body), body);
      if (answer.status === 400) expect(ProblemBody.parse(JSON.parse(answer.body))).toMatchObject({ code: "ORL-DOOR-009", path: "/meta/a~1b/0" });
      else expect([answer.status, JSON.stringify(message)]).toEqual([422, '{"meta":{"a/b":{"0":"x"}}}']);
    }
  });

  it("keeps a number as it was written: 1 and 1.0 are two ids", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_PATH });
    const texts = ['{"meta":{"a/b":[1]},"documents":[]}', '{"meta":{"a/b":[1.0]},"documents":[]}'];
    const bodies = texts.map((text, at) => new TextEncoder().encode(text.replace("[]}", `[${JSON.stringify(order(String(at)))}]}`)));
    for (const body of bodies) expect(await outcome(world, signed(body), body)).toBe("202");
  });

  it("tells a repeat, and refuses other content under it", async () => {
    const world = await schemeWorld({ ...HMAC, ...BY_PATH });
    const [one, other] = [json(withId("m1")), json(withId("m1", "2"))];
    expect(resultsOf(await send(world, signed(one), one))).toEqual(["accepted"]);
    expect(resultsOf(await send(world, signed(one), one))).toEqual(["duplicate"]);
    expect(await outcome(world, signed(other), other)).toBe("422 ORL-DOOR-033");
  });
});

describe("a message whose content is its id", () => {
  it("is the same message for ever, however its bytes are arranged", async () => {
    const world = await schemeWorld({ ...HMAC, messageId: { digest: true } });
    const one = json(cancel);
    const rearranged = new TextEncoder().encode(JSON.stringify(Object.fromEntries(Object.entries(cancel).reverse()), undefined, 2));
    expect(resultsOf(await send(world, signed(one, { "idempotency-key": "x" }), one))).toEqual(["accepted"]);
    expect(resultsOf(await send(world, signed(rearranged, { "idempotency-key": "y" }), rearranged))).toEqual(["duplicate"]);
    expect(headersIn(world)).toHaveLength(1);
  });
});
