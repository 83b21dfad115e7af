import { setTimeout as delay } from "node:timers/promises";
import { ACTS } from "./acts.ts";
import { askBalances, type Balances } from "./balances.ts";
import { compareBooks, type Finding } from "./compare-books.ts";
import type { Installation } from "./installation.ts";
import { straysIn } from "./languages.ts";
import { planOf } from "./plan.ts";
import { openResults } from "./plant-results.ts";
import { booksOf, type Scene } from "./scene.ts";
import { createSentLog } from "./sent-log.ts";
import { askStates, isStuck, type Told } from "./states.ts";

export type ScenarioOptions = {
  readonly installation: Installation;
  readonly seed: number;
  /** For a person: a line at a time. */
  readonly say: (text: string) => void;
  /** Takes a row out of one MES's book before the books are compared: a checker that passes then is none. */
  readonly tamper?: "mes";
};

export type Outcome = {
  readonly seed: number;
  readonly told: readonly Told[];
  readonly duplicates: number;
  readonly findings: readonly Finding[];
  readonly balances: Balances;
  readonly seconds: number;
};

/** A document that waits for what never comes parks after 20 s; a kill and its look-up take 10. */
const SETTLING_MS = 60_000;
const ASK_EVERY_MS = 1_000;

/** Plays the acts of one seed, waits for the rest to come to its end, and judges by the books. */
export async function runScenario({ installation, seed, say, tamper }: ScenarioOptions): Promise<Outcome> {
  const begun = performance.now();
  const scene: Scene = { installation, plan: planOf(seed), log: createSentLog(), tell: (text) => say(`     ${text}`) };
  for (const [at, { title, play }] of ACTS.entries()) {
    say(`\n  ${at + 1}  ${title}`);
    const since = performance.now();
    await play(scene);
    say(`     ${((performance.now() - since) / 1000).toFixed(1)} s`);
  }
  say("\n  The rest comes to its end …");
  const told = await settled(scene);
  if (tamper === "mes") say(`     (as asked, order ${tamperWithMes(scene)} was taken out of its MES's book)`);
  const untold = await untoldPlants(installation, told);
  const balances = await askBalances(installation, scene.log.taken());
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { seed, told, duplicates: scene.log.duplicates(), findings: [...findingsOf(scene, told), ...untold], balances, seconds };
}

async function settled({ installation, log }: Scene): Promise<readonly Told[]> {
  const end = performance.now() + SETTLING_MS;
  const ended = new Map<string, Told>();
  for (;;) {
    const open = log.taken().filter(({ document }) => !ended.has(document));
    const told = await askStates(installation, open);
    for (const each of told) if (!isStuck(each)) ended.set(each.sent.document, each);
    const stuck = told.filter(isStuck);
    if (stuck.length === 0 || performance.now() > end) return log.taken().map(({ document }) => ended.get(document) ?? mustBe(told, document));
    await delay(ASK_EVERY_MS);
  }
}

function mustBe(told: readonly Told[], document: string): Told {
  const found = told.find(({ sent }) => sent.document === document);
  if (found === undefined) throw new RangeError(`nothing was asked about ${document}`);
  return found;
}

/** The books judge; of the ledger only what still is under way, or parked without a planted cause, adds to `stuck`. */
function findingsOf({ installation, log }: Scene, told: readonly Told[]): readonly Finding[] {
  const open = told.filter(isStuck).map(({ sent, state }): Finding => ({ kind: "stuck", what: `${sent.name}: ${state} at the end, without a planted cause` }));
  const notTaken = log.notTaken().map((what): Finding => ({ kind: "lost", what: `the door did not take ${what}` }));
  const strays = straysIn(installation).map((what): Finding => ({ kind: "doubled", what }));
  return [...compareBooks(log.taken(), booksOf(installation, log.taken())), ...open, ...notTaken, ...strays];
}

/** Each plant reads by its cursor what became of what it posted: it must hear of each report, and the same as everybody. */
async function untoldPlants({ plants }: Installation, told: readonly Told[]): Promise<readonly Finding[]> {
  const found = await Promise.all(
    plants.map(async (plant) => {
      const results = openResults(plant);
      await results.refresh();
      const reports = told.filter(({ sent }) => sent.wire.type === "MaterialActual" && sent.wire.hierarchyScope === plant.site);
      const untold = reports.filter(({ sent, state }) => results.of(sent.document)?.state !== state);
      return untold.map(
        ({ sent, state }): Finding => ({ kind: "lost", what: `${sent.name}: ${state}, and its plant heard ${results.of(sent.document)?.state} of it` }),
      );
    }),
  );
  return found.flat();
}

function tamperWithMes({ installation, plan }: Scene): string {
  const [first] = plan.releases;
  if (first === undefined) throw new RangeError("the plan has no release");
  installation.plants.find(({ site }) => site === first.order.hierarchyScope)?.mes.remove(first.order.id);
  return first.number;
}
