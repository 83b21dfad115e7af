import type { Language } from "./words.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `zh_CN.UTF-8`, `zh-Hans-CN`, `zh`: Chinese; all else English. */
const spoken = (name: string): Language => (/^zh(?:$|[-_.@])/i.test(name) ? "zh-CN" : "en");

/** From the first of ORDERLANE_LANG, LC_ALL, LC_MESSAGES and LANG that is set, as POSIX programs do; a language that is not spoken here is English. */
export function languageOf(env: Environment): Language {
  const named = [env.ORDERLANE_LANG, env.LC_ALL, env.LC_MESSAGES, env.LANG].find((name) => name !== undefined && name.trim() !== "");
  return named === undefined ? "en" : spoken(named.trim());
}

/** The language of help and errors: `--lang` wherever it stands on the line, else that of the environment. */
export function languageFor(args: readonly string[], env: Environment): Language {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  const at = options.findLastIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  const given = options[at]?.startsWith("--lang=") === true ? options[at].slice("--lang=".length) : options[at + 1];
  return at < 0 || given === undefined ? languageOf(env) : spoken(given);
}
