import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { FEWEST_ORDERS, MOST_ORDERS } from "./plan.ts";
import { runShift, type ShiftOptions } from "./run-shift.ts";
import { openScene } from "./scene.ts";
import { exitCodeOf, summaryOf, tableOf } from "./verdict.ts";

/**
 * `npm run demo:shift`: one shift of a plant between a live Tryton and the MES simulator, through the local cloud; exits with 0 only if Tryton's own books equal the MES's journal
 * and nothing is stuck. `--json` prints the counts last, on one line; `--seed N` and `--orders N` draw another shift; `--down N` keeps Tryton away for so many seconds;
 * `--tamper move` cancels one of Tryton's moves before the comparison; `--files NAME` keeps journal and log under another name.
 */

const LOCAL = join(import.meta.dirname, "..", "..", ".local");
const DEFAULTS = { seed: "1", orders: "22", down: "30", files: "shift" } as const;

type Options = Omit<ShiftOptions, "say"> & { readonly json: boolean; readonly files: string };

function optionsIn(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean" },
        seed: { type: "string", default: DEFAULTS.seed },
        orders: { type: "string", default: DEFAULTS.orders },
        down: { type: "string", default: DEFAULTS.down },
        files: { type: "string", default: DEFAULTS.files },
        tamper: { type: "string" },
      },
    });
    return checked({ ...values, json: values.json === true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Values = Readonly<Record<"seed" | "orders" | "down" | "files", string>> & { readonly tamper?: string | undefined; readonly json: boolean };

function checked({ json, seed, orders, down, files, tamper }: Values): Options | string {
  for (const [name, value] of Object.entries({ seed, orders, down })) if (!/^\d{1,9}$/.test(value)) return `--${name} takes a whole number, not "${value}"`;
  if (Number(orders) < FEWEST_ORDERS || Number(orders) > MOST_ORDERS)
    return `--orders takes ${FEWEST_ORDERS} to ${MOST_ORDERS}: each part of the story needs one, and the lots hold no more`;
  if (!/^[a-z0-9-]{1,40}$/.test(files)) return "--files takes a short name";
  if (tamper !== undefined && tamper !== "move") return '--tamper takes "move"';
  return { json, seed: Number(seed), orders: Number(orders), downSeconds: Number(down), files, tamper: tamper === "move" };
}

const say = (text: string): void => console.log(text);

async function main(args: readonly string[]): Promise<number> {
  const options = optionsIn(args);
  if (typeof options === "string") {
    console.error(`orderlane: ${options}\nusage: npm run demo:shift -- [--json] [--seed N] [--orders N]`);
    return 2;
  }
  const stopped = stopSignal();
  say(
    `Orderlane: one shift at ningbo, ${options.orders} orders, seed ${options.seed}.\n\n  journal      .local/${options.files}-journal.jsonl\n  cloud's log  .local/${options.files}-cloud.log\n\n  Starting Tryton and the local cloud …`,
  );
  const scene = await openScene({ say, logFile: join(LOCAL, `${options.files}-cloud.log`), journalFile: join(LOCAL, `${options.files}-journal.jsonl`) });
  try {
    const outcome = await Promise.race([runShift(scene, { ...options, say }), stopped]);
    if (outcome === undefined) return 1;
    say(`\n${tableOf(outcome)}\n`);
    if (options.json) say(JSON.stringify(summaryOf(outcome)));
    return exitCodeOf(outcome);
  } finally {
    await scene.close();
  }
}

/** Not once: at a terminal the signal comes twice, from there and from with-node-24.mjs. */
function stopSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(undefined));
  });
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`orderlane: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
// A shift that was stopped in its middle leaves waits behind that nobody needs any more.
process.exit();
