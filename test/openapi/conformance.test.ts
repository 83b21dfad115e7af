import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { LeaseAnswer } from "../../local/agent-wire.ts";
import { type FakeErpServer, startFakeErpServer } from "../../local/fake-erp-server.ts";
import { consumption, order, report } from "../bad-input/documents.ts";
import { localCloud } from "../support/local-cloud.ts";
import { documentedSuccesses } from "./documented.ts";
import { inMemory } from "./in-memory.ts";
import { AWS_ROLE, type Provocation, provocations, type Standing } from "./provocations.ts";
import { type ApiRig, bearer, documentsIn, JSON_TYPE, openRig } from "./rig.ts";

/** docs/openapi.json and the running API, in both directions: every answer that came is documented and fits; all that is documented came. */

const cloud = localCloud();
const run = `CONF-${Date.now().toString(36)}`;
let rig: ApiRig;
let erp: FakeErpServer;
let standing: Standing;

beforeAll(async () => {
  rig = await openRig(cloud);
  const token = z.string().parse(cloud.secrets["orderlane/local/erp/call"]);
  erp = await startFakeErpServer({ token, port: cloud.erpPort });
});
afterAll(async () => {
  rig.close();
  await erp.close();
});

const agent = () => ({ ...JSON_TYPE, ...bearer(rig.tokens.whole) });
const at = { site: "hamburg" } as const;
const ask = (operationId: string, query: Readonly<Record<string, string>> = {}, path: Readonly<Record<string, string>> = {}) =>
  rig.http({ operationId, path: { ...at, ...path }, query, headers: bearer(rig.tokens.whole) });
const tell = (operationId: string, body: unknown, path: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) =>
  rig.http({ operationId, path: { ...at, ...path }, headers: { ...agent(), ...headers }, body: JSON.stringify(body) });
const post = async (document: unknown, headers = {}): Promise<string> =>
  String(documentsIn(await tell("postDocuments", document, { connection: "mes-hamburg" }, headers))[0]);

async function stateOf(id: string): Promise<string> {
  return z.object({ state: z.string() }).parse(JSON.parse((await ask("readDocument", { content: "true" }, { id })).body)).state;
}
const becomes = (id: string, state: string) => expect.poll(() => stateOf(id), { timeout: 20_000, interval: 100 }).toBe(state);

