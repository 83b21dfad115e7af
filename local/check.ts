import { spawn } from "node:child_process";
import { join } from "node:path";

/** `npm run check`: format, lint, types, boundaries, dead code. One line per check as it ends; the output of those that failed; what to run next. */

const root = join(import.meta.dirname, "..");
/** The machines it runs on have two cores; more at once only slows the longest. */
const AT_ONCE = 2;

type Check = { name: string; tool: string; args: string[]; next: string };
type Outcome = { check: Check; passed: boolean; seconds: number; output: string };

/** The longest first, so that the short ones fill the second core. */
const CHECKS: Check[] = [
  { name: "types", tool: "typescript/bin/tsc", args: ["-p", "."], next: "mend the types above, then `npm run check`" },
  {
    name: "dead code",
    tool: "knip/bin/knip.js",
    args: ["--no-progress"],
    next: "remove what nothing uses, or name its entry in knip.jsonc if it is started from outside",
  },
  {
    name: "boundaries",
    tool: "dependency-cruiser/bin/dependency-cruiser.mjs",
    args: ["--config", ".dependency-cruiser.cjs", "--output-type", "err-long", "."],
    next: "move the code to the side of the boundary it belongs to (docs: the rule's comment in .dependency-cruiser.cjs)",
  },
  {
    name: "lint",
    tool: "@biomejs/biome/bin/biome",
    args: ["lint", "--error-on-warnings", "--max-diagnostics=200", "."],
    next: "`npx biome lint --write .` mends what is safe to mend; the rest by hand",
  },
  {
    name: "format",
    tool: "@biomejs/biome/bin/biome",
    args: ["check", "--linter-enabled=false", "--reporter=summary", "."],
    next: "`npx biome check --linter-enabled=false --write .`",
  },
];

function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  const output: Buffer[] = [];
  const child = spawn(process.execPath, [join(root, "node_modules", check.tool), ...check.args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => output.push(bytes));
  const ended = (passed: boolean, note: string): Outcome => ({
    check,
    passed,
    seconds: (performance.now() - started) / 1000,
    output: `${Buffer.concat(output).toString("utf8")}${note}`,
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(ended(false, error.message)));
    child.on("close", (code, signal) => resolve(ended(code === 0, signal === null ? "" : `\nended by ${signal}`)));
  });
}

const line = ({ check, passed, seconds }: Outcome) => `  ${passed ? "✓" : "✗"} ${check.name.padEnd(12)}${seconds.toFixed(1).padStart(6)} s`;

/** Runs every check and prints as it goes. @returns whether all passed */
export async function runChecks(): Promise<boolean> {
  const started = performance.now();
  console.log(`check: ${CHECKS.map((check) => check.name).join(", ")}`);
  const waiting = [...CHECKS];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = await run(check);
      outcomes.push(outcome);
      console.log(line(outcome));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const failed = outcomes.filter((outcome) => !outcome.passed);
  for (const { check, output } of failed) console.log(`\n── ${check.name} ──\n${output.trimEnd()}\n→ next: ${check.next}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(failed.length === 0 ? `check: all passed in ${seconds} s` : `\ncheck: ${failed.map(({ check }) => check.name).join(", ")} failed (${seconds} s)`);
  return failed.length === 0;
}

if (import.meta.main) process.exitCode = (await runChecks()) ? 0 : 1;
