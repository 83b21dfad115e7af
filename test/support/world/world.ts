import { ConnectionId, DocumentId } from "../../../core/documents/ids.ts";
import type { CommandName } from "../../../core/lanes/notices.ts";
import { FOREVER } from "../../../core/lanes/times.ts";
import { grantItem } from "../../../core/access/grants.ts";
import { itemOf } from "../../../core/ledger/items.ts";
import { masterKey } from "../../../core/ledger/keys.ts";
import type { Item } from "../../../core/ledger/ledger-store.ts";
import { connectionOf, type Settings } from "../../../core/settings/settings.ts";
import { createFakeErp, createFakeErpTarget, type Posting } from "../../../connectors/plain-json/fake.ts";
import type { Fault, FakeCall, Problem } from "../../../connectors/plain-json/fake-faults.ts";
import type { TargetSystem } from "../../../core/effects/target-system.ts";
import { virtualClock } from "../memory/clock.ts";
import { countingIds } from "../memory/ids.ts";
import { memoryLaneQueue } from "../memory/lane-queue.ts";
import { memoryLedgerStore } from "../memory/ledger-store.ts";
import { memoryPayloadStore } from "../memory/payload-store.ts";
import { memorySecrets } from "../memory/secrets.ts";
import { createAgents, type Agents } from "./agent.ts";
import { createEventSource } from "./event-source.ts";
import { createFaults } from "./faults.ts";
import { type Functions, functionsOver } from "./functions.ts";
import { type BarePorts, gatedPorts } from "./gated-ports.ts";
import { createInvocations, type Failed } from "./invocations.ts";
import { watchedLedger } from "./observer.ts";
import { createMes, type JournalLine, type Mes } from "./plant.ts";
import { tagIn, type Traits } from "./planned-documents.ts";
import { randomFrom } from "./random.ts";
import { createRequests } from "./requests.ts";
import { createScheduler, type Fate, type PortCall, PortFailure, type Process, START } from "./scheduler.ts";
import { createSenders, idOf, type SentLine } from "./sender.ts";
import type { Tally } from "./tally.ts";
import { createTimer } from "./timer.ts";
import { createStepFunctions } from "./workflows.ts";
import type { WorldPlan } from "./world-plan.ts";
import { worldSettings } from "./world-settings.ts";

/** What is left when a world has come to rest: the books of both systems, the sender's log, and the ledger for the few states that a checker may read. */
export type Outcome = {
  readonly plan: WorldPlan;
  /** `limit`: it never came to rest. */
  readonly end: "over" | "idle" | "limit";
  /** What was not at rest then. */
  readonly restless: readonly string[];
  readonly settings: Settings;
  readonly sent: readonly SentLine[];
  readonly postings: readonly Posting[];
  readonly plants: ReadonlyMap<string, Mes>;
  readonly journal: readonly JournalLine[];
  readonly ledger: readonly Item[];
  /** What was planted while it ran, beyond what the plan says. */
  readonly causes: Causes;
  /** Defects that need no judge: a forbidden transition, an error that no port threw. */
  readonly defects: readonly string[];
  readonly portCalls: number;
};

export type Causes = {
  /** Per message group or workflow document: how many invocations were killed, failed or frozen on it. */
  readonly disturbed: number;
  /** Documents whose message went to the dead-letter queue. */
  readonly buried: ReadonlySet<string>;
  /** Commands that were put into a lane. */
  readonly commands: readonly { readonly document: DocumentId; readonly command: CommandName; readonly at: number }[];
  /** Conflicting verdicts that agents were told of. */
  readonly conflicts: number;
};

export type WorldOptions = {
  readonly tally: Tally;
  readonly trace?: (line: string) => void;
  /** Decides before the drawn faults; undefined: leaves it to them. */
  readonly decide?: (process: Process, call: PortCall) => Fate | undefined;
  readonly erpFault?: (call: FakeCall) => Fault | undefined;
};

const ERP_SECRET = "whsec_b3JkZXJsYW5lLW9yZGVybGFuZS1vcmRlcmxhbmU=";
const tokenOf = (site: string): string => `orl_${site.replace(/[^0-9a-hjkmnp-tv-z]/g, "0").padEnd(26, "0")}`;
const DAY = 86_400_000;
const MOST_PORT_CALLS = 30_000;

