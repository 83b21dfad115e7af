import type { AgentHabits } from "./agent.ts";
import { drawDocuments, drawSends } from "./draw-documents.ts";
import { drawInspections } from "./draw-reports.ts";
import { drawStories } from "./draw-stories.ts";
import { type Draw, HOUR, MINUTE, SITES } from "./drawing.ts";
import type { Rates } from "./faults.ts";
import type { PlannedDocument } from "./planned-documents.ts";
import { type Random, randomFrom } from "./random.ts";
import type { WorldPlan } from "./world-plan.ts";

/** The schedule of a seed: a few documents of one or two orders, how both systems mean to take them, and what goes wrong. */
export function drawPlan(seed: number): WorldPlan {
  const random = randomFrom(seed).fork("plan");
  let tags = 0;
  const draw: Draw = {
    random,
    nextTag: () => {
      tags += 1;
      return tags;
    },
  };
  const ofLots = random.fork("lots");
  const documents = [...drawDocuments(draw), ...(ofLots.chance(0.2) ? drawInspections(ofLots, ofLots.pick(SITES)) : [])];
  const sends = documents.flatMap((document) => drawSends(draw, document));
  const calm = random.chance(0.12);
  const windows = drawWindows(random.fork("windows"));
  const stories = drawStories(draw, documents, windows);
  return {
    seed,
    settings: {
      consumption: random.chance(0.8) ? "lane" : "independent",
      undoesFirst: random.chance(0.15),
      oneAtATime: random.chance(0.1),
      ...(windows === undefined ? {} : { windows }),
    },
    erp: drawErp(random),
    knownMaterials: ["M0"],
    sends: [...sends, ...stories.sends],
    rates: drawRates(random, calm),
    lossRate: calm ? 0 : random.pick([0, 0.02, 0.08]),
    habits: Object.fromEntries(SITES.map((site) => [site, { ...drawHabits(random, calm), ...stories.habits }])),
    commands: [...(random.chance(0.35) ? drawCommands(random, documents) : []), ...stories.commands],
    curses: stories.curses,
    blows: random.chance(0.1) ? [{ at: random.between(1, 60) * MINUTE, kind: random.pick(["vanishes", "aborted"] as const) }] : [],
    erpDown: random.chance(0.08) ? [drawAbsence(random)] : [],
    healAt: 3 * HOUR,
    mends: random.chance(0.3),
  };
}

/** Half of the plants post their consumptions together. */
const drawWindows = (random: Random): WorldPlan["settings"]["windows"] =>
  random.chance(0.5) ? { count: random.pick([2, 3, 5, 30]), seconds: random.pick([60, 300, 900]) } : undefined;

function drawErp(random: Random): WorldPlan["erp"] {
  const drawn = random.next();
  if (drawn < 0.85) return { lookup: true, idempotent: false };
  return drawn < 0.95 ? { lookup: false, idempotent: true } : { lookup: false, idempotent: false };
}

function drawRates(random: Random, calm: boolean): Rates {
  if (calm) return { call: 0, erp: 0, buried: 0, finishedLost: 0, index: 0 };
  return {
    call: random.pick([0, 0.01, 0.03, 0.06]),
    erp: random.pick([0, 0.1, 0.4]),
    buried: random.chance(0.1) ? 0.1 : 0,
    finishedLost: random.chance(0.1) ? 0.4 : 0,
    index: random.chance(0.2) ? 0.3 : 0,
  };
}

function drawHabits(random: Random, calm: boolean): AgentHabits {
  return {
    workers: random.between(1, 2),
    away: random.chance(0.15) ? [drawAbsence(random)] : [],
    dies: calm ? 0 : random.pick([0, 0, 0.2]),
    repeats: calm ? 0 : random.pick([0, 0, 0.3]),
    dawdles: calm ? 0 : random.pick([0, 0, 0.3]),
  };
}

function drawAbsence(random: Random): readonly [number, number] {
  const from = random.between(0, 40) * MINUTE;
  return [from, from + random.between(5, 130) * MINUTE];
}

function drawCommands(random: Random, documents: readonly PlannedDocument[]): WorldPlan["commands"][number][] {
  const commands: WorldPlan["commands"][number][] = [];
  for (let count = random.between(1, 4); count > 0; count -= 1) {
    const at = random.between(1, 170) * MINUTE;
    const document = random.pick(documents).name;
    commands.push({ at, document, command: random.pick(["replay", "skip", "undo"] as const) });
    // Another operator, at the same moment.
    if (random.chance(0.3)) commands.push({ at: at + random.below(2000), document, command: random.pick(["replay", "skip", "undo"] as const) });
  }
  return commands;
}
