import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { GATED } from "../support/world/gated-ports.ts";
import { type Call, callsOf, FUNCTIONS, findingsOfKill, functionOf, placeOf, type When } from "./kill-places.ts";
import { STORIES, type Story } from "./kill-stories.ts";
import type { Kill } from "./kill-worker.ts";

/**
 * Issue 3: each call of a port that the functions make over the whole scenario is killed, before and after, and the lanes still end right (checker.ts says what is right).
 * Which calls there are is recorded at the gates of the wrapped ports, in a run that nobody kills. ORDERLANE_KILL=<place> replays one kill and prints every call of a port.
 */
const { ORDERLANE_KILL } = process.env;
/** One per core of the smallest machine that runs this. */
const WORKERS = 2;
const TEN_MINUTES = 600_000;
const BOTH = ["before", "after"] as const satisfies readonly When[];

function runWorker(share: number): Promise<readonly Kill[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./kill-worker.ts", import.meta.url), { workerData: { share, of: WORKERS } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

const allCalls = async (): Promise<Call[]> => (await Promise.all(STORIES.map(async (story) => (await callsOf(story)).calls))).flat();

/** Of each invocation of advance-lane, the subject of each message that it received, as the trace tells it. */
async function batchesOf(story: Story): Promise<string[][]> {
  const received: { readonly process: string; readonly subject: string }[] = [];
  await callsOf(story, {
    trace: (line) => {
      const [, process, subject] = /^ *\d+ (advance-lane#\d+) receives .*"document":"([^".]+)/.exec(line) ?? [];
      if (process !== undefined && subject !== undefined) received.push({ process, subject });
    },
  });
  return [...Map.groupBy(received, ({ process }) => process).values()].map((messages) => messages.map(({ subject }) => subject));
}

const table = (calls: readonly Call[], kills: readonly Kill[]): string =>
  FUNCTIONS.map((name) => {
    const killed = calls.filter((call) => functionOf(call) === name).length;
    const runs = kills.filter((kill) => kill.function === name);
    const findings = runs.reduce((sum, kill) => sum + kill.findings.length, 0);
    return `${name.padEnd(20)} ${String(killed).padStart(5)} calls killed ${String(runs.length).padStart(6)} runs ${String(findings).padStart(4)} findings`;
  }).join("\n");

describe.runIf(ORDERLANE_KILL === undefined)("a function killed at a call of a port", () => {
  it.each(STORIES.map((story) => [story.name, story] as const))("ends right where nobody is killed: %s", async (_name, story) => {
    expect((await callsOf(story)).findings).toEqual([]);
  });

  it("is so at every method of every port", async () => {
    const reached = new Set((await allCalls()).map(({ method }) => method));
    const methods = Object.entries(GATED).flatMap(([port, names]) => names.map((name) => `${port}.${name}`));
    expect(methods.filter((method) => !reached.has(method))).toEqual([]);
  });

  it("is so in batches of several messages of one lane, and of several lanes", async () => {
    const batches: string[][] = [];
    for (const story of STORIES) batches.push(...(await batchesOf(story)));
    const lanesIn = (batch: readonly string[]): number => new Set(batch).size;
    expect(batches.some((lanes) => lanes.length > lanesIn(lanes))).toBe(true);
    expect(batches.some((lanes) => lanesIn(lanes) > 1)).toBe(true);
  });

  it(
    "leaves lanes that end right, before and after each call of the scenario",
    async () => {
      const began = performance.now();
      const calls = await allCalls();
      const kills = (await Promise.all(Array.from({ length: WORKERS }, (_, share) => runWorker(share)))).flat();
      console.log(`${table(calls, kills)}\n${kills.length} runs in ${Math.round((performance.now() - began) / 1000)} s`);

      const places = calls.flatMap((call) => BOTH.map((when) => placeOf(call, when)));
      expect(kills.map(({ place }) => place).sort()).toEqual(places.sort());
      expect(FUNCTIONS.filter((name) => !kills.some((kill) => kill.function === name))).toEqual([]);
      const wrong = kills.filter(({ findings }) => findings.length > 0);
      expect(wrong, `replay with ORDERLANE_KILL=${wrong[0]?.place}`).toEqual([]);
    },
    TEN_MINUTES,
  );
});

describe.runIf(ORDERLANE_KILL !== undefined)("the kill of ORDERLANE_KILL", () => {
  it("leaves lanes that end right", async () => {
    const places = (await allCalls()).flatMap((call) => BOTH.map((when) => ({ call, when })));
    const found = places.find(({ call, when }) => placeOf(call, when) === ORDERLANE_KILL);
    if (found === undefined) throw new RangeError(`no such place: ${ORDERLANE_KILL}`);
    expect(await findingsOfKill(found.call, found.when, { trace: (line) => console.log(line) })).toEqual([]);
  });
});
