import type { Converter, ValueRule } from "../core/mapping/table.ts";
import { shown, table } from "./show.ts";
import type { Tried } from "./tried-document.ts";
import { dictionary, type Language } from "./words.ts";

const WORDS = dictionary(
  {
    documents: (count: number) => `${count} ${count === 1 ? "document" : "documents"}, nothing is sent`,
    head: ["source", "sent", "rule", "canonical", "value", "target"],
    mapped: { plant: "goes to the plant as it stands here", erp: "goes to the ERP as it stands here" },
    parks: "would park",
    refused: "would be refused",
    ignored: (count: number) => `${count} ${count === 1 ? "field is" : "fields are"} known and not carried:`,
    unknown: (count: number) => `${count} ${count === 1 ? "field is" : "fields are"} of no rule; the door lets them through and records them:`,
    waits: "waits, by name, until the plant has accepted:",
    who: "who",
    next: "next",
    asSent: "as sent",
    constant: "constant",
    default: "default",
  },
  {
    documents: (count) => `${count} 个单据，未发送任何内容`,
    head: ["来源", "发送值", "规则", "规范字段", "值", "目标"],
    mapped: { plant: "将按此处所示送达工厂", erp: "将按此处所示送达 ERP" },
    parks: "将被挂起",
    refused: "将被拒收",
    ignored: (count) => `${count} 个已知但不传递的字段：`,
    unknown: (count) => `${count} 个没有规则的字段；接收端放行并记录：`,
    waits: "按名称等待工厂接收：",
    who: "负责人",
    next: "下一步",
    asSent: "原样",
    constant: "常量",
    default: "默认值",
  },
);

/** A rule in a few words: its converters in turn, or where its value comes from. */
export function ruleWords(rule: ValueRule, byDefault: boolean, lang: Language): string {
  const words = WORDS[lang];
  if (rule.constant !== undefined) return words.constant;
  if (byDefault && rule.default !== undefined) return `${words.default}: ${rule.default.note[lang]}`;
  const { convert = [] } = rule;
  return convert.length === 0 ? words.asSent : convert.map(converterWords).join(", ");
}

function converterWords({ use, ...given }: Converter): string {
  const values = Object.values(given).map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)));
  return values.length === 0 ? use : `${use}(${values.join(", ")})`;
}

const LONGEST_CELL = 44;
const cut = (text: string): string => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text);

/** The tables of `orderlane try`. */
export function tellTried(file: string, tried: readonly Tried[], lang: Language): string[] {
  return [`${file}: ${WORDS[lang].documents(tried.length)}`, ...tried.flatMap((each) => ["", ...documentLines(each, lang)])];
}

function documentLines(tried: Tried, lang: Language): string[] {
  const words = WORDS[lang];
  const { fields } = tried;
  const name =
    fields === undefined ? tried.document : `${tried.document}: ${fields.type} ${fields.objectId}${fields.version === undefined ? "" : ` v${fields.version}`}`;
  const where = tried.site === undefined ? "" : `, ${tried.site}, ${tried.table}`;
  return [
    `${shown(name)}${where}: ${tried.outcome === "mapped" ? words.mapped[tried.goesTo] : words[tried.outcome]}`,
    ...tried.reasons.flatMap(({ code, message, field, text, rule, owner, next }) => [
      shown(
        `  ${[code, field, text === undefined ? undefined : JSON.stringify(text), message, rule === undefined ? undefined : `(${rule})`].filter((part) => part !== undefined).join("  ")}`,
      ),
      ...(owner === undefined ? [] : [`    ${words.who}   ${owner}`]),
      ...(next === undefined ? [] : [`    ${words.next}  ${next}`]),
    ]),
    ...(tried.values.length === 0
      ? []
      : table([
          words.head,
          ...tried.values.map(({ source, sent, rule, canonical, value, target }) => [
            source,
            cut(sent),
            cut(rule),
            canonical,
            cut(value),
            target === canonical ? "=" : target,
          ]),
        ])),
    ...(tried.ignored.length === 0
      ? []
      : [`  ${words.ignored(tried.ignored.length)}`, ...table(tried.ignored.map(({ source, sent, reason }) => [source, cut(sent), reason]))]),
    ...(tried.unknown.length === 0 ? [] : [`  ${words.unknown(tried.unknown.length)}`, ...table(tried.unknown.map((pointer) => [pointer]))]),
    ...(tried.waitsFor.length === 0 ? [] : [`  ${words.waits}`, ...table(tried.waitsFor.map((what) => [what]))]),
  ];
}
