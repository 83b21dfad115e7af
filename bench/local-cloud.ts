import { join } from "node:path";
import type { Settings } from "../core/settings/settings.ts";
import { bundle } from "../infra/bundle.ts";
import { type Cloud, startCloud } from "../local/cloud.ts";
import { deploy, synthesise } from "../local/deployment.ts";
import { freePort } from "../local/free-port.ts";
import { openInstallation } from "../local/scenario/installation.ts";
import { startWakeLoop } from "../local/wake-loop.ts";
import { type CallAccount, countCalls } from "./count-calls.ts";
import { consumptionThroughput, orderThroughput, type Throughput } from "./throughput.ts";

export type CloudFigures = { readonly calls: readonly CallAccount[]; readonly throughput: readonly Throughput[] };
export type CloudLoad = { readonly repeats: number; readonly documents: number; readonly limitMs: number };

/** More than the local cloud can do: the budget then bounds nothing. */
const LIFTED = 1_000;
const WAKE_EVERY_MS = 1_000;
const LOG_FILE = join(import.meta.dirname, "..", ".local", "bench-cloud.log");

/** (c) and (d) on one cloud of its own: first counted with nothing else running, then under load, as the stage is set and with the ERP's load budget lifted. */
export async function measureInCloud(load: CloudLoad, log: (text: string) => void): Promise<CloudFigures> {
  const erpUrl = `http://127.0.0.1:${await freePort()}`;
  const cloud = await startCloud({ log, erpUrl, wakeEveryMs: "never", logFile: LOG_FILE });
  try {
    const installation = await openInstallation({ cloud, erpPort: Number(new URL(erpUrl).port) });
    try {
      log("  counting calls …");
      const calls = await countCalls(installation, load.repeats);
      const wakeLoop = startWakeLoop({ clients: cloud.clients, functionName: String(cloud.functionNames["wake-due"]), everyMs: WAKE_EVERY_MS, log });
      try {
        const throughput: Throughput[] = [];
        for (const [at, callsPerSecond] of [budgetOf(cloud.settings), LIFTED].entries()) {
          if (at > 0) await redeploy(cloud, erpUrl, withBudget(cloud.settings, callsPerSecond));
          log(`  ${load.documents} documents of each kind, ${callsPerSecond} calls of the ERP a second …`);
          const series = at + 1;
          throughput.push(await consumptionThroughput(cloud, installation, { ...load, callsPerSecond, series }));
          throughput.push(await orderThroughput(cloud, installation, { ...load, callsPerSecond, series }));
        }
        return { calls, throughput };
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

const isErp = ({ role }: Settings["connections"][number]): boolean => role === "erp";

const budgetOf = ({ connections }: Settings): number => Math.min(...connections.filter(isErp).map(({ target }) => target.callsPerSecond));

const withBudget = (settings: Settings, callsPerSecond: number): Settings => ({
  ...settings,
  connections: settings.connections.map((each) => (isErp(each) ? { ...each, target: { ...each.target, callsPerSecond } } : each)),
});

/** The same stacks with other settings beside the functions. */
async function redeploy({ emulator }: Cloud, erpUrl: string, settings: Settings): Promise<void> {
  const bundles = join(emulator.directory, "bundles-with-other-settings");
  await bundle({ settings, outDir: bundles });
  await deploy(emulator, await synthesise(emulator, { bundles, erpUrl }));
}
