import type { PlannedDocument } from "./planned-documents.ts";
import type { Fate, PortCall, Process } from "./scheduler.ts";
import { keyFor, type PlannedSend } from "./sender.ts";
import type { WorldPlan } from "./world-plan.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const CALM_AGENT = { workers: 1, away: [], dies: 0, repeats: 0, dawdles: 0 } as const;

/** Nothing goes wrong but what a scenario plants itself; the seed only orders what happens at the same time. */
export const CALM: Omit<WorldPlan, "sends"> = {
  seed: 7,
  settings: { consumption: "lane" },
  erp: { lookup: true, idempotent: false },
  knownMaterials: ["M0"],
  rates: { call: 0, erp: 0, buried: 0, finishedLost: 0, index: 0 },
  lossRate: 0,
  habits: { hamburg: CALM_AGENT, suzhou: CALM_AGENT },
  commands: [],
  blows: [],
  erpDown: [],
  healAt: 0,
  mends: false,
};

export const sendAt = (document: PlannedDocument, minute: number): PlannedSend => ({
  document,
  at: minute * MINUTE,
  key: keyFor(document, "first"),
  givesUp: false,
});

/** One call of a port among all that are made. */
export type Place = {
  /** The function. */
  readonly kind: string;
  /** `ledger.write` */
  readonly call: string;
  /** What its trace line must hold. */
  readonly detail?: string;
  /** Which of those that fit, from 1. */
  readonly nth?: number;
  /** And how many after it, too. */
  readonly times?: number;
};

export type Script = {
  readonly decide: (process: Process, call: PortCall) => Fate | undefined;
  /** How often it was met: a scenario in which nothing happened proves nothing. */
  readonly met: () => number;
};

/** What becomes of the calls that a scenario means. */
export function script(place: Place, fate: Fate): Script {
  const { nth = 1, times = 1 } = place;
  let fitting = 0;
  let met = 0;
  return {
    decide: (process, call) => {
      if (process.kind !== place.kind || `${call.port}.${call.method}` !== place.call) return undefined;
      if (place.detail !== undefined && !call.detail().includes(place.detail)) return undefined;
      fitting += 1;
      if (fitting < nth || fitting >= nth + times) return undefined;
      met += 1;
      return fate;
    },
    met: () => met,
  };
}
