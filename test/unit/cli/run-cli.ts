import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Where no local cloud has left an access file. */
const NOWHERE = join(import.meta.dirname, "there-is-no-such-file.json");

/** The command as a process of its own, on the Node of this test; nothing of the machine's own settings reaches it. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  start = "cli/orderlane.ts",
  node = process.execPath,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [join(ROOT, start), ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: "Europe/Berlin", ORDERLANE_ACCESS_FILE: NOWHERE, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
  });
}
