import type { Block, DocumentSummary, Happening, OpenAnswer, OrderAnswer } from "../core/asking/answers.ts";
import type { Reason } from "../core/effects/outcomes.ts";
import { DIRECTIONS, STATE_TEXTS, STATES, typeName } from "./ledger-words.ts";
import { blockText, happeningText, nextText, ownerName, reasonText } from "./reason-words.ts";
import { age, localTime, shown, table } from "./show.ts";
import { dictionary, type Language } from "./words.ts";

export const WORDS = dictionary(
  {
    order: (number: string, site: string) => `Order ${number} at ${site}: `,
    count: (count: number) => `${count} ${count === 1 ? "document" : "documents"}`,
    settled: ", all settled.",
    unsettled: (count: number) => `, ${count} not settled.`,
    cut: "There is more than one answer holds: ask for single documents.",
    blocks: "What blocks it",
    timeline: "Timeline",
    cancel: " (cancel)",
    plant: (number: string) => `plant ${number}`,
    erp: (number: string) => `ERP ${number}`,
    until: "until",
    who: "who",
    what: "what",
    colon: ": ",
    by: (text: string, who: string) => `${text}, by ${who}`,
    nothing: (site: string) => `Nothing is open at ${site}.`,
    open: (site: string, at: string, count: number) => `Open at ${site}, as of ${at}: ${count}`,
    andMore: " and more",
    more: "more: ",
    head: ["state", "age", "way", "document", "", "cause", "id"],
    dueNever: "due never",
    due: (at: string) => `due ${at}`,
    note: (note: string) => `(${note})`,
  },
  {
    order: (number, site) => `工厂 ${site} 工单 ${number}：`,
    count: (count) => `${count} 个单据`,
    settled: "，全部完结。",
    unsettled: (count) => `，${count} 个未完结。`,
    cut: "内容超出一次应答的容量：请查询单个单据。",
    blocks: "卡在哪里",
    timeline: "时间线",
    cancel: "（取消）",
    plant: (number) => `工厂单号 ${number}`,
    erp: (number) => `ERP 单号 ${number}`,
    until: "至",
    who: "负责人",
    what: "怎么办",
    colon: "：",
    by: (text, who) => `${text}（${who}）`,
    nothing: (site) => `工厂 ${site} 没有未完结的单据。`,
    open: (site, at, count) => `工厂 ${site} 未完结的单据，截至 ${at}：${count} 个`,
    andMore: "，还有更多",
    more: "更多：",
    head: ["状态", "时长", "方向", "单据", "", "原因", "标识"],
    dueNever: "不到期",
    due: (at) => `${at} 到期`,
    note: (note) =>
      `（读自最终一致的索引：最近几秒的变化可能缺失，或仍显示为之前的样子${note.includes("more is open") ? "；未完结的比列出的更多，只列出最早到期的" : ""}）`,
  },
);

type Named = { readonly type: string; readonly objectId: string; readonly version?: string | undefined; readonly cancel?: boolean };

export const nameOf = ({ type, objectId, version, cancel }: Named, lang: Language): string =>
  `${typeName(type, lang)} ${objectId}${version === undefined ? "" : ` v${version}`}${cancel === true ? WORDS[lang].cancel : ""}`;

/** An order as a person reads it: its documents, what blocks them and why, then everything that happened. */
export function orderLines(answer: OrderAnswer, lang: Language): string[] {
  const words = WORDS[lang];
  const { documents } = answer;
  const open = documents.filter((one) => one.block !== undefined);
  const number = new Map(documents.map(({ id }, at) => [id, `[${at + 1}]`]));
  const label = (id: string): string => number.get(id) ?? id;
  return [
    `${words.order(shown(answer.number), answer.site)}${words.count(documents.length)}${open.length === 0 ? words.settled : words.unsettled(open.length)}`,
    ...(answer.complete ? [] : [words.cut]),
    "",
    ...table(
      documents.map((one) => [label(one.id), DIRECTIONS[one.direction][lang], nameOf(one, lang), STATES[one.state][lang], references(one, lang), one.id]),
    ),
    ...(open.length === 0 ? [] : ["", words.blocks]),
    ...open.flatMap((one) => [
      ...(one.block === undefined ? [] : blockLines(`${label(one.id)} ${nameOf(one, lang)}`, one.block, one.reason, lang)),
      ...one.next.map(commandLine),
    ]),
    "",
    words.timeline,
    ...timelineLines(answer.timeline, (id) => [label(id)], lang),
  ];
}

/** Their own numbers of it. */
export const references = ({ plantReference, erpReference }: DocumentSummary, lang: Language): string =>
  [...(plantReference === undefined ? [] : [WORDS[lang].plant(plantReference)]), ...(erpReference === undefined ? [] : [WORDS[lang].erp(erpReference)])].join(
    lang === "en" ? ", " : "，",
  );

export function blockLines(name: string, block: Block, reason: Reason | undefined, lang: Language): string[] {
  const words = WORDS[lang];
  const facts = table([
    ...(block.until === undefined ? [] : [[words.until, localTime(block.until)]]),
    ...(block.owner === undefined ? [] : [[words.who, ownerName(block.owner, lang)]]),
    ...(block.next === undefined ? [] : [[words.what, nextText(block.next, reason, lang)]]),
  ]);
  return [`  ${shown(name)}${words.colon}${shown(blockText(block, reason, lang))}`, ...facts.map((fact) => `    ${fact}`)];
}

/** A command to paste. */
export const commandLine = (text: string): string => `      $ ${shown(text)}`;

export function timelineLines(timeline: readonly Happening[], labels: (document: string) => string[], lang: Language): string[] {
  return table(
    timeline.map((happening) => [localTime(happening.at), DIRECTIONS[happening.direction][lang], ...labels(happening.document), told(happening, lang)]),
  );
}

function told(happening: Happening, lang: Language): string {
  const { who, why } = happening;
  const text = happeningText(happening, lang);
  if (who === undefined) return text;
  const words = WORDS[lang];
  return `${words.by(text, who)}${why === undefined ? "" : `${words.colon}${why}`}`;
}

/** The cause with its code, by which it can be asked for. */
function causeText({ cause, code, state }: OpenAnswer["documents"][number], lang: Language): string {
  if (code === undefined) return lang === "en" ? cause : STATE_TEXTS[state];
  return `${reasonText({ code, message: cause }, lang)} (${code})`;
}

/** What is not settled, those due soonest first. @param again the command that asked, for the next page */
export function openLines(answer: OpenAnswer, again: string, lang: Language): string[] {
  const words = WORDS[lang];
  const { documents } = answer;
  const more = answer.after === undefined ? [] : [`${words.more}${again} --after ${answer.after}`];
  if (documents.length === 0) return [words.nothing(answer.site), ...more, words.note(answer.note)];
  const rows = documents.map((one) => [
    STATES[one.state][lang],
    age(one.ageSeconds, lang),
    DIRECTIONS[one.direction][lang],
    nameOf(one, lang),
    one.dueAt === undefined ? words.dueNever : words.due(localTime(one.dueAt)),
    causeText(one, lang),
    one.id,
  ]);
  return [
    `${words.open(answer.site, localTime(answer.asOf), documents.length)}${answer.after === undefined ? "" : words.andMore}`,
    ...table([[...words.head], ...rows]),
    ...more,
    words.note(answer.note),
  ];
}
