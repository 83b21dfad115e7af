import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startCloud } from "./cloud.ts";
import { freePort } from "./free-port.ts";
import { type Installation, openInstallation } from "./scenario/installation.ts";
import { type Outcome, runScenario } from "./scenario/run-scenario.ts";
import { exitCodeOf, summaryOf, tableOf } from "./scenario/summary.ts";

/**
 * `npm start`: a local cloud, three ERPs (plain JSON, IDoc, B2MML) and two plants; a scenario through them; then it stays up. `--once` ends after the scenario, with 0 only if
 * both systems' books say so; `--json` prints the counts last, on one line; `--seed N` draws another scenario; `--tamper mes` makes one book lie.
 */

const LOCAL = join(import.meta.dirname, "..", ".local");
const LOG_FILE = join(LOCAL, "cloud.log");
/** Where the `orderlane` command finds this cloud; only while it runs, and for its owner's eyes. The command reads the same variable. */
const ACCESS_FILE = process.env.ORDERLANE_ACCESS_FILE === undefined ? join(LOCAL, "access.json") : process.env.ORDERLANE_ACCESS_FILE;

type Options = { readonly once: boolean; readonly json: boolean; readonly seed: number; readonly tamper: boolean };

function optionsIn(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: "boolean" }, json: { type: "boolean" }, seed: { type: "string", default: "1" }, tamper: { type: "string" } },
    });
    if (!/^\d{1,9}$/.test(values.seed)) return `--seed takes a whole number, not "${values.seed}"`;
    if (values.tamper !== undefined && values.tamper !== "mes") return '--tamper takes "mes"';
    return { once: values.once === true, json: values.json === true, seed: Number(values.seed), tamper: values.tamper === "mes" };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const say = (text: string): void => console.log(text);

async function main(args: readonly string[]): Promise<number> {
  const options = optionsIn(args);
  if (typeof options === "string") {
    console.error(`orderlane: ${options}\nusage: npm start -- [--once] [--json] [--seed N]`);
    return 2;
  }
  const stopped = stopSignal();
  say(`Orderlane: three ERPs, two plants, seed ${options.seed}.\n\n  Setting up the local cloud (a Python emulator, the very stacks that AWS gets) …`);
  const erpPort = await freePort();
  const cloud = await startCloud({ log: say, logFile: LOG_FILE, erpUrl: `http://127.0.0.1:${erpPort}` });
  try {
    const installation = await openInstallation({ cloud, erpPort });
    try {
      return await play(installation, options, stopped);
    } finally {
      await installation.close();
    }
  } finally {
    await cloud.stop();
  }
}

async function play(installation: Installation, options: Options, stopped: Promise<void>): Promise<number> {
  const scenario = runScenario({ installation, seed: options.seed, say, ...(options.tamper ? { tamper: "mes" as const } : {}) });
  const outcome = await Promise.race([scenario, stopped.then((): undefined => undefined)]);
  if (outcome === undefined) return 1;
  say(`\n${tableOf(outcome)}\n`);
  if (options.once) return end(outcome, options);
  printJson(outcome, options);
  await stayUp(installation, stopped);
  return exitCodeOf(outcome);
}

function end(outcome: Outcome, options: Options): number {
  printJson(outcome, options);
  return exitCodeOf(outcome);
}

const printJson = (outcome: Outcome, { json }: Options): void => {
  if (json) say(JSON.stringify(summaryOf(outcome)));
};

async function stayUp({ cloud, token, webhookSecret }: Installation, stopped: Promise<void>): Promise<void> {
  mkdirSync(LOCAL, { recursive: true });
  const access = { url: cloud.apiUrl, token, webhookSecret, sites: cloud.settings.sites.map(({ id }) => id), connection: "erp" };
  writeFileSync(ACCESS_FILE, `${JSON.stringify(access, undefined, 2)}\n`, { mode: 0o600 });
  say(`It stays up. Ctrl-C stops it, and everything in it is gone.

  address  ${cloud.apiUrl}
  token    ${token}

Try next, in another terminal (docs/examples/ holds the files; change them, or send your own):

  npx orderlane send docs/examples/order.json
  curl -sS -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" --data-binary @docs/examples/consumption.json "${cloud.apiUrl}/v1/sites/hamburg/connections/mes-hamburg/documents"
  npx orderlane order 1000123 --site hamburg
`);
  const alive = setInterval(() => undefined, 60_000);
  await stopped;
  clearInterval(alive);
  rmSync(ACCESS_FILE, { force: true });
  say("\nstopping …");
}

/** Not once: at a terminal the signal comes twice, from there and from with-node-24.mjs. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`orderlane: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
// A scenario that was stopped in its middle leaves waits behind that nobody needs any more.
process.exit();
