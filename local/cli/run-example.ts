import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import type { Language } from "../../cli/words.ts";
import type { Example } from "./examples.ts";

const ROOT = join(import.meta.dirname, "..", "..");

export type Ran = { readonly code: number | null; readonly shown: string };
type Environment = Readonly<Record<string, string>>;

/** A shown command as it is typed, run as a process of its own in the checkout; what varies from run to run is made the same. */
export async function runExample({ args, env: own = {} }: Pick<Example, "args" | "env">, lang: Language, env: Environment): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, "cli", "orderlane.ts"), ...wordsOf(args)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: "UTC", ORDERLANE_LANG: lang, ORDERLANE_ACCESS_FILE: join(ROOT, "no-such-file"), ...env, ...own },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  return { code, shown: unvarying(Buffer.concat(chunks).toString("utf8"), env.ORDERLANE_URL).trimEnd() };
}

/** Words as a shell splits these lines: by spaces, quotes kept together. */
const wordsOf = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => (quoted === undefined ? String(plain) : quoted));

const ID = /[0-9a-z]{26}\.[0-9a-z]{26}/;

function unvarying(text: string, url: string | undefined): string {
  const named = url === undefined ? text : text.replaceAll(url, "https://api.example.com/live");
  return named
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/g, "2026-03-01 12:00:00 +00:00")
    .replace(/Node v\d+\.\d+\.\d+/g, "Node v24.0.0")
    .replace(/(: )python3?(?:\.\d+)?$/gm, "$1python3")
    .replace(/(：)python3?(?:\.\d+)?$/gm, "$1python3")
    .replace(/ {2}\d+ (s|min|秒|分钟) +/g, "  1 $1  ");
}

/** Of a list of what is open at a site only the rows of these documents: a shared cloud has others too. */
export function onlyOf(ids: readonly string[], shown: string): string {
  const lines = shown.split("\n").filter((line) => {
    const found = ID.exec(line)?.[0];
    return (found === undefined || ids.includes(found)) && !line.includes(" --after ");
  });
  return lines
    .join("\n")
    .replace(/(as of [^:]+:\d\d:\d\d [+-]\d\d:\d\d: |截至 \S+ \S+ \S+：)\d+/, `$1${ids.length}`)
    .replace(/ and more$|，还有更多$/m, "");
}

/** Columns are as wide as what else stands in them. */
export const comparable = (text: string): string => text.replace(/ {2,}/g, "  ").replace(/─+/g, "─");
