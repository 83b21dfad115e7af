import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeB2mmlPart } from "../../local/fake-b2mml-server.ts";
import { fakeErpPart } from "../../local/fake-erp-server.ts";
import { createFakeHost, type FakeHost, type HostAnswer } from "../../local/fake-host.ts";
import { fakeSapPart } from "../../local/fake-sap-server.ts";

/** What the simulated ERPs stand on. */

let host: FakeHost;
beforeEach(() => {
  host = createFakeHost();
});
afterEach(() => host.close());

const said = (body: string, more: object = {}): HostAnswer => ({ kind: "answer", status: 200, headers: {}, body, ...more });

it("is several systems at one address, each under its own credentials, and nothing beside them", async () => {
  const erp = fakeErpPart({ token: "erp" }, host);
  const sap = fakeSapPart({ authorization: "Basic c2Fw", timeZone: "UTC", sender: "SAP" }, host);
  const b2mml = fakeB2mmlPart({ token: "b2mml", sender: "PLANNING" }, host);
  const base = await host.listen([erp, sap, b2mml]);
  const statusOf = async (path: string, authorization: string) => {
    const headers = { authorization, "content-type": "application/xml; charset=utf-8" };
    return (await fetch(`${base}${path}`, { method: "POST", headers, body: "<x/>" })).status;
  };
  expect(await statusOf("/postings", "Bearer erp")).toBe(400);
  expect(await statusOf("/sap/bc/idoc_xml", "Basic c2Fw")).toBe(200);
  expect(await statusOf("/messages", "Bearer b2mml")).toBe(400);
  for (const path of ["/postings", "/sap/bc/idoc_xml", "/messages"]) expect(await statusOf(path, "Bearer other")).toBe(401);
  expect(await statusOf("/elsewhere", "Bearer erp")).toBe(404);
  expect(await statusOf("/messagesandmore", "Bearer b2mml")).toBe(404);
  expect([sap.fake.strays(), b2mml.fake.arrivals(), erp.fake.calls()]).toEqual([["<x/>"], ["<x/>"], []]);
});

describe("what a caller sees", () => {
  it.each<[string, HostAnswer, string]>([
    ["a whole answer", said("yes"), "200 yes"],
    ["one that comes late", said("later", { afterMs: 30 }), "200 later"],
    ["one that ends in its middle", { kind: "cut", status: 200, body: "ye" }, "no answer"],
    ["a connection that is cut", { kind: "down" }, "no answer"],
  ])("%s", async (_name, answer, seen) => {
    const base = await host.listen([{ path: "/a", answer: () => answer }]);
    const response = fetch(`${base}/a`).then(async (each) => `${each.status} ${await each.text()}`);
    expect(await response.catch(() => "no answer")).toBe(seen);
  });

  it("silence, until its own deadline", async () => {
    const base = await host.listen([{ path: "/a", answer: () => ({ kind: "silent" }) }]);
    await expect(fetch(`${base}/a`, { signal: AbortSignal.timeout(100) })).rejects.toThrow("timeout");
  });

  it("what a fake throws as its failure", async () => {
    const answer = () => {
      throw new Error("out of paper");
    };
    const response = await fetch(`${await host.listen([{ path: "/a", answer }])}/a`);
    expect([response.status, await response.text()]).toEqual([500, "Error: out of paper"]);
  });
});

it("hands on a body whole, and of one that is too long nothing", async () => {
  const sizes: (number | undefined)[] = [];
  const base = await host.listen([
    {
      path: "/a",
      answer: ({ body }) => {
        sizes.push(body?.length);
        return said("");
      },
    },
  ]);
  await fetch(`${base}/a`, { method: "POST", body: "ä€" });
  // Whether the answer comes before the rest of a long body is refused is the network's affair.
  await fetch(`${base}/a`, { method: "POST", body: Buffer.alloc(7_000_000) }).catch(() => undefined);
  expect(sizes).toEqual([5, undefined]);
});

it("ends what was scheduled when it is closed", async () => {
  const action = vi.fn();
  host.schedule(Date.now() + 20, action);
  await host.close();
  const another = createFakeHost();
  await new Promise<void>((resolve) => another.schedule(Date.now() + 60, resolve));
  expect(action).not.toHaveBeenCalled();
});
