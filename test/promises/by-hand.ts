import * as z from "zod";
import { createFakeErp, createFakeErpTarget, type FakeErp } from "../../connectors/plain-json/fake.ts";
import { grantItem } from "../../core/access/grants.ts";
import { signWebhook } from "../../core/access/standard-webhooks.ts";
import { ConnectionId } from "../../core/documents/ids.ts";
import type { DoorAnswer } from "../../core/door/answer-message.ts";
import { LineResult } from "../../core/door/line-results.ts";
import type { DoorRequest } from "../../core/door/request.ts";
import { type CommandName, messageOf } from "../../core/lanes/notices.ts";
import { FOREVER } from "../../core/lanes/times.ts";
import { Header, itemOf, parseItem } from "../../core/ledger/items.ts";
import { masterKey } from "../../core/ledger/keys.ts";
import type { ExecutionState, QueueMessage } from "../../core/ledger/ports.ts";
import { secretNameOf } from "../../core/settings/schemes.ts";
import { connectionOf, type Settings } from "../../core/settings/settings.ts";
import { type VirtualClock, virtualClock } from "../support/memory/clock.ts";
import { countingIds } from "../support/memory/ids.ts";
import { type MemoryLaneQueue, memoryLaneQueue, type ReceivedMessage } from "../support/memory/lane-queue.ts";
import { type MemoryLedgerStore, memoryLedgerStore } from "../support/memory/ledger-store.ts";
import { type MemoryPayloadStore, memoryPayloadStore } from "../support/memory/payload-store.ts";
import { memorySecrets } from "../support/memory/secrets.ts";
import { type Functions, functionsOver } from "../support/world/functions.ts";
import { type BarePorts, gatedPorts } from "../support/world/gated-ports.ts";
import { randomFrom } from "../support/world/random.ts";
import { createScheduler, type PortCall, PortFailure, type Process, type Scheduler, START } from "../support/world/scheduler.ts";
import { worldSettings } from "../support/world/world-settings.ts";

/** What becomes of one call of a port; a promise: it waits for that first. */
export type Turn = "run" | "fail" | "die before" | "die after" | Promise<void>;
export type Decide = (call: PortCall, n: number) => Turn;

export type ByHand = {
  readonly settings: Settings;
  readonly clock: VirtualClock;
  readonly ledger: MemoryLedgerStore;
  readonly payloads: MemoryPayloadStore;
  readonly queue: MemoryLaneQueue;
  readonly erp: FakeErp;
  /** Inputs of the workflows started, by execution. */
  readonly started: ReadonlyMap<string, unknown>;
  /** The functions of one invocation, its calls of ports decided one by one. */
  functions(decide?: Decide): Functions;
  /** A signed message of the ERP, or a MES's report under its token, as it stands on the wire. */
  fromErp(body: string, messageId?: string): DoorRequest;
  fromMes(body: string): DoorRequest;
  headers(): Header[];
  receive(target: string, limit?: number): readonly ReceivedMessage[];
  /** One invocation of advance-lane for these messages; what it handled is deleted. Answers what is to be delivered again. */
  advance(target: string, messages: readonly ReceivedMessage[], decide?: Decide): Promise<readonly string[]>;
  /** Every minute: what is in the queues is handled, what is due is woken. */
  run(minutes: number): Promise<void>;
  command(header: Header, command: CommandName, id: string): Promise<QueueMessage>;
};

export type ByHandOptions = {
  readonly idempotent?: boolean;
  /** The ERP's consumptions are posted together. */
  readonly windows?: { readonly count: number; readonly seconds: number };
  readonly refuses?: () => boolean;
  /** Before Step Functions takes an answer. */
  readonly onAnswer?: (token: string) => void;
};

const SECRET = `whsec_${Buffer.from("a secret of the promises' own").toString("base64")}`;
const TOKEN = `orl_${"a".repeat(26)}`;
const TARGETS = ["erp", "mes-hamburg"].map((id) => ConnectionId.parse(id));
const LANE_TIME_MS = 60_000;

