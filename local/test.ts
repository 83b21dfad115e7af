import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { runChecks } from "./check.ts";

/** `npm test [-- filters of vitest]`: the checks, then every test; last a line `N passed, N failed` counted from vitest's own report. */

const root = join(import.meta.dirname, "..");
/** In this order: what needs no local cloud answers first. */
const PROJECTS = ["unit", "tryton", "emulator"];

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});
type Report = z.infer<typeof Report>;

export type Count = { passed: number; failed: number; skipped: number };

/**
 * Counts one run of vitest. What failed without a failed test (a file that does not load, a set-up, an error outside any test) counts as one failure,
 * so that `0 failed` is never said of a run that failed.
 */
export function countRun(report: Report | undefined, exitCode: number): Count {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The last line of `npm test`. */
export const countLine = ({ passed, failed, skipped }: Count) => `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;

let running: ChildProcess | undefined;
let stopped = false;

/** Stops the run under way and starts no other. On Ctrl-C the terminal has told vitest already. */
function stopOn(signal: NodeJS.Signals) {
  process.on(signal, () => {
    stopped = true;
    if (signal !== "SIGINT" || !process.stdin.isTTY) running?.kill(signal);
  });
}

async function runProject(project: string, filters: string[]): Promise<Count> {
  const file = join(root, ".local", "test-results", `${project}.json`);
  mkdirSync(join(root, ".local", "test-results"), { recursive: true });
  rmSync(file, { force: true });
  // Without filters a project in which nothing runs is a failure.
  const mayBeEmpty = filters.length > 0 ? ["--passWithNoTests"] : [];
  const args = ["run", "--project", project, ...mayBeEmpty, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...filters];
  const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  running = child;
  const exitCode = await new Promise<number>((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code === null ? 1 : code));
  });
  return countRun(existsSync(file) ? Report.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined, exitCode);
}

async function runProjects(filters: string[]): Promise<Count> {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const project of PROJECTS) {
    if (stopped) break;
    console.log(`\ntests: ${project}`);
    const count = await runProject(project, filters);
    console.log(`tests: ${project}: ${countLine(count)}`);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  return total;
}

async function main(filters: string[]): Promise<number> {
  const checked = await runChecks();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) stopOn(signal);
  if (!checked) console.log("The tests run all the same, so that one run shows everything; `npm test` fails in any case.");
  const total = await runProjects(filters);
  const ran = total.passed + total.failed > 0;
  if (!checked) console.log("\nThe checks failed (above): run `npm run check`.");
  if (stopped) console.log("\nStopped before the end.");
  else if (!ran) console.log(`\nNo test ran: no test file's path contains ${filters.join(" or ")}.`);
  console.log(`\n${countLine(total)}`);
  return checked && ran && !stopped && total.failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
