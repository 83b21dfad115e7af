import { createHash } from "node:crypto";
import * as z from "zod";
import { signBody } from "../core/access/body-signature.ts";
import { signWebhook } from "../core/access/standard-webhooks.ts";
import { EXIT, Failure, usage } from "./failure.ts";
import type { Reach } from "./reach.ts";
import { same, type Text } from "./words.ts";

/** How `orderlane send` shows who it is: by each scheme that a connection may ask for (docs/signatures.md). */

export const CredentialOptions = z.object({
  secretEnv: z.string().optional(),
  hmacHeader: z.string().optional(),
  hmacEncoding: z.enum(["base64", "hex"]).default("base64"),
  hmacPrefix: z.string().default(""),
  basicEnv: z.string().optional(),
  token: z.string().optional(),
  key: z.string().optional(),
  keyHeader: z.string().optional(),
});
type CredentialOptions = z.infer<typeof CredentialOptions>;

type Headers = Record<string, string>;

const NOT_SENT: Text = { en: "the message cannot be sent", "zh-CN": "报文无法发送" };
const NOT_SIGNED: Text = { en: "the message cannot be signed", "zh-CN": "报文无法签名" };

/**
 * What was named on the command line alone; else what is known of this API, both at once: the door takes what the connection's scheme asks for and looks at nothing else.
 * @throws Failure
 */
export function credentials(reach: Reach, options: CredentialOptions, body: Uint8Array, now: number): Headers {
  const { secretEnv, basicEnv, token, hmacHeader } = options;
  if ([secretEnv, basicEnv, token].filter((named) => named !== undefined).length > 1)
    throw usage(
      NOT_SENT,
      { en: "--secret-env, --basic-env and --token are different schemes", "zh-CN": "--secret-env、--basic-env 和 --token 是不同的方式" },
      { en: "leave only one of them", "zh-CN": "只保留其中一个" },
    );
  if (hmacHeader !== undefined && secretEnv === undefined)
    throw usage(
      NOT_SIGNED,
      { en: "--hmac-header signs with a secret, and none is named", "zh-CN": "--hmac-header 用密钥签名，但没有指明密钥" },
      { en: "give --secret-env NAME too", "zh-CN": "同时给出 --secret-env 变量名" },
    );
  if (secretEnv !== undefined && hmacHeader !== undefined) return bodySigned(valueIn(secretEnv), hmacHeader, options, body);
  if (secretEnv !== undefined) return signed(valueIn(secretEnv, "whsec_…"), options.key, body, now);
  if (basicEnv !== undefined) return basic(valueIn(basicEnv, "user:password"), options, body);
  return token === undefined ? known(reach, options, body, now) : bearer(token, options, body);
}

function known(reach: Reach, options: CredentialOptions, body: Uint8Array, now: number): Headers {
  const signature = reach.webhookSecret === undefined ? {} : signed(reach.webhookSecret, options.key, body, now);
  const token = reach.token === undefined ? {} : bearer(reach.token, options, body);
  if (reach.webhookSecret === undefined && reach.token === undefined)
    throw usage(
      NOT_SENT,
      { en: "neither a secret nor a token is known", "zh-CN": "既没有密钥也没有令牌" },
      {
        en: "give --secret-env NAME or --basic-env NAME, or set ORDERLANE_TOKEN (oauth2: curl gets one from the issuer, docs/signatures.md)",
        "zh-CN": "给出 --secret-env 变量名或 --basic-env 变量名，或设置 ORDERLANE_TOKEN（oauth2：用 curl 向签发方取得，见 docs/signatures.md）",
      },
    );
  return { ...token, ...signature };
}

function valueIn(name: string, form = "…"): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw usage(
    NOT_SIGNED,
    { en: `the environment variable ${name} is empty`, "zh-CN": `环境变量 ${name} 为空` },
    { en: `export ${name}=${form}, then run the command again`, "zh-CN": `export ${name}=${form}，然后再执行该命令` },
  );
}

/** Without a key of its own the same file is the same message: sent twice, it is taken once. */
const keyOf = ({ key }: Pick<CredentialOptions, "key">, body: Uint8Array): string =>
  key === undefined ? `file-${createHash("sha256").update(body).digest("hex").slice(0, 32)}` : key;

function signed(secret: string, key: string | undefined, body: Uint8Array, now: number): Headers {
  const id = keyOf(key === undefined ? {} : { key }, body);
  const timestamp = String(Math.floor(now / 1000));
  try {
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signWebhook(id, timestamp, body, secret) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure({
      what: NOT_SIGNED,
      why: same(why),
      next: { en: "copy the secret again, whsec_ included", "zh-CN": "重新复制密钥，包括 whsec_" },
      exit: EXIT.usage,
    });
  }
}

const bodySigned = (secret: string, header: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  [header]: signBody(body, secret, { encoding: options.hmacEncoding, prefix: options.hmacPrefix }),
  ...keyHeader(options, body),
});

const basic = (pair: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
  ...keyHeader(options, body),
});

const bearer = (token: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  authorization: `Bearer ${token}`,
  ...(options.keyHeader === undefined && options.key !== undefined ? { "idempotency-key": options.key } : keyHeader(options, body)),
});

/** For a connection whose messages bring their id in a header. */
const keyHeader = (options: CredentialOptions, body: Uint8Array): Headers =>
  options.keyHeader === undefined ? {} : { [options.keyHeader]: keyOf(options, body) };
