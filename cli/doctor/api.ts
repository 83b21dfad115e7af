import * as z from "zod";
import { asPerson, call } from "../call.ts";
import { EXIT, Failure } from "../failure.ts";
import type { Reach } from "../reach.ts";
import { same } from "../words.ts";
import { type Check, finding, fine, unchecked } from "./checks.ts";

const PATIENCE_MS = 10_000;

export type Reached = { readonly isReached: boolean; readonly checks: readonly Check[] };

/** Whether Orderlane answers at the address, and how far this machine's clock is from its. The description needs no token. */
export async function apiChecks(reach: Reach, toleranceSeconds: number): Promise<Reached> {
  const sent = Date.now();
  try {
    const response = await fetch(`${reach.url}/v1/openapi.json`, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    const isOurs = Description.safeParse(await response.json().catch(() => undefined)).success;
    if (!isOurs) return { isReached: false, checks: [notOurs(reach, response.status)] };
    const reached = fine({ en: `the API answers at ${reach.url}`, "zh-CN": `API 在 ${reach.url} 应答` });
    return { isReached: true, checks: [reached, clockCheck(response.headers.get("date"), (sent + Date.now()) / 2, toleranceSeconds)] };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { isReached: false, checks: [silent(reach, cause instanceof Error && cause.message !== "" ? cause.message : String(error))] };
  }
}

const Description = z.object({ openapi: z.string(), info: z.object({ title: z.string().startsWith("Orderlane") }) });

const silent = ({ url }: Reach, why: string): Check =>
  finding({ en: `nobody answers at ${url}`, "zh-CN": `${url} 没有应答` }, same(why), {
    en: "see that the API is up (locally: npm start), or correct --url or ORDERLANE_URL",
    "zh-CN": "确认 API 在运行（本地：npm start），或更正 --url 或 ORDERLANE_URL",
  });

const notOurs = ({ url }: Reach, status: number): Check =>
  finding(
    { en: `${url} is not Orderlane's API`, "zh-CN": `${url} 不是 Orderlane 的 API` },
    { en: `${url}/v1/openapi.json answered ${status} without its description`, "zh-CN": `${url}/v1/openapi.json 的应答是 ${status}，没有 API 说明` },
    { en: "check the address: it ends before /v1, after the gateway's stage", "zh-CN": "检查地址：它应止于 /v1 之前、网关 stage 之后" },
  );

/** A Date header counts whole seconds. @param now in the middle of the request, clock milliseconds */
export function clockCheck(date: string | null, now: number, toleranceSeconds: number): Check {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs))
    return unchecked(
      { en: "this machine's clock", "zh-CN": "本机时钟" },
      { en: "the answer had no date", "zh-CN": "应答中没有日期" },
      { en: "compare it with another clock: date -u", "zh-CN": "与另一个时钟比较：date -u" },
    );
  const skew = Math.round((now - theirs) / 1000);
  if (Math.abs(skew) <= toleranceSeconds) return fine({ en: "this machine's clock is right", "zh-CN": "本机时钟正确" });
  const minutes = Math.round(Math.abs(skew) / 60);
  return finding(
    { en: `this machine's clock is ${minutes} min ${skew > 0 ? "ahead" : "behind"}`, "zh-CN": `本机时钟${skew > 0 ? "快" : "慢"} ${minutes} 分钟` },
    { en: `signatures are refused that are more than ${toleranceSeconds} s off`, "zh-CN": `偏差超过 ${toleranceSeconds} 秒的签名会被拒绝` },
    { en: "let the clock be set by the network: timedatectl set-ntp true", "zh-CN": "让时钟由网络校准：timedatectl set-ntp true" },
  );
}

type Probe = { readonly action: string; readonly method: "GET" | "POST"; readonly path: (site: string) => string; readonly allowed: readonly number[] };

