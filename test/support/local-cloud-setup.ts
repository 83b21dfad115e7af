import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type CloudParts, startCloud } from "../../local/cloud.ts";
import { freePort } from "../../local/free-port.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The one cloud of this test run; `localCloud()` in local-cloud.ts reads it. */
    cloud: CloudParts & { readonly emulatorDirectory: string; readonly erpPort: number; readonly logFile: string };
  }
}

/** One local cloud for all tests that share it; it ends with the run, however that ends. wake-due runs each second. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const logFile = join(import.meta.dirname, "..", "..", ".local", "test-cloud.log");
  const erpPort = await freePort();
  const cloud = await startCloud({ log: (text) => console.log(text), logFile, erpUrl: `http://127.0.0.1:${erpPort}` });
  const { emulator, timings: _timings, killFunction: _killFunction, stop, ...parts } = cloud;
  project.provide("cloud", { ...parts, emulatorDirectory: emulator.directory, erpPort, logFile });
  return stop;
}
