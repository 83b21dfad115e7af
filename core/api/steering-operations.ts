import { ConnectionsAnswer } from "../connections/connection-states.ts";
import { SteerAnswer, SteerRequest } from "../connections/steer-bodies.ts";
import { CommandQueued, CommandRequest } from "../lanes/command-bodies.ts";
import { CommandPlan } from "../lanes/command-plan.ts";
import { AT, ORDER_DOCUMENT } from "./example-values.ts";
import type { Operation } from "./operation.ts";
import { GUARDED, JSON_BODY } from "./problem-groups.ts";

/** What persons command. */

const WHY = "the ERP's month-end close";

const command: Operation = {
  operationId: "commandDocument",
  tag: "steering",
  method: "POST",
  path: "/v1/sites/{site}/documents/{id}/commands",
  function: "command-document",
  access: "command",
  summary: { en: "Give a document a command", zh: "对单据下达命令" },
  description: {
    en: "`replay` it, `skip` it, `resolve` it (a person entered it by hand, `postedAs` is its number there), or `undo` what it did; with a reason that is written into its timeline and the audit beside who said so. The command goes through the document's lane, behind what is before it; 409 where the document cannot take it as it stands, with who came first. With `plan` it only tells what would be done.",
    zh: "`replay` 重放、`skip` 跳过、`resolve` 确认（已由人工录入，`postedAs` 为其在对方系统中的号码）或 `undo` 撤销其效果；原因和命令人会写入其时间线和审计。命令经由单据所在通道排队执行；单据目前不能接受该命令时回答 409，并说明谁先到。带 `plan` 时只说明将做什么。",
  },
  body: {
    description: { en: "The command and why.", zh: "命令及原因。" },
    media: {
      "application/json": {
        schema: CommandRequest,
        examples: [
          {
            name: "replay",
            summary: { en: "try again, after the cause was mended", zh: "原因排除后重试" },
            value: { command: "replay", attempt: 1, why: "the unit is in the code table now" },
          },
          {
            name: "resolve",
            summary: { en: "a person entered it in the ERP", zh: "已由人工在 ERP 中录入" },
            value: { command: "resolve", postedAs: "4900000123", revision: 7, why: "entered by hand while the ERP was locked" },
          },
          {
            name: "plan",
            summary: { en: "what an undo would do", zh: "撤销将做什么" },
            value: { command: "undo", plan: true, why: "ordered twice" },
          },
        ],
      },
    },
  },
  answers: [
    {
      status: 200,
      description: { en: "With `plan`: what would be done; nothing is.", zh: "带 `plan` 时：将做什么；什么也没有做。" },
      schema: CommandPlan,
      examples: [
        {
          name: "plan",
          summary: { en: "a replay that would post", zh: "将会过账的重放" },
          value: {
            document: ORDER_DOCUMENT,
            command: "replay",
            attempt: 1,
            revision: 7,
            state: "parked",
            turn: "now",
            waiting: 0,
            becomes: "delivered",
            steps: [{ step: "deliver", does: "make", state: "none", text: "the plant gets it" }],
            text: ["the document begins its next attempt"],
          },
        },
      ],
    },
    {
      status: 202,
      description: {
        en: "Queued in the document's lane; what it comes to stands in the timeline under this id.",
        zh: "已在单据所在通道排队；结果以此编号记在时间线中。",
      },
      schema: CommandQueued,
      examples: [
        {
          name: "queued",
          summary: { en: "queued", zh: "已排队" },
          value: { id: "0f4h8k2m6p0r4t8w2y6a0c4e8g", document: ORDER_DOCUMENT, command: "replay", attempt: 1, revision: 7 },
        },
      ],
    },
  ],
  problems: [...JSON_BODY, "command-refused", "not-queued"],
};

const connections: Operation = {
  operationId: "listConnections",
  tag: "steering",
  method: "GET",
  path: "/v1/sites/{site}/connections",
  function: "steer-connections",
  access: "read",
  summary: { en: "List connections", zh: "列出连接" },
  description: {
    en: "How each connection of the site stands: open, paused (by whom and why), its breaker open after failures, or its plant's agent silent.",
    zh: "该工厂各连接的状态：正常、已暂停（由谁、为何）、因连续失败而熔断，或其工厂代理沉默。",
  },
  answers: [
    {
      status: 200,
      description: { en: "The connections.", zh: "连接。" },
      schema: ConnectionsAnswer,
      examples: [
        {
          name: "paused",
          summary: { en: "one is paused", zh: "其中一个已暂停" },
          value: {
            site: "hamburg",
            asOf: AT,
            connections: [
              { connection: "erp", role: "erp", state: "paused", paused: { by: "anna", why: WHY, at: AT } },
              { connection: "mes-hamburg", role: "mes", state: "open", agentHeardAt: AT },
            ],
          },
        },
      ],
    },
  ],
  problems: GUARDED,
};

const steer = {
  tag: "steering",
  method: "POST",
  function: "steer-connections",
  access: "administer",
  body: {
    description: { en: "Why.", zh: "原因。" },
    media: { "application/json": { schema: SteerRequest, examples: [{ name: "why", summary: { en: "the reason", zh: "原因" }, value: { why: WHY } }] } },
  },
  problems: [...JSON_BODY, "connection-changing"],
} as const;

const pause: Operation = {
  ...steer,
  operationId: "pauseConnection",
  path: "/v1/sites/{site}/connections/{connection}/pause",
  summary: { en: "Pause a connection", zh: "暂停连接" },
  description: {
    en: "Nothing more is delivered to it until it is resumed; what comes waits, in order, at most fourteen days. Once more is the same answer: who paused first stays named.",
    zh: "恢复之前不再向其投递；到达的内容按顺序等待，最多十四天。再次暂停得到相同回答：首先暂停者保留。",
  },
  answers: [
    {
      status: 200,
      description: { en: "It is paused.", zh: "已暂停。" },
      schema: SteerAnswer,
      examples: [{ name: "paused", summary: { en: "paused", zh: "已暂停" }, value: { connection: "erp", paused: true, by: "anna", at: AT, changed: true } }],
    },
  ],
};

const resume: Operation = {
  ...steer,
  operationId: "resumeConnection",
  path: "/v1/sites/{site}/connections/{connection}/resumption",
  summary: { en: "Resume a connection", zh: "恢复连接" },
  description: { en: "What waited is delivered, in order.", zh: "等待的内容按顺序投递。" },
  answers: [
    {
      status: 200,
      description: { en: "It goes on.", zh: "已恢复。" },
      schema: SteerAnswer,
      examples: [{ name: "resumed", summary: { en: "resumed", zh: "已恢复" }, value: { connection: "erp", paused: false, changed: true } }],
    },
  ],
};

export const STEERING_OPERATIONS = [command, connections, pause, resume] as const;
