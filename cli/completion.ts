import { type Command, Option } from "commander";

/** Completion scripts, made of the commands there are: words and choices, no call of the API. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A command by the words that lead to it: `""`, `master`, `master load`. */
type Place = { readonly words: string; readonly commands: readonly Command[]; readonly options: readonly Option[] };

function placesOf(command: Command, words: readonly string[] = []): Place[] {
  const here = { words: words.join(" "), commands: command.commands, options: command.options };
  return [here, ...command.commands.flatMap((each) => placesOf(each, [...words, each.name()]))];
}

const HELP = new Option("-h, --help");
const flagsOf = ({ long, short }: Option): string[] => [long, short].filter((flag) => flag !== null && flag !== undefined);
const takesValue = ({ required, optional }: Option): boolean => required || optional;
/** A word of a script: the names of commands and options, and choices, are plain; anything else would be no word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program).map((place) => ({ ...place, options: [...place.options, HELP] }));
  switch (shell) {
    case "bash":
      return bashScript(program.name(), places);
    case "zsh":
      return zshScript(program.name(), places);
    case "fish":
      return fishScript(program.name(), places);
  }
}

const wordsAt = ({ commands, options }: Place): string => [...commands.map((each) => each.name()), ...options.flatMap(flagsOf)].join(" ");

/** `place/--option` → what may follow it; an option without choices takes a file name or anything. */
const valuesOf = (places: readonly Place[]): [string, readonly string[]][] =>
  places.flatMap(({ words, options }) =>
    options.filter(takesValue).flatMap((option) => flagsOf(option).map((flag): [string, readonly string[]] => [`${words}/${flag}`, option.argChoices ?? []])),
  );

const groupNames = (places: readonly Place[]): string[] => places.filter(({ words }) => words !== "").map(({ words }) => words);

function bashScript(name: string, places: readonly Place[]): string {
  return `# ${name} completion for bash: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place="" word next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    next="\${place:+$place }$word"
    case "$next" in
      ${groupNames(places).map(quoted).join("|")}) place="$next" ;;
    esac
  done
  COMPREPLY=()
  case "$place/$previous" in
${valuesOf(places)
  .map(
    ([key, values]) =>
      `    ${quoted(key)}) ${values.length === 0 ? "compopt -o default 2>/dev/null" : `COMPREPLY=($(compgen -W ${quoted(values.join(" "))} -- "$current"))`}; return ;;`,
  )
  .join("\n")}
  esac
  case "$place" in
${places.map((place) => `    ${quoted(place.words)}) COMPREPLY=($(compgen -W ${quoted(wordsAt(place))} -- "$current")) ;;`).join("\n")}
  esac
  [[ \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]] && compopt -o default 2>/dev/null
  return 0
}
complete -F _${name} ${name}
`;
}

function zshScript(name: string, places: readonly Place[]): string {
  return `#compdef ${name}
# ${name} completion for zsh: source <(${name} completion zsh)
_${name}() {
  local place="" word next i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    next="\${place:+$place }$word"
    case "$next" in
      (${groupNames(places)
        .map((words) => words.replaceAll(" ", "\\ "))
        .join("|")}) place="$next" ;;
    esac
  done
  case "$place/\${words[CURRENT-1]}" in
${valuesOf(places)
  .map(([key, values]) => `    (${quoted(key)}) ${values.length === 0 ? "_files" : `compadd -- ${values.map(quoted).join(" ")}`}; return ;;`)
  .join("\n")}
  esac
  case "$place" in
${places.map((place) => `    (${quoted(place.words)}) compadd -- ${wordsAt(place).split(" ").map(quoted).join(" ")} ;;`).join("\n")}
  esac
  [[ "\${words[CURRENT]}" == -* ]] || _files
}
(( $+functions[compdef] )) && compdef _${name} ${name}
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = places.flatMap(({ words, commands, options }) => [
    ...commands.map((each) => `complete -c ${name} -f -n ${quoted(condition(name, words))} -a ${quoted(each.name())} -d ${quoted(each.description())}`),
    ...options.map((option) => `complete -c ${name} -n ${quoted(condition(name, words))} ${fishOption(option)}`),
  ]);
  return `# ${name} completion for fish: ${name} completion fish | source
function __${name}_at
  set -l place
  for word in (commandline -opc)[2..-1]
    switch (string join ' ' $place $word)
      case ${groupNames(places).map(quoted).join(" ")}
        set -a place $word
    end
  end
  test (string join ' ' $place) = "$argv"
end
${lines.join("\n")}
`;
}

const condition = (name: string, words: string): string => `__${name}_at ${words}`.trimEnd();

function fishOption(option: Option): string {
  const { long, short, description, argChoices } = option;
  return [
    ...(long === undefined || long === null ? [] : [`-l ${long.replace(/^--/, "")}`]),
    ...(short === undefined || short === null ? [] : [`-s ${short.replace(/^-/, "")}`]),
    ...(takesValue(option) ? ["-r"] : []),
    ...(argChoices === undefined ? [] : [`-f -a ${quoted(argChoices.join(" "))}`]),
    ...(description === "" ? [] : [`-d ${quoted(description)}`]),
  ].join(" ");
}