/** The real functions over ports in memory, put into motion call by call; the world around them is the test's own hand. */
export async function byHand(options: ByHandOptions = {}): Promise<ByHand> {
  const settings = worldSettings({ consumption: "lane", ...(options.windows === undefined ? {} : { windows: options.windows }) });
  const clock = virtualClock(START);
  const ledger = memoryLedgerStore();
  const payloads = memoryPayloadStore();
  const queue = memoryLaneQueue({
    clock,
    visibilityMilliseconds: settings.limits.consumerTimeoutSeconds * 6000,
    ...(options.refuses === undefined ? {} : { refuses: options.refuses }),
  });
  const due: { readonly at: number; readonly act: () => void }[] = [];
  const { idempotent = false } = options;
  const erp = createFakeErp({ clock, idempotent, schedule: (at, act) => due.push({ at, act }) });
  const plain = createFakeErpTarget(erp, clock);
  const started = new Map<string, unknown>();
  const bare: BarePorts = {
    ledger,
    payloads,
    queue,
    clock,
    secrets: memorySecrets({ [String(secretNameOf(connectionOf(settings, "erp").source))]: [SECRET] }),
    ids: countingIds(1),
    pause: async (milliseconds) => clock.advance(milliseconds),
    targets: new Map([["erp", { ...plain, capabilities: { ...plain.capabilities, lookup: !idempotent, idempotent } }]]),
    workflows: {
      run: async () => ({ kind: "cut" }),
      start: async (_workflow, execution, input) => {
        started.set(execution, input);
      },
      look: async (_workflow, execution): Promise<ExecutionState> => (started.has(execution) ? { kind: "running" } : { kind: "absent" }),
      stop: async () => {},
      answer: async (token) => {
        options.onAnswer?.(token);
        return "taken";
      },
    },
  };
  await ledger.write([
    { kind: "put", item: itemOf(masterKey(settings.sites[0]?.id ?? z.never().parse(settings), "material:M0"), { document: "seed", at: START }) },
    { kind: "put", item: grantItem(TOKEN, agentGrant(settings)) },
  ]);

  const functions = (decide: Decide = () => "run"): Functions =>
    functionsOver(gatedPorts(gateOf(clock, decide), { kind: "by hand", name: "by hand", isAlive: true }, bare), settings, onlyPortsFail);
  const receive = (target: string, limit = 10): readonly ReceivedMessage[] => queue.receive(ConnectionId.parse(target), limit);

  async function advance(target: string, messages: readonly ReceivedMessage[], decide?: Decide): Promise<readonly string[]> {
    const records = messages.map(({ receiptHandle, group, sequenceNumber, receiveCount, body }) => ({
      messageId: receiptHandle,
      group,
      sequence: sequenceNumber,
      receiveCount,
      body,
    }));
    const failed = await functions(decide).advance(records, () => LANE_TIME_MS);
    for (const { receiptHandle } of messages) if (!failed.includes(receiptHandle)) queue.delete(ConnectionId.parse(target), receiptHandle);
    return failed;
  }

  async function drain(target: string): Promise<void> {
    for (let got = receive(target); got.length > 0; got = receive(target)) await advance(target, got);
  }

  async function run(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      await functions().wake();
      for (const target of TARGETS) await drain(target);
      clock.advance(60_000);
      for (const { act } of due.filter(({ at }) => at <= clock.now())) act();
      due.splice(0, due.length, ...due.filter(({ at }) => at > clock.now()));
    }
  }

  return {
    settings,
    clock,
    ledger,
    payloads,
    queue,
    erp,
    started,
    functions,
    receive,
    advance,
    run,
    fromErp: (body, messageId = "m1") => {
      const bytes = new TextEncoder().encode(body);
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature = {
        "webhook-id": [messageId],
        "webhook-timestamp": [timestamp],
        "webhook-signature": [signWebhook(messageId, timestamp, bytes, SECRET)],
      };
      return { path: { connection: "erp" }, headers: { "content-type": ["application/json"], ...signature }, body: bytes, sourceIp: "192.0.2.1" };
    },
    fromMes: (body) => ({
      path: { connection: "mes-hamburg", site: "hamburg" },
      headers: { "content-type": ["application/json"], authorization: [`Bearer ${TOKEN}`] },
      body: new TextEncoder().encode(body),
      sourceIp: "192.0.2.1",
    }),
    headers: () =>
      ledger
        .all()
        .filter(({ sk }) => sk.startsWith("DOC#"))
        .map((item) => parseItem(Header, item)),
    command: async (header, command, id) => {
      const message = messageOf(
        { kind: "command", command, target: header.target, document: header.id, attempt: header.attempt, id, who: "operator", why: "a test" },
        id,
      );
      await queue.send(header.target, [message]);
      return message;
    },
  };
}

/** A message comes again where a port failed; anything else that is thrown is a defect. */
function onlyPortsFail(_record: unknown, error: unknown): void {
  if (!(error instanceof PortFailure)) throw error;
}

const agentGrant = (settings: Settings) => ({
  principal: "MES of hamburg",
  sites: settings.sites.filter(({ id }) => id === "hamburg").map(({ id }) => id),
  connections: [ConnectionId.parse("mes-hamburg")],
  types: ["MaterialActual" as const],
  actions: ["post" as const, "lease" as const, "verdict" as const],
  expiresAt: FOREVER,
  revoked: false,
});

/** Each call of a port is decided by the test, at once. */
function gateOf(clock: VirtualClock, decide: Decide): Scheduler {
  const scheduler = createScheduler({ clock, random: randomFrom(1), decide: () => ({ kind: "run" }) });
  let n = 0;
  async function gate<Answer>(process: Process, call: PortCall, apply: () => Promise<Answer>, failed?: () => Promise<Answer>): Promise<Answer> {
    n += 1;
    const turn = process.isAlive ? decide(call, n) : "die before";
    if (turn === "die before") return gone(process);
    if (turn === "fail") return failedCall(call, failed);
    if (turn instanceof Promise) await turn;
    const answer = await apply();
    return turn === "die after" ? gone(process) : answer;
  }
  return { ...scheduler, gate };
}

/** A failed call throws, unless its port answers a failure. */
function failedCall<Answer>({ port, method }: PortCall, failed: (() => Promise<Answer>) | undefined): Promise<Answer> {
  return failed === undefined ? Promise.reject(new PortFailure(`${port}.${method} failed`)) : failed();
}

/** Nothing that a dead process waits for ever comes. */
function gone<Answer>(process: Process): Promise<Answer> {
  process.isAlive = false;
  return new Promise(() => {});
}

const Lines = z.object({ lines: z.array(LineResult).optional() });

/** The door's results, line by line. */
export const resultsIn = (answer: DoorAnswer): string[] => (Lines.parse(JSON.parse(answer.body)).lines ?? []).map(({ result }) => result);

export const callName = ({ port, method }: PortCall): string => `${port}.${method}`;
