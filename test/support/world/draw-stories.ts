import type { AgentHabits } from "./agent.ts";
import { type Draw, MINUTE, SITES } from "./drawing.ts";
import { consumptionDocument, orderDocument, type PlannedDocument, type Traits } from "./planned-documents.ts";
import type { Random } from "./random.ts";
import { keyFor, type PlannedSend } from "./sender.ts";
import type { PlannedCommand, WorldPlan } from "./world-plan.ts";

/** How many schedules of a hundred hold a document that kills its function again and again. */
const CURSED = 0.06;
/** In how many an acceptance comes after its release was undone. */
const LATE = 0.04;
/** In how many another document takes the lane of one whose message was lost. */
const OVERTAKEN = 0.015;
/** In how many of those with windows a window stops as a whole, and an operator decides for all of it. */
const STOPPED = 0.1;
/** In how many a document that ended without effect is replayed. */
const REPLAYED = 0.15;
/** In how many a person enters by hand what waits for its stock in vain, or names a number that is not its own. */
const RESOLVED = 0.12;
const FOR_EVER = 1_000_000;

type Curse = NonNullable<WorldPlan["curses"]>[number];

type Cursed = { readonly curse: Curse; readonly sends: readonly PlannedSend[]; readonly commands: WorldPlan["commands"] };

/** A document that kills its function so often that the next start parks it, or some more. */
function drawCurse(random: Random, documents: readonly PlannedDocument[]): Cursed {
  const times = random.between(7, 9);
  const drawn = random.next();
  if (drawn > 0.9) return { curse: { document: random.pick(documents).name, notice: "document", call: "map", times: FOR_EVER }, sends: [], commands: [] };
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
  const waits = consumptionDocument({
    name: "S3-1",
    nth: 0,
    site: random.pick(SITES),
    order: "3003",
    traits: { lacksStockUntil: random.between(40, 100) * MINUTE },
  });
  return { curse: { document: waits.name, notice: "wake", call: 0, times }, sends: [atOnce(random, waits)], commands: [] };
}

