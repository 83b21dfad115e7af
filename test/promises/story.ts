import type { Posting } from "../../connectors/plain-json/fake.ts";
import type { FakeCall, Fault } from "../../connectors/plain-json/fake-faults.ts";
import { Header, parseItem } from "../../core/ledger/items.ts";
import { tagsOf } from "../support/world/members.ts";
import type { Outcome } from "../support/world/outcome.ts";
import type { PlannedDocument } from "../support/world/planned-documents.ts";
import type { Fate, PortCall, Process } from "../support/world/scheduler.ts";
import { idOf, keyFor, type PlannedSend } from "../support/world/sender.ts";
import { createTally, type Tally } from "../support/world/tally.ts";
import { runWorld } from "../support/world/world.ts";
import type { WorldPlan } from "../support/world/world-plan.ts";

export const MINUTE = 60_000;

/** What a promise's test plants: documents, and one thing that goes wrong; all else goes well. */
export type Story = Partial<Omit<WorldPlan, "sends">> & {
  readonly sends: readonly PlannedSend[];
  readonly decide?: (process: Process, call: PortCall) => Fate | undefined;
  readonly erpFault?: (call: FakeCall) => Fault | undefined;
};

export type Told = Outcome & { readonly tally: Tally };

const CALM_AGENT = { workers: 1, away: [], dies: 0, repeats: 0, dawdles: 0 } as const;

/** Nothing goes wrong by chance: the drawn faults are off, and the seed only orders what happens at the same time. */
const CALM: Omit<WorldPlan, "sends"> = {
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

/** Runs the product's real functions in the simulated world until nothing is left to do. */
export async function tell({ decide, erpFault, ...plan }: Story): Promise<Told> {
  const tally = createTally();
  // A world that has come to rest still waits for what its operators mean to do.
  const healAt = (plan.commands ?? []).reduce((latest, { at }) => Math.max(latest, at + MINUTE), 0);
  const outcome = await runWorld(
    { ...CALM, healAt, ...plan },
    { tally, ...(decide === undefined ? {} : { decide }), ...(erpFault === undefined ? {} : { erpFault }) },
  );
  return { ...outcome, tally };
}

export const sent = (document: PlannedDocument, minute: number, givesUp = false): PlannedSend => ({
  document,
  at: minute * MINUTE,
  key: keyFor(document, "first"),
  givesUp,
});

/** One place where an invocation of a kind of function dies. */
export type Death = { readonly kind: string; readonly call: string; readonly n: number; readonly when: "before" | "after" };

/** Every call of a port that functions of these kinds make in the story, found by running it, each killed before and after. */
export async function deathsIn(story: Story, kinds: readonly string[]): Promise<Death[]> {
  const calls: { readonly kind: string; readonly call: string }[] = [];
  await tell({
    ...story,
    decide: (process, call) => {
      if (kinds.includes(process.kind)) calls.push({ kind: process.kind, call: `${call.port}.${call.method}` });
      return story.decide?.(process, call);
    },
  });
  return calls.flatMap(({ kind, call }, n) => (["before", "after"] as const).map((when) => ({ kind, call, n, when })));
}

/** The story again, with that one death in it. */
export function withDeath(story: Story, kinds: readonly string[], death: Death): Story {
  let count = 0;
  return {
    ...story,
    decide: (process, call) => {
      if (!kinds.includes(process.kind)) return story.decide?.(process, call);
      count += 1;
      return count === death.n + 1 ? { kind: "kill", when: death.when } : story.decide?.(process, call);
    },
  };
}

export const nameOf = ({ kind, call, n, when }: Death): string => `${kind} dies ${when} its call ${n + 1}, ${call}`;

/** Lines of the ERP's book about one document, in the order of commit. */
export const bookOf = (told: Told, document: PlannedDocument): readonly Posting[] =>
  told.postings.filter(
    (posting) => posting.type === document.type && posting.site === document.site && tagsOf(told.plan, posting.document).includes(document.tag),
  );

/** What stands in the ERP's book of it: action after action. */
export const actionsOf = (told: Told, document: PlannedDocument): string[] => bookOf(told, document).map(({ action }) => action);

/** Names of the consumptions in the ERP's book, in the order of commit. */
export const posted = (told: Told): string[] => told.postings.filter(({ action }) => action === "post").map(({ document }) => document.id);

/** Tags of the consumptions whose quantities are in force in the ERP's book, each as often as it is in a sum. */
export const inSums = (told: Told): string[] =>
  told.postings
    .filter(({ action, reversedBy }) => action === "post" && reversedBy === undefined)
    .flatMap(({ document }) => tagsOf(told.plan, document))
    .sort();

/** What the MES has in force of an order or a material. */
export const inForce = (told: Told, { site, type, subject }: PlannedDocument) => told.plants.get(site)?.inForce(type, subject);

export function headerOf(told: Told, document: PlannedDocument): Header | undefined {
  const id = idOf(document, keyFor(document, "first"));
  const item = told.ledger.find((each) => each.sk.startsWith("DOC#") && each.id === id);
  return item === undefined ? undefined : parseItem(Header, item);
}

export const stateOf = (told: Told, document: PlannedDocument): string | undefined => headerOf(told, document)?.state;
