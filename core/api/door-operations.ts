import * as z from "zod";
import { AcceptedBody } from "../door/line-results.ts";
import { CONSUMPTION, USE_DOCUMENT } from "./example-values.ts";
import type { Answer, Body, Operation } from "./operation.ts";
import { DOOR } from "./problem-groups.ts";

/** Where ERPs and agents post. */

/** A message in the language of its connection; what stands in it is read by the connection's mapping tables. */
const Message = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<orders><order number="000001000123" version="1"/></orders>`;

const body: Body = {
  description: {
    en: "One document, or a message of many. JSON is UTF-8; XML may be in any character set that it declares. Up to 4 MiB, before and after uncompressing; up to 500 documents. Identifiers and quantities are kept as they are sent: write both as text.",
    zh: "一份单据，或包含多份单据的报文。JSON 使用 UTF-8；XML 可使用其声明的任何字符集。压缩前后均不超过 4 MiB；最多 500 份单据。编号和数量按发送内容原样保留：两者都请写成文本。",
  },
  media: {
    "application/json": {
      schema: Message,
      examples: [
        { name: "document", summary: { en: "one document", zh: "一份单据" }, value: CONSUMPTION },
        {
          name: "lines",
          summary: { en: "lines, each with its own idempotency key", zh: "多行，每行带自己的幂等键" },
          value: { lines: [{ key: "mes-81-use-1", document: CONSUMPTION }] },
        },
      ],
    },
    "application/xml": {
      schema: z.string(),
      examples: [
        { name: "xml", summary: { en: "an XML message, in the names of the system that sends it", zh: "XML 报文，使用发送系统自己的名称" }, value: XML },
      ],
    },
  },
};

const accepted: Answer = {
  status: 202,
  description: {
    en: "Every line has its result. `accepted` and `duplicate` lines are stored and will be delivered; a `refused` line says why, and is not stored. At least one line was taken.",
    zh: "每一行都有结果。`accepted` 和 `duplicate` 的行已保存，将被投递；`refused` 的行说明原因，未保存。至少有一行已接收。",
  },
  schema: AcceptedBody,
  examples: [
    {
      name: "accepted",
      summary: { en: "taken, and one of the lines refused", zh: "已接收，其中一行被拒收" },
      value: {
        lines: [
          { line: 1, result: "accepted", document: USE_DOCUMENT },
          {
            line: 2,
            result: "refused",
            code: "ORL-DOOR-026",
            detail: "a MaterialActual needs operationsRequestId",
            path: "/lines/1/document/operationsRequestId",
          },
        ],
      },
    },
  ],
};

const headers = z.object({
  "Idempotency-Key": z.string().optional(),
  "Content-Encoding": z.enum(["gzip", "identity"]).optional(),
});

const description = {
  en: "Who sends is checked by the scheme of the connection, over the raw bytes. 202 is answered only after everything that was taken is stored and queued. Send the same message again after any 5xx, a broken connection, or a line with the result `retry`: what was taken is told as `duplicate` and has no second effect.",
  zh: "按连接的认证方式、对原始字节核对发送方。只有在所接收的全部内容都已保存并入队之后才回答 202。遇到任何 5xx、连接中断或结果为 `retry` 的行，请原样重发同一报文：已接收的会回答为 `duplicate`，不会产生第二次效果。",
} as const;

const common = { tag: "documents", method: "POST", function: "receive-documents", access: "sender", description, headers, body, answers: [accepted] } as const;

export const DOOR_OPERATIONS = [
  {
    ...common,
    operationId: "postDocuments",
    path: "/v1/sites/{site}/connections/{connection}/documents",
    summary: { en: "Post documents of a site", zh: "提交一个工厂的单据" },
    problems: [...DOOR, "site-differs"],
  },
  {
    ...common,
    operationId: "postDocumentsNamingTheirSite",
    path: "/v1/connections/{connection}/documents",
    summary: { en: "Post documents that name their site themselves", zh: "提交自带工厂字段的单据" },
    problems: [...DOOR, "site-not-served"],
  },
] as const satisfies readonly Operation[];
