import { Command, Option } from "commander";
import { widthOf } from "./show.ts";
import { dictionary, LANGUAGES, type Language, type Text } from "./words.ts";
import { wrapped } from "./wrap.ts";

/** What commands are made of: help in the reader's language, and the options that every command takes. */
export type CommandLine = {
  readonly program: Command;
  readonly lang: Language;
  /** In the language of this run. */
  say(text: Text): string;
  /** A command that asks the API: `--json`, `--url`, `--lang`. @param usage `replay <id>` */
  add(usage: string, summary: Text, parent?: Command): Command;
  /** A command that needs no API: `--json`, `--lang`. */
  addOffline(usage: string, summary: Text, parent?: Command): Command;
  /** Commands under one name: `master load`, `master duplicates`. */
  group(name: string, summary: Text): Command;
};

const WORDS = dictionary(
  {
    titles: { "Usage:": "Usage:", "Options:": "Options:", "Commands:": "Commands:", "Arguments:": "Arguments:" },
    usage: { options: "[options]", command: "[command]" },
    choices: "choices: ",
    default: "default: ",
    facts: { open: " (", between: "; ", close: ")" },
    help: "show this help",
    helpCommand: "show the help of a command",
    version: "show the version",
    json: "print the answer as JSON",
    url: "the API's address (ORDERLANE_URL)",
    lang: "of help, tables and errors (ORDERLANE_LANG, LC_ALL, LANG)",
  },
  {
    titles: { "Usage:": "用法：", "Options:": "选项：", "Commands:": "命令：", "Arguments:": "参数：" },
    usage: { options: "[选项]", command: "[命令]" },
    choices: "可选：",
    default: "默认：",
    facts: { open: "（", between: "；", close: "）" },
    help: "显示本帮助",
    helpCommand: "显示某个命令的帮助",
    version: "显示版本",
    json: "以 JSON 输出应答",
    url: "API 的地址（ORDERLANE_URL）",
    lang: "帮助、表格和错误信息的语言（ORDERLANE_LANG、LC_ALL、LANG）",
  },
);

/** An empty command line. Commander's own errors are thrown, not printed: usage-errors.ts says them. */
export function commandLine(lang: Language, version: string, description: Text, after: Text): CommandLine {
  const words = WORDS[lang];
  const language = (): Option => new Option("--lang <language>", words.lang).choices([...LANGUAGES]).default(lang);
  const program = new Command("orderlane")
    .configureHelp(helpIn(lang))
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .helpOption("-h, --help", words.help)
    .helpCommand("help [command]", words.helpCommand)
    .version(version, "-V, --version", words.version)
    .addOption(language())
    .description(description[lang])
    .addHelpText("after", `\n${wrapped(after[lang], HELP_COLUMNS).join("\n")}`);
  const named = (usage: string, summary: Text, parent = program): Command => parent.command(usage).description(summary[lang]).option("--json", words.json);
  return {
    program,
    lang,
    say: (text) => text[lang],
    add: (usage, summary, parent) => named(usage, summary, parent).option("--url <address>", words.url).addOption(language()),
    addOffline: (usage, summary, parent) => named(usage, summary, parent).addOption(language()),
    group: (name, summary) => program.command(name).description(summary[lang]),
  };
}

/** As narrow as commander's own, where no terminal says how wide it is. */
const HELP_COLUMNS = 80;

function helpIn(lang: Language) {
  const words = WORDS[lang];
  const titles: Readonly<Record<string, string | undefined>> = words.titles;
  const localUsage = (usage: string): string => usage.replace("[options]", words.usage.options).replace("[command]", words.usage.command);
  return {
    displayWidth: widthOf,
    boxWrap: (text: string, columns: number): string => wrapped(text, columns).join("\n"),
    styleTitle: (title: string): string => titles[title] ?? title,
    styleUsage: localUsage,
    styleSubcommandTerm: localUsage,
    optionDescription: (option: Option): string => describe(option, lang),
  };
}

function describe({ description, argChoices, defaultValue, required }: Option, lang: Language): string {
  const words = WORDS[lang];
  const facts = [
    ...(argChoices === undefined ? [] : [`${words.choices}${argChoices.join(", ")}`]),
    ...(defaultValue === undefined || !required ? [] : [`${words.default}${defaultValue}`]),
  ];
  return facts.length === 0 ? description : `${description}${words.facts.open}${facts.join(words.facts.between)}${words.facts.close}`;
}
