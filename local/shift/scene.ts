import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "../cloud.ts";
import { agentGrant, personGrant } from "../scenario/installation.ts";
import { type Plant, startPlant } from "../scenario/plant.ts";
import { openResults, type Results } from "../scenario/plant-results.ts";
import { issueToken } from "../scenario/token.ts";
import { startTryton, type Tryton } from "../tryton/start-tryton.ts";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.ts";
import { type Journal, openJournal } from "./journal.ts";
import { type OpenDocument, openDocuments } from "./open-documents.ts";
import { SITE } from "./reports.ts";

/** One plant with its ERP: a live Tryton behind a proxy that counts, the local cloud, the MES simulator and the agent beside it. */
export type Scene = {
  readonly erp: Tryton;
  readonly proxy: CountingProxy;
  readonly plant: Plant;
  readonly journal: Journal;
  readonly results: Results;
  readonly stillOpen: () => Promise<readonly OpenDocument[]>;
  close(): Promise<void>;
};

export type SceneOptions = {
  readonly say: (text: string) => void;
  /** Where the emulator logs, and where the journal is kept. */
  readonly logFile: string;
  readonly journalFile: string;
};

/** @throws Error, with nothing left running */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    return { ...(await open(options, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open({ say, logFile, journalFile }: SceneOptions, closing: (() => Promise<void>)[]): Promise<Omit<Scene, "close">> {
  const erp = await startTryton({ log: say });
  closing.push(() => erp.stop());
  const proxy = await startCountingProxy(erp);
  closing.push(() => proxy.close());
  const cloud = await startCloud({ log: say, logFile, trytonUrl: proxy.url, numbers: "shift", callSecrets: { tryton: `${erp.user}:${erp.password}` } });
  closing.push(() => cloud.stop());
  const directory = await mkdtemp(join(tmpdir(), "orderlane-shift-"));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const plant = await plantOf(cloud, directory);
  closing.push(() => plant.close());
  const token = await issueToken(cloud, personGrant(cloud));
  return {
    erp,
    proxy,
    plant,
    journal: openJournal(journalFile, Date.now),
    results: openResults(plant),
    stillOpen: () => openDocuments(cloud.apiUrl, SITE, token),
  };
}

async function plantOf(cloud: Cloud, directory: string): Promise<Plant> {
  return startPlant({ site: SITE, api: cloud.apiUrl, token: await issueToken(cloud, agentGrant(cloud, SITE)), directory, now: Date.now });
}
