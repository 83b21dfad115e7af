import type { End, Failed, Invocations } from "./invocations.ts";
import type { Random } from "./random.ts";
import type { Process, Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

/** HTTPS to the API gateway: an answer, or none when the function failed, was too slow, or the answer was lost on its way. */
export type Requests = {
  call<Answer>(kind: string, run: (process: Process) => Promise<Answer>): Promise<Answer | undefined>;
};

export type RequestOptions = {
  readonly scheduler: Scheduler;
  readonly invocations: Invocations;
  readonly random: Random;
  readonly tally: Tally;
  readonly lossRate: number;
  readonly isHealed: () => boolean;
  readonly failed: (end: Failed) => void;
};

/** Of the functions behind the API: below the gateway's own 29 s. */
const ANSWER_MS = 25_000;

export function createRequests({ scheduler, invocations, random, tally, lossRate, isHealed, failed }: RequestOptions): Requests {
  const isLost = (): boolean => lossRate > 0 && !isHealed() && random.chance(lossRate);
  return {
    call: async <Answer>(kind: string, run: (process: Process) => Promise<Answer>): Promise<Answer | undefined> => {
      await scheduler.sleep(random.between(10, 300));
      const end = await new Promise<End<Answer>>((resolve) => {
        invocations.start({ kind, milliseconds: ANSWER_MS, run, ended: resolve });
      });
      await scheduler.sleep(random.between(10, 300));
      if (end.kind === "failed") {
        failed(end);
        return undefined;
      }
      if (!isLost()) return end.value;
      tally.add("fault: HTTP answer lost");
      scheduler.note(() => `${kind}: the answer was lost on its way`);
      return undefined;
    },
  };
}
