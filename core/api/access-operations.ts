import type * as z from "zod";
import { GrantGiven, GrantRequest, GrantsAnswer, GrantsQuery, GrantTold, RevocationRequest } from "../access/grant-shapes.ts";
import { SecretReplaced, SecretRequest } from "../access/secret-form.ts";
import { AuditAnswer, AuditQuery } from "../audit/audit-shapes.ts";
import { AT, ORDER_DOCUMENT } from "./example-values.ts";
import type { Answer, Body, Operation, Text } from "./operation.ts";
import { JSON_BODY, QUESTION } from "./problem-groups.ts";

/** Who may do what, and who did: for administrators. */

const common = { tag: "access", access: "administer" } as const;

const body = (schema: z.ZodType, description: Text, name: string, summary: Text, value: unknown): Body => ({
  description,
  media: { "application/json": { schema, examples: [{ name, summary, value }] } },
});

const answer = (status: Answer["status"], schema: z.ZodType, description: Text, name: string, summary: Text, value: unknown): readonly Answer[] => [
  { status, description, schema, examples: [{ name, summary, value }] },
];

const GRANT_ID = "2c6g0k4p8t1x5z9b3f7j1n5r9v";
const WHY = "the agent of the new line";
const GRANT = {
  id: GRANT_ID,
  by: "token",
  principal: "agent-hamburg-2",
  state: "active",
  sites: ["hamburg"],
  connections: ["mes-hamburg"],
  types: ["MaterialActual"],
  actions: ["post", "lease", "verdict"],
  createdAt: AT,
  createdBy: "aws:arn:aws:iam::111122223333:role/orderlane-administrators",
  why: WHY,
  expiresAt: "2026-09-02T08:15:02.417Z",
} as const;

const grant: Operation = {
  ...common,
  operationId: "createGrant",
  method: "POST",
  path: "/v1/access/grants",
  function: "manage-access",
  summary: { en: "Give a grant", zh: "授权" },
  description: {
    en: "Gives a token, told here and never again, or a grant of an AWS role or user, who then signs with their own credentials. Nobody gives what they do not hold themselves, nor for longer. Recorded in the audit before it is done.",
    zh: "发放令牌（仅在此处显示一次），或授权一个以自身凭证签名的 AWS 角色或用户。任何人都不能授予自己没有的权限，也不能超过自己的期限。执行前先记入审计。",
  },
  body: body(
    GrantRequest,
    { en: "Who, and what they may do: every part must be covered.", zh: "授权给谁，以及可做什么：每一项都必须覆盖。" },
    "agent",
    { en: "a token for an agent", zh: "给代理的令牌" },
    { principal: GRANT.principal, sites: GRANT.sites, connections: GRANT.connections, types: GRANT.types, actions: GRANT.actions, days: 180, why: WHY },
  ),
  answers: answer(
    201,
    GrantGiven,
    { en: "Given.", zh: "已授权。" },
    "token",
    { en: "with its token", zh: "附令牌" },
    {
      ...GRANT,
      token: "orl_0000000000example0token0000000",
    },
  ),
  problems: [...JSON_BODY, "grant-beyond-own", "grant-exists"],
};

const grants: Operation = {
  ...common,
  operationId: "listGrants",
  method: "GET",
  path: "/v1/access/grants",
  function: "manage-access",
  summary: { en: "List grants", zh: "列出授权" },
  description: {
    en: "Those that the asker could have given; a page. Neither tokens nor their hashes are told.",
    zh: "询问者有权发放的授权；分页。不告知令牌及其哈希。",
  },
  query: GrantsQuery,
  answers: answer(200, GrantsAnswer, { en: "A page of grants.", zh: "一页授权。" }, "one", { en: "one grant", zh: "一个授权" }, { grants: [GRANT] }),
  problems: QUESTION,
};

const revocation: Operation = {
  ...common,
  operationId: "revokeGrant",
  method: "POST",
  path: "/v1/access/grants/{id}/revocation",
  function: "manage-access",
  summary: { en: "Revoke a grant", zh: "撤销授权" },
  description: {
    en: "In force no more from now on, whoever holds the token. Once more is the same answer.",
    zh: "从现在起失效，不论令牌在谁手中。再次撤销得到相同回答。",
  },
  body: body(RevocationRequest, { en: "Why.", zh: "原因。" }, "lost", { en: "a token was lost", zh: "令牌丢失" }, { why: "the laptop was lost" }),
  answers: answer(
    200,
    GrantTold,
    { en: "Revoked.", zh: "已撤销。" },
    "revoked",
    { en: "revoked", zh: "已撤销" },
    {
      ...GRANT,
      state: "revoked",
      revokedAt: AT,
      revokedBy: GRANT.createdBy,
    },
  ),
  problems: JSON_BODY,
};

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const UNTIL = 1_993_000_000;

const audit: Operation = {
  ...common,
  operationId: "readAudit",
  method: "GET",
  path: "/v1/audit",
  function: "manage-access",
  summary: { en: "Read the audit", zh: "读取审计" },
  description: {
    en: "The records of one day, hash-chained to those before; for whoever administers every site. `orderlane audit verify` proves that nothing was removed.",
    zh: "一天的记录，与之前的记录以哈希相连；供管理所有工厂者使用。`orderlane audit verify` 可证明没有记录被删除。",
  },
  query: AuditQuery,
  answers: answer(
    200,
    AuditAnswer,
    { en: "A page of records.", zh: "一页记录。" },
    "command",
    { en: "a command", zh: "一个命令" },
    {
      day: "2026-03-02",
      records: [
        {
          day: "2026-03-02",
          n: 1,
          hash: HASH,
          at: AT,
          who: "anna",
          from: "203.0.113.7",
          action: "replay",
          what: ORDER_DOCUMENT,
          why: "the unit is in the code table now",
          details: { site: "hamburg", attempt: 1 },
          expiresAt: UNTIL,
          previous: "0".repeat(64),
          previousExpiresAt: 0,
        },
      ],
      head: { day: "2026-03-02", n: 1, hash: HASH, recordsUntil: UNTIL },
    },
  ),
  problems: QUESTION,
};

const secret: Operation = {
  ...common,
  operationId: "replaceSecret",
  method: "POST",
  path: "/v1/connections/{connection}/secrets/{which}",
  function: "replace-secret",
  summary: { en: "Replace a connection's secret", zh: "更换连接的密钥" },
  description: {
    en: "Puts a new value. The former one stays valid beside it until the next is put, unless `alone`. Functions that know the former values go by them for five minutes at the most.",
    zh: "放入新值。旧值在下一次更换前与之同时有效，除非指定 `alone`。已读取旧值的函数最多再使用五分钟。",
  },
  body: body(
    SecretRequest,
    { en: "The new value and why.", zh: "新值及原因。" },
    "rotation",
    { en: "a rotation", zh: "轮换" },
    {
      value: "whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGU=",
      why: "the yearly rotation",
    },
  ),
  answers: answer(
    200,
    SecretReplaced,
    { en: "Replaced; the value is told nowhere.", zh: "已更换；任何地方都不显示其值。" },
    "two",
    { en: "both are valid", zh: "新旧均有效" },
    {
      secret: "orderlane/prod/erp/source",
      version: "2c6g0k4p8t1x5z9b3f7j1n5r9v2c6g0k4p8t1x5z9b3f7j1n5r9v",
      valid: 2,
    },
  ),
  problems: JSON_BODY,
};

export const ACCESS_OPERATIONS = [grant, grants, revocation, audit, secret] as const;