/** Nothing comes of any of them: an empty body is refused after the grant has been looked at, and before anything is done. */
const PROBES: readonly Probe[] = [
  { action: "read", method: "GET", path: (site) => `/v1/sites/${site}/open?limit=1`, allowed: [200] },
  { action: "command", method: "POST", path: (site) => `/v1/sites/${site}/documents/none/commands`, allowed: [422] },
  { action: "lease", method: "POST", path: (site) => `/v1/sites/${site}/deliveries/lease`, allowed: [422] },
  { action: "verdict", method: "POST", path: (site) => `/v1/sites/${site}/deliveries/verdicts`, allowed: [422] },
  { action: "administer", method: "GET", path: () => "/v1/access/grants", allowed: [200] },
];

const EMPTY = Buffer.from("{}");

export type Allowed = { readonly check: Check; readonly isValid: boolean; readonly actions: readonly string[] };

/** Whether the token is one, and what its grant lets do at a site. */
export async function grantCheck(reach: Reach, site: string): Promise<Allowed> {
  try {
    const actions = await allowedActions(reach, site);
    if (actions === "refused") return { check: refused(reach), isValid: false, actions: [] };
    return { check: actions.length === 0 ? covers(site) : mayDo(site, actions), isValid: true, actions };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { check: notTried(error, site), isValid: false, actions: [] };
  }
}

/** @throws Failure where there is no token, or no answer */
async function allowedActions(reach: Reach, site: string): Promise<readonly string[] | "refused"> {
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const actions: string[] = [];
  for (const { action, method, path, allowed } of PROBES) {
    const body = method === "POST" ? { body: EMPTY } : {};
    const { status } = await call(reach, { method, path: path(encodeURIComponent(site)), headers, ...body });
    if (status === 401) return "refused";
    if (allowed.includes(status)) actions.push(action);
  }
  return actions;
}

function notTried({ told }: Failure, site: string): Check {
  const { what, why, next, exit } = told;
  return exit === EXIT.usage ? finding(what, why, next) : unchecked({ en: `the token at ${site}`, "zh-CN": `令牌在工厂 ${site}` }, why, next);
}

const mayDo = (site: string, actions: readonly string[]): Check =>
  fine({ en: `the token may at ${site}: ${actions.join(", ")}`, "zh-CN": `令牌在工厂 ${site} 可以：${actions.join("、")}` });

const covers = (site: string): Check =>
  finding(
    { en: `the token may do nothing at ${site} that could be tried`, "zh-CN": `令牌在工厂 ${site} 不能做任何可试的操作` },
    {
      en: "its grant does not cover the site, the site is not in the settings, or it may only post",
      "zh-CN": "其授权不含该工厂，或设置中没有该工厂，或它只能发送",
    },
    {
      en: `ask who administers for a grant: orderlane access grant NAME --sites ${site} --actions read,command …`,
      "zh-CN": `请管理员授权：orderlane access grant 名称 --sites ${site} --actions read,command …`,
    },
  );

const refused = ({ isSigned }: Reach): Check =>
  isSigned === true
    ? finding(
        { en: "the AWS identity is not let in", "zh-CN": "该 AWS 身份未获准入" },
        { en: "no grant is given to its role or user", "zh-CN": "没有给该角色或用户的授权" },
        {
          en: "aws sts get-caller-identity, then ask for: orderlane access grant --aws-role ARN …",
          "zh-CN": "aws sts get-caller-identity，然后请管理员：orderlane access grant --aws-role ARN …",
        },
      )
    : finding(
        { en: "the token is not valid", "zh-CN": "令牌无效" },
        {
          en: "it has expired, was revoked, or is not one of this API's: the API says the same of all three",
          "zh-CN": "已过期、已撤销，或不是此 API 的令牌：API 对三者说法相同",
        },
        {
          en: "ask who administers: orderlane access list --all, then a new one by orderlane access grant",
          "zh-CN": "请管理员查看 orderlane access list --all，再用 orderlane access grant 给一个新令牌",
        },
      );
