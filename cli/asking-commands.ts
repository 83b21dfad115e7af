import { Option } from "commander";
import * as z from "zod";
import { DocumentOptions, document, OpenOptions, OrderOptions, open, order } from "./ask.ts";
import { BalanceOptions, balance } from "./balance.ts";
import type { CommandLine } from "./command-line.ts";
import { LotOptions, lot } from "./lot.ts";
import { end, secondsFrom, span, wholeNumber } from "./run.ts";
import { TailOptions, tail } from "./tail.ts";
import type { Text } from "./words.ts";

const SITE: Text = { en: "the site", "zh-CN": "工厂" };

/** order, document, open, tail, balance, lot: what only asks. */
export function addAskingCommands(line: CommandLine): void {
  const { add, say } = line;
  add("order <number>", {
    en: "both directions of an order in one timeline, what blocks it and why",
    "zh-CN": "一个工单的上行与下行单据：同一时间线、卡在哪里、为什么",
  })
    .requiredOption("--site <id>", say(SITE))
    .action((number: unknown, options: unknown) => end(order(z.string().parse(number), OrderOptions.parse(options))));

  add("document <id>", { en: "one document: state, steps, deliveries, timeline", "zh-CN": "一个单据：状态、步骤、投递、时间线" })
    .option("--site <id>", say({ en: "the site; without it those of the local cloud", "zh-CN": "工厂；不给时在本地云的各工厂中查找" }))
    .option(
      "--content",
      say({
        en: "also what came, what we understand, and what the other system is told, side by side",
        "zh-CN": "并排显示收到的内容、我们的理解、告知对方系统的内容",
      }),
    )
    .action((id: unknown, options: unknown) => end(document(z.string().parse(id), DocumentOptions.parse(options))));

  add("open", { en: "what is not settled, with cause and age", "zh-CN": "未完结的单据，连同原因和时长" })
    .requiredOption("--site <id>", say(SITE))
    .addOption(
      new Option("--state <state>", say({ en: "only those in this state", "zh-CN": "只看此状态的" })).choices([
        "received",
        "held",
        "delivering",
        "waiting",
        "parked",
      ]),
    )
    .option(
      "--cause <code>",
      say({
        en: "only those that stand still for this reason: ORL-LANE-003, or a family, ORL-LANE",
        "zh-CN": "只看因此原因停下的：ORL-LANE-003，或一个系列 ORL-LANE",
      }),
    )
    .option(
      "--older-than <span>",
      say({ en: "only those received at least so long ago: 90s, 15min, 2h, 3d", "zh-CN": "只看至少这么久以前接收的：90s、15min、2h、3d" }),
      span(line),
    )
    .option("--limit <n>", say({ en: "at most so many, 1 to 200 (50)", "zh-CN": "最多几个，1 至 200（50）" }))
    .option("--after <mark>", say({ en: "go on where the answer before ended", "zh-CN": "从上一页结束处继续" }))
    .action((options: unknown) => end(open(OpenOptions.parse(options))));

  add("tail", {
    en: "follow what happens at a site, or to one document: polled, so what comes and is settled between two looks is not seen",
    "zh-CN": "跟踪一个工厂或一个单据的动态：靠定时查询，两次查询之间来去的单据看不到",
  })
    .requiredOption("--site <id>", say(SITE))
    .option("--document <id>", say({ en: "only this one, with all of its timeline, until it has settled", "zh-CN": "只跟踪这个单据及其完整时间线，直到完结" }))
    .option("--every <seconds>", say({ en: "how often it is asked, from 2 (5)", "zh-CN": "查询间隔秒数，从 2 起（5）" }), secondsFrom(line, 2))
    .option("--seconds <n>", say({ en: "end after so long", "zh-CN": "这么多秒后结束" }), wholeNumber(line))
    .option("--count <n>", say({ en: "end after so many events", "zh-CN": "这么多条动态后结束" }), wholeNumber(line))
    .action((options: unknown) => end(tail(TailOptions.parse(options))));

  add("balance <number>", {
    en: "what the plant reported of an order beside the ERP's own books; exit code 3 where they differ",
    "zh-CN": "车间对一个工单的报告与 ERP 自己的账面对照；不一致则退出码为 3",
  })
    .requiredOption("--site <id>", say(SITE))
    .action((number: unknown, options: unknown) => end(balance(z.string().parse(number), BalanceOptions.parse(options))));

  add("lot <number>", {
    en: "what a lot was made of, or went into: lots, orders, operations, machines, persons, parameters, tests",
    "zh-CN": "一个批次由什么制成或用到了哪里：批次、工单、工序、设备、人员、工艺参数、检验",
  })
    .requiredOption("--site <id>", say(SITE))
    .option("--material <id>", say({ en: "which material's lot, where the number stands for several", "zh-CN": "哪个物料的批次（同一批号对应多个物料时）" }))
    .option("--forward", say({ en: "what it went into", "zh-CN": "正向追溯：它用到了哪里" }))
    .action((number: unknown, options: unknown) => end(lot(z.string().parse(number), LotOptions.parse(options))));
}
