import * as z from "zod";
import { MasterAnswer } from "../core/asking/answers.ts";
import { type Finding, findDuplicates, type MasterEntry } from "../core/master/duplicates.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { progressOn } from "./progress.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, table } from "./show.ts";
import { dictionary, type Language } from "./words.ts";

export const DuplicatesOptions = SharedOptions.extend({ site: z.string() });

/** Reads what every system told of the site's things, and names what has two codes or two meanings. Exit code 3 where there is any. */
export async function duplicates(options: z.infer<typeof DuplicatesOptions>): Promise<number> {
  const { entries, gone } = await allEntries(options);
  const findings = findDuplicates(entries);
  if (options.json) printJson({ site: options.site, entries: entries.length, contentGone: gone, findings });
  else print(duplicateLines(options.site, entries.length, gone, findings, options.lang));
  return findings.length === 0 ? EXIT.done : EXIT.differences;
}

const PAGE = 100;

async function allEntries({ site, url, lang }: z.infer<typeof DuplicatesOptions>): Promise<{ readonly entries: MasterEntry[]; readonly gone: number }> {
  const reach = reachOf(url, process.env);
  const entries: MasterEntry[] = [];
  let gone = 0;
  const progress = progressOn(process.stderr);
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) });
    const answer = await call(reach, { method: "GET", path: `/v1/sites/${encodeURIComponent(site)}/master?${query}`, headers: asPerson(reach) });
    if (answer.status !== 200) throw refusal({ en: `the master data of ${site}`, "zh-CN": `工厂 ${site} 的主数据` }, answer);
    const page = read(MasterAnswer, answer);
    gone += page.entries.filter(({ contentGone }) => contentGone === true).length;
    entries.push(...page.entries.map(entryOf));
    progress.at(WORDS[lang].read(entries.length));
    if (page.after === undefined) break;
    after = page.after;
  }
  progress.end();
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

const WORDS = dictionary(
  {
    read: (count: number) => `${count} entries read …`,
    why: {
      "codes-look-alike": "the same thing under two codes? The codes look alike",
      "same-description": "the same thing under two codes? Described alike, in one unit",
      "descriptions-differ": "two things under one code? The descriptions differ",
      "units-differ": "two things under one code? The base units differ",
    },
    stale: (gone: number) => `of ${gone} of them the content is no longer stored: a full load (orderlane master load) tells it again`,
    fine: (site: string, count: number) => `${site}: ${count} entries, nothing under two codes, no code with two meanings`,
    sum: (site: string, count: number, findings: number) => `${site}: ${count} entries, ${findings} to look at`,
    next: "next: decide which is right, correct the other in its system, or add it to the site's code tables; then send it again",
  },
  {
    read: (count) => `已读取 ${count} 项 …`,
    why: {
      "codes-look-alike": "同一事物有两个代码？代码相近",
      "same-description": "同一事物有两个代码？描述相同，单位相同",
      "descriptions-differ": "同一代码下有两个事物？描述不同",
      "units-differ": "同一代码下有两个事物？基本单位不同",
    },
    stale: (gone) => `其中 ${gone} 项的内容已过保存期：全量装载（orderlane master load）可重新告知`,
    fine: (site, count) => `${site}：${count} 项，没有一物两码，也没有一码两物`,
    sum: (site, count, findings) => `${site}：${count} 项，${findings} 处需要核对`,
    next: "下一步：判断哪个正确，在其系统中更正另一个，或加入该工厂的代码表，然后重新发送",
  },
);

function duplicateLines(site: string, count: number, gone: number, findings: readonly Finding[], lang: Language): string[] {
  const words = WORDS[lang];
  const stale = gone === 0 ? [] : [words.stale(gone)];
  if (findings.length === 0) return [words.fine(site, count), ...stale];
  return [
    words.sum(site, count, findings.length),
    ...stale,
    ...findings.flatMap(({ why, type, entries }) => [
      "",
      `${type}: ${words.why[why]}`,
      ...table(entries.map(({ code, connection, baseUnit, description }) => [code, connection, baseUnit ?? "-", description ?? "-"])),
    ]),
    "",
    words.next,
  ];
}
