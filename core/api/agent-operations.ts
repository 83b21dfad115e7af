import { ResultsQuery } from "../asking/queries.ts";
import { HeartbeatBody, HeartbeatRequest, LeaseBody, LeaseRequest, VerdictsBody, VerdictsRequest } from "../mailbox/bodies.ts";
import { ResultsAnswer } from "../results/results.ts";
import { AT, CANONICAL_ORDER, DELIVERY, LEASE_TOKEN, USE_DOCUMENT } from "./example-values.ts";
import type { Body, Operation } from "./operation.ts";
import { JSON_BODY, QUESTION } from "./problem-groups.ts";

/** What a plant's agent does: fetch work, say what became of it, say that it is there, ask what became of what it posted. */

const json = (schema: Body["media"][string]["schema"], description: Body["description"], ...examples: Body["media"][string]["examples"]): Body => ({
  description,
  media: { "application/json": { schema, examples } },
});

const lease: Operation = {
  operationId: "leaseDeliveries",
  tag: "agent",
  method: "POST",
  path: "/v1/sites/{site}/deliveries/lease",
  function: "lease-deliveries",
  access: "lease",
  summary: { en: "Lease deliveries", zh: "领取投递" },
  description: {
    en: "Gives the open deliveries of the plant, the oldest first, each for the time of a lease. A delivery comes again until its verdict is stored, so it may come more than once and late: remember each `id` with its verdict, and for each `lane` and `object` the highest `number`, on disk. A lower number is answered `outdated` and does not touch the MES. Ask again after `pollAfterSeconds`.",
    zh: "给出该工厂未完成的投递，最早的在前，每次领取有期限。投递会反复出现，直到其结论被保存，因此可能重复、可能迟到：请在磁盘上记住每个 `id` 及其结论，并按 `lane` 与 `object` 记住最大的 `number`。较小的号码回答 `outdated`，不触碰 MES。请在 `pollAfterSeconds` 秒后再问。",
  },
  body: json(
    LeaseRequest,
    { en: "How many at the most, and in which language the documents are wanted.", zh: "最多多少条，以及单据用哪种格式。" },
    { name: "ten", summary: { en: "ten, as canonical JSON", zh: "十条，规范 JSON" }, value: { max: 10 } },
    { name: "xml", summary: { en: "ten, as B2MML V7", zh: "十条，B2MML V7" }, value: { max: 10, format: "b2mml-v7" } },
  ),
  answers: [
    {
      status: 200,
      description: { en: "The deliveries; none where there is no work.", zh: "投递；没有工作时为空。" },
      schema: LeaseBody,
      examples: [
        {
          name: "order",
          summary: { en: "a released order", zh: "一个已下达的工单" },
          value: {
            deliveries: [
              {
                id: DELIVERY,
                number: "000000000001.000001",
                lane: "2n5r8t1w4y7a0c3e6g9j2m5q8s",
                object: "6g9j2m5q8s1v4x7z0b3d6f9h2k",
                action: "apply",
                version: "1",
                document: CANONICAL_ORDER,
                leaseToken: LEASE_TOKEN,
                leaseUntil: "2026-03-02T08:16:02.417Z",
              },
            ],
            pollAfterSeconds: 2,
          },
        },
        { name: "none", summary: { en: "no work", zh: "没有工作" }, value: { deliveries: [], pollAfterSeconds: 15 } },
      ],
    },
  ],
  problems: JSON_BODY,
};

