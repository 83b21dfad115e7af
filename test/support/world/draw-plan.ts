import type { AgentHabits } from "./agent.ts";
import type { Rates } from "./faults.ts";
import { consumptionDocument, materialDocument, orderDocument, type PlannedDocument, type Traits } from "./planned-documents.ts";
import { type Random, randomFrom } from "./random.ts";
import { keyFor, type PlannedSend } from "./sender.ts";
import type { WorldPlan } from "./world-plan.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How many schedules of a hundred hold such a document. */
const CURSED = 0.06;
/** In how many an acceptance comes after its release was undone. */
const LATE = 0.04;
/** In how many a document that ended without effect is replayed. */
const REPLAYED = 0.15;
const SITES = ["hamburg", "suzhou"] as const;

/** What one draw needs besides chance: tags that no other document of its world has. */
type Draw = { readonly random: Random; readonly nextTag: () => number };

type Curse = NonNullable<WorldPlan["curses"]>[number];

type Cursed = { readonly curse: Curse; readonly sends: readonly PlannedSend[]; readonly commands: WorldPlan["commands"] };

/** A document that kills its function so often that the next start parks it, or some more. */
function drawCurse(random: Random, documents: readonly PlannedDocument[]): Cursed {
  const times = random.between(7, 9);
  const drawn = random.next();
  if (drawn < 0.4) return cursedWhileItWaits(random, times);
  if (drawn < 0.7) return cursedWhenPosted(random, times);
  const notice = random.pick(["document", "document", "wake", "finished"] as const);
  return { curse: { document: random.pick(documents).name, notice, call: random.between(0, 5), times }, sends: [], commands: [] };
}

const atOnce = (random: Random, document: PlannedDocument): PlannedSend => ({
  document,
  at: random.below(MINUTE),
  key: keyFor(document, "first"),
  givesUp: false,
});

/** Each wake for the stock that it lacks kills. */
function cursedWhileItWaits(random: Random, times: number): Cursed {
  const waits = consumptionDocument({ name: "S3-1", site: random.pick(SITES), order: "3003", traits: { lacksStockUntil: random.between(40, 100) * MINUTE } });
  return { curse: { document: waits.name, notice: "wake", call: 0, times }, sends: [atOnce(random, waits)], commands: [] };
}

/** It is posted, and never settled: so it can be undone, by its reversal, and replayed. */
function cursedWhenPosted(random: Random, times: number): Cursed {
  const posted = consumptionDocument({ name: "S5-1", site: random.pick(SITES), order: "3005" });
  const commands = [
    { at: random.between(55, 75) * MINUTE, document: posted.name, command: "undo" as const },
    { at: random.between(76, 90) * MINUTE, document: posted.name, command: "replay" as const },
  ];
  return { curse: { document: posted.name, notice: "document", call: "settle", times }, sends: [atOnce(random, posted)], commands };
}

/** The plant has applied it, and says so only when it is undone already; the next withdrawal finds nothing there. */
function drawLateAcceptance(draw: Draw): Told & { readonly holdsBack: NonNullable<AgentHabits["holdsBack"]> } {
  const { random } = draw;
  const parts = { site: random.pick(SITES), order: "3004", materials: ["M0"] };
  const refuses: Traits = random.chance(0.7) ? { withdrawalRefused: "when gone" } : {};
  const versions = random.pick([["1"], ["1"], ["1", "2"]]);
  const sends = versions.map((version, at) => {
    const document = orderDocument({ ...parts, name: `L1v${version}`, tag: draw.nextTag(), version, traits: refuses });
    return { document, at: at * random.between(20, 90) * MINUTE, key: keyFor(document, "first"), givesUp: false };
  });
  return { holdsBack: { milliseconds: random.between(20, 70) * MINUTE, version: "1" }, sends, commands: [] };
}

type Stories = {
  readonly sends: readonly PlannedSend[];
  readonly commands: WorldPlan["commands"];
  readonly curses: readonly Curse[];
  readonly habits: Partial<AgentHabits>;
};

