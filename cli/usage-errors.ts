import type { Command, CommanderError } from "commander";
import { type Failure, usage } from "./failure.ts";
import { joined, same, type Text } from "./words.ts";

/** What commander refuses, said as every other error: what, why, and the next command. */
export function usageFailure({ code, message }: CommanderError, args: readonly string[], program: Command): Failure {
  return usage({ en: "the command was not understood", "zh-CN": "没有看懂命令" }, whyOf(code, message), nextOf(commandIn(args, program), program));
}

const SUGGESTION = /\n?\(Did you mean (?:one of )?(.+)\?\)$/;

function whyOf(code: string, message: string): Text {
  const plain = message.replace(/^error: /, "").replace(SUGGESTION, "");
  const suggested = SUGGESTION.exec(message)?.[1];
  const chinese = CHINESE[code]?.(quotedIn(plain), plain);
  const said: Text = { en: plain, "zh-CN": chinese === undefined ? plain : chinese };
  return suggested === undefined ? said : joined([said, { en: `; did you mean ${suggested}?`, "zh-CN": `；是不是 ${suggested}？` }], "");
}

const quotedIn = (message: string): string[] => [...message.matchAll(/'([^']*)'/g)].map(([, text = ""]) => text);

const CHINESE: Readonly<Record<string, ((quoted: readonly string[], message: string) => string) | undefined>> = {
  "commander.unknownOption": ([option]) => `没有选项 ${option}`,
  "commander.unknownCommand": ([command]) => `没有命令 ${command}`,
  "commander.missingArgument": ([argument]) => `缺少参数 <${argument}>`,
  "commander.optionMissingArgument": ([option]) => `选项 ${option} 缺少值`,
  "commander.missingMandatoryOptionValue": ([option]) => `必须给出选项 ${option}`,
  "commander.conflictingOption": ([one, other]) => `选项 ${one} 不能与 ${other} 同用`,
  "commander.excessArguments": (_quoted, message) => `参数过多：${message.replace(/^.*: /, "").replace(/\.$/, "")}`,
  "commander.invalidArgument": ([what, value], message) =>
    `${what} 的值 ${value} 无效：${message
      .replace(/^.* is invalid\. /, "")
      .replace("Allowed choices are ", "可选 ")
      .replace(/\.$/, "")}`,
};

/** The command that the line means, as far as it can be told. */
function commandIn(args: readonly string[], program: Command): Command {
  return args
    .filter((arg) => !arg.startsWith("-"))
    .reduce((command, arg) => {
      const found = command.commands.find((each) => each.name() === arg);
      return found === undefined ? command : found;
    }, program);
}

function nextOf(command: Command, program: Command): Text {
  const names: string[] = [];
  for (let each: Command | null = command; each !== null && each !== program; each = each.parent) names.unshift(each.name());
  return same(["orderlane", ...names, "--help"].join(" "));
}
