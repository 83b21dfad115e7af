import * as z from "zod";
import { DocumentAnswer, MasterAnswer, OpenAnswer, OrderAnswer } from "../asking/answers.ts";
import { DocumentQuery, LotQuery, MasterQuery, OpenQuery, OrderQuery } from "../asking/queries.ts";
import { BalanceAnswer } from "../balance/order-balance.ts";
import { GenealogyAnswer } from "../genealogy/genealogy-answer.ts";
import { DOCUMENT, OPEN_DOCUMENT, ORDER_SUMMARY, RECEIVED } from "./asking-examples.ts";
import { AT, ORDER_DOCUMENT } from "./example-values.ts";
import type { Operation, Text } from "./operation.ts";
import { QUESTION } from "./problem-groups.ts";

/** What persons ask. */

const common = { tag: "asking", method: "GET", function: "ask-ledger", access: "read" } as const;

const answer = (schema: z.ZodType, description: Text, name: string, summary: Text, value: unknown): Operation["answers"] => [
  { status: 200, description, schema, examples: [{ name, summary, value }] },
];

const document: Operation = {
  ...common,
  operationId: "readDocument",
  path: "/v1/sites/{site}/documents/{id}",
  summary: { en: "Read one document", zh: "查询一份单据" },
  description: {
    en: "Where it stands, what blocks it and why, what was done about it in the other systems, and the commands to run next; with `content=true` also the document as it came beside what was understood of it.",
    zh: "单据处于什么状态、被什么阻塞及原因、在其他系统中做过什么，以及下一步命令；带 `content=true` 时还给出收到的原文与我们的理解。",
  },
  query: DocumentQuery,
  answers: answer(
    DocumentAnswer,
    { en: "The document.", zh: "单据。" },
    "parked",
    { en: "an order that the plant refused to take back", zh: "一份已挂起的工单" },
    DOCUMENT,
  ),
  problems: QUESTION,
};

const order: Operation = {
  ...common,
  operationId: "readOrder",
  path: "/v1/sites/{site}/orders",
  summary: { en: "Read an order's story", zh: "查询工单全过程" },
  description: {
    en: "Both directions of one production order in one timeline, with all its documents. The number may be written in any of the forms in which the site's systems write it.",
    zh: "一个生产工单的双向全过程在一条时间线上，含其全部单据。号码可用该工厂各系统的任何写法。",
  },
  query: OrderQuery,
  answers: answer(
    OrderAnswer,
    { en: "The order.", zh: "工单。" },
    "delivered",
    { en: "an order with one document", zh: "只有一份单据的工单" },
    { site: "hamburg", number: "1000123", documents: [ORDER_SUMMARY], timeline: [RECEIVED], complete: true },
  ),
  problems: QUESTION,
};

const open: Operation = {
  ...common,
  operationId: "listOpenDocuments",
  path: "/v1/sites/{site}/open",
  summary: { en: "List what is not settled", zh: "列出未了结的单据" },
  description: {
    en: "The site's documents that are under way, wait, or are parked, those due soonest first; a page. Read from an index that may be a few seconds behind.",
    zh: "该工厂正在处理、等待或挂起的单据，最快到期的在前；分页。读自一个可能滞后几秒的索引。",
  },
  query: OpenQuery,
  answers: answer(
    OpenAnswer,
    { en: "A page of open documents.", zh: "一页未了结的单据。" },
    "parked",
    { en: "one document that a person must look at", zh: "一份需要人工处理的单据" },
    {
      site: "hamburg",
      asOf: AT,
      note: "read from an index that is eventually consistent: what changed in the last seconds may be missing, or shown as it was",
      documents: [OPEN_DOCUMENT],
    },
  ),
  problems: QUESTION,
};

const balance: Operation = {
  ...common,
  operationId: "readOrderBalance",
  path: "/v1/sites/{site}/orders/balance",
  summary: { en: "Compare an order with the ERP's books", zh: "将工单与 ERP 账面核对" },
  description: {
    en: "What the plant reported of an order, by material and lot, against what the ERP's own books say now. Asks the ERP once and changes nothing.",
    zh: "工厂对一个工单的报告（按物料和批次）与 ERP 当前账面的对比。只询问 ERP 一次，不做任何更改。",
  },
  query: OrderQuery,
  answers: answer(
    BalanceAnswer,
    { en: "The balance.", zh: "核对结果。" },
    "equal",
    { en: "books and reports are equal", zh: "账面与报告一致" },
    {
      site: "hamburg",
      number: "1000123",
      connection: "erp",
      rows: [
        {
          materialUse: "Consumed",
          material: "4711",
          lot: "12E4",
          unit: "KGM",
          reported: "12.500",
          books: "12.500",
          remainder: "0",
          underWay: "0",
          verdict: "equal",
        },
      ],
      differences: 0,
      contentGone: 0,
    },
  ),
  problems: [...QUESTION, "books-none", "books-unreachable"],
};

