import type { FakeCall, Fault } from "../../../connectors/plain-json/fake-faults.ts";
import { FOREVER } from "../../../core/lanes/times.ts";
import type { Item } from "../../../core/ledger/ledger-store.ts";
import type { LaneQueue } from "../../../core/ledger/ports.ts";
import { secretNameOf } from "../../../core/settings/schemes.ts";
import { connectionOf } from "../../../core/settings/settings.ts";
import { virtualClock } from "../memory/clock.ts";
import { countingIds } from "../memory/ids.ts";
import { memoryLaneQueue } from "../memory/lane-queue.ts";
import { memoryLedgerStore } from "../memory/ledger-store.ts";
import { memoryPayloadStore } from "../memory/payload-store.ts";
import { memorySecrets } from "../memory/secrets.ts";
import { createCurses } from "./curses.ts";
import { createErpInWorld } from "./erp-in-world.ts";
import { createEventSource } from "./event-source.ts";
import { createFaults } from "./faults.ts";
import { firstItems, tokenOf } from "./first-items.ts";
import { type Functions, functionsOver } from "./functions.ts";
import { type BarePorts, gatedPorts } from "./gated-ports.ts";
import { createInvocations, type Failed } from "./invocations.ts";
import { watchedLedger } from "./observer.ts";
import { createOperators } from "./operators.ts";
import type { Outcome } from "./outcome.ts";
import type { Traits } from "./planned-documents.ts";
import { createPlants } from "./plants-in-world.ts";
import { randomFrom } from "./random.ts";
import { createRequests } from "./requests.ts";
import { createScheduler, type Fate, type PortCall, type Process, START } from "./scheduler.ts";
import { createSenders } from "./sender.ts";
import type { Tally } from "./tally.ts";
import { createTimer } from "./timer.ts";
import { createStepFunctions, strikeExecutions } from "./workflows.ts";
import { defectIn } from "./world-defects.ts";
import type { WorldPlan } from "./world-plan.ts";
import { worldSettings } from "./world-settings.ts";

export type { Outcome } from "./outcome.ts";

export type WorldOptions = {
  readonly tally: Tally;
  readonly trace?: (line: string) => void;
  /** Decides before the drawn faults; undefined: leaves it to them. */
  readonly decide?: (process: Process, call: PortCall) => Fate | undefined;
  readonly erpFault?: (call: FakeCall) => Fault | undefined;
  /** Whether a message goes to the dead-letter queue, before the drawn faults are asked. */
  readonly buries?: (body: string) => boolean;
};

const ERP_SECRET = "whsec_b3JkZXJsYW5lLW9yZGVybGFuZS1vcmRlcmxhbmU=";
const DAY = 86_400_000;
const MINUTE = 60_000;
const WAKE_TIMEOUT_MS = 55_000;
/** LANES.md 9: six times the consumer's timeout. */
const VISIBILITY_FACTOR = 6;
/** A hundred times what a schedule takes: more is a loop. */
const MOST_PORT_CALLS = 30_000;

const isOpenDocument = (item: Item): boolean => item.openShard !== undefined && item.dueAt !== FOREVER;

