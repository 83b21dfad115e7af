import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sourceOf } from "../../../connectors/registry.ts";
import { createMap } from "../../../connectors/stored-documents.ts";
import { signWebhook } from "../../../core/access/standard-webhooks.ts";
import { ProblemBody } from "../../../core/door/problems.ts";
import { Settings } from "../../../core/settings/settings.ts";
import { createReceiveDocuments } from "../../../functions/receive-documents/receive-documents.ts";
import { samplesFolder } from "../../../local/sample-accounts.ts";
import { performance } from "../connectors/b2mml/reports.ts";
import { doorWorld, SECRET, TOKENS } from "./door-world.ts";
import { headersIn, linesOf, resultsOf } from "./post.ts";

const NAMESPACE = "http://www.mesa.org/xml/B2MML";
const message = (root: string, inside: string, number = "B-1", time = "2026-03-01T12:00:00Z") =>
  `<${root} xmlns="${NAMESPACE}" releaseID="7"><ApplicationArea><CreationDateTime>${time}</CreationDateTime><BODID>${number}</BODID></ApplicationArea><DataArea>${inside}</DataArea></${root}>`;
const schedule = (...ids: readonly string[]) =>
  `<Sync/><OperationsSchedule><ID>S</ID>${ids.map((id) => `<OperationsRequest><ID>${id}</ID></OperationsRequest>`).join("")}</OperationsSchedule>`;

/** The door of an ERP that speaks this language. */
async function door() {
  const world = await doorWorld();
  const settings = Settings.parse({
    ...world.settings,
    connections: world.settings.connections.map((connection) => (connection.id === "erp" ? { ...connection, system: "b2mml" } : connection)),
  });
  const receive = createReceiveDocuments({ ...world, settings, formatOf: (connection) => sourceOf(connection) });
  const post = (text: string | Uint8Array, id = "m1", site: string | undefined = "hamburg") => {
    const body = Buffer.from(text);
    const timestamp = String(Math.floor(world.clock.now() / 1000));
    const headers = {
      "content-type": ["application/xml"],
      "webhook-id": [id],
      "webhook-timestamp": [timestamp],
      "webhook-signature": [signWebhook(id, timestamp, body, SECRET)],
    };
    return receive({ path: { connection: "erp", ...(site === undefined ? {} : { site }) }, headers, body, sourceIp: "192.0.2.1" });
  };
  return { world, settings, post };
}

it("takes each order of a schedule as a document of its own, and maps what it kept", async () => {
  const { world, settings, post } = await door();
  expect(resultsOf(await post(message("SyncOperationsSchedule", schedule("1", "2"))))).toEqual(["accepted", "accepted"]);
  expect(headersIn(world).map(({ objectId, version, mappingVersion }) => [objectId, version, mappingVersion])).toEqual(
    expect.arrayContaining([
      ["1", "20260301120000000", "b2mml/order-v7@1"],
      ["2", "20260301120000000", "b2mml/order-v7@1"],
    ]),
  );
  const map = createMap(world.payloads, settings);
  for (const header of headersIn(world))
    expect(await map(header)).toMatchObject({ kind: "canonical", document: { id: header.objectId, version: header.version, origin: { verb: "Sync" } } });
});

it("takes one version of an order once, whatever its message is numbered; at a later time it is a later version", async () => {
  const { world, post } = await door();
  const first = await post(message("SyncOperationsSchedule", schedule("1")));
  const again = await post(message("SyncOperationsSchedule", schedule("1"), "B-2"), "m2");
  const later = await post(message("SyncOperationsSchedule", schedule("1"), "B-3", "2026-03-01T12:00:01Z"), "m3");
  expect([resultsOf(first), resultsOf(again), resultsOf(later)]).toEqual([["accepted"], ["duplicate"], ["accepted"]]);
  expect(headersIn(world).map(({ version }) => version)).toEqual(expect.arrayContaining(["20260301120000000", "20260301120001000"]));
});

it.each([
  ["a question", message("GetOperationsSchedule", "<Get/>"), 422, "ORL-DOOR-070", "GetOperationsSchedule: it asks for documents"],
  ["an answer", message("AcknowledgeOperationsSchedule", "<Acknowledge/>"), 422, "ORL-DOOR-070", "AcknowledgeOperationsSchedule: it answers"],
  ["another namespace", message("SyncOperationsSchedule", schedule("1")).replace(NAMESPACE, "urn:x"), 400, "ORL-DOOR-044", "its namespace"],
  ["a document type", `<!DOCTYPE x>${message("SyncOperationsSchedule", schedule("1"))}`, 400, "ORL-DOOR-052", ""],
  ["an order without a number", message("SyncOperationsSchedule", schedule("")), 422, "ORL-DOOR-026", ""],
])("refuses %s by its code, and keeps nothing", async (_name, text, status, code, detail) => {
  const { world, post } = await door();
  const answer = await post(text);
  expect(answer.status).toBe(status);
  expect(ProblemBody.parse(JSON.parse(answer.body))).toMatchObject({ code, detail: expect.stringContaining(detail) });
  expect([world.written(), world.queued()]).toEqual([[], 0]);
});