const genealogy: Operation = {
  ...common,
  operationId: "readLotGenealogy",
  path: "/v1/sites/{site}/lots/{lot}/genealogy",
  summary: { en: "Trace a lot", zh: "追溯批次" },
  description: {
    en: "What a lot was made of (`back`) or went into (`forward`): lots, orders, operations, machines, persons, process parameters, tests. A lot number of other than letters, digits and `.` `_` `~` `-` is asked for with `-` in the path and `number` in the query.",
    zh: "一个批次由什么制成（`back`）或流向何处（`forward`）：批次、工单、工序、设备、人员、工艺参数、检验。批号含字母、数字和 `.` `_` `~` `-` 以外字符时，路径写 `-`，批号放在查询参数 `number` 中。",
  },
  query: LotQuery.extend({ number: LotQuery.shape.number.optional() }),
  answers: answer(
    GenealogyAnswer,
    { en: "The way of the lot.", zh: "批次的去向与来源。" },
    "back",
    { en: "a lot made of one other", zh: "由另一个批次制成的批次" },
    {
      site: "hamburg",
      lot: "FG-2026-0302",
      material: "FG-9",
      direction: "back",
      lots: [
        { material: "FG-9", lot: "FG-2026-0302", level: 0, tests: [], orders: ["1000123"], next: [{ material: "4711", lot: "12E4" }] },
        { material: "4711", lot: "12E4", level: 1, tests: [], orders: [], next: [] },
      ],
      orders: [
        {
          order: "1000123",
          consumed: [{ kind: "consumed", material: "4711", lot: "12E4", order: "1000123", operation: "10", quantity: { value: "12.500", unit: "KGM" } }],
          produced: [{ kind: "produced", material: "FG-9", lot: "FG-2026-0302", order: "1000123", quantity: { value: "9", unit: "C62" } }],
          worked: [],
        },
      ],
      persons: {},
      complete: true,
    },
  ),
  problems: [...QUESTION, "path-malformed"],
};

const master: Operation = {
  ...common,
  operationId: "listMasterData",
  path: "/v1/sites/{site}/master",
  summary: { en: "List master data", zh: "列出主数据" },
  description: {
    en: "What each system has told of the site's materials, equipment, persons and other master data, by system and code; a page.",
    zh: "各系统告知的该工厂的物料、设备、人员及其他主数据，按系统和编码排列；分页。",
  },
  query: MasterQuery,
  answers: answer(
    MasterAnswer,
    { en: "A page of master data.", zh: "一页主数据。" },
    "material",
    { en: "one material", zh: "一个物料" },
    {
      site: "hamburg",
      entries: [
        {
          type: "MaterialDefinition",
          code: "000000000000004711",
          matched: "material:4711",
          connection: "erp",
          document: ORDER_DOCUMENT,
          version: "1",
          acceptedAt: AT,
          description: "Natural rubber, bales",
          baseUnit: "KGM",
        },
      ],
    },
  ),
  problems: QUESTION,
};

const description: Operation = {
  ...common,
  operationId: "readApiDescription",
  tag: "description",
  path: "/v1/openapi.json",
  access: "public",
  summary: { en: "Read this description", zh: "读取本说明" },
  description: {
    en: "The OpenAPI 3.1 description of this API. No token is needed: it tells no data.",
    zh: "本 API 的 OpenAPI 3.1 说明。无需令牌：其中没有任何业务数据。",
  },
  answers: answer(
    z.looseObject({ openapi: z.string(), info: z.record(z.string(), z.unknown()), paths: z.record(z.string(), z.unknown()) }),
    { en: "An OpenAPI document.", zh: "OpenAPI 文档。" },
    "head",
    { en: "its beginning", zh: "其开头" },
    { openapi: "3.1.1", info: { title: "Orderlane" }, paths: {} },
  ),
  problems: ["internal"],
};

export const ASKING_OPERATIONS = [document, order, open, balance, genealogy, master, description] as const;