/** Runs one plan to its rest. The same plan runs the same way each time. */
export async function runWorld(plan: WorldPlan, options: WorldOptions): Promise<Outcome> {
  const { tally } = options;
  const random = randomFrom(plan.seed);
  const clock = virtualClock(START);
  const settings = worldSettings(plan.settings);
  const healsAt = START + plan.healAt;
  const isHealed = (): boolean => clock.now() >= healsAt;
  const defects: string[] = [];
  const buried = new Set<string>();
  let disturbed = 0;
  let frozen = 0;
  let portCalls = 0;
  const disturb = (): void => {
    disturbed += 1;
  };

  const erpSettings = connectionOf(settings, "erp");
  const { commitSeconds } = erpSettings.target;
  const longestQueueMs = (plan.erp.lookup ? 2 : 1) * commitSeconds * 1000 - 1000;
  const faults = createFaults({ random: random.fork("faults"), rates: plan.rates, tally, isHealed, commitSeconds, longestQueueMs, disturb });
  const curses = createCurses(plan, tally, disturb);
  const scheduler = createScheduler({
    clock,
    random: random.fork("schedule"),
    decide: (process, call) => {
      portCalls += 1;
      if (portCalls > MOST_PORT_CALLS) throw new RangeError(`more than ${MOST_PORT_CALLS} port calls`);
      const fate = options.decide?.(process, call) ?? curses.decide(process, call) ?? faults.decide(call);
      if (fate.kind === "sleep") frozen += 1;
      return fate;
    },
    ...(options.trace === undefined ? {} : { trace: options.trace }),
  });
  const invocations = createInvocations(scheduler);
  const judgeError = (process: Process, error: unknown): void => {
    const defect = defectIn(process, error);
    if (defect !== undefined) defects.push(defect);
  };
  const judgeFailure = ({ process, error }: Failed): void => judgeError(process, error);

  const traitsOf = (tag: string): Traits => {
    const traits = plan.sends.find((send) => send.document.tag === tag)?.document.traits ?? {};
    if (!plan.mends || !isHealed()) return traits;
    return traits.invalid === true ? { invalid: true } : {};
  };

  const store = memoryLedgerStore({ indexLag: () => faults.indexLag() });
  const ledger = watchedLedger(store, {
    tally,
    due: (dueAt) => timer.noticed(dueAt),
    mail: (site) => plants.poke(site),
    forbidden: (what) => defects.push(`forbidden ${what}`),
  });
  const { erp, target, reversed } = createErpInWorld({
    plan,
    clock,
    scheduler,
    tally,
    traitsOf,
    fault: (call) => options.erpFault?.(call) ?? faults.erp(call),
    clerkAfterMs: (fault) => (options.erpFault === undefined ? faults.clerkAfterMs(fault) : undefined),
  });
  const bareQueue = memoryLaneQueue({ clock, visibilityMilliseconds: settings.limits.consumerTimeoutSeconds * VISIBILITY_FACTOR * 1000 });
  const queue: LaneQueue = {
    send: async (to, messages) => {
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
    invoke: (payload) => performStep(payload),
  });

  /** As Lambda does it: what goes in and comes out is JSON. */
  function performStep(payload: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
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
    });
  }

  const bare: BarePorts = {
    ledger,
    payloads: memoryPayloadStore(),
    queue,
    secrets: memorySecrets({ [String(secretNameOf(erpSettings.source))]: [ERP_SECRET] }),
    clock,
    ids: countingIds(plan.seed >>> 0),
    targets: new Map([["erp", target]]),
    workflows: stepFunctions.port,
    pause: scheduler.sleep,
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
    buries: (message) =>
      (options.buries?.(message.body) === true || curses.buries(message.body) || faults.buries(message)) &&
      buried.add(curses.documentIn(message.body)).size > 0,
    advance: (process, records, remainingMs) => {
      curses.receive(process, records);
      return over(process).advance(records, remainingMs);
    },
  });
  // Not by the index, which may lag.
  const firstDue = (): number | undefined => {
    let first: number | undefined;
    store.some((item) => {
      if (isOpenDocument(item) && typeof item.dueAt === "number" && (first === undefined || item.dueAt < first)) first = item.dueAt;
      return false;
    });
    return first;
  };
  const timer = createTimer({
    scheduler,
    invocations,
    intervalMs: MINUTE,
    timeoutMs: WAKE_TIMEOUT_MS,
    firstDue,
    wake: (process) => over(process).wake(),
    failed: judgeFailure,
  });

  const requests = createRequests({ scheduler, invocations, random: random.fork("requests"), tally, lossRate: plan.lossRate, isHealed, failed: judgeFailure });
  const sites = settings.sites.map(({ id }) => String(id));
  const hasMail = (site: string): boolean => store.some(({ pk }) => pk === `MAILBOX#${site}`);
  const plants = createPlants({ plan, sites, scheduler, random, tally, requests, over, traitsOf, isHealed, hasMail });
  const senders = createSenders({
    scheduler,
    random: random.fork("senders"),
    webhookSecret: ERP_SECRET,
    tokens: Object.fromEntries(sites.map((site) => [`mes-${site}`, tokenOf(site)])),
    door: (request) => requests.call("receive-documents", (process) => over(process).receive(request)),
  });

  await store.write(firstItems(settings, plan.knownMaterials));
  for (const send of plan.sends) senders.start(send);
  const operators = createOperators({ plan, scheduler, tally, requests, over, erp, store, senders, healsAt });
  strikeExecutions(plan, scheduler, stepFunctions, tally);

  const restless = (): string[] => {
    return unrest.flatMap(([what, isSo]) => (isSo() ? [what] : []));
  };
  const unrest: readonly (readonly [string, () => boolean])[] = [
    ["the healing is to come", () => clock.now() < operators.doneAt],
    ["a sender still sends", () => !senders.isDone()],
    ["a message is in a queue", () => !source.isIdle()],
    ["an invocation runs", () => invocations.running() > 0],
    ["an execution runs", () => stepFunctions.acting() > 0],
    ["a document is due, or a delivery is open", () => store.some((item) => item.pk.startsWith("MAILBOX#") || isOpenDocument(item))],
  ];
  const end = await scheduler.run(() => !unrest.some(([, isSo]) => isSo()), healsAt + 5 * DAY);
  return {
    plan,
    end,
    restless: end === "over" ? [] : restless(),
    settings,
    sent: senders.log(),
    postings: erp.books(),
    erpCalls: erp.calls(),
    plants: plants.systems,
    journal: [...plants.systems.values()].flatMap((mes) => mes.journal()),
    ledger: store.all(),
    causes: { disturbed, frozen, buried, reversed, commands: operators.commands, conflicts: plants.conflicts() },
    defects,
    portCalls,
  };
}
