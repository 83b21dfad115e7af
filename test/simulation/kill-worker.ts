import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";
import { callsOf, findingsOfKill, functionOf, placeOf, type When } from "./kill-places.ts";
import { STORIES } from "./kill-stories.ts";

/** Of all kills, those whose number leaves this share when divided by `of`. */
const Assignment = z.strictObject({ share: z.number().int().nonnegative(), of: z.number().int().positive() });

export type Kill = { readonly function: string; readonly place: string; readonly findings: readonly string[] };

async function killAll({ share, of }: z.infer<typeof Assignment>): Promise<Kill[]> {
  const kills: Kill[] = [];
  let number = 0;
  for (const story of STORIES) {
    const { calls } = await callsOf(story);
    const places = calls.flatMap((call) => (["before", "after"] satisfies When[]).map((when) => ({ call, when })));
    for (const { call, when } of places) {
      number += 1;
      if (number % of !== share) continue;
      kills.push({ function: functionOf(call), place: placeOf(call, when), findings: await findingsOfKill(call, when) });
    }
  }
  return kills;
}

const kills: readonly Kill[] = await killAll(Assignment.parse(workerData));
parentPort?.postMessage(kills);
