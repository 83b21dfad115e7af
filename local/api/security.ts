import type { Access } from "../../core/api/operation.ts";
import { isForPersons } from "../../core/api/operations.ts";

/** How callers say who they are. */
export const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description:
      "A token of Orderlane with a grant of sites, connections, document types and actions: for agents and persons. It begins with orl_ and is shown once.",
    "x-description-zh": "Orderlane 的令牌，附有工厂、连接、单据类型和操作的授权：供代理和人员使用。以 orl_ 开头，只显示一次。",
  },
  basic: {
    type: "http",
    scheme: "basic",
    description: "User and password of a connection whose scheme is basic.",
    "x-description-zh": "认证方式为 basic 的连接的用户名和密码。",
  },
  webhookId: {
    type: "apiKey",
    in: "header",
    name: "webhook-id",
    description: "Standard Webhooks 1.0: the message's id, unique for ever; a repeat bears the same.",
    "x-description-zh": "Standard Webhooks 1.0：报文编号，永远唯一；重发时使用同一编号。",
  },
  webhookTimestamp: {
    type: "apiKey",
    in: "header",
    name: "webhook-timestamp",
    description: "Standard Webhooks 1.0: whole seconds since 1970, within 300 s of now.",
    "x-description-zh": "Standard Webhooks 1.0：自 1970 年起的整秒数，与当前时间相差不超过 300 秒。",
  },
  webhookSignature: {
    type: "apiKey",
    in: "header",
    name: "webhook-signature",
    description: "Standard Webhooks 1.0: v1, and base64 of HMAC-SHA256 over id.timestamp.body under the connection's secret.",
    "x-description-zh": "Standard Webhooks 1.0：v1, 加上以连接密钥对 id.timestamp.body 计算的 HMAC-SHA256 的 base64。",
  },
  awsSignature: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "AWS Signature Version 4 of a role or user that has a grant, under the address that ends in /aws.",
    "x-description-zh": "拥有授权的 AWS 角色或用户的签名（Signature Version 4），使用以 /aws 结尾的地址。",
    "x-amazon-apigateway-authtype": "awsSigv4",
  },
  bodySignature: {
    type: "apiKey",
    in: "header",
    name: "X-Signature",
    description:
      "HMAC-SHA256 of the raw body alone under the connection's secret, in base64 or hex. Name of the header, encoding and prefix are settings of the connection.",
    "x-description-zh": "仅对原始报文体、以连接密钥计算的 HMAC-SHA256，base64 或十六进制。请求头名称、编码和前缀由连接的设置决定。",
  },
  oauth2: {
    type: "oauth2",
    description:
      "An access token (JWT) of the sender's own identity provider, for a connection whose scheme is oauth2; issuer, audience, client and scope are settings of the connection.",
    "x-description-zh": "发送方自己的身份提供者颁发的访问令牌（JWT），用于认证方式为 oauth2 的连接；颁发者、受众、客户端和范围由连接的设置决定。",
    flows: { clientCredentials: { tokenUrl: "https://login.example.org/oauth2/token", scopes: {} } },
  },
} as const;

type Requirement = Readonly<Record<string, string[]>>;

/** Of a connection only one of them is right: its own. */
const SENDER: Requirement[] = [
  { bearer: [] },
  { webhookId: [], webhookTimestamp: [], webhookSignature: [] },
  { bodySignature: [] },
  { basic: [] },
  { oauth2: [] },
];

export function securityOf(access: Access): Requirement[] {
  if (access === "public") return [];
  if (access === "sender") return SENDER;
  return isForPersons(access) ? [{ bearer: [] }, { awsSignature: [] }] : [{ bearer: [] }];
}
