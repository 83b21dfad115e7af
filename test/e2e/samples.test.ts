import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { comparable } from "../../connectors/b2mml/plant-message.ts";
import type { FakeOrder } from "../../connectors/sap-idoc/fake.ts";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf } from "../../core/settings/settings.ts";
import { samplesFolder } from "../../local/sample-accounts.ts";
import { bare, materialOf, orderOf, type Planned } from "../../local/scenario/documents.ts";
import { type Installation, openInstallation } from "../../local/scenario/installation.ts";
import { CREATED, documentsIn } from "../../local/scenario/languages.ts";
import { fromErp } from "../../local/scenario/send.ts";
import { createSentLog } from "../../local/scenario/sent-log.ts";
import { askDocument } from "../../local/scenario/states.ts";
import { issueToken } from "../../local/scenario/token.ts";
import { credentialsFor } from "../../local/sender-credentials.ts";
import { createWebhookSender } from "../../local/webhook-sender.ts";
import { localCloud } from "../support/local-cloud.ts";
import { ORDER } from "../support/sap-orders.ts";

/** Messages in the languages of real systems through the deployed API: to the plant's mailbox, into its MES, and back into the book of the ERP that sent them. */

let installation: Installation;
beforeAll(async () => {
  const cloud = localCloud();
  installation = await openInstallation({ cloud, erpPort: cloud.erpPort });
});
afterAll(() => installation.close());

const PATIENCE = { timeout: 30_000, interval: 100 };
type Language = "sap" | "b2mml";
const SITES = { sap: "hamburg", b2mml: "suzhou" } as const;

const at = (path: string): string => `${installation.cloud.apiUrl}/v1/${path}`;
const plantAt = (site: string) => {
  const plant = installation.plants.find((each) => each.site === site);
  if (plant === undefined) throw new Error(`no plant at ${site}`);
  return plant;
};

/** Everything of the MES's book, by type and number. */
function inMes(site: string, { type, id }: CanonicalDocument): CanonicalDocument | undefined {
  const { mes } = plantAt(site);
  const held = [...mes.orders().map(({ document }) => document), ...mes.materials(), ...mes.masters()];
  return held.find((document) => document.type === type && document.id === id);
}

const Line = z.object({ line: z.number(), result: z.string(), document: z.string().optional(), code: z.string().optional(), path: z.string().optional() });
const Answer = z.object({ code: z.string().optional(), detail: z.string().optional(), lines: z.array(Line).default([]) });

/** To the address that names the site: not every sample says which it is for. */
async function post(language: Language, id: string, text: string, path = `sites/${SITES[language]}/connections/${language}/documents`) {
  const { cloud } = installation;
  const { source } = connectionOf(cloud.settings, language);
  const credentials = credentialsFor(source, String(cloud.secrets[String(secretNameOf(source))]));
  const sender = createWebhookSender({ url: at(path), credentials, contentType: "application/xml", now: Date.now });
  const { status, answer } = await sender.deliver(id, text);
  return { status, ...Answer.parse(JSON.parse(String(answer))) };
}

const states = async (documents: readonly { readonly document: string; readonly wire: CanonicalDocument }[]) =>
  Promise.all(documents.map(async ({ document, wire }) => askDocument(installation, { document, wire, name: wire.id, from: "erp", fates: ["delivered"] })));

async function sendMaterials(site: string, id: string, ...materials: readonly string[]): Promise<void> {
  const planned = materials.map((material): Planned => ({ from: "erp", fates: ["delivered"], wire: materialOf(site, material) }));
  await fromErp(installation, createSentLog(), id, planned);
  await expect.poll(() => planned.every(({ wire }) => inMes(site, wire) !== undefined), PATIENCE).toBe(true);
}

const samples = samplesFolder();
/** Of the IDoc that brings the sample's order. */
const DOCUMENT_NUMBER = "0000000000007699";
const FOLDERS = { sap: "SAP-samples__digital-manufacturing-extension-samples", b2mml: "MESAInternational__B2MML-BatchML/Courbon" } as const;

/** The file's bytes as text; what is sent is those bytes again. */
function textOf(language: Language, file: string): string {
  const bytes = readFileSync(join(String(samples), FOLDERS[language], file));
  const text = bytes.toString("utf8");
  if (!Buffer.from(text, "utf8").equals(bytes)) throw new Error(`${file} is not UTF-8`);
  return text;
}

