import type { Tag, Text } from "./operation.ts";

/** What is said of the API as a whole, in both languages. */

export const API: { readonly version: string; readonly description: Text } = {
  version: "1.0.0",
  description: {
    en: "Orderlane keeps the MES of a plant and the ERP of a company telling the same story. ERPs and plants post documents; a plant's agent fetches the work for its MES and reports what became of it; persons ask where something stands, and steer. Every document is delivered once, in order. Every answer that is not 2xx is a problem of RFC 9457 with a stable code. Times are UTC. Every text of this description stands beside its Chinese translation: `description` and `x-description-zh`, `summary` and `x-summary-zh`.",
    zh: "Orderlane 让工厂的 MES 与公司的 ERP 保持一致。ERP 和工厂提交单据；工厂的代理为其 MES 领取工作并报告结果；人员查询进展并进行操作。每份单据按顺序只投递一次。所有非 2xx 的回答都是带稳定代码的 RFC 9457 问题。时间均为 UTC。本说明的每段文本旁都有中文：`description` 与 `x-description-zh`，`summary` 与 `x-summary-zh`。",
  },
};

export const TAGS: Readonly<Record<Tag, Text>> = {
  documents: { en: "Posting documents", zh: "提交单据" },
  agent: { en: "A plant's agent", zh: "工厂的代理" },
  asking: { en: "Asking where something stands", zh: "查询" },
  access: { en: "Grants, audit and secrets", zh: "授权、审计与密钥" },
  steering: { en: "Commands", zh: "操作" },
  description: { en: "This description", zh: "本说明" },
};

export const PATH_PARAMETERS: Readonly<Record<string, { readonly text: Text; readonly example: string }>> = {
  site: { text: { en: "The plant.", zh: "工厂。" }, example: "hamburg" },
  connection: {
    text: { en: "The connection that the sender is, by its name in the settings.", zh: "发送方对应的连接，即其在设置中的名称。" },
    example: "mes-hamburg",
  },
  id: {
    text: { en: "The document's id, as the door told it.", zh: "单据编号，即提交时回答的编号。" },
    example: "4k7m2x9q0v8c1n5t6w3r2y9z0a.7d1h5k8p2s4v6x9b3f0j5n8r1t",
  },
  which: {
    text: {
      en: "Which secret: `source`, what the system signs with or shows to us; `call`, what we show to it.",
      zh: "哪个密钥：`source` 为对方签名或出示给我们的；`call` 为我们出示给对方的。",
    },
    example: "source",
  },
  lot: { text: { en: "The lot's number; `-` where it stands in the query.", zh: "批号；批号放在查询参数中时写 `-`。" }, example: "FG-2026-0302" },
};

export const SERVERS = {
  plain: {
    en: "REST API of the deployment; its address is the output ApiUrl of the stack",
    zh: "部署的 REST API；其地址为堆栈的输出 ApiUrl",
  },
  signed: { en: "The same for persons who sign with their AWS credentials", zh: "同上，供以 AWS 凭证签名的人员使用" },
} as const satisfies Readonly<Record<string, Text>>;
