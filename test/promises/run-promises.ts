import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../local/run-command.ts";
import { type Copy, copyProject, shareBuildInfo, sourcesOf, type TestRun } from "./copy.ts";
import { type Mutation, mutated, PROMISES, TextNotOnce, unifiedDiff } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";

/**
 * `npm run promises`: the eight files, one for each promise of the README.
 * `npm run promises -- --mutate [promise …]`: in a copy of the project the code that protects each promise is taken away piece by piece, and the promise's file must
 * turn red by its own assertion. Exits 1 when a mutation survives.
 */

const root = join(import.meta.dirname, "..", "..");
/** The machines it runs on have two cores. */
const AT_ONCE = 2;

type Verdict = { readonly kind: "red" } | { readonly kind: "survived" | "does not compile" | "red otherwise"; readonly why: string };
type Result = { readonly mutation: Mutation; readonly verdict: Verdict; readonly difference: string; readonly seconds: number };

/** Red by the promise's own assertion: the test that is named fails, and whatever else fails with it is an assertion of that file as well. */
function verdictOf({ turnsRed }: Mutation, { tests, broken, status, output }: TestRun): Verdict {
  if (broken.length > 0) return { kind: "red otherwise", why: broken.join("\n") };
  const failed = tests.filter(({ passed }) => !passed);
  if (failed.length === 0) return status === 0 ? { kind: "survived", why: `all ${tests.length} tests are green` } : { kind: "red otherwise", why: output };
  const thrown = failed.filter(({ failures }) => failures.length === 0 || !failures.every((failure) => failure.startsWith("AssertionError")));
  if (thrown.length > 0)
    return { kind: "red otherwise", why: thrown.map(({ title, failures }) => `${title}: ${failures.join("\n").slice(0, 1500)}`).join("\n") };
  if (failed.some(({ title }) => title === turnsRed)) return { kind: "red" };
  return { kind: "red otherwise", why: `the test "${turnsRed}" is not among the red ones: ${failed.map(({ title }) => title).join("; ")}` };
}

async function tryMutation(copy: Copy, mutation: Mutation): Promise<Result> {
  const started = performance.now();
  const source = copy.read(mutation.file);
  const changed = mutated(source, mutation);
  copy.write(mutation.file, changed);
  try {
    const difference = unifiedDiff(mutation.file, source, copy.read(mutation.file));
    const objections = await copy.compile();
    const verdict: Verdict =
      objections === "" ? verdictOf(mutation, await copy.test([PROMISES[mutation.promise]])) : { kind: "does not compile", why: objections };
    return { mutation, verdict, difference, seconds: secondsSince(started) };
  } finally {
    copy.write(mutation.file, source);
  }
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

function show({ mutation, verdict, difference, seconds }: Result): void {
  const why = verdict.kind === "red" ? `by: ${mutation.turnsRed}` : verdict.why;
  console.log(`\n── promise ${mutation.promise}: ${mutation.name} ── ${verdict.kind} (${seconds.toFixed(1)} s)\n${difference}\n${why}`);
}

/** The unchanged copy compiles and is green; else nothing that a mutation does would say anything. */
async function proveGreen(copy: Copy, files: readonly string[]): Promise<boolean> {
  const started = performance.now();
  const objections = await copy.compile();
  if (objections !== "") {
    console.error(`the unchanged copy does not compile:\n${objections}`);
    return false;
  }
  const compiled = secondsSince(started);
  const { status, tests, broken, output } = await copy.test(files);
  const failed = tests.filter(({ passed }) => !passed);
  if (status !== 0 || broken.length > 0 || failed.length > 0 || tests.length === 0) {
    console.error(
      `the unchanged copy is not green:\n${[...broken, ...failed.map(({ title, failures }) => `${title}: ${failures.join("\n")}`)].join("\n")}\n${output}`,
    );
    return false;
  }
  console.log(
    `promises: the unchanged copy compiles (${compiled.toFixed(1)} s) and is green: ${tests.length} tests of ${files.length} files (${secondsSince(started).toFixed(1)} s)`,
  );
  return true;
}

/** Said before anything is run: a mutation whose text is no longer there proves nothing. */
function movedText(copy: Copy, mutation: Mutation): string[] {
  try {
    mutated(copy.read(mutation.file), mutation);
    return [];
  } catch (error) {
    if (!(error instanceof TextNotOnce)) throw error;
    return [error.message];
  }
}

async function tryAll(mutations: readonly Mutation[], folder: string): Promise<Result[] | undefined> {
  const files = await sourcesOf(root);
  const first = copyProject(root, files, join(folder, "copy-1"));
  // At once, so that all are of one state of the sources, whoever edits them meanwhile.
  const copies = [first, ...Array.from({ length: AT_ONCE - 1 }, (_, at) => copyProject(root, files, join(folder, `copy-${at + 2}`)))];
  const moved = mutations.flatMap((mutation) => movedText(first, mutation));
  if (moved.length > 0) {
    console.error(moved.join("\n"));
    return undefined;
  }
  if (!(await proveGreen(first, Object.values(PROMISES)))) return undefined;
  for (const copy of copies.slice(1)) shareBuildInfo(first, copy);
  const waiting = [...mutations];
  const results: Result[] = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
        const result = await tryMutation(copy, mutation);
        show(result);
        results.push(result);
      }
    }),
  );
  return results;
}

function table(results: readonly Result[]): string {
  const rows = results.map(({ mutation, verdict, seconds }) => [
    String(mutation.promise),
    mutation.name,
    verdict.kind === "red" ? mutation.turnsRed : verdict.kind.toUpperCase(),
    seconds.toFixed(1),
  ]);
  const head = ["promise", "mutation", "red test", "seconds"];
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

async function mutate(chosen: readonly string[]): Promise<number> {
  const started = performance.now();
  const mutations = MUTATIONS.filter(({ promise }) => chosen.length === 0 || chosen.includes(String(promise)));
  const folder = mkdtempSync(join(tmpdir(), "orderlane-promises-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  const results = await tryAll(mutations, folder);
  if (results === undefined) return 1;
  results.sort((one, other) => mutations.indexOf(one.mutation) - mutations.indexOf(other.mutation));
  const red = results.filter(({ verdict }) => verdict.kind === "red").length;
  console.log(`\n${table(results)}\n`);
  console.log(JSON.stringify({ mutations: mutations.length, red, seconds: Math.round(secondsSince(started)) }));
  return red === mutations.length && red > 0 ? 0 : 1;
}

async function runFiles(): Promise<number> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { status } = await runCommand(process.execPath, [vitest, "run", "--project", "unit", ...Object.values(PROMISES)], {
    cwd: root,
    onOutput: (text) => process.stdout.write(text),
  });
  return status;
}

const [option, ...chosen] = process.argv.slice(2);
if (option === undefined) process.exitCode = await runFiles();
else if (option === "--mutate" && chosen.every((promise) => Object.hasOwn(PROMISES, promise))) process.exitCode = await mutate(chosen);
else {
  console.error("usage: npm run promises [-- --mutate [promise number …]]");
  process.exitCode = 2;
}