/** Runs one plan to its rest. The same plan runs the same way each time. */
export async function runWorld(plan: WorldPlan, options: WorldOptions): Promise<Outcome> {
  const { tally } = options;
  const random = randomFrom(plan.seed);
  const clock = virtualClock(START);
  const settings = worldSettings(plan.settings);
  const healsAt = START + plan.healAt;
  const isHealed = (): boolean => clock.now() >= healsAt;
  const defects: string[] = [];
  const causes = { disturbed: 0, buried: new Set<string>(), commands: [] as Causes["commands"][number][], conflicts: 0 };
  let portCalls = 0;

  const erpSettings = connectionOf(settings, "erp");
  const faults = createFaults({
    random: random.fork("faults"),
    rates: plan.rates,
    tally,
    isHealed,
    commitSeconds: erpSettings.target.commitSeconds,
    onKill: () => {
      causes.disturbed += 1;
    },
  });
  const scheduler = createScheduler({
    clock,
    random: random.fork("schedule"),
    decide: (process, call) => {
      portCalls += 1;
      if (portCalls > MOST_PORT_CALLS) throw new RangeError(`more than ${MOST_PORT_CALLS} port calls`);
      return options.decide?.(process, call) ?? faults.decide(process, call);
    },
    ...(options.trace === undefined ? {} : { trace: options.trace }),
  });
  const invocations = createInvocations(scheduler);

  const traitsOf = (tag: string): Traits => {
    const document = plan.sends.find((send) => send.document.tag === tag)?.document;
    if (document === undefined) return {};
    return plan.mends && isHealed() ? { ...(document.traits.invalid === true ? { invalid: true } : {}) } : document.traits;
  };

  // The table, and what the world is told of its writes.
  const store = memoryLedgerStore({ indexLag: () => faults.indexLag() });
  const ledger = watchedLedger(store, {
    tally,
    due: (dueAt) => timer.noticed(dueAt),
    mail: (site) => agents.get(site)?.poke(),
    forbidden: (what) => defects.push(`forbidden ${what}`),
  });
  const payloads = memoryPayloadStore();
  const secrets = memorySecrets({ [erpSettings.source.secret ?? ""]: [ERP_SECRET] });
  const ids = countingIds(plan.seed >>> 0);

  // The ERP.
  const isDown = (): boolean => plan.erpDown.some(([from, to]) => from <= clock.now() - START && clock.now() - START < to);
  const erp = createFakeErp({
    clock,
    schedule: (at, action) => scheduler.at(at, action),
    ...(plan.erp.idempotent ? { idempotent: true } : {}),
    refuses: (body) => refusalOf(body.action, traitsOf(tagIn(body.document))),
    plan: (call) => {
      if (isDown()) {
        tally.add("fault: ERP down for long");
        return { kind: "down" };
      }
      const lacks = call.document === undefined ? undefined : traitsOf(tagIn(call.document)).lacksStockUntil;
      if (lacks !== undefined && clock.now() - START < lacks) {
        tally.add("fault: stock not there yet");
        return { kind: "dependency", on: `order:stock` };
      }
      return options.erpFault?.(call) ?? faults.erp(call);
    },
  });
  const plain = createFakeErpTarget(erp, clock);
  const target: TargetSystem = { ...plain, capabilities: { ...plain.capabilities, lookup: plan.erp.lookup, idempotent: plan.erp.idempotent } };

  // Queues and workflows.
  const visibilityMilliseconds = settings.limits.consumerTimeoutSeconds * 6_000;
  const bareQueue = memoryLaneQueue({ clock, visibilityMilliseconds });
  const queue = {
    send: async (to: ConnectionId, messages: Parameters<typeof bareQueue.send>[1]) => {
      const answer = await bareQueue.send(to, messages);
      scheduler.after(10, () => source.poke(to));
      return answer;
    },
  };
  const timeoutMs = settings.limits.consumerTimeoutSeconds * 1000;
  const stepFunctions = createStepFunctions({
    scheduler,
    random: random.fork("workflows"),
    queue,
    losesMessage: () => faults.losesFinished(),
    sent: () => {},
    targetOfQueueUrl: (url) => url.slice("queue:".length),
    invoke: (payload) =>
      new Promise((resolve, reject) => {
        invocations.start({
          kind: "perform-step",
          milliseconds: timeoutMs,
          run: (process, remainingMs) => {
            scheduler.note(() => `${process.name} begins ${JSON.stringify(payload)}`);
            return over(process).perform(JSON.parse(JSON.stringify(payload)), remainingMs);
          },
          ended: (end) => {
            if (end.kind === "returned") return resolve(JSON.parse(JSON.stringify(end.value)));
            judgeFailure(end);
            reject(new Error(end.why));
          },
        });
      }),
  });
  const judgeFailure = ({ process, error }: Failed): void => judgeError(process, error);
  const judgeError = (process: Process, error: unknown): void => {
    if (error !== undefined && isDefect(process, error)) defects.push(`${process.kind}: ${error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)}`);
  };

  const bare: BarePorts = {
    ledger,
    payloads,
    queue,
    secrets,
    clock,
    ids,
    targets: new Map([["erp", target]]),
    workflows: {
      start: async (workflow, execution, input) => stepFunctions.start(workflow, execution, input),
      look: async (workflow, execution) => stepFunctions.look(workflow, execution),
      stop: async (workflow, execution) => stepFunctions.stop(workflow, execution),
      answer: async (token, outcome) => stepFunctions.answer(token, outcome),
    },
  };
  const over = (process: Process): Functions =>
    functionsOver(gatedPorts(scheduler, process, bare), settings, (record, error) => {
      scheduler.note(() => `${process.name} fails ${record.messageId}: ${String(error)}`);
      judgeError(process, error);
    });

  const source = createEventSource({
    scheduler,
    invocations,
    queue: bareQueue,
    targets: settings.connections.map(({ id, target: { maxConcurrency, batchSize } }) => ({ id, maxConcurrency, batchSize })),
    timeoutMs,
    buries: (message) => {
      if (!faults.buries(message)) return false;
      const { document } = JSON.parse(message.body);
      causes.buried.add(String(document));
      return true;
    },
    advance: (process, records, remainingMs) => over(process).advance(records, remainingMs),
  });

  // Not by the index, which may lag.
  const firstDue = (): number | undefined => {
    const due = store.all().flatMap((item) => (item.openShard !== undefined && typeof item.dueAt === "number" && item.dueAt < FOREVER ? [item.dueAt] : []));
    return due.length === 0 ? undefined : Math.min(...due);
  };
  const timer = createTimer({ scheduler, invocations, intervalMs: 60_000, timeoutMs: 55_000, firstDue, wake: (process) => over(process).wake(), failed: judgeFailure });

  // Those who call.
  const requests = createRequests({ scheduler, invocations, random: random.fork("requests"), tally, lossRate: plan.lossRate, isHealed, failed: judgeFailure });
  const plants = new Map(settings.sites.map(({ id }) => [String(id), createMes({ site: id, now: () => clock.now(), traitsOf })]));
  const mailOf = (site: string): boolean => store.all().some(({ pk }) => pk === `MAILBOX#${site}`);
  const agents = new Map<string, Agents>();
  for (const [site, mes] of plants) {
    const habits = plan.habits[site];
    if (habits === undefined) continue;
    agents.set(
      site,
      createAgents({
        scheduler,
        random: random.fork(`agents ${site}`),
        tally,
        site,
        mes,
        habits,
        startedAt: START,
        isHealed,
        hasMail: () => mailOf(site),
        api: {
          lease: (max) => requests.call("lease-deliveries", (process) => over(process).lease(site, max)),
          heartbeat: async () => void (await requests.call("heartbeat", (process) => over(process).heartbeat(site))),
          report: async (delivery, verdict) => {
            const answer = await requests.call("report-verdicts", (process) =>
              over(process).report(site, { verdicts: [{ ...verdict, delivery: delivery.id, leaseToken: "lease" }] }),
            );
            const result = answer?.results[0]?.result;
            return result === undefined ? undefined : result === "conflict" ? "conflict" : "taken";
          },
        },
      }),
    );
  }
  const senders = createSenders({
    scheduler,
    random: random.fork("senders"),
    webhookSecret: ERP_SECRET,
    tokens: Object.fromEntries(settings.sites.map(({ id }) => [`mes-${id}`, tokenOf(id)])),
    door: (request) => requests.call("receive-documents", (process) => over(process).receive(request)),
  });

  for (const { id } of settings.sites) {
    const grant = {
      principal: `MES of ${id}`,
      sites: [id],
      connections: [ConnectionId.parse(`mes-${id}`)],
      types: ["MaterialActual" as const],
      actions: ["post" as const],
      expiresAt: FOREVER,
      revoked: false,
    };
    const known = plan.knownMaterials.map((material) => ({ kind: "put" as const, item: itemOf(masterKey(id, `material:${material}`), { document: "seed", at: START }) }));
    await store.write([{ kind: "put", item: grantItem(tokenOf(id), grant) }, ...known]);
  }

  for (const send of plan.sends) senders.start(send);
  for (const planned of plan.commands) {
    scheduler.after(planned.at, () => {
      const send = plan.sends.find(({ document }) => document.name === planned.document);
      if (send === undefined) return;
      void order(send.document.site, idOf(send.document, send.key), planned.command);
    });
  }
  for (const blow of plan.blows) {
    scheduler.after(blow.at, () => {
      const names = stepFunctions.names().filter((name) => stepFunctions.look("", name).kind === "running");
      const name = names[0];
      if (name === undefined) return;
      tally.add(`fault: execution ${blow.kind}`);
      scheduler.note(() => `execution ${name}: ${blow.kind}`);
      if (blow.kind === "vanishes") stepFunctions.vanish(name);
      else stepFunctions.abort(name);
    });
  }

  async function sendCommand(site: string, document: DocumentId, command: CommandName): Promise<void> {
    const sent = await requests.call("command-document", (process) => over(process).command(site, document, command));
    if (sent === false) return;
    tally.add(`operator: ${command}`);
    causes.commands.push({ document, command, at: clock.now() });
  }

  /** Where the ERP cannot be asked for its postings, a replay says that somebody looked and found none. */
  const isPostedAnyhow = (tag: string): boolean => !plan.erp.lookup && !plan.erp.idempotent && erp.books().some((posting) => tagIn(posting.document) === tag);

  async function order(site: string, document: DocumentId, command: CommandName): Promise<void> {
    const line = senders.log().find(({ id }) => id === document);
    if (command === "replay" && line !== undefined && isPostedAnyhow(line.document.tag)) return;
    await sendCommand(site, document, command);
  }

  /** After the healing an operator replays whatever stands parked. */
  async function mend(): Promise<void> {
    for (const item of store.all()) if (item.sk.startsWith("DOC#") && item.state === "parked") await order(String(item.site), idIn(item), "replay");
  }
  if (plan.mends) for (const hours of [1, 2, 3]) scheduler.at(healsAt + hours * 3_600_000, () => void mend());
  scheduler.at(healsAt, () => {});
  scheduler.at(healsAt + 3 * 3_600_000 + 1, () => {});

  const lastMend = plan.mends ? healsAt + 3 * 3_600_000 + 1 : healsAt;
  const restless = (): string[] => [
    ...(clock.now() >= lastMend ? [] : ["the healing is to come"]),
    ...(senders.isDone() ? [] : ["a sender still sends"]),
    ...(source.isIdle() ? [] : ["a message is in a queue"]),
    ...(invocations.running() === 0 ? [] : ["an invocation runs"]),
    ...(stepFunctions.acting() === 0 ? [] : ["an execution runs"]),
    ...(nothingOpen() ? [] : ["a document is due, or a delivery is open"]),
  ];
  const isOver = (): boolean => restless().length === 0;
  const nothingOpen = (): boolean => {
    const items = store.all();
    return !items.some((item) => item.pk.startsWith("MAILBOX#") || (item.openShard !== undefined && item.dueAt !== FOREVER));
  };
  const end = await scheduler.run(isOver, healsAt + 5 * DAY);
  for (const agent of agents.values()) causes.conflicts += agent.conflicts();
  return {
    plan,
    end,
    restless: end === "over" ? [] : restless(),
    settings,
    sent: senders.log(),
    postings: erp.books(),
    plants,
    journal: [...plants.values()].flatMap((mes) => mes.journal()),
    ledger: store.all(),
    causes,
    defects,
    portCalls,
  };
}

/** Errors that only a defect throws; any other is one where no fault came before it. */
const ALWAYS_DEFECTS = new Set(["ForbiddenTransition", "ForbiddenMarker", "DamagedItem", "ValidationException", "TypeError", "RangeError", "SyntaxError", "ZodError", "$ZodError"]);

function isDefect(process: Process, error: unknown): boolean {
  if (error instanceof PortFailure) return false;
  if (!(error instanceof Error) || ALWAYS_DEFECTS.has(error.constructor.name)) return true;
  return process.isDisturbed !== true && error.constructor.name !== "LostRaces";
}

const idIn = (item: Item): DocumentId => DocumentId.parse(item.id);

function refusalOf(action: string, traits: Traits): Problem | undefined {
  if (action === "post") return traits.postingRefused === true ? { code: "no-posting", message: "the books refuse it" } : undefined;
  if (action === "tell-accepted") return traits.acceptanceRefused === true ? { code: "no-acceptance", message: "the order was closed meanwhile" } : undefined;
  return traits.badNewsRefused === true ? { code: "no-bad-news", message: "the order is locked" } : undefined;
}
