import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import * as z from "zod";
import { judge } from "../support/world/checker.ts";
import { drawPlan } from "../support/world/draw-plan.ts";
import { createTally } from "../support/world/tally.ts";
import { runWorld } from "../support/world/world.ts";

/** What a worker is asked for, and what it answers. */
export const Assignment = z.strictObject({ runs: z.number().int().positive(), seed: z.number().int() });
export type Report = {
  readonly schedules: number;
  readonly portCalls: number;
  /** How often each fault and each row of the transition tables was met. */
  readonly hits: readonly (readonly [string, number])[];
  /** Of the first schedule that ended wrong. */
  readonly failure: { readonly seed: number; readonly findings: readonly string[] } | undefined;
};

/** One schedule's verdict, by its seed. */
async function findingsOf(seed: number, hits: ReturnType<typeof createTally>): Promise<{ readonly findings: string[]; readonly portCalls: number }> {
  const outcome = await runWorld(drawPlan(seed), { tally: hits });
  return { findings: judge(outcome).map(({ measure, what }) => `${measure}: ${what}`), portCalls: outcome.portCalls };
}

async function check({ runs, seed }: z.infer<typeof Assignment>): Promise<Report> {
  const hits = createTally();
  let schedules = 0;
  let portCalls = 0;
  let failure: Report["failure"];
  // Every draw another schedule: no bias towards small numbers, and nothing to shrink in a seed.
  const seeds = fc.noShrink(fc.noBias(fc.nat({ max: 0x7fffffff })));
  const endsRight = fc.asyncProperty(seeds, async (drawn) => {
    const judged = await findingsOf(drawn, hits);
    schedules += 1;
    portCalls += judged.portCalls;
    if (judged.findings.length > 0) failure = { seed: drawn, findings: judged.findings };
    return judged.findings.length === 0;
  });
  const details = await fc.check(endsRight, { numRuns: runs, seed, endOnFailure: true });
  // Thrown, not judged: the world itself failed.
  if (details.failed && failure === undefined) failure = { seed: Number(details.counterexample?.[0]), findings: [String(details.errorInstance)] };
  return { schedules, portCalls, hits: hits.entries(), failure };
}

const report: Report = await check(Assignment.parse(workerData));
parentPort?.postMessage(report);