const verdicts: Operation = {
  operationId: "reportVerdicts",
  tag: "agent",
  method: "POST",
  path: "/v1/sites/{site}/deliveries/verdicts",
  function: "report-verdicts",
  access: "verdict",
  summary: { en: "Report verdicts", zh: "报告结论" },
  description: {
    en: "Says what became of deliveries in the MES: `accepted` with the MES's own number, `rejected` with a reason, or `outdated`. The first verdict of a delivery counts, under whichever lease; the same again is `repeated`. Report again until it is answered: nothing is lost by a repeat.",
    zh: "报告投递在 MES 中的结果：`accepted` 附 MES 自己的号码，`rejected` 附原因，或 `outdated`。每个投递以第一个结论为准，不论属于哪次领取；相同的结论再次报告回答 `repeated`。请反复报告直到得到回答：重复不会造成损失。",
  },
  body: json(
    VerdictsRequest,
    {
      en: "Up to 100 verdicts. Fields that are not known are passed over; texts that are too long are cut.",
      zh: "最多 100 个结论。未知字段被忽略；过长的文本会被截断。",
    },
    {
      name: "accepted",
      summary: { en: "the MES has the order", zh: "MES 已接受工单" },
      value: { verdicts: [{ delivery: DELIVERY, leaseToken: LEASE_TOKEN, result: "accepted", reference: "MES-58213" }] },
    },
    {
      name: "rejected",
      summary: { en: "the MES does not take it", zh: "MES 不接受" },
      value: {
        verdicts: [
          { delivery: DELIVERY, leaseToken: LEASE_TOKEN, result: "rejected", reason: { code: "NO-ROUTING", message: "operation press is not known" } },
        ],
      },
    },
  ),
  answers: [
    {
      status: 200,
      description: {
        en: "A result for each verdict: `recorded`, `repeated`, `conflict` (another verdict was first; 409 where all are), or `unknown` (no delivery of this plant).",
        zh: "每个结论的结果：`recorded`（已记录）、`repeated`（重复）、`conflict`（已有另一个结论；全部如此时为 409）或 `unknown`（不是该工厂的投递）。",
      },
      schema: VerdictsBody,
      examples: [{ name: "recorded", summary: { en: "stored", zh: "已保存" }, value: { results: [{ delivery: DELIVERY, result: "recorded" }] } }],
    },
  ],
  problems: [...JSON_BODY, "verdict-differs"],
};

const heartbeat: Operation = {
  operationId: "sendHeartbeat",
  tag: "agent",
  method: "POST",
  path: "/v1/sites/{site}/heartbeat",
  function: "report-verdicts",
  access: "verdict",
  summary: { en: "Say that the agent is there", zh: "报告代理在线" },
  description: {
    en: "For times without work to fetch. The plant's deadlines stand still while its agent is silent. The answer tells the time here, by which the plant's clock can be checked.",
    zh: "用于没有工作可领的时候。代理沉默期间，工厂的期限暂停计时。回答给出此处的时间，可用来核对工厂的时钟。",
  },
  body: json(HeartbeatRequest, { en: "An empty object.", zh: "空对象。" }, { name: "empty", summary: { en: "nothing to say", zh: "无内容" }, value: {} }),
  answers: [
    {
      status: 200,
      description: { en: "Heard.", zh: "已收到。" },
      schema: HeartbeatBody,
      examples: [{ name: "heard", summary: { en: "heard", zh: "已收到" }, value: { serverTime: AT, pollAfterSeconds: 15 } }],
    },
  ],
  problems: JSON_BODY,
};

const results: Operation = {
  operationId: "readResults",
  tag: "agent",
  method: "GET",
  path: "/v1/sites/{site}/results",
  function: "ask-ledger",
  access: "post",
  summary: { en: "Read what became of posted documents", zh: "查询已提交单据的结果" },
  description: {
    en: "For whoever may post for the connection of a MES: each settling and each parking of its documents, the oldest first. Ask again with `after`; without it from the beginning. A result may be told more than once: remove repeats by its `id`.",
    zh: "供可代表 MES 连接提交单据者使用：其单据的每次了结和每次挂起，最早的在前。请带 `after` 再问；不带则从头开始。同一结果可能被告知多次：请按 `id` 去重。",
  },
  query: ResultsQuery,
  answers: [
    {
      status: 200,
      description: { en: "A page of results.", zh: "一页结果。" },
      schema: ResultsAnswer,
      examples: [
        {
          name: "delivered",
          summary: { en: "a consumption that was posted", zh: "一条已过账的消耗" },
          value: {
            results: [
              {
                id: `001772439302417#${USE_DOCUMENT}#1#delivered`,
                document: USE_DOCUMENT,
                type: "MaterialActual",
                objectId: "USE-81-1",
                cancel: false,
                key: "mes-81-use-1",
                state: "delivered",
                at: AT,
                references: { post: "4900000123" },
              },
            ],
            after: "MDAxNzcyNDM5MzAyNDE3",
            pollAfterSeconds: 15,
          },
        },
      ],
    },
  ],
  problems: QUESTION,
};

export const AGENT_OPERATIONS = [lease, verdicts, heartbeat, results] as const;