/** Leases until the document's delivery is there. */
async function leased(document: string) {
  let found: z.infer<typeof LeaseAnswer>["deliveries"][number] | undefined;
  await expect
    .poll(
      async () => {
        const { deliveries } = LeaseAnswer.parse(JSON.parse((await tell("leaseDeliveries", { max: 50 })).body));
        found = deliveries.find(({ id, action }) => id.startsWith(document.slice(0, 26)) && action === "apply");
        return found !== undefined;
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe(true);
  if (found === undefined) throw new Error("no delivery");
  return found;
}

it("every operation answers what its documentation says, from a posted document to its verdict", async () => {
  const released = JSON.stringify(order(run, { materialRequirements: [] }));
  const taken = await rig.http({
    operationId: "postDocumentsNamingTheirSite",
    path: { connection: "erp" },
    headers: { ...JSON_TYPE, ...rig.senderHeaders("erp", released) },
    body: released,
  });
  const document = String(documentsIn(taken)[0]);
  const consumed = await post(consumption(run, { materialLotId: `LOT-${run}` }), { "idempotency-key": `${run}-used` });
  const parked = await post(consumption(`${run}-P`, { quantity: { value: 1, unit: "bucket" } }));
  await post(report(run, { materialActuals: [] }));
  const delivery = await leased(document);
  const verdict = { delivery: delivery.id, leaseToken: delivery.leaseToken, result: "accepted", reference: "MES-1" };
  await tell("reportVerdicts", { verdicts: [verdict] });
  await tell("reportVerdicts", { verdicts: [verdict, { ...verdict, delivery: "nothing" }] });
  await tell("sendHeartbeat", {});
  await Promise.all([becomes(document, "delivered"), becomes(consumed, "delivered"), becomes(parked, "parked")]);
  standing = { document, delivery: delivery.id, order: `ORD-${run}`, run, grant: await administer() };
  await ask("readOrder", { number: standing.order });
  await ask("readOrderBalance", { number: standing.order });
  await ask("listOpenDocuments", { limit: "200" });
  await ask("listMasterData");
  await ask("readResults", { connection: "mes-hamburg" });
  await ask("readLotGenealogy", { number: `LOT-${run}`, direction: "forward" }, { lot: "-" });
  const description = await ask("readApiDescription");
  expect(JSON.parse(description.body)).toEqual(JSON.parse(readFileSync(join(import.meta.dirname, "../../docs/openapi.json"), "utf8")));
  await tell("commandDocument", { command: "skip", plan: true, why: "the conformance test" }, { id: parked });
  await tell("commandDocument", { command: "skip", why: "the conformance test" }, { id: parked });
  expect(rig.misfits).toEqual([]);
  expect(documentedSuccesses().filter((one) => !rig.reached().includes(one))).toEqual([]);
});

/** Grants, the audit and a secret, which stays what it was. @returns the id of a grant */
async function administer(): Promise<string> {
  const asAdmin = { ...JSON_TYPE, ...bearer(rig.tokens.admin) };
  const why = "the conformance test";
  const given = { sites: ["hamburg"], connections: [], types: [], actions: ["read"], days: 1, why };
  const grant = (change: object) => rig.http({ operationId: "createGrant", headers: asAdmin, body: JSON.stringify({ ...given, ...change }) });
  const { id } = z.object({ id: z.string() }).parse(JSON.parse((await grant({ principal: "anna" })).body));
  await grant({ aws: AWS_ROLE });
  await rig.http({ operationId: "listGrants", headers: asAdmin });
  await rig.http({ operationId: "revokeGrant", path: { id }, headers: asAdmin, body: JSON.stringify({ why }) });
  await rig.http({ operationId: "readAudit", headers: asAdmin });
  await ask("listConnections");
  for (const operationId of ["pauseConnection", "resumeConnection"])
    await rig.http({ operationId, path: { ...at, connection: "erp" }, headers: asAdmin, body: JSON.stringify({ why }) });
  const value = cloud.secrets["orderlane/local/sap/call"];
  await rig.http({ operationId: "replaceSecret", path: { connection: "sap", which: "call" }, headers: asAdmin, body: JSON.stringify({ value, why }) });
  return id;
}

/** A few at once: the functions are processes of a machine of two cores. */
async function provoke(all: readonly Provocation[]): Promise<string[]> {
  const others: string[] = [];
  const waiting = [...all];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, operationId, ask, invoke } = next;
      const answer = await (invoke === true ? rig.invoke(ask) : rig.http(ask));
      const { type } = z.object({ type: z.string().optional() }).parse(JSON.parse(answer.body));
      if (type !== `urn:orderlane:problem:${name}`)
        others.push(`${operationId}: ${name} was to come, and ${answer.status} ${type} came: ${answer.body.slice(0, 150)}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return others;
}

describe("problems", () => {
  it("each provoking request gets the problem that it is for, as its operation documents it", async () => {
    await rig.damageKey("mes-hamburg", `${run}-damaged`);
    expect(await provoke(provocations(rig, standing))).toEqual([]);
    await erp.stopListening();
    await provoke([
      {
        name: "books-unreachable",
        operationId: "readOrderBalance",
        ask: { operationId: "readOrderBalance", path: at, query: { number: standing.order }, headers: bearer(rig.tokens.whole) },
      },
    ]);
    expect(rig.misfits).toEqual([]);
  });

  it("what no request can provoke here fits too, by the same code over other settings and broken ports", async () => {
    for (const { operationId, answer } of await inMemory()) rig.keep(operationId, answer);
    expect(rig.misfits).toEqual([]);
  });

  it("every documented code of every operation has come", () => {
    console.log(`conformance: ${rig.reached().length} different answers, all documented; of the documented problems ${rig.missing().length} did not come`);
    expect(rig.missing()).toEqual([]);
  });
});
