import { drawReports } from "./draw-reports.ts";
import { type Draw, MINUTE, SITES } from "./drawing.ts";
import { consumptionDocument, materialDocument, orderDocument, type PlannedDocument, type Traits } from "./planned-documents.ts";
import type { Random } from "./random.ts";
import { keyFor, type PlannedSend } from "./sender.ts";

/** One or two orders with their versions, cancels, materials and consumptions, and how both systems mean to take them. */
export function drawDocuments(draw: Draw): PlannedDocument[] {
  const { random } = draw;
  const count = random.chance(0.7) ? 1 : 2;
  const documents: PlannedDocument[] = [];
  for (let at = 1; at <= count; at += 1) {
    const site = random.pick(SITES);
    const order = `100${at}`;
    documents.push(...drawOrder(draw, `O${at}`, site, order));
    documents.push(...drawConsumptions(random, at, site, order));
    documents.push(...drawReports(random.fork(`reports ${at}`), at, site, order));
  }
  return documents;
}

/** The shapes of an order's story: which versions there are, and what comes between. */
const STORIES: readonly (readonly string[])[] = [
  ["1"],
  ["1"],
  ["1", "2"],
  ["1", "2"],
  ["1", "2", "3"],
  ["1", "2c"],
  ["1", "2", "3c"],
  ["1", "2c", "3"],
  ["1c"],
  ["1", "c"],
  ["1", "2", "c"],
  ["1", "1"],
  ["1", "2", "2"],
  ["2", "1"],
  ["3", "1", "2"],
];

function drawOrder(draw: Draw, name: string, site: string, order: string): PlannedDocument[] {
  const { random } = draw;
  const story = random.pick(STORIES);
  const materials = random.chance(0.2) ? [`M${draw.nextTag()}`] : ["M0"];
  const documents = story.map((step, at) => {
    const cancel = step.endsWith("c");
    const version = cancel ? step.slice(0, -1) : step;
    return orderDocument({
      name: `${name}v${step}${story.indexOf(step) === at ? "" : "'"}`,
      tag: draw.nextTag(),
      site,
      order,
      ...(version === "" ? {} : { version }),
      cancel,
      materials: cancel ? [] : materials,
      traits: drawOrderTraits(random, cancel),
    });
  });
  const missing = materials.filter((material) => material !== "M0" && random.chance(0.7));
  return [...documents, ...missing.flatMap((material) => drawMaterial(draw, site, material))];
}

function drawMaterial(draw: Draw, site: string, material: string): PlannedDocument[] {
  const traits = draw.random.chance(0.1) ? ({ plantRefuses: true } as const) : {};
  const first = materialDocument({ name: `${material}v1`, tag: draw.nextTag(), site, material, version: "1", traits });
  return draw.random.chance(0.2) ? [first, materialDocument({ name: `${material}v2`, tag: draw.nextTag(), site, material, version: "2" })] : [first];
}

function drawOrderTraits(random: Random, cancel: boolean): Traits {
  const slow: Traits = random.chance(0.12)
    ? { plantNeeds: random.between(1, 40) * MINUTE, ...(random.chance(0.5) ? { withdrawalRefused: "when gone" } : {}) }
    : {};
  return { ...slow, ...(cancel ? drawCancelTraits(random) : drawReleaseTraits(random)) };
}

const perhaps = <Extra extends Traits>(random: Random, probability: number, extra: Extra): Extra | Record<string, never> =>
  random.chance(probability) ? extra : {};

function drawReleaseTraits(random: Random): Traits {
  const drawn = random.next();
  if (drawn < 0.12) return { ...drawRefusal(random), ...perhaps(random, 0.15, { badNewsRefused: true }) };
  if (drawn < 0.26)
    return { acceptanceRefused: true, ...perhaps(random, 0.3, { withdrawalRefused: true }), ...perhaps(random, 0.15, { badNewsRefused: true }) };
  return drawn < 0.29 ? { invalid: true } : {};
}

function drawCancelTraits(random: Random): Traits {
  const drawn = random.next();
  if (drawn < 0.12) return { ...drawRefusal(random), ...perhaps(random, 0.15, { badNewsRefused: true }) };
  return drawn < 0.16 ? { acceptanceRefused: true } : {};
}

const drawRefusal = (random: Random): Traits => ({ plantRefuses: random.chance(0.3) ? "once" : true });

function drawConsumptions(random: Random, order: number, site: string, number: string): PlannedDocument[] {
  const count = random.pick([0, 0, 1, 2, 3, 5]);
  // Of its own, so that the other draws stay what they were.
  const kinds = random.fork(`kinds of ${number}`);
  return Array.from({ length: count }, (_, at) => {
    const drawn = random.next();
    const traits: Traits =
      drawn < 0.06 ? { postingRefused: true } : drawn < 0.1 ? { invalid: true } : drawn < 0.18 ? { lacksStockUntil: random.between(1, 100) * MINUTE } : {};
    return consumptionDocument({ name: `C${order}-${at + 1}`, site, order: number, nth: at, ...drawKind(kinds), traits });
  });
}

/** What is posted apart: another lot, or a day of the former month. */
const drawKind = (random: Random): { readonly lot?: string; readonly actualTime?: string } => ({
  ...(random.chance(0.25) ? { lot: "L1" } : {}),
  ...(random.chance(0.1) ? { actualTime: "2026-02-28T05:00:00Z" } : {}),
});

/** When it is posted, and what else is posted of it. */
export function drawSends(draw: Draw, document: PlannedDocument): PlannedSend[] {
  const { random } = draw;
  // Reports come in bursts.
  const spread = random.pick(document.type === "MaterialActual" ? [1, 10, 10, 60] : [1, 10, 60]) * MINUTE;
  const at = random.below(spread);
  const key = keyFor(document, "first");
  const sends: PlannedSend[] = [{ document, at, key, givesUp: random.chance(0.05) }];
  if (random.chance(0.12)) sends.push({ document, at: at + random.below(20 * MINUTE), key, givesUp: false });
  // Another key makes another document of an unversioned cancel: its key is all its identity.
  if (random.chance(0.08) && (document.version !== undefined || document.type === "MaterialActual")) {
    sends.push({ document, at: at + random.below(20 * MINUTE), key: keyFor(document, "second"), givesUp: false });
  }
  return sends;
}
