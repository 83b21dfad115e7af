import { CommandQueued, CommandRequest } from "../lanes/command-bodies.ts";
import { CommandPlan } from "../lanes/command-plan.ts";
import { ORDER_DOCUMENT } from "./example-values.ts";
import type { Operation } from "./operation.ts";
import { JSON_BODY } from "./problem-groups.ts";

/** What persons command. */

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

export const STEERING_OPERATIONS = [command] as const;
