import { describe, expect, it } from "vitest";
import { sourceOf } from "../../../connectors/registry.ts";
import { Grant, grantItem } from "../../../core/access/grants.ts";
import { DocumentId } from "../../../core/documents/ids.ts";
import { Settings } from "../../../core/settings/settings.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { bytesOf, type ExampleFile } from "../connectors/rest-examples.ts";
import { doorWorld, START } from "./door-world.ts";

const TOKEN = `orl_${"r".repeat(26)}`;

/** The door of the tests, with one more connection: a system of nothing but tables, which speaks for suzhou. */
async function restWorld(tables: readonly string[], siteCodes: Readonly<Record<string, string>>) {
  const world = await doorWorld();
  const [erp, ...others] = world.settings.connections;
  const rest = {
    ...erp,
    id: "erp-cn",
    system: "rest",
    tables,
    siteCodes,
    sites: ["suzhou"],
    source: { ...erp?.source, scheme: "bearer", secret: undefined, timeZone: "Asia/Shanghai" },
  };
  const settings = Settings.parse(JSON.parse(JSON.stringify({ ...world.settings, connections: [erp, ...others, rest] })));
  const grant = Grant.omit({ pk: true, sk: true }).parse({
    principal: "the ERP",
    sites: ["suzhou"],
    connections: ["erp-cn"],
    types: ["OperationsRequest"],
    actions: ["post"],
    expiresAt: START + 1,
    revoked: false,
  });
  await world.ledger.write([{ kind: "put", item: grantItem(TOKEN, grant) }]);
  const receive = createReceiveDocuments({ ...world, settings, formatOf: sourceOf });
  const send = async (body: Buffer, type: string) => {
    const headers = { authorization: [`Bearer ${TOKEN}`], "content-type": [type] };
    const answer = await receive({ path: { connection: "erp-cn" }, headers, body, sourceIp: "203.0.113.5" });
    return { status: answer.status, body: answer.body };
  };
  return { ...world, send, sendFile: (file: ExampleFile) => send(bytesOf(file), file.endsWith("xml") ? "application/xml" : "application/json") };
}

const idsIn = (written: readonly { readonly pk: string }[]): unknown[] =>
  written.flatMap((item) => ("objectId" in item && "mappingVersion" in item ? [`${item.objectId} ${item.mappingVersion}`] : []));

describe("the door, for a system of nothing but tables", () => {
  it("takes an order's rows as documents of the site that its organisation is", async () => {
    const world = await restWorld(["kingdee"], { "101": "suzhou" });
    expect(await world.sendFile("kingdee-production-order.json")).toMatchObject({ status: 202 });
    expect(idsIn(world.written()).sort()).toEqual(["MO000042-1 kingdee/production-order@1", "MO000042-2 kingdee/production-order@1"]);
  });

  it("takes XML in GBK, and keeps what it says", async () => {
    const world = await restWorld(["order-list"], {});
    expect(await world.sendFile("order-list-gbk.xml")).toMatchObject({ status: 202 });
    const kept = await Promise.all(world.written().flatMap((item) => ("mappingVersion" in item ? [world.payloads.read(DocumentId.parse(item.id))] : [])));
    expect(kept.some((text) => text?.includes("急单，请优先"))).toBe(true);
    expect(idsIn(world.written()).sort()).toEqual(["A-100 order-list/production-order@1", "A-101 order-list/production-order@1"]);
  });

  it("takes a repeat of the same rows as the same documents", async () => {
    const world = await restWorld(["kingdee"], { "101": "suzhou" });
    await world.sendFile("kingdee-production-order.json");
    const before = world.written().length;
    const later = Buffer.from(bytesOf("kingdee-production-order.json").toString("utf8").replace("10:43:01.512", "10:59:59.9"));
    expect((await world.send(later, "application/json")).body).toContain("duplicate");
    expect(world.written()).toHaveLength(before);
  });

  it.each([
    ["a key that stands twice", '{"FormId":"PRD_MO","FormId":"PRD_MO"}', 400],
    ["a form that no table reads", '{"FormId":"SAL_ORDER","Data":{}}', 400],
    ["an order without rows", '{"FormId":"PRD_MO","Data":{"FBillNo":"1","FTreeEntity":[]}}', 422],
  ])("refuses %s, and keeps nothing", async (_name, body, status) => {
    const world = await restWorld(["kingdee"], { "101": "suzhou" });
    expect(await world.send(Buffer.from(body), "application/json")).toMatchObject({ status });
    expect(world.written()).toEqual([]);
  });

  it("refuses XML where its tables read JSON", async () => {
    const world = await restWorld(["kingdee"], {});
    expect(await world.sendFile("order-list-gbk.xml")).toMatchObject({ status: 415 });
  });
});
