import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Posting } from "../../connectors/plain-json/fake.ts";
import type { Planned } from "./documents.ts";
import type { Installation } from "./installation.ts";
import { b2mmlPostings, sapPostings } from "./languages.ts";
import type { Plan } from "./plan.ts";
import type { Plant } from "./plant.ts";
import { fromErp } from "./send.ts";
import type { Sent, SentLog } from "./sent-log.ts";
import { askDocument, type LedgerAnswer } from "./states.ts";
import type { Books } from "./traces.ts";

/** Where an act plays: what stands, what is planned, what was sent, and how a person is told. */
export type Scene = {
  readonly installation: Installation;
  readonly plan: Plan;
  readonly log: SentLog;
  /** One short sentence of what happens, and why. */
  readonly tell: (text: string) => void;
};

export type Act = { readonly title: string; readonly play: (scene: Scene) => Promise<void> };

/** What a person would wait for at most; the acts take a few seconds. */
const PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 50;
const ASK_EVERY_MS = 250;

/** Looks until it is so. What never comes is told and left to the comparison of the books. */
export const until = (scene: Scene, what: string, isSo: () => boolean): Promise<void> => lookUntil(scene, what, isSo, LOOK_EVERY_MS);

/** Asks the API about a document, for the right moment to go on: no verdict depends on the answer. */
export function untilTold(scene: Scene, planned: Planned, what: string, isSo: (answer: LedgerAnswer) => boolean): Promise<void> {
  const look = async () => {
    const sent = scene.log.taken().find((each) => each.wire === planned.wire);
    const answer = sent === undefined ? undefined : await askDocument(scene.installation, sent);
    return answer !== undefined && isSo(answer);
  };
  return lookUntil(scene, what, look, ASK_EVERY_MS);
}

async function lookUntil(scene: Scene, what: string, isSo: () => boolean | Promise<boolean>, everyMs: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) return scene.tell(`✗ not within ${PATIENCE_MS / 1000} s: ${what}`);
    await delay(everyMs);
  }
}

export function plantOf({ installation }: Scene, site: string): Plant {
  const plant = installation.plants.find((each) => each.site === site);
  if (plant === undefined) throw new RangeError(`there is no plant at ${site}`);
  return plant;
}

/** @param sent which documents the other languages' ERPs speak of; the first ERP's book holds its own */
export const booksOf = ({ erp, sap, b2mml, plants }: Installation, sent: readonly Sent[]): Books => ({
  erp: [...erp.fake.books(), ...sapPostings(sap.fake, sent), ...b2mmlPostings(b2mml.fake, sent)],
  mes: new Map(plants.map(({ site, mes }) => [site, { orders: mes.orders(), materials: mes.materials(), journal: mes.journal() }])),
});

/** The MES of the site has the material. */
export const hasMaterial = (scene: Scene, site: string, id: string): boolean =>
  plantOf(scene, site)
    .mes.materials()
    .some((material) => material.id === id);

/** The book of the ERP that sent it has this of the document. */
export const erpHas = ({ installation, log }: Scene, planned: Planned, action: Posting["action"]): boolean =>
  booksOf(installation, log.taken()).erp.some((posting) => posting.action === action && isDeepStrictEqual(posting.document, planned.wire));

export const allTold = (scene: Scene, planned: readonly Planned[], action: Posting["action"] = "tell-accepted"): boolean =>
  planned.every((each) => erpHas(scene, each, action));

/** One webhook for each document, all at once: they belong to different orders. */
export const sendAll = async ({ installation, log, plan }: Scene, story: string, planned: readonly Planned[]): Promise<void> => {
  await Promise.all(planned.map((each, at) => fromErp(installation, log, messageId(plan, story, at), [each])));
};

export const messageId = ({ seed }: Plan, story: string, at: number): string => `msg-${seed}-${story}-${at + 1}`;
