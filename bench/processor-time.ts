import { readFile } from "node:fs/promises";
import process from "node:process";
import type { Cloud } from "../local/cloud.ts";

/** CPU seconds used so far, by who used them. A function's worker that has ended is not in it. */
export type ProcessorTime = { readonly emulator: number; readonly functions: number; readonly bench: number };

/** Ticks of /proc/<pid>/stat: 100 a second on every Linux. */
const TICKS_PER_SECOND = 100;

/** @returns undefined where there is no /proc */
export async function processorTime(cloud: Cloud): Promise<ProcessorTime | undefined> {
  if (process.platform !== "linux") return undefined;
  const workers = await Promise.all(Object.values(cloud.functionNames).map((name) => cloud.emulator.functionProcesses(name)));
  const { user, system } = process.cpuUsage();
  const functions = (await Promise.all(workers.flat().map(secondsOf))).reduce((sum, seconds) => sum + seconds, 0);
  return { emulator: await secondsOf(cloud.emulator.pid), functions, bench: (user + system) / 1e6 };
}

async function secondsOf(pid: number): Promise<number> {
  // A worker may end meanwhile: it then has used nothing that could be told.
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const [, rest = ""] = stat === undefined ? [] : stat.split(") ");
  const fields = rest.split(" ");
  // Fields 14 and 15 of proc(5), counted behind the program's name.
  return fields.length < 13 ? 0 : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
