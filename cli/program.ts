import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { addAccessCommands } from "./access-commands.ts";
import { addAskingCommands } from "./asking-commands.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { addSendingCommands } from "./sending-commands.ts";
import { addSetUpCommands } from "./set-up-commands.ts";
import { addSteeringCommands } from "./steering-commands.ts";
import type { Language } from "./words.ts";

const Package = z.object({ version: z.string() });
const { version } = Package.parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")));

/** The whole command in one language; nothing runs until its arguments are parsed. */
export function programIn(lang: Language): CommandLine {
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
  addSetUpCommands(line);

  program.option(
    "--aws",
    say({
      en: "sign as your AWS identity instead of a token (ORDERLANE_AWS=1); without a token this is done where AWS credentials are set",
      "zh-CN": "以您的 AWS 身份签名，代替令牌（ORDERLANE_AWS=1）；没有令牌而设有 AWS 凭证时即如此",
    }),
  );
  return line;
}
