import type { Content, DocumentAnswer, TargetWords } from "../core/asking/answers.ts";
import { type Column, sideBySide } from "./columns.ts";
import { readable } from "./laid-out.ts";
import { BLOCKS, DIRECTIONS, MARKERS, STATE_TEXTS, STATES, stepName } from "./ledger-words.ts";
import { localTime, shown, table } from "./show.ts";
import { blockLines, commandLine, nameOf, references, WORDS as STORY, timelineLines } from "./stories.ts";
import { dictionary, type Language } from "./words.ts";

const WORDS = dictionary(
  {
    at: (name: string, site: string) => `${name} at ${site}`,
    facts: {
      state: "state",
      attempt: "attempt",
      about: "about",
      way: "way",
      received: "received",
      settled: "settled",
      reason: "reason",
      numbers: "numbers",
      unknown: "unknown fields",
    },
    modes: { forward: "forward", undo: "undo" },
    kinds: {
      order: "order",
      lot: "lot",
      material: "material",
      equipment: "equipment",
      segment: "segment",
      definition: "definition",
      person: "person",
      reason: "reason",
      unit: "unit",
    },
    way: (from: string, to: string, direction: string, version: string) => `from ${from} to ${to} (${direction}), mapping ${version}`,
    steps: "Steps",
    deliveries: "Deliveries",
    actions: { apply: "apply", withdraw: "withdraw" },
    gone: "Its content is no longer stored.",
    tooLong: (characters: number) => `Its content has ${characters} characters: too long for this answer.`,
    notUnderstood: "As it came, not understood",
    source: "As it came",
    canonical: "As we understand it",
    target: "As the other system is told",
    sent: (step: string, system: string, format: string, state: string) => `${step} → ${system} (${format}): ${state}`,
    incomplete: "(more follows from the system's own answers)",
    unsaid: (why: string) => `(cannot be said without asking: ${why})`,
    tooLongTarget: "(too long for this answer)",
  },
  {
    at: (name, site) => `工厂 ${site}：${name}`,
    facts: {
      state: "状态",
      attempt: "尝试",
      about: "关于",
      way: "方向",
      received: "接收",
      settled: "完结",
      reason: "原因",
      numbers: "单号",
      unknown: "未知字段",
    },
    modes: { forward: "正向", undo: "冲销" },
    kinds: {
      order: "工单",
      lot: "批次",
      material: "物料",
      equipment: "设备",
      segment: "工序",
      definition: "工艺路线",
      person: "人员",
      reason: "原因代码",
      unit: "计量单位",
    },
    way: (from, to, direction, version) => `从 ${from} 到 ${to}（${direction}），映射 ${version}`,
    steps: "步骤",
    deliveries: "投递",
    actions: { apply: "生效", withdraw: "撤回" },
    gone: "其内容已过保存期。",
    tooLong: (characters) => `其内容有 ${characters} 个字符：超出一次应答的容量。`,
    notUnderstood: "收到的内容，未能理解",
    source: "收到的内容",
    canonical: "我们的理解",
    target: "告知对方系统的内容",
    sent: (step, system, format, state) => `${step} → ${system}（${format}）：${state}`,
    incomplete: "（其余取决于该系统自己的应答）",
    unsaid: (why) => `（不询问对方便无法给出：${why}）`,
    tooLongTarget: "（超出一次应答的容量）",
  },
);

/** One document, with everything that is known of it. @param width of the terminal, in columns */
export function documentLines(answer: DocumentAnswer, lang: Language, width: number): string[] {
  const words = WORDS[lang];
  const { block } = answer;
  return [
    words.at(shown(nameOf(answer, lang)), answer.site),
    `  ${answer.id}`,
    ...table(facts(answer, lang)),
    ...(block === undefined ? [] : ["", STORY[lang].blocks, ...blockLines(lang === "en" ? answer.state : BLOCKS[block.kind][lang], block, lang)]),
    ...answer.next.map(commandLine),
    ...section(
      words.steps,
      table(answer.markers.map(({ step, state, text }) => [MARKERS[state][lang], ...(lang === "en" ? [] : [stepName(step, lang)]), text])),
    ),
    ...section(words.deliveries, table(answer.deliveries.map(({ createdAt, action, text }) => [localTime(createdAt), words.actions[action], text]))),
    ...section(
      STORY[lang].timeline,
      timelineLines(answer.timeline, () => [], lang),
    ),
    ...(answer.content === undefined ? [] : ["", ...contentLines(answer.content, lang, width)]),
  ];
}

function facts(answer: DocumentAnswer, lang: Language): string[][] {
  const words = WORDS[lang];
  const names = words.facts;
  const isSettled = answer.settledAt !== undefined && answer.block === undefined;
  const numbers = references(answer, lang);
  const way = words.way(answer.connection, answer.target, DIRECTIONS[answer.direction][lang], answer.mappingVersion);
  return [
    [names.state, `${STATES[answer.state][lang]}${STORY[lang].colon}${lang === "en" ? answer.text : STATE_TEXTS[answer.state]}`],
    [names.attempt, `${answer.attempt}, ${words.modes[answer.mode]}`],
    [names.about, `${words.kinds[answer.subject.kind]} ${answer.subject.number}`],
    [names.way, way],
    [names.received, localTime(answer.receivedAt)],
    ...(isSettled && answer.settledAt !== undefined ? [[names.settled, localTime(answer.settledAt)]] : []),
    ...(answer.reason === undefined ? [] : [[names.reason, `${answer.reason.message} (${answer.reason.code})`]]),
    ...(numbers === "" ? [] : [[names.numbers, numbers]]),
    ...(answer.unknownFields.length === 0 ? [] : [[names.unknown, answer.unknownFields.join(", ")]]),
  ];
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ["", title, ...lines]);

function contentLines(content: Content, lang: Language, width: number): string[] {
  const words = WORDS[lang];
  switch (content.kind) {
    case "gone":
      return [words.gone];
    case "too-long":
      return [words.tooLong(content.characters)];
    case "not-understood":
      return [
        words.notUnderstood,
        ...content.reasons.map(({ field, message }) => `  ${shown(field === undefined ? message : `${field}: ${message}`)}`),
        ...readable(content.source).map((line) => `  ${shown(line)}`),
      ];
    case "kept": {
      const columns: Column[] = [
        { title: words.source, lines: readable(content.source) },
        { title: words.canonical, lines: JSON.stringify(content.canonical, null, 2).split("\n") },
        { title: words.target, lines: content.target.flatMap((each, at) => [...(at === 0 ? [] : [""]), ...targetLines(each, lang)]) },
      ];
      return sideBySide(columns, width);
    }
  }
}

function targetLines({ step, connection, format, state, call, text, complete, reason }: TargetWords, lang: Language): string[] {
  const words = WORDS[lang];
  return [
    words.sent(stepName(step, lang), connection, format, MARKERS[state][lang]),
    ...(call === undefined ? [] : [call]),
    ...(text === undefined ? [reason === undefined ? words.tooLongTarget : words.unsaid(reason.message)] : readable(text)),
    ...(text !== undefined && !complete ? [words.incomplete] : []),
  ];
}
