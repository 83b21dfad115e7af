import type { Block, DeliveryAnswer, Happening, MarkerAnswer } from "../core/asking/answers.ts";
import type { Reason } from "../core/effects/outcomes.ts";
import { BLOCKS, MARKERS, STATES, stepName } from "./ledger-words.ts";
import { dictionary, type Language, type Text } from "./words.ts";

/**
 * Reasons, blocks and what happened, for people in China. English is the API's own sentence; the Chinese one is made of its stable code and fields, and keeps the
 * API's sentence where there is no other, and what another system itself said.
 */

type Said = { readonly text: (reason: Reason) => string; readonly next?: string };
const step = (reason: Reason): string => (reason.step === undefined ? "该步骤" : `“${stepName(reason.step, "zh-CN")}”`);
/** What the other system gave as its why, after the colon of the API's sentence. */
const why = ({ message }: Reason): string => (message.includes(": ") ? `：${message.slice(message.indexOf(": ") + 2)}` : "");
const what = ({ text }: Reason): string => (text === undefined ? "" : ` ${text}`);

const REASONS: Readonly<Record<string, Said | undefined>> = {
  "ORL-LANE-001": { text: (reason) => `版本${what(reason)} 已送达过，但内容不同`, next: "以更高的版本号发送正确内容，或跳过此单据" },
  "ORL-LANE-002": { text: () => "收到的原文已过保存期", next: "请发送方以更高的版本号重发，然后跳过此单据" },
  "ORL-LANE-003": { text: (reason) => `一直没有等到${what(reason)}`, next: "把它发送给工厂，然后重试此单据" },
  "ORL-LANE-004": { text: () => "多次启动都没有结果", next: "在函数日志中找出错误并排除，然后重试此单据" },
  "ORL-LANE-005": { text: (reason) => `单号${what(reason)} 来过，但内容不同`, next: "以新的单号发送正确内容，然后跳过此单据" },
  "ORL-LANE-006": { text: () => "过账途中消息丢失，该工单的另一单据已先行", next: "通道空闲后重试此单据：会先查清过账结果" },
  "ORL-LANE-007": { text: (reason) => `新版本冲销了前一版本，随后被拒绝${why(reason)}`, next: "以更高的版本号发送正确内容；在此之前该报告没有任何部分有效" },
  "ORL-LANE-020": { text: (reason) => `等待${what(reason)}`, next: "把它发送给工厂" },
  "ORL-LANE-021": { text: () => "被更新的版本或取消所取代" },
  "ORL-LANE-022": { text: () => "工单从未到达工厂：无需取消" },
  "ORL-LANE-023": { text: () => "等待其所冲销的单据完结" },
  "ORL-LANE-024": { text: () => "已被取消或更正的版本冲销" },
  "ORL-LANE-025": { text: () => "没有任何部分有效：无需冲销" },
  "ORL-LANE-026": { text: () => "其数量已含在另一单据的过账中" },
  "ORL-LANE-027": { text: () => "等待同类单据合并过账" },
  "ORL-LANE-028": { text: () => "合并过账未成，轮到时单独过账" },
  "ORL-LANE-029": { text: () => "它所冲销或更正的单据交付已久，记录已不再保存", next: "到目标系统中查找该过账并手工冲销，然后跳过此单据" },
  "ORL-LANE-030": { text: (reason) => `按命令跳过${why(reason)}` },
  "ORL-LANE-031": { text: (reason) => `按命令冲销${why(reason)}` },
  "ORL-EFFECT-001": { text: (reason) => `${step(reason)}是否发生不明，目标系统又无法查询`, next: "到目标系统中查找；若没有，重试此单据" },
  "ORL-EFFECT-002": { text: (reason) => `${step(reason)}过账后被他人冲销`, next: "查明是谁冲销的，然后重试或跳过此单据" },
  "ORL-EFFECT-003": { text: (reason) => `冲销${step(reason)}被拒绝${why(reason)}`, next: "消除目标系统的异议，然后重试此单据：继续冲销" },
  "ORL-EFFECT-004": { text: (reason) => `发送方拒收通知${why(reason)}`, next: "在 ERP 中更正工单，然后重试此单据" },
  "ORL-EFFECT-005": { text: (reason) => `工厂已取消工单，发送方却拒收确认${why(reason)}`, next: "取消不能冲销：在 ERP 中更正工单，然后重试此单据" },
  "ORL-EFFECT-006": { text: () => "工厂持有比本次投递更新的内容", next: "对照 MES 中的工单与此单据，然后重试或跳过" },
  "ORL-EFFECT-007": { text: (reason) => `目标系统收下了${step(reason)}，却一直没有过账`, next: "到目标系统的队列中查找并处理，然后重试此单据" },
  "ORL-EFFECT-008": { text: (reason) => `ERP 已有的内容被工厂拒绝${why(reason)}`, next: "消除工厂的异议后重试；或在 ERP 中也冲销" },
  "ORL-EFFECT-009": { text: (reason) => `检验已记录，但${step(reason)}被拒绝${why(reason)}`, next: "人工隔离该批次，消除 ERP 的异议，然后重试此单据" },
  "ORL-EFFECT-016": {
    text: (reason) => `与其他单据合并过账；整笔已冲销，其余部分重新过账被拒绝${why(reason)}`,
    next: "消除目标系统的异议，然后重试此单据：重新过账其余部分",
  },
  "ORL-EFFECT-017": { text: (reason) => `${step(reason)}已人工补录，且仍然有效`, next: "在目标系统中人工冲销，然后重试此单据" },
  "ORL-EFFECT-020": { text: (reason) => `${step(reason)}的另一次调用可能仍在进行` },
  "ORL-EFFECT-021": { text: (reason) => `${step(reason)}的结果不明，将去查询` },
  "ORL-EFFECT-022": { text: (reason) => `目标系统已收下${step(reason)}，尚未过账` },
  "ORL-EFFECT-023": { text: () => "等待目标系统的调用额度" },
  "ORL-EFFECT-024": { text: () => "工厂未在业务期限内答复" },
  "ORL-EFFECT-025": { text: () => "在工厂领取之前已撤回" },
  "ORL-EFFECT-026": { text: (reason) => `步骤意外失败${why(reason)}` },
  "ORL-EFFECT-027": { text: () => "步骤发现单据已处于另一次尝试或方向" },
  "ORL-EFFECT-028": { text: (reason) => `${step(reason)}被拒绝` },
  "ORL-EFFECT-029": { text: (reason) => `${step(reason)}时间不足，下次尝试从此继续` },
};

