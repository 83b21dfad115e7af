import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { DocumentAnswer } from "../core/asking/answers.ts";
import { CommandPlan } from "../core/lanes/command-plan.ts";
import { siteOfDocument } from "./ask.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { STATES } from "./ledger-words.ts";
import { type Reach, reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, shown } from "./show.ts";
import { dictionary, same, type Text } from "./words.ts";

export const CommandOptions = SharedOptions.extend({
  why: z.string(),
  attempt: z.number().optional(),
  postedAs: z.string().optional(),
  unchecked: z.literal(true).optional(),
  plan: z.boolean().default(false),
  yes: z.boolean().default(false),
  wait: z.boolean().default(true),
  site: z.string().optional(),
});
type CommandOptions = z.infer<typeof CommandOptions>;

type Name = CommandPlan["command"];

const WORDS = dictionary(
  {
    names: { replay: "replay", skip: "skip", resolve: "resolve", undo: "undo" },
    plan: (name: string, id: string, state: string, attempt: number) => `${name} of ${id}, ${state}, attempt ${attempt}:`,
    ask: "Do it? [y/N] ",
    queued: (name: string) => `${name} is in the document's lane: its turn comes after what is before it there.`,
    result: (result: string) => result,
    next: "next: ",
  },
  {
    names: { replay: "重试", skip: "跳过", resolve: "人工补录", undo: "冲销" },
    plan: (name, id, state, attempt) => `${name}单据 ${id}（${state}，第 ${attempt} 次尝试）：`,
    ask: "执行吗？[y/N] ",
    queued: (name) => `命令“${name}”已进入该单据的通道：前面的处理完就轮到它。`,
    result: (result) => `结果：${result}`,
    next: "下一步：",
  },
);

const whatOf = (name: Name, id: string): Text => ({ en: `${name} of ${id}`, "zh-CN": `${WORDS["zh-CN"].names[name]}单据 ${id}` });

const Queued = z.object({ id: z.string() });

type Given = { readonly reach: Reach; readonly site: string; readonly id: string; readonly body: object; readonly look: string };

/** Shows what a command would do, asks, puts it into the document's lane for the state that was shown, and tells what it came to. */
export async function command(name: Name, id: string, options: CommandOptions): Promise<number> {
  const { why, attempt, postedAs, unchecked } = options;
  const reach = reachOf(options.url, process.env);
  const site = await siteOfDocument(reach, id, options.site);
  const body = Object.fromEntries(Object.entries({ command: name, why, attempt, postedAs, unchecked }).filter(([, value]) => value !== undefined));
  const given = { reach, site, id, body, look: `orderlane document ${id} --site ${site}` };
  const plan = await planShown(given, name, options);
  return options.plan || !(await isAgreed(name, options)) ? EXIT.done : doIt(given, plan, options);
}

async function planShown(given: Given, name: Name, { plan: isAll, json, lang }: CommandOptions): Promise<CommandPlan> {
  const { id, look } = given;
  const planned = await post(given, { plan: true });
  if (planned.status !== 200) throw refusal(whatOf(name, id), planned, planned.status === 409 ? same(look) : undefined);
  const plan = read(CommandPlan, planned);
  if (isAll && json) printJson(planned.body);
  if (!json)
    print([WORDS[lang].plan(WORDS[lang].names[name], shown(id), STATES[plan.state][lang], plan.attempt), ...plan.text.map((line) => `  ${shown(line)}`)]);
  return plan;
}

function post({ reach, site, id, body }: Given, further: object) {
  const path = `/v1/sites/${encodeURIComponent(site)}/documents/${encodeURIComponent(id)}/commands`;
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  return call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ ...body, ...further })) });
}

/** Nobody at a terminal: then the plan was agreed to beforehand. @throws Failure where it was not */
async function isAgreed(name: Name, { yes, lang }: CommandOptions): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw usage(
      { en: `${name} was not given`, "zh-CN": `命令“${WORDS["zh-CN"].names[name]}”未下达` },
      { en: "nobody is at a terminal to agree to its plan", "zh-CN": "终端前没有人确认其计划" },
      { en: "look at the plan with --plan, then give it with --yes", "zh-CN": "先用 --plan 看计划，再用 --yes 下达" },
    );
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const said = await asking.question(WORDS[lang].ask);
  asking.close();
  return /^(?:y|yes|是)$/i.test(said.trim());
}

async function doIt(given: Given, { attempt, revision, command: name }: CommandPlan, { json, wait, lang }: CommandOptions): Promise<number> {
  const answer = await post(given, { attempt, revision });
  if (answer.status !== 202) throw refusal(whatOf(name, given.id), answer, answer.status === 409 ? same(given.look) : undefined);
  const result = wait ? await resultOf(given, read(Queued, answer).id) : undefined;
  if (json) printJson({ ...read(z.looseObject({}), answer), result });
  else print([toldOf(lang, name, result), `${WORDS[lang].next}${given.look}`]);
  return result !== undefined && LOST.test(result) ? EXIT.failed : EXIT.done;
}

function toldOf(lang: CommandOptions["lang"], name: Name, result: string | undefined): string {
  const words = WORDS[lang];
  return result === undefined ? words.queued(words.names[name]) : words.result(shown(result));
}

/** The lane refused it, or another came first. */
const LOST = /^(refused|too late)/;

const LOOKS = 20;
const BETWEEN_LOOKS_MS = 500;

/** What the lane made of it, where its turn comes within ten seconds. */
async function resultOf({ reach, site, id }: Given, command: string): Promise<string | undefined> {
  const path = `/v1/sites/${encodeURIComponent(site)}/documents/${encodeURIComponent(id)}`;
  for (let look = 0; look < LOOKS; look += 1) {
    const answer = await call(reach, { method: "GET", path, headers: asPerson(reach) });
    const { timeline } = answer.status === 200 ? read(DocumentAnswer, answer) : { timeline: [] };
    const told = timeline.find((happening) => happening.command === command);
    if (told !== undefined) return told.result;
    await pause(BETWEEN_LOOKS_MS);
  }
  return undefined;
}
