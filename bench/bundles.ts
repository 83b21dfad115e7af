import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import * as z from "zod";
import { bundle } from "../infra/bundle.ts";
import { settingsFor } from "../infra/settings.ts";
import { runCommand } from "../local/run-command.ts";
import { median } from "./median.ts";

/** (b) One function's bundle: what every cold start must load. */
export type BundleCost = {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** CPU milliseconds (user + system) of loading it, clients made, in a process of its own. */
  readonly importMs: number;
  /** The fastest and the slowest of the processes. */
  readonly leastMs: number;
  readonly mostMs: number;
};

const CHILD = join(import.meta.dirname, "import-bundle.ts");
const Answer = z.object({ milliseconds: z.number() });

/** What the functions' environments ask for; nothing is called while a bundle loads. */
const ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  LEDGER_TABLE: "bench",
  PAYLOAD_BUCKET: "bench",
  PAYLOAD_DAYS: "90",
  QUEUE_URLS: "{}",
  WORKFLOW_ARNS: "{}",
};

/** Builds all bundles, then loads each in `processes` processes, one of each in turn. */
export async function measureBundles(processes = 9): Promise<readonly BundleCost[]> {
  const outDir = await mkdtemp(join(tmpdir(), "orderlane-bench-"));
  try {
    const { functions } = await bundle({ settings: settingsFor("local"), outDir });
    const built = functions.map((each): (typeof functions)[number] & { readonly times: number[] } => ({ ...each, times: [] }));
    for (let round = 0; round < processes; round += 1) for (const { folder, times } of built) times.push(await importMs(folder));
    return await Promise.all(
      built.map(async ({ name, folder, bytes, times }) => ({
        name,
        bytes,
        gzipBytes: gzipSync(await readFile(join(folder, "index.js"))).length,
        importMs: median(times),
        leastMs: Math.min(...times),
        mostMs: Math.max(...times),
      })),
    );
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

class ImportFailed extends Error {}

async function importMs(folder: string): Promise<number> {
  const env = { PATH: process.env.PATH, ...ENVIRONMENT, LAMBDA_TASK_ROOT: folder };
  const { status, output } = await runCommand(process.execPath, [CHILD, join(folder, "index.js")], { env });
  if (status !== 0) throw new ImportFailed(`${folder} could not be loaded:\n${output.slice(0, 2000)}`);
  return Answer.parse(JSON.parse(output)).milliseconds;
}
