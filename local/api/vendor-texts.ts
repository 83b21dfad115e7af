import type { Text } from "../../core/api/operation.ts";

/** What a MES vendor is told beside the description of the operations. */
export const VENDOR_TEXTS = {
  title: { en: "Orderlane for MES vendors", zh: "Orderlane MES 供应商指南" },
  intro: {
    en: "Your agent stands beside the MES in the plant. It calls Orderlane over HTTPS and is never called: nothing connects into the plant. It does two things. It fetches deliveries (orders, changes, cancels, master data), gives them to the MES and reports the verdict. And it posts what the plant reports (consumption, operation reports, inspections, lots) and reads what became of it. This page needs no network.",
    zh: "代理程序位于工厂内 MES 旁边。它通过 HTTPS 调用 Orderlane，从不被调用：没有任何连接进入工厂。它做两件事：领取投递（工单、变更、取消、主数据），交给 MES 并报告结论；提交工厂的报告（消耗、工序报告、检验、批次），并查询结果。本页无需网络。",
  },
  given: { en: "What you are given", zh: "您会得到什么" },
  givenText: {
    en: "The address of the API (`API`), the name of the plant (here `hamburg`) and of your connection (here `mes-hamburg`), and a token (`TOKEN`) that begins with `orl_`. It is shown once: keep it as a secret, and never put it into an address. Try it:",
    zh: "API 的地址（`API`）、工厂名称（此处为 `hamburg`）、连接名称（此处为 `mes-hamburg`），以及以 `orl_` 开头的令牌（`TOKEN`）。令牌只显示一次：请作为机密保存，切勿放入网址。试一试：",
  },
  rules: { en: "Four rules that make an agent safe", zh: "保证代理安全的四条规则" },
  rule1: {
    en: "A delivery may come more than once. Remember its `id` with its verdict, on disk: a repeat gets the same verdict and does not touch the MES.",
    zh: "同一投递可能到达多次。请在磁盘上记住其 `id` 和结论：重复的投递给出相同结论，不触碰 MES。",
  },
  rule2: {
    en: "A delivery may come late. Remember the highest `number` of each `lane` and `object`: answer `outdated` to a lower one. Compare numbers as text.",
    zh: "投递可能迟到。请按 `lane` 和 `object` 记住最大的 `number`：较小的回答 `outdated`。号码按文本比较。",
  },
  rule3: {
    en: "Both are on disk before the MES is touched, and the verdict before it is sent: a crash anywhere forgets nothing.",
    zh: "触碰 MES 之前先把两者写入磁盘，发送结论之前先把结论写入磁盘：任何时候崩溃都不会遗忘。",
  },
  rule4: {
    en: "Between the MES's commit and your note of it a crash can still fall. So give the MES the delivery's `id`: it answers a repeated one as the first time.",
    zh: "在 MES 提交与您记录之间仍可能崩溃。因此请把投递的 `id` 交给 MES：对重复的编号给出与第一次相同的回答。",
  },
  loop: { en: "The loop", zh: "循环" },
  loopText: {
    en: "Lease; for each delivery in the order of `number`: `apply` makes the document the current version of its order, `withdraw` takes back the version that is named; report the verdicts; wait `pollAfterSeconds`; again. A plant that was off for weeks loses nothing: its deliveries wait.",
    zh: "领取；按 `number` 顺序处理每条投递：`apply` 使该单据成为工单的当前版本，`withdraw` 撤回所指版本；报告结论；等待 `pollAfterSeconds` 秒；重复。停机数周的工厂不会丢失任何内容：投递会等待。",
  },
  reports: { en: "What the plant reports", zh: "工厂报告的内容" },
  reportsText: {
    en: 'Post one document, or up to 500 lines in one message; every line has its own `key`, unique for ever. A report is told apart by its `id`; it is taken back by the whole of it, sent again with `"verb": "Cancel"`. Quantities are decimals as text with a unit; times without an offset are the plant\'s local time.',
    zh: '可提交一份单据，或在一条报文中提交最多 500 行；每行有自己的 `key`，永远唯一。报告以 `id` 区分；撤回时将整份报告加上 `"verb": "Cancel"` 重新发送。数量为带单位的小数文本；不带时区的时间为工厂当地时间。',
  },
  again: { en: "When to send again", zh: "何时重发" },
  againText: {
    en: "Send the same again, unchanged and under the same key: after a broken connection, any 5xx (503 says when in `Retry-After`), 429, and for lines with the result `retry`. A repeat is harmless: what was taken is told as `duplicate` or `repeated`. Any other 4xx is final: mend it first.",
    zh: "以下情况请用相同的键原样重发：连接中断、任何 5xx（503 在 `Retry-After` 中说明何时重发）、429，以及结果为 `retry` 的行。重复无害：已接收的会回答为 `duplicate` 或 `repeated`。其他 4xx 是最终结果：请先修正。",
  },
  problems: { en: "Codes of refusals", zh: "拒绝代码" },
  fields: { en: "Documents that are delivered to the plant", zh: "投递给工厂的单据" },
  fieldsText: {
    en: 'Canonical JSON in the words of ISA-95 and B2MML V7. Identifiers are kept as they were sent, leading zeros too; quantities are decimals as text with a unit of UN/ECE Recommendation 20; instants are UTC. With `"format": "b2mml-v7"` the document comes as B2MML XML instead.',
    zh: '以 ISA-95 与 B2MML V7 用语表示的规范 JSON。编号按发送内容原样保留，包括前导零；数量为小数文本，单位采用 UN/ECE 第 20 号建议书；时间为 UTC。使用 `"format": "b2mml-v7"` 时，单据以 B2MML XML 给出。',
  },
} as const satisfies Readonly<Record<string, Text>>;

export const COLUMN_TEXTS = {
  code: { en: "code", zh: "代码" },
  status: { en: "status", zh: "状态" },
  meaning: { en: "meaning", zh: "含义" },
  again: { en: "send again?", zh: "重发？" },
  field: { en: "field", zh: "字段" },
  kind: { en: "kind", zh: "类型" },
  yes: { en: "yes", zh: "是" },
  no: { en: "no: mend it first", zh: "否：请先修正" },
  required: { en: "required", zh: "必填" },
  request: { en: "Request", zh: "请求" },
  answer: { en: "Answer", zh: "回答" },
} as const satisfies Readonly<Record<string, Text>>;
