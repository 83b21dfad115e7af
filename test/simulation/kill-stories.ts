import type { AgentHabits } from "../support/world/agent.ts";
import { consumptionDocument, inspection, materialDocument, operationReport, orderDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import type { Fate } from "../support/world/scheduler.ts";
import { keyFor, type PlannedSend } from "../support/world/sender.ts";
import type { WorldOptions } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

/** What goes wrong anyway in a story: the first `times` calls of this kind by these invocations. */
export type Mishap = { readonly kind: string; readonly call: string; readonly times: number; readonly fate: Fate };

/** A part of the scenario. Nothing is drawn in it but the order in which what is concurrent happens, and that from its seed. */
export type Story = {
  readonly name: string;
  readonly plan: WorldPlan;
  readonly mishaps?: readonly Mishap[];
  readonly erpFault?: NonNullable<WorldOptions["erpFault"]>;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NEVER = { call: 0, erp: 0, buried: 0, finishedLost: 0, index: 0 } as const;
const AGENT: AgentHabits = { workers: 1, away: [], dies: 0, repeats: 0, dawdles: 0 };
const PLANT = { site: "hamburg", order: "1001" } as const;

type Parts = Partial<Pick<WorldPlan, "commands" | "curses" | "mends">> & {
  readonly seed?: number;
  /** The document, and the minute in which it is sent. */
  readonly sends: readonly (readonly [PlannedDocument, number])[];
  readonly givesUp?: boolean;
  readonly habits?: Partial<AgentHabits>;
  readonly undoesFirst?: boolean;
  readonly windows?: { readonly count: number; readonly seconds: number };
  /** What happens to the longest running execution in the second minute. */
  readonly blow?: "vanishes" | "aborted";
};

const planOf = ({
  seed = 1,
  sends,
  givesUp = false,
  habits = {},
  undoesFirst = false,
  windows,
  blow,
  commands = [],
  curses = [],
  mends = false,
}: Parts): WorldPlan => ({
  seed,
  settings: { consumption: "lane", undoesFirst, ...(windows === undefined ? {} : { windows }) },
  erp: { lookup: true, idempotent: false },
  knownMaterials: ["M0"],
  sends: sends.map(([document, minute]): PlannedSend => ({ document, at: minute * MINUTE, key: keyFor(document, "first"), givesUp })),
  rates: NEVER,
  lossRate: 0,
  habits: { hamburg: { ...AGENT, ...habits } },
  commands,
  curses,
  blows: blow === undefined ? [] : [{ at: 2 * MINUTE, kind: blow }],
  erpDown: [],
  healAt: 3 * HOUR,
  mends,
});

const release = (version: string, extra: Partial<Parameters<typeof orderDocument>[0]> = {}): PlannedDocument =>
  orderDocument({ ...PLANT, name: `O1v${version}`, tag: Number(version), version, materials: ["M0"], ...extra });
const material = materialDocument({ name: "M1v1", tag: 11, site: PLANT.site, material: "M1", version: "1" });
const cancel = (version: string): PlannedDocument => release(version, { name: `O1v${version}c`, cancel: true, materials: [] });
const consumption = (name: string, order: string = PLANT.order): PlannedDocument => consumptionDocument({ site: PLANT.site, order, name });
const together = (nth: number, extra: Partial<Parameters<typeof consumptionDocument>[0]> = {}): PlannedDocument =>
  consumptionDocument({ ...PLANT, name: `C${nth}`, nth, ...extra });
const LOT = { site: PLANT.site, lot: "L1" } as const;
const CHANGE_AT_TWO = [
  [release("1"), 0],
  [release("2"), 2],
] as const;
/** The ERP takes nothing yet, and says so: its order waits, and what the plant applied stands. */
const awayAtFirst: NonNullable<Story["erpFault"]> = (call) => (call.n === 1 ? { kind: "unavailable", retryAfterSeconds: 280 } : undefined);
const firstAnswerLost: NonNullable<Story["erpFault"]> = (call) => (call.n === 1 ? { kind: "lose-answer" } : undefined);

const RELEASED = planOf({ sends: [[release("1"), 0]] });

/** The scenario in parts that share neither order nor time: a kill in one could not reach another, and a run costs one part only. Each ends with every document settled. */
export const STORIES: readonly Story[] = [
  {
    name: "order-waits-for-material",
    plan: planOf({
      sends: [
        [release("1", { materials: ["M1"] }), 0],
        [material, 3],
      ],
      habits: { repeats: 1 },
    }),
  },
  {
    name: "change-before-lease",
    plan: planOf({
      sends: [
        [release("1"), 0],
        [release("2"), 2],
      ],
      habits: { away: [[0, 8 * MINUTE]] },
    }),
  },
  {
    name: "cancel-before-lease",
    plan: planOf({
      sends: [
        [release("1"), 0],
        [cancel("2"), 2],
      ],
      habits: { away: [[0, 8 * MINUTE]] },
    }),
  },
  {
    name: "change-after-lease-then-cancel",
    plan: planOf({
      sends: [
        [release("1", { traits: { plantNeeds: 6 * MINUTE } }), 0],
        [release("2"), 3],
        [cancel("3"), 15],
      ],
    }),
  },
  { name: "change-of-a-waiting-release", plan: planOf({ sends: CHANGE_AT_TWO }), erpFault: awayAtFirst },
  { name: "change-that-undoes-first", plan: planOf({ sends: CHANGE_AT_TWO, undoesFirst: true }), erpFault: awayAtFirst },
  {
    name: "plant-refuses-a-change",
    plan: planOf({
      sends: [
        [release("1"), 0],
        [release("2", { traits: { plantRefuses: true } }), 6],
      ],
    }),
  },
  { name: "sender-refuses-the-acceptance", plan: planOf({ sends: [[release("1", { traits: { acceptanceRefused: true } }), 0]] }) },
  {
    name: "sender-refuses-the-acceptance-of-a-change",
    plan: planOf({
      sends: [
        [release("1"), 0],
        [release("2", { traits: { acceptanceRefused: true } }), 6],
      ],
    }),
  },
  {
    // The MES has not answered when its time is over; its answer comes while the withdrawal is under way.
    name: "plant-misses-its-deadline",
    plan: planOf({ sends: [[release("1", { traits: { plantNeeds: 17 * MINUTE } }), 0]], habits: { away: [[2 * MINUTE, 5 * MINUTE]] } }),
  },
  {
    // As often as an agent reports before it gives up: then the timer passes the verdict on.
    name: "verdict-with-its-answer-lost",
    plan: RELEASED,
    mishaps: [{ kind: "report-verdicts", call: "workflows.answer", times: 4, fate: { kind: "fail" } }],
  },
  {
    name: "stored-and-never-queued",
    plan: planOf({ sends: [[release("1"), 0]], givesUp: true }),
    mishaps: [{ kind: "receive-documents", call: "queue.send", times: 2, fate: { kind: "fail" } }],
  },
  { name: "execution-that-vanishes", plan: planOf({ sends: [[release("1", { traits: { plantNeeds: 3 * MINUTE } }), 0]], blow: "vanishes" }) },
  { name: "execution-that-is-aborted", plan: planOf({ sends: [[release("1", { traits: { plantNeeds: 3 * MINUTE } }), 0]], blow: "aborted" }) },
  {
    name: "replay-of-a-parked-order",
    plan: planOf({
      sends: [
        [release("1", { materials: ["M1"] }), 0],
        [material, 36],
      ],
      commands: [50, 80, 110].map((minute) => ({ at: minute * MINUTE, document: "O1v1", command: "replay" })),
    }),
  },
  {
    name: "consumptions-of-several-orders",
    plan: planOf({
      seed: 5,
      sends: ["1001", "1001", "1001", "1002", "1002", "1003"].map((order, at) => [consumption(`C${at + 1}`, order), 0] as const),
    }),
    erpFault: firstAnswerLost,
  },
  {
    // Of one the reversal's first answer is lost, of the other the report's own.
    name: "cancel-and-correction-of-consumptions",
    plan: planOf({
      sends: [
        [consumption("C1"), 0],
        [consumptionDocument({ ...PLANT, name: "C1c", number: "C1", cancel: true }), 5],
        [consumptionDocument({ ...PLANT, name: "C2v1", number: "C2", version: "1" }), 6],
        [consumptionDocument({ ...PLANT, name: "C2v2", number: "C2", version: "2" }), 7],
      ],
    }),
    erpFault: (call) => (call.n === 2 || call.n === 6 ? { kind: "lose-answer" } : undefined),
  },
  {
    // One window is full, one's time is over; the second posting is refused for one of its two. Then one of the first is cancelled, and the answer to the posting of the rest is lost.
    name: "consumptions-posted-together",
    plan: planOf({
      windows: { count: 3, seconds: 120 },
      sends: [
        [together(0), 0],
        [together(1), 0.1],
        [together(2, { lot: "L1" }), 0.2],
        [together(3), 0.3],
        [together(4, { lot: "L1", traits: { postingRefused: true } }), 0.4],
        [together(1, { name: "C1c", number: "C1", cancel: true }), 12],
      ],
    }),
    erpFault: (call) => (call.method === "post" && call.n === 6 ? { kind: "lose-answer" } : undefined),
  },
  {
    // One is entered whole and cancelled, of another the last step is refused.
    name: "operation-reports",
    plan: planOf({
      sends: [
        [operationReport({ ...PLANT, name: "P1", completes: true }), 0],
        [operationReport({ ...PLANT, name: "P1c", number: "P1", cancel: true }), 5],
        [operationReport({ ...PLANT, name: "P2", completes: true, traits: { stepRefused: "set-order-state" } }), 10],
      ],
    }),
  },
  {
    name: "lot-fails-passes-and-its-pass-is-cancelled",
    plan: planOf({
      sends: [
        [inspection({ ...LOT, name: "T1", result: "Fail" }), 0],
        [inspection({ ...LOT, name: "T2", result: "Pass" }), 5],
        [inspection({ ...LOT, name: "T2c", number: "T2", result: "Pass", cancel: true }), 10],
      ],
    }),
  },
  {
    // Starts without an outcome, after a posting whose answer was lost: parked, undone by a person, and the reversal's answer is lost too.
    name: "undo-of-a-parked-consumption",
    plan: planOf({
      sends: [[consumption("C1"), 0]],
      curses: [{ document: "C1", notice: "wake", call: 0, times: 9 }],
      commands: [80, 100, 120, 150, 170].map((minute) => ({ at: minute * MINUTE, document: "C1", command: "undo" })),
      // A kill may have it delivered first, and undone from there: then its undo is what parks.
      mends: true,
    }),
    erpFault: (call) => (call.n === 1 || call.method === "reverse" ? { kind: "lose-answer" } : undefined),
  },
];
