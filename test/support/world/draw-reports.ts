import { consumptionDocument, type PlannedDocument, type Traits } from "./planned-documents.ts";
import type { Random } from "./random.ts";

/** Reports that are corrected, or cancelled: which documents there are of one number, `r` without a version, `c` its cancel. */
const CONSUMPTIONS: readonly (readonly string[])[] = [
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

export function drawCorrections(random: Random, order: number, site: string, number: string): PlannedDocument[] {
  const count = random.pick([0, 0, 0, 0, 1, 1, 2]);
  return Array.from({ length: count }, (_, at) => drawStory(random, `R${order}-${at + 1}`, site, number, 5 + 3 * at)).flat();
}

function drawStory(random: Random, number: string, site: string, order: string, nth: number): PlannedDocument[] {
  return random.pick(CONSUMPTIONS).map((step, at) => {
    const cancel = step.endsWith("c");
    const version = /^\d/.test(step) ? step.replace("c", "") : undefined;
    return consumptionDocument({
      name: `${number}${step}`,
      site,
      order,
      number,
      nth: nth + at,
      ...(version === undefined ? {} : { version }),
      cancel,
      traits: cancel ? {} : drawTraits(random),
    });
  });
}

function drawTraits(random: Random): Traits {
  const drawn = random.next();
  const reversal: Traits = random.chance(0.12) ? { reversalRefused: random.chance(0.5) ? true : "once" } : {};
  if (drawn < 0.08) return { postingRefused: true, ...reversal };
  if (drawn < 0.12) return { invalid: true };
  return drawn < 0.2 ? { lacksStockUntil: random.between(1, 100) * 60_000, ...reversal } : reversal;
}
