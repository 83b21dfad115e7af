import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { ConnectionsAnswer } from "../../core/connections/connection-states.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { LinesAnswer } from "../../local/agent-wire.ts";
import { consumptionOf, materialOf, orderOf, type Planned } from "../../local/scenario/documents.ts";
import { type Installation, openInstallation } from "../../local/scenario/installation.ts";
import { fromErp } from "../../local/scenario/send.ts";
import { createSentLog } from "../../local/scenario/sent-log.ts";
import { askDocument } from "../../local/scenario/states.ts";
import { standardWebhooks } from "../../local/sender-credentials.ts";
import { createWebhookSender } from "../../local/webhook-sender.ts";
import { localCloud } from "../support/local-cloud.ts";

/** The deployed API as a partner meets it: signed and bearer messages, refusals, an agent that is away, an order that waits. */

let installation: Installation;
beforeAll(async () => {
  const cloud = localCloud();
  installation = await openInstallation({ cloud, erpPort: cloud.erpPort });
});
afterAll(() => installation.close());

const MATERIAL = "RAW-API";
const Problem = z.object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string().optional() });
const at = (path: string): string => `${installation.cloud.apiUrl}/v1/${path}`;
const asPerson = () => ({ authorization: `Bearer ${installation.token}`, "content-type": "application/json" });
const unsigned = () => fetch(at("connections/erp/documents"), { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
const signedBy = (secret: string) => createWebhookSender({ url: at("connections/erp/documents"), credentials: standardWebhooks(secret), now: Date.now });
const material = (id: string): Planned => ({ from: "erp", fates: ["delivered"], wire: materialOf("hamburg", id) });
const order = (number: string, needs: string) => orderOf({ site: "hamburg", number, version: 1, materials: [needs], quantity: 5 });

describe("secrets of a signed connection are rotated without a lost webhook", () => {
  const OLD = `whsec_${Buffer.from("an old secret of 32 characters..").toString("base64")}`;
  const NEW = `whsec_${Buffer.from("a new secret of 32 characters...").toString("base64")}`;
  const nameOfSecret = () => String(secretNameOf(installation.cloud.settings.connections.find(({ role }) => role === "erp")?.source));

  /** A new process reads the secret anew; a running one within five minutes. */
  async function setSecrets(...values: readonly string[]): Promise<void> {
    const client = new SecretsManagerClient(installation.cloud.clients);
    await client.send(new PutSecretValueCommand({ SecretId: nameOfSecret(), SecretString: JSON.stringify({ values }) }));
    client.destroy();
    await installation.cloud.killFunction("receive-documents");
    // The next calls may still be given to processes that are dead: 502.
    const statuses = async () => (await Promise.all(Array.from({ length: 4 }, unsigned))).map(({ status }) => status);
    await vi.waitFor(async () => expect(await statuses()).toEqual([400, 400, 400, 400]), { timeout: 15_000, interval: 50 });
  }
  const statusUnder = async (secret: string, id: string): Promise<number | undefined> => {
    return (await signedBy(secret).send(`msg-rotation-${id}`, JSON.stringify(material(`ROT-${id}`).wire))).status;
  };
  afterAll(() => setSecrets(installation.webhookSecret));

  it("both are right while both stand, the old one is refused once it is taken out", async () => {
    await setSecrets(NEW, OLD);
    expect([await statusUnder(OLD, "1"), await statusUnder(NEW, "2")]).toEqual([202, 202]);
    await setSecrets(NEW);
    expect([await statusUnder(OLD, "3"), await statusUnder(NEW, "4")]).toEqual([401, 202]);
  });
});

describe("a batch of an agent's lines", () => {
  const consumption = (id: string) => consumptionOf(order("30000001", MATERIAL), id, MATERIAL, "0.500", "2026-03-01T08:00:00Z");
  const batch = (lines: number, documents: number) => ({
    lines: Array.from({ length: lines }, (_, line) => ({ key: `batch-${line % documents}`, document: consumption(`C-BATCH-${line % documents}`) })),
  });
  const send = (body: unknown) =>
    fetch(at("sites/hamburg/connections/mes-hamburg/documents"), { method: "POST", headers: asPerson(), body: JSON.stringify(body) });

  it("of 500 lines each has its result, and what came twice in it is a duplicate", async () => {
    const response = await send(batch(500, 8));
    expect(response.status).toBe(202);
    const { lines } = LinesAnswer.parse(await response.json());
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 500 }, (_, line) => line + 1));
    expect(lines.filter(({ result }) => result === "accepted")).toHaveLength(8);
    expect(lines.filter(({ result }) => result === "duplicate")).toHaveLength(492);
    const posted = () => installation.erp.fake.books().filter(({ objectId }) => objectId.startsWith("C-BATCH-"));
    await expect.poll(() => posted().length, { timeout: 30_000, interval: 50 }).toBe(8);
  });

  it("501 lines are refused as a whole", async () => {
    const response = await send(batch(501, 8));
    expect([response.status, Problem.parse(await response.json()).detail]).toEqual([413, expect.stringContaining("501")]);
  });
});

