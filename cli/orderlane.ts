import process from "node:process";
import { CommanderError } from "commander";
import { EXIT, Failure, failureLines } from "./failure.ts";
import { languageFor } from "./language.ts";
import { programIn } from "./program.ts";
import { printJson } from "./show.ts";
import { usageFailure } from "./usage-errors.ts";

/** The `orderlane` command. Exit codes: 0 done, 1 failed, 2 usage, 3 differences. */

const args = process.argv.slice(2);
const lang = languageFor(args, process.env);
const { program } = programIn(lang);

/** `--aws` stands anywhere in the command. */
const withoutAws = process.argv.filter((one) => one !== "--aws");
if (withoutAws.length < process.argv.length) process.env.ORDERLANE_AWS = "1";

/** What, why and the next command; as JSON on stdout where that was asked for. */
function report({ told }: Failure): number {
  const { what, why, next, exit, problem } = told;
  if (args.includes("--json")) printJson({ failed: what[lang], why: why[lang], next: next[lang], ...(problem === undefined ? {} : { problem }) });
  process.stderr.write(`${failureLines(told, lang).join("\n")}\n`);
  return exit;
}

function codeOf(error: unknown): number {
  if (error instanceof Failure) return report(error);
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return EXIT.done;
  // Help is shown by itself where no command was named.
  return error.code === "commander.help" ? EXIT.usage : report(usageFailure(error, args, program));
}

try {
  await program.parseAsync(withoutAws);
} catch (error) {
  process.exitCode = codeOf(error);
}
