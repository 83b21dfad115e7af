import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Posting } from "../../connectors/plain-json/fake.ts";
import type { Planned } from "./documents.ts";
import type { Installation } from "./installation.ts";
import type { Plan } from "./plan.ts";
import type { Plant } from "./plant.ts";
import { fromErp } from "./send.ts";
import type { SentLog } from "./sent-log.ts";
import type { Books } from "./traces.ts";

/** Where an act plays: what stands, what is planned, what was sent, and how a person is told. */
export type Scene = {
  readonly installation: Installation;
  readonly plan: Plan;
  readonly log: SentLog;
  /** One short sentence of what happens, and why. */
  readonly tell: (text: string) => void;
};

/** What a person would wait for at most; the acts take a few seconds. */
const PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 50;

/** Looks until it is so. What never comes is told and left to the comparison of the books. */
export async function until(scene: Scene, what: string, isSo: () => boolean, patienceMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > end) {
      scene.tell(`✗ not within ${patienceMs / 1000} s: ${what}`);
      return;
    }
    await delay(LOOK_EVERY_MS);
  }
}

export function plantOf({ installation }: Scene, site: string): Plant {
  const plant = installation.plants.find((each) => each.site === site);
  if (plant === undefined) throw new RangeError(`there is no plant at ${site}`);
  return plant;
}

export const booksOf = ({ erp, plants }: Installation): Books => ({
  erp: erp.fake.books(),
  mes: new Map(plants.map(({ site, mes }) => [site, { orders: mes.orders(), materials: mes.materials(), journal: mes.journal() }])),
});

/** The ERP's book has this of the document. */
export const erpHas = ({ installation }: Scene, planned: Planned, action: Posting["action"]): boolean =>
  installation.erp.fake.books().some((posting) => posting.action === action && isDeepStrictEqual(posting.document, planned.wire));

export const allTold = (scene: Scene, planned: readonly Planned[], action: Posting["action"] = "tell-accepted"): boolean =>
  planned.every((each) => erpHas(scene, each, action));

/** One webhook for each document, all at once: they belong to different orders. */
export const sendAll = async ({ installation, log, plan }: Scene, story: string, planned: readonly Planned[]): Promise<void> => {
  await Promise.all(planned.map((each, at) => fromErp(installation, log, messageId(plan, story, at), [each])));
};

export const messageId = ({ seed }: Plan, story: string, at: number): string => `msg-${seed}-${story}-${at + 1}`;
