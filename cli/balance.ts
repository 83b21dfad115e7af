import * as z from "zod";
import { BalanceAnswer } from "../core/balance/order-balance.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, table } from "./show.ts";
import { dictionary, type Language, same } from "./words.ts";

export const BalanceOptions = SharedOptions.extend({ site: z.string() });

/** What the plant reported of an order beside what the ERP's own books say. Exit code 3 where they differ. */
export async function balance(number: string, options: z.infer<typeof BalanceOptions>): Promise<number> {
  const path = `/v1/sites/${encodeURIComponent(options.site)}/orders/balance?number=${encodeURIComponent(number)}`;
  const reach = reachOf(options.url, process.env);
  const answer = await call(reach, { method: "GET", path, headers: asPerson(reach) });
  if (answer.status !== 200)
    throw refusal(
      { en: `the balance of order ${number} at ${options.site}`, "zh-CN": `工厂 ${options.site} 工单 ${number} 的对账` },
      answer,
      same(`orderlane order ${number} --site ${options.site}`),
    );
  const told = read(BalanceAnswer, answer);
  if (options.json) printJson(answer.body);
  else print(balanceLines(told, options.lang));
  return told.differences === 0 ? EXIT.done : EXIT.differences;
}

const WORDS = dictionary(
  {
    head: ["use", "material", "lot", "unit", "reported", "ERP's books", "remainder", "under way", ""],
    uses: { Consumed: "consumed", Produced: "produced" },
    verdicts: { equal: "equal", differs: "DIFFERS", "no-conversion": "NO CONVERSION" },
    order: "Order",
    none: "nothing reported, nothing in the books",
    equal: "books and remainders are what was reported, to the last digit",
    differs: "rows differ",
    gone: "reports whose content is no longer stored are in no column",
    next: "next: compare the documents (orderlane order) with the ERP's postings; reverse or enter there what is wrong",
  },
  {
    head: ["用途", "物料", "批次", "单位", "车间报告", "ERP 账面", "余数", "在途", ""],
    uses: { Consumed: "消耗", Produced: "产出" },
    verdicts: { equal: "一致", differs: "不一致", "no-conversion": "无法换算" },
    order: "工单",
    none: "没有报告，账面也没有",
    equal: "账面加余数与报告完全一致，精确到最后一位",
    differs: "行不一致",
    gone: "份报告的内容已过保存期，未计入任何一列",
    next: "下一步：对照单据（orderlane order）与 ERP 的过账，在 ERP 中冲销或补录错误的部分",
  },
);

export function balanceLines(answer: BalanceAnswer, lang: Language): string[] {
  const words = WORDS[lang];
  const rows = answer.rows.map(({ materialUse, material, lot, unit, reported, books, remainder, underWay, verdict }) => [
    words.uses[materialUse],
    material,
    lot ?? "-",
    unit,
    reported,
    books,
    remainder,
    underWay,
    words.verdicts[verdict],
  ]);
  return [
    `${words.order} ${answer.number} · ${answer.site} · ${answer.connection}`,
    ...(rows.length === 0 ? [words.none] : table([[...words.head], ...rows])),
    answer.differences === 0 ? words.equal : `${answer.differences} ${words.differs}`,
    ...(answer.contentGone === 0 ? [] : [`${answer.contentGone} ${words.gone}`]),
    ...(answer.differences === 0 ? [] : [words.next]),
  ];
}