describe.skipIf(samples === undefined)("the published samples, byte for byte (need the shared samples)", () => {
  it.each<[Language, string, CanonicalDocument["type"], string]>([
    ["sap", "R1CH01007_RAW_MAT_IDOC.xml", "MaterialDefinition", "R1CH01007"],
    ["sap", "R1MF00012_RAW_MAT_IDOC.xml", "MaterialDefinition", "R1MF00012"],
    ["sap", "S1SP02677_FINISHED_MAT_IDOC.xml", "MaterialDefinition", "S1SP02677"],
    ["sap", "LOIWCS03.xml", "Equipment", "TEST_AZ"],
    ["sap", "LOIPRO05.xml", "OperationsRequest", "208277437"],
    ["b2mml", "MAT-20121210170256-CRBN0001.xml", "MaterialDefinition", "CRBN0001"],
    ["b2mml", "PRO-20121210181416-27942.xml", "OperationsRequest", "258456"],
  ])("%s: %s goes to the plant's mailbox and into its MES, whole", async (language, file, type, id) => {
    if (file.startsWith("PRO")) await sendMaterials("suzhou", "msg-samples-materials", "SO1215", "CRBN0002", "CRBN0003");
    if (file === "LOIPRO05.xml") installation.sap.fake.noteSent(DOCUMENT_NUMBER);
    const text = textOf(language, file);
    const [wire, ...more] = documentsIn(installation.cloud.settings, language, text.replace(/^\uFEFF/, ""));
    if (wire === undefined) throw new Error("the file holds no document");
    expect([wire.type, wire.id, more]).toEqual([type, id, []]);
    const { status, lines } = await post(language, `samples-${file}`, text);
    expect([status, lines.map(({ result }) => result)]).toEqual([202, ["accepted"]]);
    const sent = [{ document: String(lines[0]?.document), wire }];
    await expect.poll(async () => (await states(sent))[0], PATIENCE).toMatchObject({ state: "delivered", deliveries: [expect.anything()] });
    expect(inMes(SITES[language], wire)).toEqual(wire);
  });

  it("SAP's own book has the order's IDoc as created, with the plant's number", async () => {
    await expect.poll(() => installation.sap.fake.statusesOf(DOCUMENT_NUMBER).map(({ status }) => status), PATIENCE).toEqual([CREATED]);
    const [row] = plantAt("hamburg")
      .mes.orders()
      .filter(({ number }) => number === "208277437");
    expect(installation.sap.fake.statusesOf(DOCUMENT_NUMBER)[0]?.text).toContain(String(row?.reference));
    expect(installation.sap.fake.strays()).toEqual([]);
  });

  it("the schedule is confirmed in its sender's own book, in the words and the version of its own message", () => {
    const about = installation.b2mml.fake.taken().filter(({ object }) => object === "258456");
    expect(about).toMatchObject([
      {
        root: "ConfirmBOD",
        verdict: "Accepted",
        originalSender: "DEV130",
        originalCreatedAt: "2009-12-10T17:14:16.0Z",
        text: expect.stringContaining("V0401"),
      },
    ]);
  });

  it("a message of lots alone is refused at the door by its code, and says why", async () => {
    const answer = await post("b2mml", "samples-lot", textOf("b2mml", "LOT-20121210170718-0001L0001.xml"));
    expect(answer).toMatchObject({ status: 422, code: "ORL-DOOR-070", detail: expect.stringContaining("lots") });
  });
});

/** Of this file alone: the cloud is shared. */
const sapOrder = (number: string, more: Partial<FakeOrder> = {}): FakeOrder => ({
  ...ORDER,
  number,
  material: "RING-SAMPLES",
  shortMaterial: "RING-SAMPLES",
  operations: ORDER.operations.map((operation) => ({ ...operation, components: [] })),
  ...more,
});
const ROUTED = "connections/sap/documents";

