import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "./median.ts";

export type Rounds = {
  readonly rounds: number;
  /** Length of one part's turn in a round. */
  readonly sliceMs: number;
  readonly warmUpMs: number;
};

type Work = () => unknown;
type Slot<Part> = { readonly part: Part; readonly work: Work; readonly often: number; readonly slices: number[] };

/**
 * Microseconds of CPU of each part's work, medians over rounds. After warm-up and a collection every round gives each part one slice, and begins with another
 * part: what disturbs one disturbs all. Work that answers a promise is waited for.
 */
export async function interleaved<Part extends string>(parts: Readonly<Record<Part, Work>>, { rounds, sliceMs, warmUpMs }: Rounds): Promise<Map<Part, number>> {
  const slots: Slot<Part>[] = [];
  for (const part of namesOf(parts)) await timesIn(parts[part], warmUpMs, sliceMs);
  for (const part of namesOf(parts)) slots.push({ part, work: parts[part], often: await timesIn(parts[part], warmUpMs / 4, sliceMs), slices: [] });
  collect();
  for (let round = 0; round < rounds; round += 1) {
    const first = round % slots.length;
    for (const { work, often, slices } of [...slots.slice(first), ...slots.slice(0, first)]) slices.push(await microsecondsOf(work, often));
  }
  return new Map(slots.map(({ part, slices }) => [part, median(slices)]));
}

function namesOf<Part extends string>(parts: Readonly<Record<Part, Work>>): Part[] {
  const names: Part[] = [];
  for (const name in parts) names.push(name);
  return names;
}

/** Warms up, and answers how often the work fits into a slice. */
async function timesIn(work: Work, warmUpMs: number, sliceMs: number): Promise<number> {
  const begun = performance.now();
  let count = 0;
  do {
    await done(work());
    count += 1;
  } while (performance.now() - begun < warmUpMs);
  return Math.max(1, Math.round((count * sliceMs) / (performance.now() - begun)));
}

/** CPU of this process, its collector and compiler included: what else runs on the machine is not in it. */
async function microsecondsOf(work: Work, often: number): Promise<number> {
  collect({ type: "minor" });
  const before = process.cpuUsage();
  for (let count = 0; count < often; count += 1) {
    const answer = work();
    if (answer instanceof Promise) await answer;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / often;
}

const done = async (answer: unknown): Promise<void> => {
  if (answer instanceof Promise) await answer;
};

setFlagsFromString("--expose-gc");
const collector: unknown = runInNewContext("gc");

/** Of everything between warm-up and measuring only, since that throws compiled code away too; of the young before each slice, so that none pays for what another left. */
function collect(kind?: { readonly type: "minor" }): void {
  if (typeof collector === "function") collector(kind);
}
