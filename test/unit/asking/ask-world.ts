import type * as z from "zod";
import { payloadStore } from "../../../aws/payload-store.ts";
import type { PostBody } from "../../../connectors/plain-json/fake.ts";
import { createFakeErp, createFakeErpTarget } from "../../../connectors/plain-json/fake.ts";
import type { Problem } from "../../../connectors/plain-json/fake-faults.ts";
import { createMap } from "../../../connectors/stored-documents.ts";
import { WORDINGS } from "../../../connectors/wordings.ts";
import { type Grant, grantItem } from "../../../core/access/grants.ts";
import { signWebhook } from "../../../core/access/standard-webhooks.ts";
import { ConnectionId, DocumentId, SiteId } from "../../../core/documents/ids.ts";
import { AcceptedBody } from "../../../core/door/line-results.ts";
import { readHeader } from "../../../core/effects/effect.ts";
import type { TargetSystem } from "../../../core/effects/target-system.ts";
import { keepLinks } from "../../../core/genealogy/keep-links.ts";
import { type Conclusion, messageOf } from "../../../core/lanes/notices.ts";
import { FOREVER } from "../../../core/lanes/times.ts";
import { itemOf } from "../../../core/ledger/items.ts";
import { headerKey, masterKey } from "../../../core/ledger/keys.ts";
import type { LedgerStore } from "../../../core/ledger/ledger-store.ts";
import type { Clock } from "../../../core/ledger/ports.ts";
import type { Settings } from "../../../core/settings/settings.ts";
import { createAnswerQuestions } from "../../../functions/ask-ledger/answer-questions.ts";
import { createAskLedger } from "../../../functions/ask-ledger/ask-ledger.ts";
import { createCommandDocument } from "../../../functions/command-document/command-document.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { memoryAudit } from "../../support/memory/audit.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { countingIds } from "../../support/memory/ids.ts";
import { memoryLaneQueue } from "../../support/memory/lane-queue.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { memoryPayloadStore } from "../../support/memory/payload-store.ts";
import { memorySecrets } from "../../support/memory/secrets.ts";
import { functionsOver } from "../../support/world/functions.ts";

export const START = Date.UTC(2026, 2, 1, 12, 0, 0);
const HAMBURG = SiteId.parse("hamburg");
export const SECRET = `whsec_${Buffer.from("a secret of these tests").toString("base64")}`;
export const TASK_TOKEN = "task-token-that-never-leaves";
const MINUTE = 60_000;

/** Tokens by what they may do. */
export const TOKENS = { operator: `orl_${"a".repeat(26)}`, mes: `orl_${"b".repeat(26)}`, suzhou: `orl_${"c".repeat(26)}` } as const;

export const orderWire = (number: string, version: string, materials: readonly string[] = []) => ({
  type: "OperationsRequest",
  id: number,
  version,
  hierarchyScope: "hamburg",
  operationsType: "Production",
  requestState: "Released",
  segmentRequirements: [],
  materialRequirements: materials.map((material, at) => ({
    id: String(at + 1),
    materialDefinitionId: material,
    materialUse: "Consumed",
    quantity: { value: "12.500", unit: "kg" },
  })),
});

export const consumptionWire = (id: string, order: string) => ({
  type: "MaterialActual",
  id,
  hierarchyScope: "hamburg",
  operationsRequestId: order,
  materialDefinitionId: "4711",
  materialUse: "Consumed",
  quantity: { value: "1.5", unit: "kg" },
  actualTime: "2026-03-01T11:00:00Z",
});

export const materialWire = (id: string, version: string) => ({
  type: "MaterialDefinition",
  id,
  version,
  hierarchyScope: "hamburg",
  description: "bolt",
  baseUnit: "kg",
});

