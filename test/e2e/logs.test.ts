import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrantGiven } from "../../core/access/grant-shapes.ts";
import { consumptionOf, materialOf, orderOf, type Planned } from "../../local/scenario/documents.ts";
import { type Installation, openInstallation } from "../../local/scenario/installation.ts";
import { fromErp } from "../../local/scenario/send.ts";
import { createSentLog } from "../../local/scenario/sent-log.ts";
import { askDocument } from "../../local/scenario/states.ts";
import { logsOf } from "../support/aws-calls.ts";
import { localCloud } from "../support/local-cloud.ts";

/** What stands in the logs of a whole run: this file's own documents and secrets, and those of every file before it. */

let installation: Installation;
beforeAll(async () => {
  const cloud = localCloud();
  installation = await openInstallation({ cloud, erpPort: cloud.erpPort });
});
afterAll(() => installation.close());

const CANARY = "canary-7f3e";
const at = (path: string): string => `${installation.cloud.apiUrl}/v1/${path}`;
const asPerson = () => ({ authorization: `Bearer ${installation.token}`, "content-type": "application/json" });
const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = asPerson()) =>
  fetch(at(path), { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

const FORGED = '{"level":"INFO","message":"forged"}';

/** Accepted, delivered, parked, refused at the door for its form, its sender and its signature; asked for, commanded, granted and revoked. @returns the token that was given, and the documents */
async function everyWay(): Promise<{ readonly token: string; readonly documents: readonly string[] }> {
  const log = createSentLog();
  const material: Planned = { from: "erp", fates: ["delivered"], wire: { ...materialOf("hamburg", "RAW-LOGS"), description: `${CANARY} description` } };
  const release = orderOf({ site: "hamburg", number: "30000077", version: 1, materials: ["RAW-LOGS"], quantity: 5 });
  const order: Planned = { from: "erp", fates: ["delivered"], wire: release };
  await fromErp(installation, log, "msg-logs", [material, order]);
  const consumption = {
    ...consumptionOf(release, "C-LOGS", "RAW-LOGS", "0.500", "2026-03-01T08:00:00Z"),
    description: `${CANARY} consumed`,
  };
  const unknown = { ...consumption, id: "C-LOGS-2", quantity: { value: "1", unit: `${CANARY}-unit` } };
  for (const body of [consumption, unknown, { ...consumption, id: 7, note: CANARY }, `{"id":"${CANARY}",`]) {
    await post("sites/hamburg/connections/mes-hamburg/documents", body);
  }
  await post("connections/erp/documents", { note: CANARY }, { "webhook-id": "m", "webhook-signature": `v1,${CANARY}`, "content-type": "application/json" });
  await post("connections/sap/documents", `<x>${CANARY}</x>`, {
    authorization: `Basic ${Buffer.from(`user:${CANARY}`).toString("base64")}`,
    "content-type": "text/xml",
  });
  await fetch(at(`sites/hamburg/open?access_token=orl_${CANARY}`), { headers: { authorization: `Bearer orl_${CANARY}` } });
  for (const sent of log.taken())
    await expect.poll(async () => (await askDocument(installation, sent))?.state, { timeout: 30_000, interval: 100 }).toBe("delivered");
  for (const sent of log.taken()) await fetch(at(`sites/hamburg/documents/${sent.document}?content=true`), { headers: asPerson() });
  await post(`connections/${encodeURIComponent(`x\r\n${FORGED}\r\n`)}/documents`, {});
  const granted = await post("access/grants", {
    principal: "an agent",
    sites: ["hamburg"],
    connections: [],
    types: [],
    actions: ["read"],
    days: 1,
    why: "logs",
  });
  const { id, token } = GrantGiven.parse(await granted.json());
  await fetch(at("sites/hamburg/open"), { headers: { authorization: `Bearer ${token}` } });
  await post(`access/grants/${id}/revocation`, { why: "logs" });
  return { token: String(token), documents: log.taken().map(({ document }) => document) };
}

it("no log of any function or of the gateway holds a payload, a secret, a signature or a token; and each message names its document, lane and attempt", async () => {
  const cloud = localCloud();
  const { token, documents } = await everyWay();
  const logs = await logsOf(cloud, "/");
  const whole = [...logs.values()].join("\n");
  // That there is something to be found, and of these very requests.
  expect(logs.get(`/aws/lambda/${cloud.functionNames["receive-documents"]}`)).toContain('"message":"door.answered"');
  expect(logs.get(`/aws/lambda/${cloud.functionNames["manage-access"]}`)).toContain('"message":"audit.recorded"');
  const linesOf = (name: string) => String(logs.get(`/aws/lambda/${cloud.functionNames[name]}`));
  for (const document of documents)
    expect(linesOf("advance-lane")).toMatch(new RegExp(`"lane.notice".*"lane":"[0-9a-z]{26}","document":"${document}","attempt":1`));
  // The order's; the material is delivered without a workflow.
  expect(documents.some((document) => new RegExp(`"step.ended".*"document":"${document}","attempt":\\d`).test(linesOf("perform-step")))).toBe(true);
  expect(whole).toContain("forged");
  expect(whole.split("\n").filter((line) => line.startsWith(FORGED))).toEqual([]);
  const secrets = [...Object.values(cloud.secrets), token, installation.token, CANARY];
  for (const secret of secrets) {
    expect(whole.includes(secret), `the logs hold ${secret.slice(0, 12)}…`).toBe(false);
    expect(whole.includes(Buffer.from(secret).toString("base64")), `the logs hold ${secret.slice(0, 12)}… as base64`).toBe(false);
  }
  expect(whole).not.toMatch(/orl_[0-9a-hjkmnp-tv-z]{26}|whsec_[A-Za-z0-9+/]{8}/);
  expect((await readFile(cloud.logFile, "utf8")).includes(CANARY)).toBe(false);
});
