import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { runCommand } from "../../local/run-command.ts";

/** What can be changed here and compiled: everything that runs in production, and what the promises' tests are made of. */
const COMPILED = ["core", "aws", "connectors", "functions", "workflows", "test/promises"].map((folder) => `${folder}/**/*.ts`);
const CONFIG = "tsconfig.promises.json";
const BUILD_INFO = ".local/promises.tsbuildinfo";
const REPORT = ".local/promises-report.json";

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
});

export type TestResult = { readonly title: string; readonly passed: boolean; readonly failures: readonly string[] };
/** `broken`: files that did not run at all, and why; `output`: all that vitest said. */
export type TestRun = { readonly status: number; readonly tests: readonly TestResult[]; readonly broken: readonly string[]; readonly output: string };

/** The project's sources in a folder of their own, the packages linked. */
export type Copy = {
  readonly folder: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** What the compiler objects to; empty: nothing. What it learnt is kept, so that the next time costs little. */
  compile(): Promise<string>;
  test(files: readonly string[]): Promise<TestRun>;
};

/** Sources as git knows them, tracked or not; what is ignored stays behind. */
export async function sourcesOf(root: string): Promise<string[]> {
  const listed = await runCommand("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  if (listed.status !== 0) throw new Error(`git cannot list the project's files: ${listed.output}`);
  return listed.output.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}

export function copyProject(root: string, files: readonly string[], folder: string): Copy {
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, ".local"), { recursive: true });
  const config = { extends: "./tsconfig.json", compilerOptions: { tsBuildInfoFile: BUILD_INFO }, include: COMPILED };
  writeFileSync(join(folder, CONFIG), JSON.stringify(config));
  const tool = (script: string, args: readonly string[]) =>
    runCommand(process.execPath, [join(root, "node_modules", script), ...args], { cwd: folder, env: ENVIRONMENT });

  return {
    folder,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    write: (file, text) => writeFileSync(join(folder, file), text),
    compile: async () => {
      const { status, output } = await tool("typescript/bin/tsc", ["-p", CONFIG]);
      return status === 0 ? "" : output.trim();
    },
    test: async (tested) => {
      const report = join(folder, REPORT);
      rmSync(report, { force: true });
      const args = ["run", "--project", "unit", "--no-cache", "--no-fsModuleCache", "--reporter=json", `--outputFile=${report}`, ...tested];
      const { status, output } = await tool("vitest/vitest.mjs", args);
      return { status, output, ...readReport(report) };
    },
  };
}

const ENVIRONMENT = { ...process.env, NO_COLOR: "1" };

/** So that a second copy need not be compiled from nothing. */
export const shareBuildInfo = (from: Copy, to: Copy): void => copyFileSync(join(from.folder, BUILD_INFO), join(to.folder, BUILD_INFO));

function readReport(file: string): Pick<TestRun, "tests" | "broken"> {
  if (!existsSync(file)) return { tests: [], broken: ["vitest wrote no report"] };
  const { testResults } = Report.parse(JSON.parse(readFileSync(file, "utf8")));
  const broken = testResults.filter(({ status, assertionResults }) => status !== "passed" && assertionResults.every((test) => test.status !== "failed"));
  return {
    broken: broken.map(({ name, message }) => `${name}: ${message}`),
    tests: testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ title, status, failureMessages }) => ({ title, passed: status === "passed", failures: failureMessages ?? [] })),
    ),
  };
}