it("of three IDocs in one message the second is bad: the good ones are taken, each has its result, and their order is kept (BAD-INPUT 73)", async () => {
  const { fake } = installation.sap;
  await sendMaterials("hamburg", "msg-samples-ring", "RING-SAMPLES");
  const [first, bad, last] = [sapOrder("000031000001"), sapOrder("000031000002"), sapOrder("000031000001", { quantity: "90.000" })];
  const packet = fake.release(first, bad, last);
  const broken = packet.replace(/<(\w+)>000031000002<\/\1>/, "");
  expect(broken).not.toBe(packet);
  const { status, lines } = await post("sap", "samples-packet", broken, ROUTED);
  expect(status).toBe(202);
  expect(lines.map(({ line, result, code }) => [line, result, code])).toEqual([
    [1, "accepted", undefined],
    [2, "refused", "ORL-DOOR-026"],
    [3, "accepted", undefined],
  ]);
  const newest = fake.documentNumberOf(last.number);
  await expect.poll(() => fake.statusesOf(newest).map((record) => record.status), PATIENCE).toEqual([CREATED]);
  const { mes } = plantAt("hamburg");
  expect(mes.orders().filter(({ number }) => bare(number) === "31000001")).toMatchObject([{ version: newest, state: "released" }]);
  const taken = mes.journal().filter(({ subject }) => bare(subject) === "31000001");
  expect(taken.map(({ version }) => version)).toEqual(taken.map(({ version }) => version).toSorted());
  expect(mes.orders().some(({ number }) => bare(number) === "31000002")).toBe(false);
});

it("an order for a site whose code nobody knows is refused by that place, and nothing of it is kept", async () => {
  const answer = await post("sap", "samples-site", installation.sap.fake.release(sapOrder("000031000003", { plant: "DM99" })), ROUTED);
  expect(answer).toMatchObject({ status: 422, code: "ORL-DOOR-028", lines: [{ line: 1, result: "refused", path: expect.stringMatching(/\/WERKS$/) }] });
  const asked = await fetch(at("sites/hamburg/orders?number=31000003"), { headers: { authorization: `Bearer ${installation.token}` } });
  expect(asked.status).toBe(404);
});

const Leased = z.object({ deliveries: z.array(z.object({ id: z.string(), lane: z.string(), leaseToken: z.string(), document: z.string() })) });

it("an agent that asks for B2MML V7 gets the order as such a message, and its verdict is the sender's acknowledgement", async () => {
  const { cloud, b2mml } = installation;
  const [suzhou] = cloud.settings.sites.filter(({ id }) => id === "suzhou");
  if (suzhou === undefined) throw new Error("no site suzhou");
  const token = await issueToken(cloud, { principal: "agent-in-xml", sites: [suzhou.id], connections: [], types: [], actions: ["lease", "verdict"] });
  const asAgent = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return (await fetch(at(`sites/suzhou/deliveries/${path}`), { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  await sendMaterials("suzhou", "msg-samples-powder", "POWDER-SAMPLES");
  await plantAt("suzhou").leave();
  try {
    const order = orderOf({ site: "suzhou", number: "31000004", version: 1, materials: ["POWDER-SAMPLES"], quantity: 7 });
    const message = b2mml.fake.emit(order, "Process");
    expect(await post("b2mml", "samples-leased", message.xml, "connections/b2mml/documents")).toMatchObject({ status: 202 });
    const lease = async () => {
      const { deliveries } = Leased.parse(await asAgent("lease", { max: 10, format: "b2mml-v7" }));
      return deliveries.find(({ document }) => document.includes("31000004"));
    };
    let leased: Awaited<ReturnType<typeof lease>>;
    await expect
      .poll(async () => {
        leased ??= await lease();
        return leased !== undefined;
      }, PATIENCE)
      .toBe(true);
    const [read] = documentsIn(cloud.settings, "b2mml", String(leased?.document));
    expect(read === undefined ? undefined : comparable(read)).toEqual(comparable(order));
    const verdicts = [{ delivery: leased?.id, leaseToken: leased?.leaseToken, result: "accepted", reference: "M-XML-1" }];
    expect(await asAgent("verdicts", { verdicts })).toMatchObject({ results: [{ result: "recorded" }] });
    await expect.poll(() => message.told, PATIENCE).toMatchObject([{ root: "AcknowledgeOperationsSchedule", verdict: "Accepted", plantReference: "M-XML-1" }]);
  } finally {
    plantAt("suzhou").comeBack();
  }
});
