import type { End, Failed, Invocations } from "./invocations.ts";
import type { Process, Scheduler } from "./scheduler.ts";

/** The schedule of wake-due. */
export type Timer = {
  /** Some document has become due then. */
  noticed(dueAt: number): void;
};

export type TimerOptions = {
  readonly scheduler: Scheduler;
  readonly invocations: Invocations;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** When the first open document is due; undefined with none. Due never is due never. */
  readonly firstDue: () => number | undefined;
  readonly wake: (process: Process) => Promise<unknown>;
  readonly failed: (end: Failed) => void;
};

/**
 * Once a minute, but only in those minutes in which something is due: the other runs read an index that shows nothing, and weeks would be made of them.
 */
export function createTimer({ scheduler, invocations, intervalMs, timeoutMs, firstDue, wake, failed }: TimerOptions): Timer {
  let next: number | undefined;
  let last = 0;

  function noticed(dueAt: number): void {
    const earliest = Math.max(dueAt, last + intervalMs, scheduler.now());
    const tick = Math.ceil(earliest / intervalMs) * intervalMs;
    if (next !== undefined && next <= tick) return;
    next = tick;
    scheduler.at(tick, () => {
      if (next !== tick) return;
      next = undefined;
      last = tick;
      invocations.start({ kind: "wake-due", milliseconds: timeoutMs, run: wake, ended: (end) => after(end) });
    });
  }

  function after(end: End<unknown>): void {
    if (end.kind === "failed") failed(end);
    const due = firstDue();
    if (due !== undefined) noticed(due);
  }
  return { noticed };
}
