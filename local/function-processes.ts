import { readdir, readFile } from "node:fs/promises";
import { platform } from "node:process";
import { runCommand } from "./run-command.ts";

/**
 * Process ids of one function's workers (one per concurrent invocation, kept warm).
 * The emulator runs each as `node <its TMPDIR>/ministack-lambda-<function name>-<8 characters>/_worker.js`, and its TMPDIR is its own: the command line tells all.
 */
export async function functionProcesses(emulatorDirectory: string, functionName: string): Promise<readonly number[]> {
  const start = `${emulatorDirectory}/ministack-lambda-${functionName}-`;
  const isWorker = (args: readonly string[]): boolean =>
    args.some((arg) => arg.startsWith(start) && /^[a-z0-9_]{8}\/_worker\.js$/.test(arg.slice(start.length)));
  return (await allProcesses()).filter(({ args }) => isWorker(args)).map(({ pid }) => pid);
}

/** Ends a function's workers at once (SIGKILL), whatever they are doing. @returns the ids of those ended */
export async function killFunctionProcesses(emulatorDirectory: string, functionName: string): Promise<readonly number[]> {
  const pids = await functionProcesses(emulatorDirectory, functionName);
  for (const pid of pids) killIfThere(pid);
  return pids;
}

/** SIGKILL. @param pid a process, or minus a process group's leader */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly args: readonly string[];
}

function allProcesses(): Promise<readonly RunningProcess[]> {
  return platform === "linux" ? fromProc() : fromPs();
}

async function fromProc(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = pids.map(async (pid) => {
    // A process that has ended meanwhile runs nothing.
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return { pid: Number(pid), args: line.split("\0") };
  });
  return Promise.all(read);
}

async function fromPs(): Promise<readonly RunningProcess[]> {
  const listed = await runCommand("ps", ["-A", "-o", "pid=,args="]);
  if (listed.status !== 0) throw new Error(`ps could not list the processes: ${listed.output}`);
  return listed.output.split("\n").flatMap((line) => {
    const [pid, ...args] = line.trim().split(/\s+/);
    return pid === undefined || pid === "" ? [] : [{ pid: Number(pid), args }];
  });
}
