import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CommanderError } from "commander";
import * as z from "zod";
import { addAccessCommands } from "./access-commands.ts";
import { addAskingCommands } from "./asking-commands.ts";
import { CommandOptions, command } from "./command.ts";
import { commandLine } from "./command-line.ts";
import { EXIT, Failure, failureLines } from "./failure.ts";
import { languageFor } from "./language.ts";
import { end, wholeNumber } from "./run.ts";
import { addSendingCommands } from "./sending-commands.ts";
import { printJson } from "./show.ts";
import { usageFailure } from "./usage-errors.ts";

/** The `orderlane` command. Exit codes: 0 done, 1 failed, 2 usage, 3 differences. */

const Package = z.object({ version: z.string() });
const { version } = Package.parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")));

const args = process.argv.slice(2);
const lang = languageFor(args, process.env);
const line = commandLine(
  lang,
  version,
  {
    en: "Asks Orderlane where orders stand, sends documents and gives commands",
    "zh-CN": "向 Orderlane 查询工单的进展、发送单据、下达命令",
  },
  {
    en: `Where and as whom: --url or ORDERLANE_URL, and ORDERLANE_TOKEN or --aws; without them what the local cloud of this checkout (npm start) wrote into .local/access.json. Times are shown in this machine's zone.
Exit codes: 0 done, 1 failed, 2 usage, 3 differences found.`,
    "zh-CN": `地址和身份：--url 或 ORDERLANE_URL，以及 ORDERLANE_TOKEN 或 --aws；不给时用本目录的本地云（npm start）写入 .local/access.json 的内容。时间按本机时区显示。
退出码：0 完成，1 失败，2 用法不对，3 发现差异。`,
  },
);
const { program, add, say } = line;

addAskingCommands(line);
addSendingCommands(line);
addAccessCommands(line);

program.option(
  "--aws",
  say({
    en: "sign as your AWS identity instead of a token (ORDERLANE_AWS=1); without a token this is done where AWS credentials are set",
    "zh-CN": "以您的 AWS 身份签名，代替令牌（ORDERLANE_AWS=1）；没有令牌而设有 AWS 凭证时即如此",
  }),
);
/** Stands anywhere in the command. */
const withoutAws = process.argv.filter((one) => one !== "--aws");
if (withoutAws.length < process.argv.length) process.env.ORDERLANE_AWS = "1";

const SUMMARIES = {
  replay: { en: "try a parked, rejected, undone or skipped document again", "zh-CN": "重试一个已挂起、被拒绝、已撤销或已跳过的单据" },
  skip: { en: "pass over a parked document that left nothing behind", "zh-CN": "跳过一个已挂起且没有留下任何影响的单据" },
  undo: { en: "reverse what a parked document applied", "zh-CN": "冲销一个已挂起的单据已产生的影响" },
} as const;

for (const name of ["replay", "skip", "undo"] as const) {
  add(`${name} <id>`, SUMMARIES[name])
    .requiredOption("--why <text>", say({ en: "written into the document's timeline", "zh-CN": "原因，写入该单据的时间线" }))
    .option("--site <id>", say({ en: "the site; without it those of the local cloud", "zh-CN": "工厂；不给时在本地云的各工厂中查找" }))
    .option("--attempt <n>", say({ en: "only if the document is in this attempt", "zh-CN": "仅当单据处于这一次尝试时" }), wholeNumber(line))
    .action((id: unknown, options: unknown) => end(command(name, z.string().parse(id), CommandOptions.parse(options))));
}

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
