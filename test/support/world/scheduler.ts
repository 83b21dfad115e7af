import type { VirtualClock } from "../memory/clock.ts";
import type { Random } from "./random.ts";

/**
 * Runs every part of the world in one virtual time. Each call that an invocation makes of a port waits at a gate; the scheduler opens one gate after another,
 * in an order drawn from the seed, and decides there what becomes of the call. So any interleaving of concurrent invocations can happen, and the same seed repeats it.
 */
export type Scheduler = {
  now(): number;
  /** Does `act` at that moment or as soon after it as it is picked. */
  at(moment: number, act: () => void): void;
  after(milliseconds: number, act: () => void): void;
  sleep(milliseconds: number): Promise<void>;
  /** The answer of a call, when its gate has been opened; never, for a process that was killed. `failed`: what a failure answers where it does not throw. */
  gate<Answer>(process: Process, call: PortCall, apply: () => Promise<Answer>, failed?: () => Promise<Answer>): Promise<Answer>;
  process(kind: string, name: string): Process;
  kill(process: Process): void;
  /** Until `isOver` holds when nothing is left to do at this moment, or nothing is left at all, or the moment `limit` is reached. */
  run(isOver: () => boolean, limit: number): Promise<"over" | "idle" | "limit">;
  note(line: () => string): void;
  /** A part of the world itself failed: the run ends with that. */
  crash(error: unknown): void;
};

/** An invocation of a function. Once killed, nothing that it waits for ever comes; `isDisturbed` once any of its calls did not simply run; `frozen`: what it will do when it goes on. */
export type Process = { readonly kind: string; readonly name: string; isAlive: boolean; frozen?: (() => void)[]; isDisturbed?: boolean; onKill?: () => void };

export type PortCall = { readonly port: string; readonly method: string; readonly detail: () => string };

/** What becomes of one call. */
export type Fate =
  | { readonly kind: "run" }
  /** The process ends here, before the call took effect or after; nobody hears of it. */
  | { readonly kind: "kill"; readonly when: "before" | "after" }
  /** Throws, nothing was done. */
  | { readonly kind: "fail" }
  /** Done, and throws all the same. */
  | { readonly kind: "lose-answer" }
  /** This call takes so long; the process goes on with what else it does, and its timeout ends it. */
  | { readonly kind: "slow"; readonly when: "before" | "after"; readonly milliseconds: number }
  /** The process stands still for so long and then goes on, whatever has passed meanwhile: not even its timeout ends it. */
  | { readonly kind: "sleep"; readonly when: "before" | "after"; readonly milliseconds: number };

export type Decide = (process: Process, call: PortCall) => Fate;

/** What a port throws when its call failed, or its answer was lost. */
export class PortFailure extends Error {
  override readonly name = "PortFailure";
}

export type SchedulerOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly decide: Decide;
  readonly trace?: (line: string) => void;
};

type Timer = { readonly moment: number; readonly act: () => void };

