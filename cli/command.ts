import process from "node:process";
import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { DocumentAnswer } from "../core/asking/answers.ts";
import { CommandPlan } from "../core/lanes/command-plan.ts";
import { siteOfDocument } from "./ask.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { print, printJson, shown } from "./show.ts";

export const CommandOptions = z.object({
  why: z.string(),
  attempt: z.number().optional(),
  postedAs: z.string().optional(),
  unchecked: z.literal(true).optional(),
  plan: z.boolean().default(false),
  yes: z.boolean().default(false),
  wait: z.boolean().default(true),
  site: z.string().optional(),
  url: z.string().optional(),
  json: z.boolean().default(false),
});
type CommandOptions = z.infer<typeof CommandOptions>;

const Queued = z.object({ id: z.string() });

type Given = { readonly reach: Reach; readonly site: string; readonly id: string; readonly body: object; readonly look: string };

/** Shows what a command would do, asks, puts it into the document's lane for the state that was shown, and tells what it came to. */
export async function command(name: "replay" | "skip" | "resolve" | "undo", id: string, options: CommandOptions): Promise<number> {
  const { why, attempt, postedAs, unchecked } = options;
  const reach = reachOf(options.url, process.env);
  const site = await siteOfDocument(reach, id, options.site);
  const body = Object.fromEntries(Object.entries({ command: name, why, attempt, postedAs, unchecked }).filter(([, value]) => value !== undefined));
  const given = { reach, site, id, body, look: `orderlane document ${id} --site ${site}` };
  const plan = await planShown(given, name, options);
  return options.plan || !(await isAgreed(name, options)) ? EXIT.done : doIt(given, plan, options);
}

async function planShown(given: Given, name: string, { plan: isAll, json }: CommandOptions): Promise<CommandPlan> {
  const { id, look } = given;
  const planned = await post(given, { plan: true });
  if (planned.status !== 200) throw refusal(`${name} of ${id}`, planned, planned.status === 409 ? look : undefined);
  const plan = read(CommandPlan, planned);
  if (isAll && json) printJson(planned.body);
  if (!json) print([`${name} of ${shown(id)}, ${plan.state}, attempt ${plan.attempt}:`, ...plan.text.map((line) => `  ${shown(line)}`)]);
  return plan;
}

function post({ reach, site, id, body }: Given, further: object) {
  const path = `/v1/sites/${encodeURIComponent(site)}/documents/${encodeURIComponent(id)}/commands`;
  const headers = { ...asPerson(reach), "content-type": "application/json" };
  return call(reach, { method: "POST", path, headers, body: Buffer.from(JSON.stringify({ ...body, ...further })) });
}

/** Nobody at a terminal: then the plan was agreed to beforehand. @throws Failure where it was not */
async function isAgreed(name: string, { yes }: CommandOptions): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw usage(`${name} was not given`, "nobody is at a terminal to agree to its plan", "look at the plan with --plan, then give it with --yes");
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const said = await asking.question("Do it? [y/N] ");
  asking.close();
  return /^y(es)?$/i.test(said.trim());
}

async function doIt(given: Given, { attempt, revision, command: name }: CommandPlan, { json, wait }: CommandOptions): Promise<number> {
  const answer = await post(given, { attempt, revision });
  if (answer.status !== 202) throw refusal(`${name} of ${given.id}`, answer, answer.status === 409 ? given.look : undefined);
  const result = wait ? await resultOf(given, read(Queued, answer).id) : undefined;
  if (json) printJson({ ...read(z.looseObject({}), answer), result });
  else print([toldOf(name, result), `next: ${given.look}`]);
  return result !== undefined && LOST.test(result) ? EXIT.failed : EXIT.done;
}

const toldOf = (name: string, result: string | undefined): string =>
  result === undefined ? `${name} is in the document's lane: its turn comes after what is before it there.` : shown(result);

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