/** It is posted, and never settled: so it can be undone, by its reversal, and replayed; its new posting may fail at first, when only the reversed one is there. */
function cursedWhenPosted(random: Random, times: number): Cursed {
  const traits: Traits = random.chance(0.5) ? { postFails: 2 } : {};
  const posted = consumptionDocument({ name: "S5-1", nth: 0, site: random.pick(SITES), order: "3005", traits });
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

/** Its function dies before it makes it wait for its stock, and then its message is lost: the next of its order has the free lane until its own stock is there. */
function drawOvertaken(random: Random): Cursed {
  const parts = { site: random.pick(SITES), order: "3006" };
  const lost = consumptionDocument({ ...parts, name: "S6-1", nth: 0, traits: { lacksStockUntil: random.between(1, 40) * MINUTE } });
  const next = consumptionDocument({ ...parts, name: "S6-2", nth: 1, traits: { lacksStockUntil: random.between(20, 40) * MINUTE } });
  const sends = [atOnce(random, lost), { ...atOnce(random, next), at: random.between(2, 10) * MINUTE }];
  return { curse: { document: lost.name, notice: "document", call: "wait", times: 1, thenLost: true }, sends, commands: [] };
}

/** Whatever carries the posting of three dies with it, before its call or after, until a person is asked, who passes over all three or takes them all back. */
function drawStoppedWindow(random: Random): Cursed {
  const parts = { site: random.pick(SITES), order: "3007" };
  const [leader, ...others] = [0, 1, 2].map((nth) => consumptionDocument({ ...parts, name: `S7-${nth + 1}`, nth }));
  if (leader === undefined) throw new RangeError("no leader");
  const isPosted = random.chance(0.5);
  const curse = { document: leader.name, notice: "wake" as const, call: isPosted ? ("settle" as const) : ("map" as const), times: 11 };
  const command = isPosted ? ("undo" as const) : ("skip" as const);
  const sends = [atOnce(random, leader), ...others.map((document, at) => ({ ...atOnce(random, document), at: MINUTE + 10_000 * (at + 1) }))];
  return { curse, sends, commands: [75, 95, 115, 140].map((minute) => ({ at: minute * MINUTE, document: leader.name, command })) };
}

const drawResolution = (random: Random, documents: readonly PlannedDocument[]): Told =>
  random.chance(0.25) ? drawResolvedCorrection(random) : drawResolved(random, documents);

/** A correction took back the version before it, and is then refused: a person enters it by hand. */
function drawResolvedCorrection(random: Random): Told {
  const parts = { site: random.pick(SITES), order: "3009", number: "S9" };
  const [before, after] = ["1", "2"].map((version, nth) =>
    consumptionDocument({ ...parts, name: `S9v${version}`, nth, version, traits: version === "2" ? { postingRefused: true } : {} }),
  );
  if (before === undefined || after === undefined) throw new RangeError("two versions");
  const send = (document: PlannedDocument, minutes: number): PlannedSend => ({ ...atOnce(random, document), at: minutes * MINUTE });
  const resolves = [random.between(40, 90), random.between(91, 160)].map(
    (minutes): PlannedCommand => ({
      at: minutes * MINUTE,
      document: after.name,
      command: "resolve",
      entry: "right",
      unchecked: true,
    }),
  );
  return { sends: [send(before, 1), send(after, random.between(5, 20))], commands: resolves };
}

/** It parks, and what is then entered by hand is right, wrong, another's or nothing; later it is cancelled or undone, since a hand-entered posting counts like any other. */
function drawResolved(random: Random, documents: readonly PlannedDocument[]): Told {
  const parts = { site: random.pick(SITES), order: "3008" };
  const stopped = consumptionDocument({ ...parts, name: "S8-1", nth: 0, traits: { lacksStockUntil: random.between(150, 175) * MINUTE } });
  const next = consumptionDocument({ ...parts, name: "S8-2", nth: 1 });
  const cancel = consumptionDocument({ ...parts, name: "S8-1c", number: "S8-1", nth: 0, cancel: true });
  const send = (document: PlannedDocument, minutes: number): PlannedSend => ({ ...atOnce(random, document), at: minutes * MINUTE });
  const resolve = (document: string, minutes: number): PlannedCommand => ({
    at: minutes * MINUTE + random.below(MINUTE),
    document,
    command: "resolve",
    entry: random.pick(["right", "right", "right", "reversed", "wrong", "foreign", "none"] as const),
    ...(random.chance(0.7) ? { unchecked: true } : {}),
  });
  const others = documents.filter(({ type, cancel: isCancel }) => type === "MaterialActual" && !isCancel);
  const first = resolve(stopped.name, random.between(45, 80));
  return {
    sends: [send(stopped, 1), send(next, random.between(2, 90)), ...(random.chance(0.4) ? [send(cancel, random.between(70, 140))] : [])],
    commands: [
      first,
      ...(random.chance(0.4) ? [resolve(stopped.name, random.between(81, 110))] : []),
      ...(random.chance(0.3) ? [{ at: first.at + random.below(3000), document: stopped.name, command: random.pick(["replay", "skip"] as const) }] : []),
      ...(random.chance(0.4) ? [{ at: random.between(100, 150) * MINUTE, document: stopped.name, command: "undo" as const }] : []),
      ...(others.length > 0 ? [resolve(random.pick(others).name, random.between(40, 160))] : []),
    ],
  };
}

type Stories = {
  readonly sends: readonly PlannedSend[];
  readonly commands: WorldPlan["commands"];
  readonly curses: readonly Curse[];
  readonly habits: Partial<AgentHabits>;
};

/** What chance alone tells too rarely. */
export function drawStories(draw: Draw, documents: readonly PlannedDocument[], windows: WorldPlan["settings"]["windows"]): Stories {
  const { random } = draw;
  const late = random.chance(LATE) ? drawLateAcceptance(draw) : undefined;
  const cursed = random.chance(CURSED) ? drawCurse(random, documents) : undefined;
  const told = random.chance(REPLAYED) ? drawReplayStory(draw) : undefined;
  // Of its own, so that the other draws stay what they were.
  const other = random.fork("overtaken");
  const overtaken = other.chance(OVERTAKEN) ? drawOvertaken(other) : undefined;
  const stopping = random.fork("stopped");
  const stopped = windows !== undefined && windows.count > 3 && windows.seconds > 100 && stopping.chance(STOPPED) ? drawStoppedWindow(stopping) : undefined;
  const resolving = random.fork("resolved");
  const resolved = resolving.chance(RESOLVED) ? drawResolution(resolving, documents) : undefined;
  const parts = [late, cursed, told, overtaken, stopped, resolved].filter((part) => part !== undefined);
  return {
    sends: parts.flatMap((part) => part.sends),
    commands: parts.flatMap((part) => part.commands),
    curses: [cursed, overtaken, stopped].flatMap((each) => (each === undefined ? [] : [each.curse])),
    habits: late === undefined ? {} : { workers: 2, holdsBack: late.holdsBack },
  };
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
  return [
    consumptionDocument({ ...parts, name: "S2-1", nth: 0, traits }),
    consumptionDocument({ ...parts, name: "S2-2", nth: 1, traits: { lacksStockUntil: busyUntil } }),
  ];
}