/** What chance alone tells too rarely. */
function drawStories(draw: Draw, documents: readonly PlannedDocument[]): Stories {
  const { random } = draw;
  const late = random.chance(LATE) ? drawLateAcceptance(draw) : undefined;
  const cursed = random.chance(CURSED) ? drawCurse(random, documents) : undefined;
  const told = random.chance(REPLAYED) ? drawReplayStory(draw) : undefined;
  const parts = [late, cursed, told].filter((part) => part !== undefined);
  return {
    sends: parts.flatMap((part) => part.sends),
    commands: parts.flatMap((part) => part.commands),
    curses: cursed === undefined ? [] : [cursed.curse],
    habits: late === undefined ? {} : { workers: 2, holdsBack: late.holdsBack },
  };
}

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
  const documents = drawDocuments(draw);
  const sends = documents.flatMap((document) => drawSends(draw, document));
  const calm = random.chance(0.12);
  const stories = drawStories(draw, documents);
  return {
    seed,
    settings: { consumption: random.chance(0.8) ? "lane" : "independent", undoesFirst: random.chance(0.15), oneAtATime: random.chance(0.1) },
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

function drawDocuments(draw: Draw): PlannedDocument[] {
  const { random } = draw;
  const count = random.chance(0.7) ? 1 : 2;
  const documents: PlannedDocument[] = [];
  for (let at = 1; at <= count; at += 1) {
    const site = random.pick(SITES);
    const order = `100${at}`;
    documents.push(...drawOrder(draw, `O${at}`, site, order));
    documents.push(...drawConsumptions(random, at, site, order));
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
  const count = random.pick([0, 0, 1, 2, 3]);
  return Array.from({ length: count }, (_, at) => {
    const drawn = random.next();
    const traits: Traits =
      drawn < 0.06 ? { postingRefused: true } : drawn < 0.1 ? { invalid: true } : drawn < 0.18 ? { lacksStockUntil: random.between(1, 100) * MINUTE } : {};
    return consumptionDocument({ name: `C${order}-${at + 1}`, site, order: number, traits });
  });
}

/** When it is posted, and what else is posted of it. */
function drawSends(draw: Draw, document: PlannedDocument): PlannedSend[] {
  const { random } = draw;
  const spread = random.pick([1, 10, 60]) * MINUTE;
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

type Told = { readonly sends: readonly PlannedSend[]; readonly commands: WorldPlan["commands"] };

/** A document that has ended without effect is replayed while its lane is busy with the next one, or free again. */
function drawReplayStory(draw: Draw): Told {
  const { random } = draw;
  const busyUntil = random.between(60, 100) * MINUTE;
  const [ended, next] = random.chance(0.5) ? endedOrder(draw, busyUntil) : endedConsumption(random, busyUntil);
  const send = (document: PlannedDocument, minutes: number): PlannedSend => ({
    document,
    at: minutes * MINUTE,
    key: keyFor(document, "first"),
    givesUp: false,
  });
  const skips = ended.traits.invalid === true ? [{ at: random.between(8, 15) * MINUTE, document: ended.name, command: "skip" as const }] : [];
  const replays = Array.from({ length: random.between(1, 3) }, () => ({
    at: random.between(18, 120) * MINUTE,
    document: ended.name,
    command: "replay" as const,
  }));
  return { sends: [send(ended, 1), send(next, 16)], commands: [...skips, ...replays] };
}

/** Rejected, undone, or parked and skipped; then a newer or an older version that its MES needs long for. */
function endedOrder(draw: Draw, busyUntil: number): readonly [PlannedDocument, PlannedDocument] {
  const { random } = draw;
  const site = random.pick(SITES);
  const traits = random.pick<Traits>([
    { plantRefuses: "once" },
    { plantRefuses: true },
    { acceptanceRefused: true },
    { acceptanceRefused: true },
    { invalid: true },
  ]);
  const parts = { site, order: "3001", materials: ["M0"] };
  const ended = orderDocument({ ...parts, name: "S1v2", tag: draw.nextTag(), version: "2", traits });
  const version = random.pick(["1", "3"]);
  return [ended, orderDocument({ ...parts, name: `S1v${version}`, tag: draw.nextTag(), version, traits: { plantNeeds: Math.floor(busyUntil / 2) } })];
}

/** Rejected, or parked and skipped; then one that waits for stock. */
function endedConsumption(random: Random, busyUntil: number): readonly [PlannedDocument, PlannedDocument] {
  const parts = { site: random.pick(SITES), order: "3002" };
  const traits: Traits = random.chance(0.5) ? { postingRefused: true } : { invalid: true };
  return [consumptionDocument({ ...parts, name: "S2-1", traits }), consumptionDocument({ ...parts, name: "S2-2", traits: { lacksStockUntil: busyUntil } })];
}
