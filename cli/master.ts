import * as z from "zod";
import { MasterAnswer } from "../core/asking/answers.ts";
import { type Finding, findDuplicates, type MasterEntry } from "../core/master/duplicates.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { print, printJson, table } from "./show.ts";

export const DuplicatesOptions = z.object({ site: z.string(), url: z.string().optional(), json: z.boolean().default(false) });

/** Reads what every system told of the site's things, and names what has two codes or two meanings. Exit code 3 where there is any. */
export async function duplicates(options: z.infer<typeof DuplicatesOptions>): Promise<number> {
  const { entries, gone } = await allEntries(options.site, options.url);
  const findings = findDuplicates(entries);
  if (options.json) printJson({ site: options.site, entries: entries.length, contentGone: gone, findings });
  else print(words(options.site, entries.length, gone, findings));
  return findings.length === 0 ? EXIT.done : EXIT.differences;
}

const PAGE = 100;

async function allEntries(site: string, url: string | undefined): Promise<{ readonly entries: MasterEntry[]; readonly gone: number }> {
  const reach = reachOf(url, process.env);
  const entries: MasterEntry[] = [];
  let gone = 0;
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) });
    const answer = await call(reach, { method: "GET", path: `/v1/sites/${encodeURIComponent(site)}/master?${query}`, headers: asPerson(reach) });
    if (answer.status !== 200) throw refusal(`the master data of ${site}`, answer);
    const page = read(MasterAnswer, answer);
    gone += page.entries.filter(({ contentGone }) => contentGone === true).length;
    entries.push(...page.entries.map(entryOf));
    process.stderr.write(`\r${entries.length} entries read …`);
    if (page.after === undefined) break;
    after = page.after;
  }
  process.stderr.write("\n");
  return { entries, gone };
}

const entryOf = ({ type, code, matched, connection, description, baseUnit }: MasterAnswer["entries"][number]): MasterEntry => ({
  type,
  code,
  matched,
  connection,
  ...(description === undefined ? {} : { description }),
  ...(baseUnit === undefined ? {} : { baseUnit }),
});

const WHY: Readonly<Record<Finding["why"], string>> = {
  "codes-look-alike": "the same thing under two codes? The codes look alike",
  "same-description": "the same thing under two codes? Described alike, in one unit",
  "descriptions-differ": "two things under one code? The descriptions differ",
  "units-differ": "two things under one code? The base units differ",
};

function words(site: string, count: number, gone: number, findings: readonly Finding[]): string[] {
  const stale = gone === 0 ? [] : [`of ${gone} of them the content is no longer stored: a full load (orderlane master load) tells it again`];
  if (findings.length === 0) return [`${site}: ${count} entries, nothing under two codes, no code with two meanings`, ...stale];
  return [
    `${site}: ${count} entries, ${findings.length} to look at`,
    ...stale,
    ...findings.flatMap(({ why, type, entries }) => [
      "",
      `${type}: ${WHY[why]}`,
      ...table(entries.map(({ code, connection, baseUnit, description }) => [code, connection, baseUnit ?? "-", description ?? "-"])),
    ]),
    "",
    "next: decide which is right, correct the other in its system, or add it to the site's code tables; then send it again",
  ];
}