const samples = samplesFolder();

it.skipIf(samples === undefined)("takes the published schedule and material, and refuses the published lot (needs the shared samples)", async () => {
  const { post } = await door();
  const sample = (name: string) => readFileSync(join(samples ?? "", "MESAInternational__B2MML-BatchML/Courbon", name));
  expect(linesOf(await post(sample("PRO-20121210181416-27942.xml"), "m1"))).toMatchObject([{ result: "accepted" }]);
  expect(linesOf(await post(sample("MAT-20121210170256-CRBN0001.xml"), "m2"))).toMatchObject([{ result: "accepted" }]);
  expect(ProblemBody.parse(JSON.parse((await post(sample("LOT-20121210170718-0001L0001.xml"), "m3")).body))).toMatchObject({
    code: "ORL-DOOR-070",
    status: 422,
  });
});

/** The door of a plant's MES that speaks this language. */
async function plantDoor(tolerates?: readonly string[]) {
  const world = await doorWorld();
  const settings = Settings.parse({
    ...world.settings,
    connections: world.settings.connections.map((connection) =>
      connection.id === "mes-suzhou" ? { ...connection, system: "b2mml", ...(tolerates === undefined ? {} : { tolerates }) } : connection,
    ),
  });
  const receive = createReceiveDocuments({ ...world, settings, formatOf: sourceOf });
  const post = (text: string) =>
    receive({
      path: { connection: "mes-suzhou", site: "suzhou" },
      headers: { "content-type": ["application/xml"], authorization: [`Bearer ${TOKENS["other-site"]}`] },
      body: Buffer.from(text),
      sourceIp: "192.0.2.1",
    });
  return { world, settings, post };
}

const MISSPELT = performance().replace("<Endtime>", "<EndTime>").replace("</Endtime>", "</EndTime>");
const COMPLAINT = "OperationsPerformance: EndTime is not expected here; expected Endtime";

it("takes what a plant reports, each SegmentResponse as a document of its own, and a repeat of it once", async () => {
  const { world, settings, post } = await plantDoor();
  expect(resultsOf(await post(performance()))).toEqual(["accepted", "accepted"]);
  expect(resultsOf(await post(performance().replace("09:31:00Z", "09:45:00Z").replace("B-77", "B-78")))).toEqual(["duplicate", "duplicate"]);
  expect(resultsOf(await post(performance("Cancel")))).toEqual(["accepted", "accepted"]);
  const map = createMap(world.payloads, settings);
  for (const header of headersIn(world)) expect(await map(header)).toMatchObject({ kind: "canonical", document: { type: "SegmentResponse" } });
  expect(headersIn(world).filter(({ rival }) => rival !== undefined)).toEqual([]);
});

it("refuses what breaks its own schema, in the schema's words and with the place, and leaves nothing behind", async () => {
  const { world, post } = await plantDoor();
  const answer = await post(MISSPELT);
  const problem = ProblemBody.parse(JSON.parse(answer.body));
  expect(problem).toMatchObject({ status: 422, code: "ORL-DOOR-064", detail: COMPLAINT, path: "/DataArea/OperationsPerformance" });
  expect(headersIn(world)).toEqual([]);
});

it("lets exactly the deviation pass that the connection tolerates", async () => {
  const { world, post } = await plantDoor([COMPLAINT]);
  expect(resultsOf(await post(MISSPELT))).toEqual(["accepted", "accepted"]);
  const other = await post(MISSPELT.replace("<ID>SHIFT-1</ID>", ""));
  expect(ProblemBody.parse(JSON.parse(other.body))).toMatchObject({ code: "ORL-DOOR-064", detail: "OperationsPerformance: ID is missing" });
  expect(headersIn(world)).toHaveLength(2);
});

it("does not ask the schema of a schedule: its tables read more than the schema allows", async () => {
  const { post } = await door();
  expect(resultsOf(await post(message("SyncOperationsSchedule", schedule("1"))))).toEqual(["accepted"]);
});
