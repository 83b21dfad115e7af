import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CommanderError } from "commander";
import * as z from "zod";
import { addAccessCommands } from "./access-commands.ts";
import { addAskingCommands } from "./asking-commands.ts";
import { commandLine } from "./command-line.ts";
import { EXIT, Failure, failureLines } from "./failure.ts";
import { languageFor } from "./language.ts";
import { addSendingCommands } from "./sending-commands.ts";
import { printJson } from "./show.ts";
import { addSteeringCommands } from "./steering-commands.ts";
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
const { program, say } = line;

addAskingCommands(line);
addSendingCommands(line);
addSteeringCommands(line);
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
