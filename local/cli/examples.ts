import type { Language, Text } from "../../cli/words.ts";

/** What docs/cli.md shows, in each language: a command as it is typed, and the exit code it ends with. */
export type Example = {
  readonly about: Text;
  /** Without `orderlane`. `ID1`, `ID2`: the documents that the first example sent. */
  readonly args: string;
  readonly exit: 0 | 1 | 2 | 3;
  /** A list of what a site has: a shared cloud has more than the page's own. */
  readonly isList?: true;
  readonly env?: Readonly<Record<string, string>>;
};

/** They need neither an API nor a network. */
export const OFFLINE: readonly Example[] = [
  { about: { en: "A word that is no command", "zh-CN": "没有这个命令" }, args: "opne --site hamburg", exit: 2 },
  { about: { en: "An option is missing", "zh-CN": "缺少选项" }, args: "order 1000123", exit: 2 },
  { about: { en: "A value that an option does not take", "zh-CN": "选项的值无效" }, args: "open --site hamburg --older-than yesterday", exit: 2 },
  { about: { en: "No address", "zh-CN": "没有地址" }, args: "order 1000123 --site hamburg", exit: 2 },
  {
    about: { en: "Nobody answers", "zh-CN": "没有应答" },
    args: "order 1000123 --site hamburg --url http://127.0.0.1:2",
    exit: 1,
    env: { ORDERLANE_TOKEN: "orl_none" },
  },
  { about: { en: "What is wrong with the set-up", "zh-CN": "检查设置" }, args: "doctor --url http://127.0.0.1:2", exit: 3 },
];

/** The page's own file of two orders: one that parks, one that waits for a material that nobody sends. */
const ordersFile = (lang: Language): string => `docs/examples/${lang === "en" ? "cli-orders" : "cli-orders.zh-CN"}.json`;
const numberOf = (lang: Language): string => (lang === "en" ? "1009001" : "1009101");

/** Against the local cloud, one after another. */
export const onTheCloud = (lang: Language): readonly Example[] => [
  {
    about: {
      en: "Two orders: the first says an operation that nobody knows, the second needs a material that was not sent",
      "zh-CN": "两个工单：第一个写了无人认识的作业类型，第二个需要尚未发送的物料",
    },
    args: `send ${ordersFile(lang)} --site hamburg --connection erp --secret-env ERP_SECRET`,
    exit: 0,
  },
  {
    about: { en: "A document: source, what we understand, what the plant is told", "zh-CN": "一个单据：收到的内容、我们的理解、告知工厂的内容" },
    args: "document ID2 --site hamburg --content",
    exit: 0,
    env: { COLUMNS: "150" },
  },
  { about: { en: "An order", "zh-CN": "一个工单" }, args: `order ${numberOf(lang)} --site hamburg`, exit: 0 },
  { about: { en: "A document that was not understood", "zh-CN": "未能理解的单据" }, args: "document ID1 --site hamburg --content", exit: 0 },
  {
    about: { en: "What stands still for a fault of content", "zh-CN": "因内容问题停下的单据" },
    isList: true,
    args: "open --site hamburg --state parked --cause ORL-MAP-003 --limit 200",
    exit: 0,
  },
  { about: { en: "A mark that no answer said", "zh-CN": "并非任何应答给出的页标" }, args: "open --site hamburg --after 000000000000000", exit: 1 },
  {
    about: { en: "A command's plan", "zh-CN": "命令的计划" },
    args: `skip ID1 --site hamburg --plan --why "${lang === "en" ? "sent again as 1009003" : "已用 1009103 重发"}"`,
    exit: 0,
  },
  {
    about: { en: "Without a terminal it is not given unasked", "zh-CN": "没有终端时不会擅自执行" },
    args: `skip ID1 --site hamburg --why "${lang === "en" ? "sent again" : "已重发"}"`,
    exit: 2,
  },
  {
    about: { en: "The command", "zh-CN": "下达命令" },
    args: `skip ID1 --site hamburg --yes --why "${lang === "en" ? "sent again as 1009003" : "已用 1009103 重发"}"`,
    exit: 0,
  },
  { about: { en: "What happened to it", "zh-CN": "它的动态" }, args: "tail --site hamburg --document ID1", exit: 0 },
  { about: { en: "An order that nobody knows", "zh-CN": "无人知道的工单" }, args: "order 77 --site hamburg", exit: 1 },
  { about: { en: "A token that is none", "zh-CN": "令牌无效" }, args: "order 77 --site hamburg", exit: 1, env: { ORDERLANE_TOKEN: `orl_${"z".repeat(26)}` } },
];