const FAMILIES: readonly (readonly [begins: string, name: string, next?: string])[] = [
  ["ORL-MAP-", "内容无法映射", "与发送方核对该值；若正确，加入映射表，然后重试此单据"],
  ["ORL-CALL-", "调用对方系统未成"],
  ["ORL-TRYTON-", "Tryton 不接受"],
  ["ORL-SAP-", "SAP 不接受"],
  ["ORL-B2MML-", "B2MML 无法表达"],
  ["ORL-PLANT-", "工厂不接受"],
];

const familyOf = (code: string): (typeof FAMILIES)[number] | undefined => FAMILIES.find(([begins]) => code.startsWith(begins));

export function reasonText(reason: Reason, lang: Language): string {
  if (lang === "en") return reason.message;
  const said = REASONS[reason.code];
  if (said !== undefined) return said.text(reason);
  const family = familyOf(reason.code)?.[1];
  return family === undefined ? reason.message : `${family}：${reason.message}`;
}

const OWNERS: Readonly<Record<string, string | undefined>> = {
  operations: "运维",
  "ERP key user": "ERP 关键用户",
  "MES key user": "MES 关键用户",
  "master data": "主数据管理员",
  "integration engineer": "集成工程师",
  "plant shift lead": "车间班长",
  quality: "质量部",
  "quality manager": "质量经理",
  planner: "计划员",
};
export const ownerName = (owner: string, lang: Language): string => (lang === "en" ? owner : (OWNERS[owner] ?? owner));