describe("every refusal is a problem of RFC 9457", () => {
  const refusals: readonly (readonly [string, () => Promise<Response>, number])[] = [
    ["an unsigned webhook", unsigned, 400],
    ["no token", () => fetch(at("sites/hamburg/open")), 401],
    ["another's token", () => fetch(at("sites/hamburg/open"), { headers: { authorization: "Bearer orl_00000000000000000000000000" } }), 401],
    ["what a token may not see", () => fetch(at("sites/hamburg/deliveries/lease"), { method: "POST", headers: asPerson(), body: '{"max":1}' }), 404],
    ["an unknown document", () => fetch(at("sites/hamburg/documents/nothing"), { headers: asPerson() }), 404],
    ["an order without its number", () => fetch(at("sites/hamburg/orders"), { headers: asPerson() }), 422],
  ];
  for (const [what, call, status] of refusals) {
    it(`${what}: ${status}`, async () => {
      const response = await call();
      expect([response.status, response.headers.get("content-type")]).toEqual([status, expect.stringContaining("application/problem+json")]);
      expect(Problem.parse(await response.json()).status).toBe(status);
    });
  }
});

const Order = z.object({ documents: z.array(z.object({ state: z.string(), block: z.object({ kind: z.string(), text: z.string() }).optional() })) });
const askOrder = async (number: string) => {
  const response = await fetch(at(`sites/hamburg/orders?number=${number}`), { headers: asPerson() });
  return response.ok ? Order.parse(await response.json()).documents[0] : undefined;
};
const isInMes = (id: string): boolean => installation.plants.some(({ mes }) => mes.orders().some((row) => row.number === id));

it("an order waits for its material by name, says so to whoever asks, and goes on when the material arrives", async () => {
  const waits = order("30000002", "RAW-API-LATE");
  const log = createSentLog();
  await fromErp(installation, log, "msg-api-waits", [{ from: "erp", fates: ["delivered"], wire: waits }]);
  await expect
    .poll(() => askOrder("30000002"), { timeout: 15_000, interval: 200 })
    .toMatchObject({ state: "waiting", block: { kind: "dependency", text: expect.stringContaining("material:RAW-API-LATE") } });
  expect(isInMes(waits.id)).toBe(false);
  await fromErp(installation, log, "msg-api-late", [material("RAW-API-LATE")]);
  await expect.poll(() => askOrder("30000002"), { timeout: 30_000, interval: 200 }).toMatchObject({ state: "delivered" });
  expect(isInMes(waits.id)).toBe(true);
});

it("an order for a plant whose agent is away stays in its mailbox, says so, and is made when the agent is back", async () => {
  const plant = installation.plants.find(({ site }) => site === "hamburg");
  const log = createSentLog();
  await fromErp(installation, log, "msg-api-material", [material(MATERIAL)]);
  await expect.poll(() => plant?.mes.materials().some(({ id }) => id === MATERIAL), { timeout: 30_000, interval: 50 }).toBe(true);
  await plant?.leave();
  const away = order("30000003", MATERIAL);
  await fromErp(installation, log, "msg-api-away", [{ from: "erp", fates: ["delivered"], wire: away }]);
  const [, sent] = log.taken();
  await expect.poll(async () => sent && (await askDocument(installation, sent))?.deliveries.length, { timeout: 30_000, interval: 100 }).toBe(1);
  expect(await askOrder("30000003")).toMatchObject({ state: "delivering", block: { kind: "plant" } });
  expect(isInMes(away.id)).toBe(false);
  plant?.comeBack();
  await expect.poll(() => askOrder("30000003"), { timeout: 30_000, interval: 200 }).toMatchObject({ state: "delivered" });
  expect(isInMes(away.id)).toBe(true);
});

it("what comes for a paused connection waits in its queue, and is handled in its order once it is resumed", async () => {
  const steer = (how: "pause" | "resumption") =>
    fetch(at(`sites/hamburg/connections/erp/${how}`), { method: "POST", headers: asPerson(), body: JSON.stringify({ why: "the ERP is upgraded" }) });
  const stateOfErp = async () => {
    const { connections } = ConnectionsAnswer.parse(await (await fetch(at("sites/hamburg/connections"), { headers: asPerson() })).json());
    return connections.find(({ connection }) => connection === "erp")?.state;
  };
  const ids = ["C-PAUSE-1", "C-PAUSE-2", "C-PAUSE-3"];
  const posted = () => installation.erp.fake.books().flatMap(({ objectId }) => (ids.includes(objectId) ? [objectId] : []));
  const report = (id: string) => consumptionOf(order("30000004", MATERIAL), id, MATERIAL, "0.500", "2026-03-01T08:00:00Z");

  expect((await steer("pause")).status).toBe(200);
  expect(await stateOfErp()).toBe("paused");
  for (const id of ids) {
    const lines = [{ key: id, document: report(id) }];
    const sent = await fetch(at("sites/hamburg/connections/mes-hamburg/documents"), { method: "POST", headers: asPerson(), body: JSON.stringify({ lines }) });
    expect(sent.status).toBe(202);
  }
  // Meanwhile another connection's queue is handled, several times over.
  const log = createSentLog();
  await fromErp(installation, log, "msg-api-beside", [material("RAW-BESIDE")]);
  const plant = installation.plants.find(({ site }) => site === "hamburg");
  await expect.poll(() => plant?.mes.materials().some(({ id }) => id === "RAW-BESIDE"), { timeout: 30_000, interval: 50 }).toBe(true);
  expect(posted()).toEqual([]);
  expect((await steer("resumption")).status).toBe(200);
  await expect.poll(posted, { timeout: 30_000, interval: 50 }).toEqual(ids);
});
