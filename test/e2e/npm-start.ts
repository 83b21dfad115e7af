import { spawn } from "node:child_process";
import { join } from "node:path";

/** What `npm start` runs, with its own cloud; without npm around it, whose own exit code after Ctrl-C says nothing. */

export const ROOT = join(import.meta.dirname, "..", "..");

export type Started = {
  output(): string;
  /** Resolves with the exit code (128 where a signal ended it). */
  readonly ended: Promise<number>;
  /** Ctrl-C: the terminal sends it to the whole group. */
  interrupt(): void;
};

export function npmStart(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, ["local/with-node-24.mjs", "local/start.ts", ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const interrupt = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  };
  process.once("exit", interrupt);
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", interrupt);
      resolve(code === null ? 128 : code);
    });
  });
  return { output: () => output, ended, interrupt };
}

export const lastLineOf = (output: string): string => String(output.trimEnd().split("\n").at(-1));

/** The commands that a README's fenced blocks marked `sh try` hold, in order. */
export const commandsIn = (readme: string): readonly string[] => [...readme.matchAll(/^```sh try\n([\s\S]*?)^```$/gm)].map(([, block]) => String(block).trim());