/** The step for a person, in words. */
export function nextText(next: string, reason: Reason | undefined, lang: Language): string {
  if (lang === "en" || reason === undefined) return next;
  return REASONS[reason.code]?.next ?? familyOf(reason.code)?.[2] ?? next;
}

const BLOCK_TEXTS = {
  queue: "已入库，正送往其通道；若未送到会再次入队",
  plant: "等待工厂代理程序领取或答复",
  system: "等待对方系统应答",
  steps: "正在执行其步骤",
  time: "到时再试",
  person: "已停下：需要人来决定",
  dependency: "等待它所依赖的内容",
} as const;

/** What stands in the way. @param reason of the document that is blocked */
export function blockText(block: Block, reason: Reason | undefined, lang: Language): string {
  if (lang === "en") return block.text;
  if (block.kind === "holder") return `排在${BLOCKS.holder[lang]}之后${block.document === undefined ? "" : `：${block.document}`}`;
  const isOfReason = block.kind === "person" || block.kind === "time" || block.kind === "dependency";
  return isOfReason && reason !== undefined ? reasonText(reason, lang) : BLOCK_TEXTS[block.kind];
}

const HAPPENINGS: Readonly<Record<string, string | undefined>> = {
  received: "收到单据",
  "waits-for": "开始等待",
  "delivery-put": "放入工厂信箱",
  "delivery-leased": "工厂代理程序已领取",
  "delivery-accepted": "工厂已接受",
  "delivery-rejected": "工厂已拒绝",
  "delivery-outdated": "工厂持有更新的内容",
  "accepted-too-late": "冲销开始后工厂才接受",
  "withdrawn-once-more": "工厂过晚接受的内容再次撤回",
  "withdrawn-after-settling": "单据完结后工厂才接受的内容被撤回",
  "window-dissolved": "无法合并过账：逐个过账",
  "undone-for-intent": "为更新的版本或取消让路而冲销",
  replay: "命令：重试",
  skip: "命令：跳过",
  resolve: "命令：人工补录",
  undo: "命令：冲销",
};
const STATES_BY_NAME: Readonly<Record<string, Text | undefined>> = STATES;

export function happeningText(happening: Pick<Happening, "what" | "text" | "reason" | "result">, lang: Language): string {
  if (lang === "en") return happening.text;
  const text = HAPPENINGS[happening.what] ?? STATES_BY_NAME[happening.what]?.[lang];
  if (text === undefined) return happening.text;
  const after = [
    ...(happening.result === undefined ? [] : [happening.result]),
    ...(happening.reason === undefined ? [] : [reasonText(happening.reason, lang)]),
  ];
  return [text, ...after].join("：");
}

const WORDS = dictionary({ number: (text: string, number: string) => `${text}, number ${number}` }, { number: (text, number) => `${text}，单号 ${number}` });

export function markerText({ step: name, state, text, reference, reason }: MarkerAnswer, lang: Language): string {
  if (lang === "en") return text;
  const said = `${stepName(name, lang)}：${MARKERS[state][lang]}`;
  const numbered = reference === undefined ? said : WORDS[lang].number(said, reference);
  return reason === undefined ? numbered : `${numbered}：${reasonText(reason, lang)}`;
}

const VERDICTS = { accepted: "工厂已接受", rejected: "工厂已拒绝", outdated: "工厂持有更新的内容" } as const;

export function deliveryText({ text, verdict, firstLeasedAt, leaseUntil }: DeliveryAnswer, lang: Language): string {
  if (lang === "en") return text;
  if (verdict !== undefined) return VERDICTS[verdict];
  if (firstLeasedAt === undefined) return "在信箱中，尚未领取";
  return leaseUntil === undefined ? "曾被领取，未答复；将再次发出" : "代理程序已领取，尚未答复";
}
