import { join } from "node:path";
import { type Connection, connectionOf, type Settings } from "../core/settings/settings.ts";
import { bundle } from "../infra/bundle.ts";
import { type Cloud, startCloud } from "../local/cloud.ts";
import { deploy, synthesise } from "../local/deployment.ts";
import { freePort } from "../local/free-port.ts";
import { type Installation, openInstallation } from "../local/scenario/installation.ts";
import { startWakeLoop } from "../local/wake-loop.ts";
import { type Aggregation, countErpCalls } from "./aggregation.ts";
import type { CallAccount } from "./call-account.ts";
import { countCalls } from "./count-calls.ts";
import { type FlowPrice, flowPrices } from "./document-price.ts";
import { consumptionThroughput, orderThroughput, type Throughput } from "./throughput.ts";

export const CLOUD_PARTS = ["calls", "aggregation", "load"] as const;
export type CloudPart = (typeof CLOUD_PARTS)[number];
export type CloudFigures = {
  readonly calls?: readonly CallAccount[];
  readonly prices?: readonly FlowPrice[];
  readonly aggregation?: readonly Aggregation[];
  readonly throughput?: readonly Throughput[];
};
export type CloudLoad = { readonly repeats: number; readonly documents: number; readonly limitMs: number };

/** More than the local cloud can do: the budget then bounds nothing. */
const LIFTED = 1_000;
const WAKE_EVERY_MS = 1_000;
const LOG_FILE = join(import.meta.dirname, "..", ".local", "bench-cloud.log");

/** Full when twenty of a kind are in; a minute is longer than their message takes. */
const AGGREGATE = { count: 20, seconds: 60 } as const;
const LINES = 40;

/** (c), (d) and (e) on one cloud of its own: first counted with nothing else running, then what needs a timer, each with the settings it is about. */
export async function measureInCloud(parts: readonly CloudPart[], load: CloudLoad, log: (text: string) => void): Promise<CloudFigures> {
  const erpUrl = `http://127.0.0.1:${await freePort()}`;
  const cloud = await startCloud({ log, erpUrl, wakeEveryMs: "never", logFile: LOG_FILE });
  try {
    const installation = await openInstallation({ cloud, erpPort: Number(new URL(erpUrl).port) });
    try {
      const counted = parts.includes("calls") ? await countInCloud(installation, load.repeats, log) : {};
      const wakeLoop = startWakeLoop({ clients: cloud.clients, functionName: String(cloud.functionNames["wake-due"]), everyMs: WAKE_EVERY_MS, log });
      try {
        const set = settingsOf(cloud, erpUrl);
        const aggregation = parts.includes("aggregation") ? { aggregation: await countAggregation(cloud, installation, set, log) } : {};
        const throughput = parts.includes("load") ? { throughput: await measureLoad(cloud, installation, set, load, log) } : {};
        return { ...counted, ...aggregation, ...throughput };
      } finally {
        await wakeLoop.stop();
      }
    } finally {
      await installation.close();
    }
  } finally {
    await cloud.stop();
  }
}

async function countInCloud(installation: Installation, repeats: number, log: (text: string) => void) {
  log("  counting calls …");
  const calls = await countCalls(installation, repeats);
  return { calls, prices: flowPrices(calls) };
}

type Set = (settings: Settings) => Promise<void>;

async function countAggregation(cloud: Cloud, installation: Installation, set: Set, log: (text: string) => void): Promise<readonly Aggregation[]> {
  log(`  ${LINES} lines, each by itself and together …`);
  const { aggregate: _, ...alone } = erpOf(cloud.settings);
  const rows: Aggregation[] = [];
  await set(withErp(cloud.settings, alone));
  rows.push(await countErpCalls(installation, "none", LINES, "7300001"));
  await set(withErp(cloud.settings, { ...alone, aggregate: AGGREGATE }));
  rows.push(await countErpCalls(installation, `up to ${AGGREGATE.count} lines, ${AGGREGATE.seconds} s`, LINES, "7300002"));
  return rows;
}

async function measureLoad(cloud: Cloud, installation: Installation, set: Set, load: CloudLoad, log: (text: string) => void): Promise<readonly Throughput[]> {
  const erp = erpOf(cloud.settings);
  const rows: Throughput[] = [];
  for (const [at, callsPerSecond] of [erp.target.callsPerSecond, LIFTED].entries()) {
    await set(withErp(cloud.settings, { ...erp, target: { ...erp.target, callsPerSecond } }));
    log(`  ${load.documents} documents of each kind, ${callsPerSecond} calls of the ERP a second …`);
    const series = at + 1;
    rows.push(await consumptionThroughput(cloud, installation, { ...load, callsPerSecond, series }));
    rows.push(await orderThroughput(cloud, installation, { ...load, callsPerSecond, series }));
  }
  return rows;
}

const erpOf = (settings: Settings): Connection => connectionOf(settings, "erp");

const withErp = (settings: Settings, erp: Connection): Settings => ({
  ...settings,
  connections: settings.connections.map((each) => (each.id === erp.id ? erp : each)),
});

/** Deploys the same stacks with other settings beside the functions, where those are not there already. */
function settingsOf(cloud: Cloud, erpUrl: string): Set {
  let deployed = JSON.stringify(cloud.settings);
  return async (settings) => {
    if (JSON.stringify(settings) === deployed) return;
    await redeploy(cloud, erpUrl, settings);
    deployed = JSON.stringify(settings);
  };
}

/** The same stacks with other settings beside the functions. */
async function redeploy({ emulator }: Cloud, erpUrl: string, settings: Settings): Promise<void> {
  const bundles = join(emulator.directory, "bundles-with-other-settings");
  await bundle({ settings, outDir: bundles });
  await deploy(emulator, await synthesise(emulator, { bundles, erpUrl }));
}