const never = <Answer>(): Promise<Answer> => new Promise<Answer>(() => {});
/** All that has been answered has been taken in: every promise that can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createScheduler({ clock, random, decide, trace }: SchedulerOptions): Scheduler {
  const ready: (() => void)[] = [];
  const timers: Timer[] = [];
  let unexpected: { readonly error: unknown } | undefined;

  const note = (line: () => string): void => {
    if (trace !== undefined) trace(`${String(clock.now() - START).padStart(9)} ${line()}`);
  };
  const at = (exactly: number, act: () => void): void => {
    const moment = Math.ceil(exactly);
    let place = timers.length;
    while (place > 0 && isAfter(timers[place - 1], moment)) place -= 1;
    timers.splice(place, 0, { moment, act });
  };
  const after = (milliseconds: number, act: () => void): void => at(clock.now() + milliseconds, act);
  const kill = (process: Process): void => {
    if (!process.isAlive) return;
    process.isAlive = false;
    process.onKill?.();
  };

  function gate<Answer>(process: Process, call: PortCall, apply: () => Promise<Answer>, failed?: () => Promise<Answer>): Promise<Answer> {
    if (!process.isAlive) return never();
    return new Promise((resolve, reject) => {
      const fail = (error: PortFailure): void => (failed === undefined ? reject(error) : resolve(failed()));
      whenAwake(process, () => open({ process, call, apply, resolve, reject, fail }));
    });
  }

  /** A frozen process does nothing at all, whichever of its calls it was frozen at. */
  function whenAwake(process: Process, act: () => void): void {
    ready.push(() => {
      if (!process.isAlive) return;
      if (process.frozen === undefined) act();
      else process.frozen.push(() => whenAwake(process, act));
    });
  }

  type Waiting<Answer> = {
    readonly process: Process;
    readonly call: PortCall;
    readonly apply: () => Promise<Answer>;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
    readonly fail: (error: PortFailure) => void;
  };

  function open<Answer>(waiting: Waiting<Answer>): void {
    const { process, call } = waiting;
    const fate = decide(process, call);
    if (fate.kind !== "run") process.isDisturbed = true;
    note(() => `${process.name} ${call.port}.${call.method} ${call.detail()}${fate.kind === "run" ? "" : `  << ${told(fate)}`}`);
    meet(waiting, fate);
  }

  function meet<Answer>(waiting: Waiting<Answer>, fate: Fate): void {
    const { process, call, fail } = waiting;
    switch (fate.kind) {
      case "fail":
        fail(new PortFailure(`${call.port}.${call.method} failed`));
        break;
      case "kill":
        if (fate.when === "before") kill(process);
        else answer(waiting, () => kill(process));
        break;
      case "lose-answer":
        answer(waiting, () => fail(new PortFailure(`${call.port}.${call.method}: the answer was lost`)));
        break;
      case "slow":
        delayed(waiting, fate.when, (goOn) => after(fate.milliseconds, goOn));
        break;
      case "sleep":
        delayed(waiting, fate.when, (goOn) => freeze(process, fate.milliseconds, goOn));
        break;
      case "run":
        answer(waiting);
        break;
    }
  }

  function delayed<Answer>(waiting: Waiting<Answer>, when: "before" | "after", delay: (goOn: () => void) => void): void {
    if (when === "before") delay(() => handOver(waiting.process, () => answer(waiting)));
    else answer(waiting, (resolve) => delay(resolve));
  }

  function freeze(process: Process, milliseconds: number, goOn: () => void): void {
    const held: (() => void)[] = process.frozen ?? [];
    process.frozen = held;
    after(milliseconds, () => {
      delete process.frozen;
      note(() => `${process.name} goes on`);
      goOn();
      for (const act of held) act();
    });
  }

  /** Does it now; `instead` is given what would hand the answer over, and decides whether and when. */
  function answer<Answer>(waiting: Waiting<Answer>, instead: (resolve: () => void) => void = (resolve) => resolve()): void {
    waiting.apply().then(
      (value) => instead(() => handOver(waiting.process, () => waiting.resolve(value))),
      (error: unknown) => handOver(waiting.process, () => waiting.reject(error)),
    );
  }

  const handOver = (process: Process, act: () => void): void => {
    if (process.isAlive) act();
  };

  function due(): void {
    while (timers.length > 0 && !isAfter(timers[0], clock.now())) {
      const timer = timers.shift();
      if (timer !== undefined) ready.push(timer.act);
    }
  }

  function step(): void {
    const place = random.below(ready.length);
    const act = ready[place];
    const last = ready.pop();
    if (last !== undefined && place < ready.length) ready[place] = last;
    clock.advance(random.below(MOST_PER_STEP_MS));
    try {
      act?.();
    } catch (error) {
      unexpected = { error };
    }
  }

  /** Opens gates until none is left at this moment. */
  async function settle(): Promise<void> {
    await settled();
    for (due(); ready.length > 0; due()) {
      step();
      await settled();
      if (unexpected !== undefined) throw unexpected.error;
    }
  }

  /** Lets time go on to the next thing that is due. */
  function goOn(limit: number): "on" | "idle" | "limit" {
    const next = timers[0];
    if (next === undefined) return "idle";
    if (next.moment > limit) return "limit";
    clock.advanceTo(Math.max(next.moment, clock.now()));
    return "on";
  }

  async function run(isOver: () => boolean, limit: number): Promise<"over" | "idle" | "limit"> {
    let went: "on" | "over" | "idle" | "limit" = "on";
    while (went === "on") {
      await settle();
      went = isOver() ? "over" : goOn(limit);
    }
    return went;
  }

  return {
    now: () => clock.now(),
    at,
    after,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    gate,
    process: (kind, name) => ({ kind, name, isAlive: true }),
    kill,
    run,
    note,
    crash: (error) => {
      unexpected = { error };
    },
  };
}

/** When every world begins: Monday 2026-03-02 06:00 UTC. */
export const START = Date.UTC(2026, 2, 2, 6);
/** No step takes longer; so ten concurrent calls of a claim's owner stay well within its claim. */
const MOST_PER_STEP_MS = 20;

const isAfter = (timer: Timer | undefined, moment: number): boolean => timer !== undefined && timer.moment > moment;

function told(fate: Fate): string {
  switch (fate.kind) {
    case "kill":
      return `KILLED ${fate.when}`;
    case "slow":
      return `SLOW ${fate.milliseconds} ms ${fate.when}`;
    case "sleep":
      return `FROZEN ${fate.milliseconds} ms ${fate.when}`;
    case "fail":
      return "FAILS";
    case "lose-answer":
      return "ANSWER LOST";
    case "run":
      return "";
  }
}
