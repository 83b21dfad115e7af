import type { Process, Scheduler } from "./scheduler.ts";

/** How an invocation of a function ended for whoever asked for it. */
export type End<Answer> = { readonly kind: "returned"; readonly value: Answer } | Failed;
/** `error`: what it threw, where it did. */
export type Failed = { readonly kind: "failed"; readonly why: string; readonly process: Process; readonly error?: unknown };

export type Invocation<Answer> = {
  readonly kind: string;
  /** Hard timeout of the function. */
  readonly milliseconds: number;
  readonly run: (process: Process, remainingMs: () => number) => Promise<Answer>;
  readonly ended: (end: End<Answer>) => void;
};

export type Invocations = {
  start<Answer>(invocation: Invocation<Answer>): void;
  running(): number;
};

/**
 * AWS Lambda as the functions see it. An invocation that is killed, throws or outlives its timeout has failed for its caller. One that was put to sleep by a fault is not ended
 * by its timeout: it is the frozen machine that wakes too late, and goes on although nobody waits for it any more.
 */
export function createInvocations(scheduler: Scheduler): Invocations {
  let count = 0;
  let running = 0;

  function start<Answer>({ kind, milliseconds, run, ended }: Invocation<Answer>): void {
    count += 1;
    const process = scheduler.process(kind, `${kind}#${count}`);
    const deadline = scheduler.now() + milliseconds;
    let isOver = false;
    running += 1;
    const end = (result: End<Answer>): void => {
      if (isOver) return;
      isOver = true;
      running -= 1;
      scheduler.note(() => `${process.name} ${result.kind} ${result.kind === "returned" ? JSON.stringify(result.value) : result.why}`);
      ended(result);
    };
    process.onKill = () => end({ kind: "failed", why: "killed", process });
    scheduler.at(deadline, () => {
      if (isOver) return;
      // The frozen one stays alive; whether it ever goes on is its sleep's affair.
      if (process.frozen !== undefined) end({ kind: "failed", why: "timed out, frozen", process });
      else scheduler.kill(process);
    });
    run(process, () => deadline - scheduler.now()).then(
      (value) => end({ kind: "returned", value }),
      (error: unknown) => end({ kind: "failed", why: error instanceof Error ? `${error.name}: ${error.message}` : String(error), process, error }),
    );
  }
  return { start, running: () => running };
}
