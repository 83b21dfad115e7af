import * as z from "zod";
import { CHINESE_TITLES } from "../core/door/problem-titles.ts";
import { EXIT, Failure } from "./failure.ts";
import type { Reach } from "./reach.ts";
import { same, type Text } from "./words.ts";

export type Answer = { readonly status: number; readonly body: unknown };

export type Sent = { readonly method: "GET" | "POST"; readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array };

/** Longer than the gateway's own 29 s. */
const PATIENCE_MS = 35_000;

/** One request; any status is an answer. @throws Failure where none came, or none that is JSON */
export async function call(reach: Reach, sent: Sent): Promise<Answer> {
  const { method, body } = sent;
  const { url, headers } =
    sent.headers?.authorization === TO_BE_SIGNED.authorization ? await signedRequest(reach, sent) : { url: `${reach.url}${sent.path}`, headers: sent.headers };
  const response = await fetch(url, {
    method,
    headers: { accept: "application/json", ...headers },
    // Redirected elsewhere, token and signature would go along.
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  }).catch((error: unknown) => {
    throw new Failure({
      what: { en: `no answer from ${reach.url}`, "zh-CN": `${reach.url} 没有应答` },
      why: causeOf(error),
      next: {
        en: "see that the API is up (locally: npm start), then run the same command again; orderlane doctor looks for the cause",
        "zh-CN": "确认 API 在运行（本地：npm start），然后再执行同一命令；orderlane doctor 可查原因",
      },
      exit: EXIT.failed,
    });
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    throw new Failure({
      what: { en: `${url} is not Orderlane's API`, "zh-CN": `${url} 不是 Orderlane 的 API` },
      why: { en: `it answered ${response.status} without JSON`, "zh-CN": `它的应答是 ${response.status}，且不是 JSON` },
      next: { en: "check the address: it ends before /v1", "zh-CN": "检查地址：它应止于 /v1 之前" },
      exit: EXIT.failed,
    });
  }
}

function causeOf(error: unknown): Text {
  if (!(error instanceof Error)) return same(String(error));
  if (error.name === "TimeoutError") return { en: `nothing came within ${PATIENCE_MS / 1000} s`, "zh-CN": `${PATIENCE_MS / 1000} 秒内没有收到任何内容` };
  return same(error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message);
}

/** The API has persons' routes once more for signed requests. */
async function signedRequest(reach: Reach, { method, path, headers, body }: Sent) {
  const url = `${reach.url}/aws${path}`;
  const { authorization: _toBeMade, ...others } = { ...headers };
  return { url, headers: { ...others, ...(await (await import("./aws-signature.ts")).signatureOf({ method, url, headers: others, body })) } };
}

/** Only the scheme: call() makes the signature, which is over the whole request. */
const TO_BE_SIGNED = { authorization: "AWS4-HMAC-SHA256" };

/** The header of a person's own request. @throws Failure without a token or AWS credentials */
export function asPerson(reach: Reach): Readonly<Record<string, string>> {
  if (reach.isSigned === true) return TO_BE_SIGNED;
  if (reach.token !== undefined) return { authorization: `Bearer ${reach.token}` };
  throw new Failure({
    what: { en: "the API cannot be asked", "zh-CN": "无法查询 API" },
    why: { en: "no token is known", "zh-CN": "没有令牌" },
    next: {
      en: "set ORDERLANE_TOKEN (locally npm start writes one), or sign with your AWS identity: --aws",
      "zh-CN": "设置 ORDERLANE_TOKEN（本地由 npm start 写好），或用您的 AWS 身份签名：--aws",
    },
    exit: EXIT.usage,
  });
}

/** RFC 9457, as the API says it. */
const ProblemSaid = z.object({ type: z.string().optional(), title: z.string(), detail: z.string().optional(), code: z.string().optional() });

const NEXT: Readonly<Record<number, Text | undefined>> = {
  401: {
    en: "check the token or the secret, and this machine's clock; orderlane doctor does",
    "zh-CN": "检查令牌或密钥，以及本机时钟；orderlane doctor 会逐项检查",
  },
  404: { en: "check the number, the id and the site, and that the token may see them", "zh-CN": "检查号码、标识和工厂，以及令牌是否有权查看" },
  429: { en: "run the same command again in a few seconds", "zh-CN": "几秒后再执行同一命令" },
  503: { en: "run the same command again: what was taken is not taken twice", "zh-CN": "再执行同一命令：已接收的不会重复接收" },
};
const CORRECT: Text = { en: "correct what it says, then run the command again", "zh-CN": "按其所述更正，然后再执行该命令" };

/** A refusal of the API: its title in the reader's language, its detail in the API's own words. */
export function refusal(what: Text, { status, body }: Answer, next?: Text): Failure {
  const usual = NEXT[status];
  return new Failure({ what, why: whyOf(status, body), next: next ?? (usual === undefined ? CORRECT : usual), exit: EXIT.failed, problem: body });
}

function whyOf(status: number, body: unknown): Text {
  const parsed = ProblemSaid.safeParse(body);
  if (!parsed.success) return { en: `the API answered ${status}`, "zh-CN": `API 的应答是 ${status}` };
  const { title, detail, code } = parsed.data;
  const named = code === undefined ? "" : ` (${code})`;
  const chinese = chineseTitle(parsed.data);
  return {
    en: `${[title, detail].filter((part) => part !== undefined).join(": ")}${named}`,
    "zh-CN": `${[chinese === undefined ? title : chinese, detail].filter((part) => part !== undefined).join("：")}${named}`,
  };
}

const TITLES: Readonly<Record<string, string | undefined>> = CHINESE_TITLES;

const chineseTitle = ({ type }: z.infer<typeof ProblemSaid>): string | undefined =>
  type === undefined ? undefined : TITLES[type.replace("urn:orderlane:problem:", "")];

/** A 2xx by its schema. @throws Failure */
export function read<Schema extends z.ZodType>(schema: Schema, { body }: Answer): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues
    .map((issue) => `${issue.path.join(".")}: ${issue.message}`)
    .slice(0, 3)
    .join("; ");
  throw new Failure({
    what: { en: "the API's answer is not understood", "zh-CN": "看不懂 API 的应答" },
    why: same(why),
    next: { en: "use the orderlane command of the version that is deployed, or --json", "zh-CN": "使用与所部署版本一致的 orderlane 命令，或加 --json" },
    exit: EXIT.failed,
  });
}
