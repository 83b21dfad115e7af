import * as z from "zod";
import { SecretReplaced } from "../core/access/secret-form.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, shown } from "./show.ts";
import { dictionary, same } from "./words.ts";

export const SecretOptions = SharedOptions.extend({
  which: z.enum(["source", "call"]),
  fromEnv: z.string(),
  alone: z.boolean().default(false),
  why: z.string(),
});

/** Puts a connection's new secret. Its value comes from a variable, so that it stands in no shell history and no process list. */
export async function putSecret(connection: string, options: z.infer<typeof SecretOptions>): Promise<number> {
  const { which, fromEnv, alone, why } = options;
  const value = process.env[fromEnv];
  if (value === undefined || value === "")
    throw usage(
      { en: "the secret is not known", "zh-CN": "没有密钥的值" },
      { en: `the variable ${fromEnv} is not set`, "zh-CN": `环境变量 ${fromEnv} 没有设置` },
      same(`read -rs ${fromEnv} && export ${fromEnv}`),
    );
  const reach = reachOf(options.url, process.env);
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const path = `/v1/connections/${encodeURIComponent(connection)}/secrets/${which}`;
  const answer = await call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ value, alone, why })) });
  if (answer.status !== 200) throw refusal({ en: `the secret of ${connection} was not put`, "zh-CN": `连接 ${connection} 的密钥未更换` }, answer);
  if (options.json) printJson(answer.body);
  else {
    const { secret, version, valid } = read(SecretReplaced, answer);
    const words = WORDS[options.lang];
    print([words.put(shown(secret), version, valid > 1 ? words.formerStays : words.alone), words.cached]);
  }
  return EXIT.done;
}

const WORDS = dictionary(
  {
    put: (secret: string, version: string, former: string) => `${secret}: version ${version}; ${former}`,
    formerStays: "the former value stays valid until the next one is put",
    alone: "no other value is valid",
    cached: "Functions that hold the former value ask again within five minutes.",
  },
  {
    put: (secret, version, former) => `${secret}：版本 ${version}；${former}`,
    formerStays: "旧值在放入下一个之前仍然有效",
    alone: "没有其他有效的值",
    cached: "仍持有旧值的函数会在五分钟内重新读取。",
  },
);
