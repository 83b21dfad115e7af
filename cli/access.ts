import * as z from "zod";
import { GrantGiven, GrantsAnswer, GrantTold } from "../core/access/grant-shapes.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";
import { dictionary, type Language, type Text } from "./words.ts";

const names = z.string().transform((text) => text.split(",").map((name) => name.trim()));

export const GrantOptions = SharedOptions.extend({
  sites: names,
  connections: names.optional(),
  types: names.optional(),
  actions: names,
  days: z.number(),
  why: z.string(),
  awsRole: z.string().optional(),
});

export const ListOptions = SharedOptions.extend({ all: z.boolean().default(false) });

export const RevokeOptions = SharedOptions.extend({ why: z.string() });

const post = (reach: Reach, path: string, body: unknown) =>
  call(reach, { method: "POST", path, headers: { ...asPerson(reach), "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) });

/** Gives access: a token, which is printed here and never again, or the grant of an AWS role or user. */
export async function grant(principal: string | undefined, options: z.infer<typeof GrantOptions>): Promise<number> {
  const { sites, connections = [], types = [], actions, days, why, awsRole, json } = options;
  const holder = awsRole === undefined ? { principal } : { aws: awsRole };
  const answer = await post(reachOf(options.url, process.env), "/v1/access/grants", { ...holder, sites, connections, types, actions, days, why });
  if (answer.status !== 201) throw refusal({ en: "the grant was not given", "zh-CN": "授权未授予" }, answer);
  if (json) printJson(answer.body);
  else print(givenLines(read(GrantGiven, answer), options.lang));
  return EXIT.done;
}

const WORDS = dictionary(
  {
    given: (id: string, who: string, until: string) => `grant ${id} of ${who} until ${until}`,
    signed: "next: requests signed by this identity are let in (orderlane --aws)",
    token: "token: ",
    once: "It is told this once: keep it where its holder keeps secrets.",
    toEnd: (id: string) => `to end it: orderlane access revoke ${id} --why …`,
    none: "no grants",
    head: ["grant", "who", "state", "until", "last used", "sites", "actions", "given by"],
    states: { active: "active", expired: "expired", revoked: "revoked" },
    never: "never",
    ended: (id: string, who: string) => `grant ${id} of ${who} is in force no more`,
  },
  {
    given: (id, who, until) => `授权 ${id}：${who}，至 ${until}`,
    signed: "下一步：此身份签名的请求即可进入（orderlane --aws）",
    token: "令牌：",
    once: "令牌只显示这一次：请存放在持有者保存密钥的地方。",
    toEnd: (id) => `撤销它：orderlane access revoke ${id} --why …`,
    none: "没有授权",
    head: ["授权", "谁", "状态", "有效至", "上次使用", "工厂", "操作", "授予人"],
    states: { active: "有效", expired: "已过期", revoked: "已撤销" },
    never: "从未",
    ended: (id, who) => `授权 ${id}（${who}）已不再有效`,
  },
);

function givenLines(given: GrantGiven, lang: Language): string[] {
  const words = WORDS[lang];
  const told = [words.given(given.id, shown(given.principal), localTime(given.expiresAt))];
  if (given.token === undefined) return [...told, words.signed];
  return [...told, `${words.token}${given.token}`, words.once, words.toEnd(given.id)];
}

/** The grants that the asker could have given; those that ended only with --all. */
export async function list(options: z.infer<typeof ListOptions>): Promise<number> {
  const grants = await allGrants(reachOf(options.url, process.env), options.all);
  if (options.json) printJson({ grants });
  else print(grants.length === 0 ? [WORDS[options.lang].none] : listLines(grants, options.lang));
  return EXIT.done;
}

async function allGrants(reach: Reach, isAll: boolean): Promise<GrantTold[]> {
  const grants: GrantTold[] = [];
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ state: isAll ? "all" : "active", ...(after === undefined ? {} : { after }) });
    const answer = await call(reach, { method: "GET", path: `/v1/access/grants?${query}`, headers: asPerson(reach) });
    if (answer.status !== 200) throw refusal({ en: "the grants", "zh-CN": "授权列表" }, answer);
    const page = read(GrantsAnswer, answer);
    grants.push(...page.grants);
    if (page.after === undefined) break;
    after = page.after;
  }
  return grants.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

const listLines = (grants: readonly GrantTold[], lang: Language): string[] =>
  table([
    [...WORDS[lang].head],
    ...grants.map(({ id, principal, state, expiresAt, lastUsedAt, sites, actions, createdBy }) => [
      id,
      principal,
      WORDS[lang].states[state],
      localTime(expiresAt),
      lastUsedAt === undefined ? WORDS[lang].never : localTime(lastUsedAt),
      sites.join(","),
      actions.join(","),
      createdBy,
    ]),
  ]);

/** Ends a grant at once. */
export async function revoke(id: string, options: z.infer<typeof RevokeOptions>): Promise<number> {
  const answer = await post(reachOf(options.url, process.env), `/v1/access/grants/${encodeURIComponent(id)}/revocation`, { why: options.why });
  if (answer.status !== 200)
    throw refusal({ en: `grant ${id} was not revoked`, "zh-CN": `授权 ${id} 未撤销` }, answer, answer.status === 404 ? NAMED : undefined);
  if (options.json) printJson(answer.body);
  else print([WORDS[options.lang].ended(shown(id), shown(read(GrantTold, answer).principal))]);
  return EXIT.done;
}

const NAMED: Text = { en: "orderlane access list names the grants", "zh-CN": "orderlane access list 列出各授权" };