/** Every function's real logic over in-memory ports; the test is the queue's consumer, the workflow and the plant. */
export async function askWorld(
  options: {
    readonly erpRefuses?: (body: PostBody) => Problem | undefined;
    readonly settings?: (base: Settings) => Settings;
    /** Where the deployed functions keep them: in the subject's own partition. */
    readonly payloadsInLedger?: boolean;
    /** What stands between the functions and the ledger. */
    readonly through?: (ledger: LedgerStore, clock: Clock) => LedgerStore;
  } = {},
) {
  const base = settingsFor("local");
  const settings = options.settings === undefined ? base : options.settings(base);
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const inMemory = memoryPayloadStore();
  const objects = async () => ({ putIfAbsent: async () => undefined, read: async () => undefined });
  const payloads = options.payloadsInLedger === true ? payloadStore({ ledger, objects, clock, retentionSeconds: 86_400 }) : inMemory;
  const audit = memoryAudit();
  const ids = countingIds(1);
  let isQueueDown = false;
  const queue = memoryLaneQueue({ clock, visibilityMilliseconds: 5000, refuses: () => isQueueDown });
  const secrets = memorySecrets({ "orderlane/local/erp/source": [SECRET] });
  const erp = createFakeErp({ clock, schedule: () => undefined, ...(options.erpRefuses === undefined ? {} : { refuses: options.erpRefuses }) });
  const started = new Set<string>();
  const workflows = {
    run: async () => ({ kind: "cut" }) as const,
    start: async (_workflow: string, execution: string) => void started.add(execution),
    look: async (_workflow: string, execution: string) => (started.has(execution) ? ({ kind: "running" } as const) : ({ kind: "absent" } as const)),
    stop: async () => undefined,
    answer: async () => "taken" as const,
  };
  const targets = new Map<string, TargetSystem>([["erp", createFakeErpTarget(erp, clock)]]);
  const functions = functionsOver(
    {
      ledger: options.through === undefined ? ledger : options.through(ledger, clock),
      payloads,
      queue,
      workflows,
      secrets,
      targets,
      clock,
      ids,
      pause: async (milliseconds) => clock.advance(milliseconds),
    },
    settings,
    (_record, error) => {
      throw error;
    },
  );
  const asking = { ledger, payloads, settings, clock, map: createMap(payloads, settings), targetOf: () => createFakeErpTarget(erp, clock), wordings: WORDINGS };

  const grant = (token: string, parts: Partial<Omit<Grant, "pk" | "sk">>) =>
    ledger.write([
      {
        kind: "put",
        item: grantItem(token, {
          principal: "Anna in operations",
          sites: [HAMBURG],
          connections: [],
          types: [],
          actions: [],
          expiresAt: FOREVER,
          revoked: false,
          ...parts,
        }),
      },
    ]);
  await grant(TOKENS.operator, { actions: ["read", "command"] });
  await grant(TOKENS.mes, {
    principal: "the plant's agent",
    connections: [ConnectionId.parse("mes-hamburg")],
    types: ["MaterialActual", "SegmentResponse", "TestResult", "MaterialLot", "MaterialDefinition"],
    actions: ["post"],
  });
  await grant(TOKENS.suzhou, { sites: [SiteId.parse("suzhou")], actions: ["read", "command"] });

  let messages = 0;
  async function receive(connection: string, document: unknown): Promise<DocumentId> {
    messages += 1;
    const body = Buffer.from(JSON.stringify(document));
    const id = `message-${messages}`;
    const timestamp = String(Math.floor(clock.now() / 1000));
    const who =
      connection === "erp"
        ? { "webhook-id": [id], "webhook-timestamp": [timestamp], "webhook-signature": [signWebhook(id, timestamp, body, SECRET)] }
        : { authorization: [`Bearer ${TOKENS.mes}`] };
    const headers = { "content-type": ["application/json"], ...who };
    const answer = await functions.receive({ path: { site: "hamburg", connection }, headers, body, sourceIp: "10.0.0.1" });
    const [line] = AcceptedBody.parse(JSON.parse(answer.body)).lines;
    return DocumentId.parse(line?.document);
  }

  async function handle(target: ConnectionId): Promise<boolean> {
    const batch = queue.receive(target);
    const records = batch.map((message) => ({ ...message, messageId: message.receiptHandle, sequence: message.sequenceNumber }));
    const failed = await functions.advance(records, () => 4000);
    if (failed.length > 0) throw new Error(`messages failed: ${failed.join()}`);
    for (const { receiptHandle } of batch) queue.delete(target, receiptHandle);
    return batch.length > 0;
  }
  /** Until every queue is empty. */
  async function drain(): Promise<void> {
    let isBusy = true;
    while (isBusy) {
      isBusy = false;
      for (const { id } of settings.connections) isBusy = (await handle(id)) || isBusy;
    }
  }

  const headerOf = async (document: DocumentId) => {
    const header = await readHeader(ledger, document);
    if (header === undefined) throw new Error(`${document} is not there`);
    return header;
  };
  const step = async (document: DocumentId, name: string) => {
    const { attempt } = await headerOf(document);
    const token = name === "deliver" ? { taskToken: TASK_TOKEN } : {};
    return functions.perform({ step: name, direction: "forward", document, attempt, ...token }, () => 4000);
  };
  async function finish(document: DocumentId, conclusion: Conclusion): Promise<void> {
    const { target, attempt } = await headerOf(document);
    await queue.send(target, [messageOf({ kind: "finished", target, document, attempt, conclusion }, ids.next())]);
    await drain();
  }
  /** A report as its workflow leaves it when all is posted: what it says of its lots is kept. */
  async function posted(document: DocumentId): Promise<void> {
    const header = await headerOf(document);
    const mapped = await asking.map(header);
    if (mapped?.kind !== "canonical") throw new Error(`${document} is not understood`);
    await ledger.write([{ kind: "update", key: headerKey(document), set: { state: "delivered" } }]);
    await ledger.write(await keepLinks({ ledger, clock, settings }, header, mapped.document));
  }
  async function replay(target: ConnectionId, document: DocumentId, attempt: number): Promise<void> {
    await queue.send(target, [
      messageOf({ kind: "command", target, document, attempt, command: "replay", id: ids.next(), who: "Anna", why: "mended" }, ids.next()),
    ]);
    await drain();
  }
  async function verdict(result: "accepted" | "rejected"): Promise<{ readonly leaseToken: string }> {
    const { deliveries } = await functions.lease("hamburg", 1);
    const [leased] = deliveries;
    if (leased === undefined) throw new Error("nothing to lease");
    const said = result === "accepted" ? { reference: "MES-1" } : { reason: { code: "MES-7", message: "no such line" } };
    await functions.report("hamburg", { verdicts: [{ delivery: leased.id, leaseToken: leased.leaseToken, result, ...said }] });
    return { leaseToken: leased.leaseToken };
  }
  /** An order to its end: delivered, accepted, the ERP told. */
  async function release(document: DocumentId): Promise<void> {
    await step(document, "deliver");
    await verdict("accepted");
    await step(document, "tell-accepted");
    await finish(document, { kind: "delivered" });
  }
  /** The material that never came: waits, then parks. */
  async function waitInVain(): Promise<void> {
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(MINUTE);
      await functions.wake();
      await drain();
    }
  }

  return {
    ...asking,
    /** Its retention has passed. */
    forgetPayload: inMemory.forget,
    queue,
    erp,
    functions,
    receive,
    drain,
    step,
    finish,
    posted,
    replay,
    verdict,
    release,
    waitInVain,
    headerOf,
    ask: createAskLedger(asking),
    answer: createAnswerQuestions(asking),
    audit,
    command: createCommandDocument({ ledger, queue, ids, clock, settings, audit }),
    knows: (material: string) =>
      ledger.write([{ kind: "put", item: itemOf(masterKey(HAMBURG, `material:${material}`), { document: "known before", at: START }) }]),
    setQueueDown: (down: boolean) => {
      isQueueDown = down;
    },
  };
}
export type AskWorld = Awaited<ReturnType<typeof askWorld>>;

/** The answer, checked against its published schema. */
export function answerIn<Schema extends z.ZodType>(
  schema: Schema,
  asked: { readonly kind: string; readonly answer?: unknown; readonly problem?: unknown },
): z.infer<Schema> {
  if (asked.kind !== "answered") throw new Error(`refused: ${JSON.stringify(asked.problem)}`);
  return schema.parse(JSON.parse(JSON.stringify(asked.answer)));
}
