import { consumptionDocument, inspection, operationReport, type PlannedDocument, type Traits } from "./planned-documents.ts";
import type { Random } from "./random.ts";

/** Reports that are corrected, or cancelled: which documents there are of one number, `r` without a version, `c` its cancel. */
const STORIES: readonly (readonly string[])[] = [
  ["r", "c"],
  ["r", "c"],
  ["c", "r"],
  ["r", "2"],
  ["1", "2"],
  ["1", "2", "c"],
  ["1", "2c"],
  ["1", "2c", "3"],
  ["1", "3", "2"],
];
const ALONE: readonly (readonly string[])[] = [["r"]];

export function drawReports(random: Random, order: number, site: string, number: string): PlannedDocument[] {
  const consumptions = random.pick([0, 0, 0, 0, 1, 1, 2]);
  const operations = random.pick([0, 0, 0, 1, 1, 2]);
  return [
    ...Array.from({ length: consumptions }, (_, at) =>
      drawStory(random, `R${order}-${at + 1}`, STORIES, ["post"], (parts, place) =>
        consumptionDocument({ ...parts, nth: 5 + 3 * at + place, site, order: number }),
      ),
    ),
    ...Array.from({ length: operations }, (_, at) => drawOperation(random, `P${order}-${at + 1}`, site, number)),
  ].flat();
}

function drawOperation(random: Random, name: string, site: string, order: string): PlannedDocument[] {
  const lines = { consumes: random.chance(0.7), produces: random.chance(0.7), completes: random.chance(0.4) };
  const steps = ["confirm-operation", "post-backflush", "receive-output", "set-order-state"];
  return drawStory(random, name, random.chance(0.5) ? ALONE : STORIES, steps, (parts) => operationReport({ ...parts, ...lines, site, order }));
}

/** Inspections of one lot, each with what cancels or corrects it. */
export function drawInspections(random: Random, site: string): PlannedDocument[] {
  const results = random.pick([["Fail"], ["Fail", "Pass"], ["Fail", "Pass"], ["Fail", "Fail", "Pass"], ["Pass", "Fail"]] as const);
  return results.flatMap((result, at) =>
    drawStory(random, `T${at + 1}`, random.chance(0.6) ? ALONE : STORIES, ["record-inspection", "block-lot", "release-lot"], (parts) =>
      inspection({ ...parts, result, site, lot: "L1", traits: { ...parts.traits, ...(parts.cancel ? {} : drawPlantTraits(random)) } }),
    ),
  );
}

function drawPlantTraits(random: Random): Traits {
  const slow: Traits = random.chance(0.15) ? { plantNeeds: random.between(1, 40) * 60_000 } : {};
  const drawn = random.next();
  if (drawn < 0.08) return { ...slow, plantRefuses: random.chance(0.5) ? true : "once" };
  return drawn < 0.14 ? { ...slow, withdrawalRefused: true } : slow;
}

type Parts = { readonly name: string; readonly number: string; readonly version?: string; readonly cancel: boolean; readonly traits: Traits };

function drawStory(
  random: Random,
  number: string,
  stories: readonly (readonly string[])[],
  steps: readonly string[],
  make: (parts: Parts, place: number) => PlannedDocument,
): PlannedDocument[] {
  return random.pick(stories).map((step, place) => {
    const cancel = step.endsWith("c");
    const version = /^\d/.test(step) ? step.replace("c", "") : undefined;
    const traits = cancel ? {} : drawTraits(random, steps);
    return make({ name: `${number}${step}`, number, ...(version === undefined ? {} : { version }), cancel, traits }, place);
  });
}

function drawTraits(random: Random, steps: readonly string[]): Traits {
  const drawn = random.next();
  const reversal: Traits = random.chance(0.12) ? { reversalRefused: random.chance(0.5) ? true : "once" } : {};
  if (drawn < 0.12) return { stepRefused: random.pick(steps), ...reversal };
  if (drawn < 0.16) return { invalid: true };
  return drawn < 0.22 ? { lacksStockUntil: random.between(1, 100) * 60_000, ...reversal } : reversal;
}
