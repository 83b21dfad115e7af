import type { Verdict } from "../../../core/ledger/items.ts";
import type { Mes, PlantDelivery } from "./plant.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

/** What an agent asks of the API; undefined: no answer, or one that says to come again. */
export type AgentApi = {
  lease(max: number): Promise<{ readonly deliveries: readonly PlantDelivery[]; readonly pollAfterSeconds: number } | undefined>;
  /** `conflict`: another verdict is stored. */
  report(delivery: PlantDelivery, verdict: Verdict): Promise<"taken" | "conflict" | undefined>;
  heartbeat(): Promise<void>;
};

export type AgentHabits = {
  /** Concurrent workers of one agent. */
  readonly workers: number;
  /** From when to when it is away, in milliseconds of the world's time. */
  readonly away: readonly (readonly [number, number])[];
  /** How likely a worker dies between the MES's commit and its report. */
  readonly dies: number;
  /** How likely it reports a verdict once more, later. */
  readonly repeats: number;
  /** How likely a worker dawdles with an applied delivery before it reports. */
  readonly dawdles: number;
  /** The verdict on an order that is applied (of this version only, where one is named) is held back so long, in milliseconds; the worker goes on meanwhile. */
  readonly holdsBack?: { readonly milliseconds: number; readonly version?: string };
};

export type Agents = {
  /** Something lies in the mailbox. */
  poke(): void;
  conflicts(): number;
};

export type AgentOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
  readonly site: string;
  readonly mes: Mes;
  readonly api: AgentApi;
  readonly habits: AgentHabits;
  readonly startedAt: number;
  readonly isHealed: () => boolean;
  /** Whether a poll could bring anything; an agent that asked in vain for hours changes nothing but the length of a run. */
  readonly hasMail: () => boolean;
};

type Withholding = AgentHabits & { readonly holdsBack: NonNullable<AgentHabits["holdsBack"]> };
const isHeldBack = (habits: AgentHabits, { action, version, document }: PlantDelivery): habits is Withholding =>
  habits.holdsBack !== undefined &&
  action === "apply" &&
  document.type === "OperationsRequest" &&
  (habits.holdsBack.version === undefined || habits.holdsBack.version === version);

const MOST_DAWDLING_MS = 1_500_000;
const LONGEST_WAIT_MS = 240_000;

export function createAgents(options: AgentOptions): Agents {
  const { scheduler, random, tally, mes, api, habits, site } = options;
  const happens = (rate: number): boolean => rate > 0 && !options.isHealed() && random.chance(rate);
  let idle: (() => void)[] = [];
  let conflicts = 0;
  const heldBack = new Set<string>();

  const backFrom = (): number | undefined => {
    const at = scheduler.now() - options.startedAt;
    return habits.away.find(([from, to]) => from <= at && at < to)?.[1];
  };

  async function untilPresent(): Promise<void> {
    for (let back = backFrom(); back !== undefined; back = backFrom()) {
      tally.add("agent: away");
      await scheduler.sleep(options.startedAt + back - scheduler.now());
    }
  }

  async function untilMail(): Promise<void> {
    if (options.hasMail()) return;
    await new Promise<void>((resolve) => {
      idle.push(resolve);
    });
    await scheduler.sleep(random.between(100, 20_000));
  }

  async function work(): Promise<void> {
    for (;;) {
      await untilMail();
      await untilPresent();
      const leased = await api.lease(random.between(1, 5));
      if (leased !== undefined) await takeAll(leased.deliveries);
      await scheduler.sleep((leased === undefined ? 10 : leased.pollAfterSeconds) * 1000);
    }
  }

  async function takeAll(deliveries: readonly PlantDelivery[]): Promise<void> {
    for (const delivery of deliveries) if (!(await take(delivery))) return;
  }

  /** False: the worker died and forgets the rest of what it leased. */
  async function take(delivery: PlantDelivery): Promise<boolean> {
    if (!(await untilReady(delivery))) return true;
    const verdict = mes.handle(delivery);
    scheduler.note(
      () => `${site}: MES ${delivery.action} ${delivery.document.id} v${delivery.version} (${delivery.id.slice(-6)} ${delivery.number}): ${verdict.result}`,
    );
    if (happens(habits.dies)) {
      tally.add("agent: dies before its report");
      await scheduler.sleep(random.between(1_000, 120_000));
      return false;
    }
    await reportInTime(delivery, verdict);
    return true;
  }

  async function reportInTime(delivery: PlantDelivery, verdict: Verdict): Promise<void> {
    if (isHeldBack(habits, delivery)) {
      if (heldBack.has(delivery.id)) return undefined;
      heldBack.add(delivery.id);
      tally.add("agent: holds a verdict back");
      return scheduler.after(habits.holdsBack.milliseconds, () => void report(delivery, verdict));
    }
    if (happens(habits.dawdles)) {
      tally.add("agent: reports late");
      await scheduler.sleep(random.between(1_000, MOST_DAWDLING_MS));
    }
    await report(delivery, verdict);
    if (!happens(habits.repeats)) return;
    tally.add("agent: reports twice");
    await scheduler.sleep(random.between(1_000, 300_000));
    await report(delivery, verdict);
  }

  /** The MES may need long; a worker waits a little, with a heartbeat, and leaves the rest to a later lease. */
  async function untilReady(delivery: PlantDelivery): Promise<boolean> {
    const wait = mes.readyAt(delivery) - scheduler.now();
    if (wait <= 0) return true;
    tally.add("agent: the MES needs time");
    if (random.chance(0.3)) await api.heartbeat();
    if (wait > LONGEST_WAIT_MS) {
      await scheduler.sleep(random.between(120_000, LONGEST_WAIT_MS));
      return mes.readyAt(delivery) <= scheduler.now();
    }
    await scheduler.sleep(wait);
    return true;
  }

  async function report(delivery: PlantDelivery, verdict: Verdict): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const answer = await api.report(delivery, verdict);
      if (answer === "conflict") conflicts += 1;
      if (answer !== undefined) return;
      tally.add("agent: reports again, no answer came");
      await scheduler.sleep(random.between(1_000, 30_000));
    }
  }

  for (let worker = 0; worker < habits.workers; worker += 1) {
    work().then(
      () => {},
      (error: unknown) => scheduler.crash(error),
    );
  }
  return {
    poke: () => {
      const waiting = idle;
      idle = [];
      for (const goOn of waiting) goOn();
    },
    conflicts: () => conflicts,
  };
}
