import type { Block, Direction } from "../core/asking/answers.ts";
import type { DocumentType } from "../core/documents/document-types.ts";
import type { MarkerState } from "../core/effects/markers.ts";
import type { DocumentState } from "../core/lanes/states.ts";
import type { Language, Text } from "./words.ts";

/** The ledger's own words in both languages; one for which there is none does not compile. What the API says in sentences stays in the API's words. */

export const STATES: Readonly<Record<DocumentState, Text>> = {
  received: { en: "received", "zh-CN": "已接收" },
  held: { en: "held", "zh-CN": "排队" },
  delivering: { en: "delivering", "zh-CN": "处理中" },
  waiting: { en: "waiting", "zh-CN": "等待" },
  parked: { en: "parked", "zh-CN": "挂起" },
  delivered: { en: "delivered", "zh-CN": "已送达" },
  rejected: { en: "rejected", "zh-CN": "被拒绝" },
  undone: { en: "undone", "zh-CN": "已冲销" },
  superseded: { en: "superseded", "zh-CN": "被取代" },
  skipped: { en: "skipped", "zh-CN": "已跳过" },
  resolved: { en: "resolved", "zh-CN": "已人工补录" },
};

/** What each state means, in a sentence. */
export const STATE_TEXTS: Readonly<Record<DocumentState, string>> = {
  received: "已入库，尚未轮到它的通道",
  held: "在通道中排队",
  delivering: "正在处理",
  waiting: "等待中",
  parked: "已停下：需要人来决定",
  delivered: "已送达",
  rejected: "在产生任何影响之前被拒绝；已告知发送方",
  undone: "产生过影响并已冲销；已告知发送方",
  superseded: "被更新的版本或取消所取代",
  skipped: "按命令跳过",
  resolved: "已人工补录",
};

export const MARKERS: Readonly<Record<MarkerState, Text>> = {
  none: { en: "none", "zh-CN": "未做" },
  claimed: { en: "claimed", "zh-CN": "调用中" },
  applied: { en: "applied", "zh-CN": "已生效" },
  queued: { en: "queued", "zh-CN": "已收未定" },
  refused: { en: "refused", "zh-CN": "被拒绝" },
  unknown: { en: "unknown", "zh-CN": "结果不明" },
  undoing: { en: "undoing", "zh-CN": "冲销中" },
  undone: { en: "undone", "zh-CN": "已冲销" },
};

export const DIRECTIONS: Readonly<Record<Direction, Text>> = {
  "to-plant": { en: "to the plant", "zh-CN": "下达工厂" },
  "to-erp": { en: "to the ERP", "zh-CN": "上报 ERP" },
  unknown: { en: "to an unknown system", "zh-CN": "去向不明" },
};

export const BLOCKS: Readonly<Record<Block["kind"], Text>> = {
  holder: { en: "the document before it", "zh-CN": "前面的单据" },
  queue: { en: "the queue", "zh-CN": "队列" },
  dependency: { en: "something it depends on", "zh-CN": "它依赖的内容" },
  time: { en: "a time", "zh-CN": "时间未到" },
  person: { en: "a person", "zh-CN": "需要人处理" },
  plant: { en: "the plant", "zh-CN": "工厂" },
  system: { en: "the other system", "zh-CN": "对方系统" },
  steps: { en: "its own steps", "zh-CN": "自身步骤" },
};

const TYPES: Readonly<Record<DocumentType, string>> = {
  OperationsRequest: "工单",
  MaterialDefinition: "物料",
  MaterialActual: "投料",
  SegmentResponse: "报工",
  TestResult: "检验",
  MaterialLot: "批次库存",
  Equipment: "设备",
  ProcessSegment: "工序",
  OperationsDefinition: "工艺路线",
  Person: "人员",
  ReasonCode: "原因代码",
  UnitOfMeasure: "计量单位",
};
const TYPES_BY_NAME: Readonly<Record<string, string | undefined>> = TYPES;

/** ISA-95's own word in English; in Chinese what people on a shop floor call it. */
export const typeName = (type: string, lang: Language): string => (lang === "en" ? type : (TYPES_BY_NAME[type] ?? type));

const STEPS: Readonly<Record<string, string | undefined>> = {
  deliver: "投递给工厂",
  post: "过账",
  "reverse-rest": "重新过账其余部分",
  "tell-accepted": "告知发送方：工厂已接受",
  "tell-rejected": "告知发送方：被拒绝",
  "tell-undone": "告知发送方：已撤回",
  "confirm-operation": "工序报工",
  "post-backflush": "倒冲投料过账",
  "receive-output": "产出入库",
  "set-order-state": "更新工单状态",
  "record-inspection": "记录检验结果",
  "block-lot": "冻结批次",
  "release-lot": "解冻批次",
};

/** A step without words of its own is called by its name. */
export function stepName(step: string, lang: Language): string {
  if (lang === "en") return step;
  const name = STEPS[step];
  if (name !== undefined) return name;
  return step.startsWith("reverse-") ? `冲销：${stepName(step.slice("reverse-".length), lang)}` : step;
}
