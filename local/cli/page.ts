import type { Command } from "commander";
import { programIn } from "../../cli/program.ts";
import type { Language } from "../../cli/words.ts";
import { dictionary } from "../../cli/words.ts";
import type { Example } from "./examples.ts";

/** docs/cli.md and its Chinese twin: help of every command, errors, tables; each block is run again by a test. */

export const pageFile = (lang: Language): string => (lang === "en" ? "docs/cli.md" : "docs/cli.zh-CN.md");

const WORDS = dictionary(
  {
    title: "# The orderlane command",
    other: "[中文](cli.zh-CN.md)",
    intro:
      "Written by `npm run docs:cli` from the command itself, run against the local cloud; a test runs every command here again and compares. Times are set to one moment. `--json` prints the same as JSON, for scripts; `--lang zh-CN` speaks Chinese (also by ORDERLANE_LANG, LC_ALL or LANG).",
    exits: "Exit codes: 0 done, 1 failed, 2 usage, 3 differences found. An error says what did not happen, why, and the next command.",
    errors: "## Errors without an API",
    cloud: "## Against the local cloud",
    help: "## Help",
    exit: (code: number) => `Exit code ${code}.`,
  },
  {
    title: "# orderlane 命令",
    other: "[English](cli.md)",
    intro:
      "由 `npm run docs:cli` 运行命令本身、对着本地云写成；测试会把这里的每条命令再执行一遍并比对。时间统一为一个时刻。`--json` 以 JSON 输出同样的内容，供脚本使用；`--lang zh-CN` 用中文（也可由 ORDERLANE_LANG、LC_ALL 或 LANG 决定）。",
    exits: "退出码：0 完成，1 失败，2 用法不对，3 发现差异。错误信息说明什么没有做成、为什么、下一条命令。",
    errors: "## 不需要 API 的错误",
    cloud: "## 对着本地云",
    help: "## 帮助",
    exit: (code) => `退出码 ${code}。`,
  },
);

export type Shown = { readonly example: Example; readonly args: string; readonly shown: string };

export function pageOf(lang: Language, offline: readonly Shown[], cloud: readonly Shown[]): string {
  const words = WORDS[lang];
  const parts = [
    words.title,
    words.other,
    words.intro,
    words.exits,
    words.errors,
    ...offline.map((each) => blockOf(each, lang)),
    words.cloud,
    ...cloud.map((each) => blockOf(each, lang)),
    words.help,
    ...helpBlocks(lang),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What is shown of one example. */
export function blockOf({ example, args, shown }: Shown, lang: Language): string {
  const exit = example.exit === 0 ? [] : ["", WORDS[lang].exit(example.exit)];
  return [`${example.about[lang]}:`.replace(/:$/, lang === "en" ? ":" : "："), "", "```", `$ orderlane ${args}`, shown, "```", ...exit].join("\n");
}

/** Help of every command, in the order of the program's own help. */
export function helpBlocks(lang: Language): string[] {
  const { program } = programIn(lang);
  program.configureOutput({ getOutHelpWidth: () => HELP_COLUMNS });
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
  return every(program).map((command) => ["```", `$ ${pathOf(command)} --help`, helpOf(command), "```"].join("\n"));
}

const HELP_COLUMNS = 100;

function helpOf(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => written.push(text), getOutHelpWidth: () => HELP_COLUMNS, getOutHasColors: () => false });
  command.outputHelp();
  return written.join("").trimEnd();
}

const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`);
