import * as z from "zod";
import { AuditAnswer } from "../core/audit/audit-shapes.ts";
import { type AuditHead, type AuditRecord, type DamagedRecord, Day, Link } from "../core/audit/records.ts";
import { nameOf, type Verified, verifyChain } from "../core/audit/verify.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { progressOn } from "./progress.ts";
import { type Reach, reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";
import { dictionary, type Language, type Text } from "./words.ts";

const Asking = SharedOptions.extend({ from: z.string().optional(), to: z.string().optional() });

export const AuditListOptions = Asking;
export const AuditVerifyOptions = Asking.extend({ known: z.array(z.string()).default([]) });

type Streamed = AuditRecord | DamagedRecord;
type Span = { readonly from?: string | undefined; readonly to?: string | undefined };

async function page(reach: Reach, wanted: Readonly<Record<string, string>>): Promise<AuditAnswer> {
  const answer = await call(reach, { method: "GET", path: `/v1/audit?${new URLSearchParams(wanted)}`, headers: asPerson(reach) });
  if (answer.status !== 200) throw refusal({ en: "the audit", "zh-CN": "审计记录" }, answer, answer.status === 404 ? ASK_FOR_IT : undefined);
  return read(AuditAnswer, answer);
}

/** Reads the audit page by page, day by day; `head` is where the chain ended when the last page was read. */
function reading(reach: Reach, { from, to }: Span) {
  const state: { head: AuditHead | "none" } = { head: "none" };
  async function* records(): AsyncGenerator<Streamed> {
    let wanted: Readonly<Record<string, string>> | undefined = from === undefined ? {} : { day: from };
    while (wanted !== undefined) {
      const answer: AuditAnswer = await page(reach, wanted);
      state.head = answer.head ?? "none";
      yield* answer.records;
      wanted = next(answer, to);
    }
  }
  return { records: records(), state };
}

/** What to ask for next; once more where the head has gone on while its last page was read. */
function next({ day, records, after, nextDay, head }: AuditAnswer, to: string | undefined): Readonly<Record<string, string>> | undefined {
  if (day === undefined) return undefined;
  if (after !== undefined) return { day, after: String(after) };
  if (nextDay !== undefined) return to !== undefined && nextDay > to ? undefined : { day: nextDay };
  const last = records.at(-1);
  return last !== undefined && head !== undefined && head.day === day && head.n > last.n ? { day, after: String(last.n) } : undefined;
}

function spanOf({ from, to }: Span): Span {
  for (const day of [from, to]) {
    if (day !== undefined && !Day.safeParse(day).success)
      throw usage(
        { en: `${day} is no day`, "zh-CN": `${day} 不是日期` },
        { en: "the audit's days are UTC, written as 2026-03-01", "zh-CN": "审计按 UTC 日期，写作 2026-03-01" },
        { en: "correct --from or --to", "zh-CN": "更正 --from 或 --to" },
      );
  }
  return { from, to };
}

/** The audit's records, oldest first; without --from those of its last day. */
export async function list(options: z.infer<typeof AuditListOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const { from, to } = spanOf(options);
  const records: Streamed[] = [];
  const first = from ?? (await page(reach, {})).head?.day;
  if (first !== undefined) for await (const record of reading(reach, { from: first, to }).records) records.push(record);
  if (options.json) printJson({ records });
  else print(records.length === 0 ? [WORDS[options.lang].nothing] : records.flatMap((record) => recordLines(record, options.lang)));
  return EXIT.done;
}

function recordLines(record: Streamed, lang: Language): string[] {
  if ("damaged" in record) return [`${nameOf(record)}  ${WORDS[lang].damaged}`];
  const { at, who, from, action, what, why, details } = record;
  const told = Object.entries(details).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)]);
  return [`${nameOf(record)}  ${localTime(at)}  ${shown(who)} (${shown(from)})  ${shown(action)} ${shown(what)}: ${shown(why)}`, ...table(told)];
}

/** Proves that nothing of the audit was removed, altered, reordered or added; exit code 3, and the record's name, where something was. */
export async function verify(options: z.infer<typeof AuditVerifyOptions>): Promise<number> {
  const { from, to } = spanOf(options);
  const { records, state } = reading(reachOf(options.url, process.env), { from, to });
  const end = to === undefined ? { head: () => state.head } : {};
  const verified = await verifyChain(progress(records, options.lang), {
    now: Date.now(),
    known: options.known.map(linkIn),
    fromMiddle: from !== undefined,
    ...end,
  });
  if (options.json) printJson(verified);
  else print(verifiedLines(verified, options.lang));
  return verified.kind === "whole" ? EXIT.done : EXIT.differences;
}

/** Told on a terminal, every thousand records. */
async function* progress(records: AsyncIterable<Streamed>, lang: Language): AsyncGenerator<Streamed> {
  const told = progressOn(process.stderr);
  let count = 0;
  for await (const record of records) {
    count += 1;
    if (count % 1000 === 0) told.at(WORDS[lang].read(count));
    yield record;
  }
  told.end();
}

/** `2026-03-01/17/<hash>`, as verify printed it. */
function linkIn(text: string): Link {
  const [day, n, hash] = text.split("/");
  const parsed = Link.safeParse({ day, n: Number(n), hash });
  if (parsed.success) return parsed.data;
  throw usage(
    { en: `--known ${text} is not a place in the chain`, "zh-CN": `--known ${text} 不是链上的位置` },
    { en: "it reads 2026-03-01/17/<hash>", "zh-CN": "应写作 2026-03-01/17/<hash>" },
    { en: "take what an earlier orderlane audit verify printed", "zh-CN": "用先前 orderlane audit verify 打印的内容" },
  );
}

const ASK_FOR_IT: Text = {
  en: "ask who administers every site: the audit tells of all of them",
  "zh-CN": "请管理所有工厂的人查询：审计涉及全部工厂",
};

const WORDS = dictionary(
  {
    nothing: "nothing was recorded",
    damaged: "is not a record",
    read: (count: number) => `${count} records read …`,
    broken: (at: string, why: string) => `the audit is broken at ${at}: it ${why}`,
    brokenNext: "next: compare with the functions' logs (audit.recorded) and the table's backup of that day",
    none: "nothing was recorded, or all of it has expired",
    whole: (records: number, days: number) => `the audit is whole: ${records} records of ${days} days`,
    end: (place: string) => `its end, to be kept elsewhere and given to a later verify: --known ${place}`,
  },
  {
    nothing: "没有记录",
    damaged: "不是一条记录",
    read: (count) => `已读取 ${count} 条记录 …`,
    broken: (at, why) => `审计链在 ${at} 处断裂：${why}`,
    brokenNext: "下一步：与各函数的日志（audit.recorded）和当天的表备份对照",
    none: "没有记录，或已全部过期",
    whole: (records, days) => `审计链完整：${days} 天，${records} 条记录`,
    end: (place) => `链的末端，请另行保存，供以后的 verify 使用：--known ${place}`,
  },
);

function verifiedLines(verified: Verified, lang: Language): string[] {
  const words = WORDS[lang];
  if (verified.kind === "broken") return [words.broken(verified.at, verified.why), words.brokenNext];
  const { records, days, last } = verified;
  if (last === undefined) return [words.none];
  return [words.whole(records, days), words.end(`${last.day}/${last.n}/${last.hash}`)];
}
