import process from "node:process";
import * as z from "zod";
import { ConnectionsAnswer } from "../core/connections/connection-states.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT } from "./failure.ts";
import { reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";
import { dictionary, type Language } from "./words.ts";

export const SteerOptions = SharedOptions.extend({ site: z.string(), why: z.string() });
export const ConnectionsOptions = SteerOptions.omit({ why: true });

const pathOf = (site: string): string => `/v1/sites/${encodeURIComponent(site)}/connections`;

const Steered = z.object({ changed: z.boolean(), by: z.string().optional(), at: z.string().optional() });

/** Stops, or starts again, the consumption of a target connection's queue; what comes meanwhile waits in order. */
export async function steer(name: "pause" | "resume", connection: string, options: z.infer<typeof SteerOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const path = `${pathOf(options.site)}/${encodeURIComponent(connection)}/${name === "pause" ? "pause" : "resumption"}`;
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  const answer = await call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ why: options.why })) });
  if (answer.status !== 200) throw refusal({ en: `${name} of ${connection}`, "zh-CN": `${name === "pause" ? "暂停" : "恢复"}连接 ${connection}` }, answer);
  if (options.json) printJson(answer.body);
  else print(steeredLines(name, connection, read(Steered, answer), options));
  return EXIT.done;
}

const WORDS = dictionary(
  {
    goesOn: (connection: string) => `${connection} goes on: what has waited is handled in its order`,
    wasNot: (connection: string) => `${connection} was not paused`,
    already: (connection: string, by: string, at: string) => `${connection} is paused already, by ${by} since ${at}`,
    paused: (connection: string) => `${connection} is paused: what comes for it waits, in order, at most fourteen days`,
    next: "next: ",
    states: { open: "open", paused: "paused", "breaker-open": "breaker-open", silent: "silent" },
    by: (by: string, at: string, why: string) => `by ${by} since ${at}: ${why}`,
    tried: (at: string) => `tried again at ${at}`,
  },
  {
    goesOn: (connection) => `${connection} 已恢复：等待的单据按顺序处理`,
    wasNot: (connection) => `${connection} 没有被暂停`,
    already: (connection, by, at) => `${connection} 已由 ${by} 于 ${at} 暂停`,
    paused: (connection) => `${connection} 已暂停：发往它的单据按顺序等待，最多十四天`,
    next: "下一步：",
    states: { open: "正常", paused: "已暂停", "breaker-open": "已熔断", silent: "代理程序失联" },
    by: (by, at, why) => `${by} 于 ${at}：${why}`,
    tried: (at) => `${at} 再试`,
  },
);

function steeredLines(
  name: "pause" | "resume",
  connection: string,
  { changed, by, at }: z.infer<typeof Steered>,
  options: z.infer<typeof SteerOptions>,
): string[] {
  const words = WORDS[options.lang];
  if (name === "resume") return [changed ? words.goesOn(connection) : words.wasNot(connection)];
  if (!changed && by !== undefined && at !== undefined) return [words.already(connection, shown(by), localTime(at))];
  return [words.paused(connection), `${words.next}orderlane resume ${connection} --site ${options.site} --why "…"`];
}

/** How each connection of a site stands. */
export async function connections(options: z.infer<typeof ConnectionsOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const answer = await call(reach, { method: "GET", path: pathOf(options.site), headers: asPerson(reach) });
  if (answer.status !== 200) throw refusal({ en: `the connections of ${options.site}`, "zh-CN": `工厂 ${options.site} 的连接` }, answer);
  if (options.json) printJson(answer.body);
  else
    print(
      table(
        read(ConnectionsAnswer, answer).connections.map(({ connection, role, state, paused, openUntil }) => [
          connection,
          role,
          WORDS[options.lang].states[state],
          noteOf(paused, openUntil, options.lang),
        ]),
      ),
    );
  return EXIT.done;
}

function noteOf(paused: { readonly by: string; readonly why: string; readonly at: string } | undefined, openUntil: string | undefined, lang: Language): string {
  const words = WORDS[lang];
  if (paused !== undefined) return words.by(paused.by, localTime(paused.at), paused.why);
  return openUntil === undefined ? "" : words.tried(localTime(openUntil));
}
