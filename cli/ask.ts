import * as z from "zod";
import { DocumentAnswer, OpenAnswer, OrderAnswer } from "../core/asking/answers.ts";
import { type Answer, asPerson, call, read, refusal } from "./call.ts";
import { documentLines } from "./document-story.ts";
import { EXIT, usage } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { SharedOptions } from "./shared-options.ts";
import { print, printJson, terminalWidth } from "./show.ts";
import { openLines, orderLines } from "./stories.ts";
import type { Text } from "./words.ts";

const Asking = SharedOptions.extend({ site: z.string().optional() });
export const OrderOptions = Asking.extend({ site: z.string() });
export const DocumentOptions = Asking.extend({ content: z.boolean().default(false) });
export const OpenOptions = Asking.extend({
  site: z.string(),
  state: z.string().optional(),
  cause: z.string().optional(),
  olderThan: z.number().optional(),
  limit: z.string().optional(),
  after: z.string().optional(),
});

const documentText = (id: string): Text => ({ en: `document ${id}`, "zh-CN": `单据 ${id}` });

const get = (reach: Reach, path: string): Promise<Answer> => call(reach, { method: "GET", path, headers: asPerson(reach) });
const sitePath = (site: string): string => `/v1/sites/${encodeURIComponent(site)}`;

/** Both directions of an order in one timeline, what blocks it and why. */
export async function order(number: string, options: z.infer<typeof OrderOptions>): Promise<number> {
  const answer = await get(reachOf(options.url, process.env), `${sitePath(options.site)}/orders?number=${encodeURIComponent(number)}`);
  if (answer.status !== 200)
    throw refusal({ en: `order ${number} at ${options.site}`, "zh-CN": `工厂 ${options.site} 的工单 ${number}` }, answer, {
      en: `orderlane open --site ${options.site} lists what is under way`,
      "zh-CN": `orderlane open --site ${options.site} 列出在途的单据`,
    });
  if (options.json) printJson(answer.body);
  else print(orderLines(read(OrderAnswer, answer), options.lang));
  return EXIT.done;
}

/** One document: where it stands, its steps, its timeline; with --content also what came beside what we understood. */
export async function document(id: string, options: z.infer<typeof DocumentOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const answer = await findDocument(reach, id, options.site, options.content);
  if (answer.status !== 200) throw refusal(documentText(id), answer);
  if (options.json) printJson(answer.body);
  else print(documentLines(read(DocumentAnswer, answer), options.lang, terminalWidth()));
  return EXIT.done;
}

/** At the site that is named, else at each that the local cloud has. */
async function findDocument(reach: Reach, id: string, site: string | undefined, content: boolean): Promise<Answer> {
  const ask = (at: string): Promise<Answer> => get(reach, `${sitePath(at)}/documents/${encodeURIComponent(id)}${content ? "?content=true" : ""}`);
  const [first, ...others] = sitesFor(reach, site);
  let answer = await ask(first);
  for (const other of others) {
    if (answer.status !== 404) return answer;
    answer = await ask(other);
  }
  return answer;
}

/** @throws Failure where no site is known */
function sitesFor(reach: Reach, site: string | undefined): readonly [string, ...string[]] {
  if (site !== undefined) return [site];
  const [first, ...others] = reach.sites;
  if (first === undefined)
    throw usage(
      { en: "the site is not known", "zh-CN": "不知道是哪个工厂" },
      { en: "an id does not say its site", "zh-CN": "标识本身不说明工厂" },
      { en: "give --site SITE", "zh-CN": "给出 --site 工厂" },
    );
  return [first, ...others];
}

/** Which of the sites has the document. */
export async function siteOfDocument(reach: Reach, id: string, site: string | undefined): Promise<string> {
  if (site !== undefined) return site;
  const answer = await findDocument(reach, id, undefined, false);
  if (answer.status !== 200) throw refusal(documentText(id), answer);
  return read(DocumentAnswer, answer).site;
}

/** What is not settled, with its cause and age. */
export async function open(options: z.infer<typeof OpenOptions>): Promise<number> {
  const { site, state, cause, olderThan, limit, after } = options;
  const age = olderThan === undefined ? undefined : String(olderThan);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ state, cause, age, limit, after })) if (value !== undefined) query.set(name, value);
  const answer = await get(reachOf(options.url, process.env), `${sitePath(site)}/open?${query}`);
  if (answer.status !== 200) throw refusal({ en: `what is open at ${site}`, "zh-CN": `工厂 ${site} 未完结的单据` }, answer);
  if (options.json) printJson(answer.body);
  else print(openLines(read(OpenAnswer, answer), againOf(options), options.lang));
  return EXIT.done;
}

/** The same question, for its next page: a mark goes on with no other. */
function againOf({ site, state, cause, olderThan, limit }: z.infer<typeof OpenOptions>): string {
  const options = { site, state, cause, "older-than": olderThan === undefined ? undefined : `${olderThan}s`, limit };
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ["orderlane open", ...given].join(" ");
}
