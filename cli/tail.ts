import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { DocumentAnswer, OpenAnswer } from "../core/asking/answers.ts";
import { type Answer, asPerson, call, read, refusal } from "./call.ts";
import { EXIT, Failure } from "./failure.ts";
import { STATE_TEXTS, STATES } from "./ledger-words.ts";
import { progressOn } from "./progress.ts";
import { type Reach, reachOf } from "./reach.ts";
import { happeningText, reasonText } from "./reason-words.ts";
import { SharedOptions } from "./shared-options.ts";
import { jsonText, localTime, print, shown } from "./show.ts";
import { nameOf } from "./stories.ts";
import { createWatch, type Seen, type TailEvent } from "./tail-watch.ts";
import { dictionary, type Language, type Text } from "./words.ts";

export const TailOptions = SharedOptions.extend({
  site: z.string(),
  document: z.string().optional(),
  every: z.number().default(5),
  seconds: z.number().optional(),
  count: z.number().optional(),
});
type TailOptions = z.infer<typeof TailOptions>;

/** What one look is made of: the open list's pages, and one read for each document that has left it. */
const PAGE = 200;
const PAGES_AT_MOST = 5;

/**
 * Follows what happens at a site, or to one document, until it is stopped, `--seconds` have passed, `--count` events were told, or the one document has settled.
 * It asks again and again; a refusal for haste, or a fault, doubles the time between two looks.
 */
export async function tail(options: TailOptions): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once("SIGINT", stop);
  try {
    await follow(reach, options, stopped.signal);
  } finally {
    process.removeListener("SIGINT", stop);
  }
  return EXIT.done;
}

async function follow(reach: Reach, options: TailOptions, signal: AbortSignal): Promise<void> {
  const { seconds, count = Number.POSITIVE_INFINITY, every, lang } = options;
  const end = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
  const watch = createWatch();
  const progress = progressOn(process.stderr);
  let told = 0;
  let wait = every;
  for (let isOver = false; !isOver; ) {
    const look = await lookOnce(reach, options, watch);
    const isLate = look.kind === "later";
    wait = waitAfter(isLate, wait, every);
    const fresh = look.events.slice(0, count - told);
    told += fresh.length;
    progress.end();
    for (const event of fresh) print([lineOf(event, options)]);
    isOver = look.isOver || told >= count || Date.now() >= end;
    if (isOver) break;
    progress.at(isLate ? WORDS[lang].later(wait) : WORDS[lang].waits(look.open, wait));
    isOver = await isStopped(Math.min(wait * 1000, end - Date.now()), signal);
  }
  progress.end();
}

const waitAfter = (isLate: boolean, wait: number, every: number): number => (isLate ? Math.min(wait * 2, SLOWEST_SECONDS) : every);

/** After so long, or as soon as somebody ends it. */
async function isStopped(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  await pause(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
  return signal.aborted;
}

const SLOWEST_SECONDS = 60;

type Look = { readonly kind: "looked" | "later"; readonly events: readonly TailEvent[]; readonly open: number; readonly isOver: boolean };
const LATER: Look = { kind: "later", events: [], open: 0, isOver: false };

/** 429, a fault of the API, or none at all is no end: it is asked again, later. @throws Failure at the first look, and for what will not mend itself */
async function lookOnce(reach: Reach, options: TailOptions, watch: ReturnType<typeof createWatch>): Promise<Look> {
  try {
    return options.document === undefined ? await lookAtSite(reach, options.site, watch) : await lookAtDocument(reach, options.site, options.document, watch);
  } catch (error) {
    if (error instanceof Failure && watch.hasSeen() && mendsItself(error)) return LATER;
    throw error;
  }
}

const Status = z.object({ status: z.number() });

function mendsItself({ told }: Failure): boolean {
  const parsed = Status.safeParse(told.problem);
  return !parsed.success || parsed.data.status === 429 || parsed.data.status >= 500;
}

async function lookAtSite(reach: Reach, site: string, watch: ReturnType<typeof createWatch>): Promise<Look> {
  const open: Seen[] = [];
  let isWhole = false;
  for (let after: string | undefined, page = 0; !isWhole && page < PAGES_AT_MOST; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) });
    const answer = await get(reach, `/v1/sites/${encodeURIComponent(site)}/open?${query}`);
    if (answer.status !== 200) throw refusal({ en: `what happens at ${site}`, "zh-CN": `工厂 ${site} 的动态` }, answer);
    const told = read(OpenAnswer, answer);
    open.push(...told.documents.map((one) => ({ ...one, at: told.asOf, text: one.cause })));
    after = told.after;
    isWhole = after === undefined;
  }
  // Beyond the pages that were read a document may still be open: only of a whole list what is missing has settled.
  const settled: Seen[] = [];
  for (const id of isWhole ? watch.missing(open) : []) settled.push(...(await endOf(reach, site, id)));
  return { kind: "looked", events: watch.look(open, settled), open: open.length, isOver: false };
}

async function endOf(reach: Reach, site: string, id: string): Promise<Seen[]> {
  const answer = await get(reach, documentPath(site, id));
  if (answer.status === 404) return [];
  if (answer.status !== 200) throw refusal(documentText(id), answer);
  return [seenOf(read(DocumentAnswer, answer))];
}

async function lookAtDocument(reach: Reach, site: string, id: string, watch: ReturnType<typeof createWatch>): Promise<Look> {
  const answer = await get(reach, documentPath(site, id));
  if (answer.status !== 200) throw refusal(documentText(id), answer);
  const told = read(DocumentAnswer, answer);
  const isOver = told.block === undefined;
  return { kind: "looked", events: watch.timeline(told), open: isOver ? 0 : 1, isOver };
}

const seenOf = (answer: DocumentAnswer): Seen => ({
  ...answer,
  at: answer.settledAt ?? answer.receivedAt,
  text: answer.reason?.message ?? answer.text,
  code: answer.reason?.code,
});

const get = (reach: Reach, path: string): Promise<Answer> => call(reach, { method: "GET", path, headers: asPerson(reach) });
const documentPath = (site: string, id: string): string => `/v1/sites/${encodeURIComponent(site)}/documents/${encodeURIComponent(id)}`;
const documentText = (id: string): Text => ({ en: `document ${id}`, "zh-CN": `单据 ${id}` });

/** One line an event, with --json one JSON object a line. */
function lineOf(event: TailEvent, { json, lang }: TailOptions): string {
  if (json) return jsonText(event);
  const state = event.state === undefined ? "" : `${STATES[event.state][lang]}  `;
  return shown(`${localTime(event.at)}  ${nameOf(event, lang)}  ${state}${textOf(event, lang)}  ${event.document}`);
}

function textOf(event: TailEvent, lang: Language): string {
  const said = saidOf(event, lang);
  return event.who === undefined ? said : WORDS[lang].by(said, event.who);
}

function saidOf({ what, text, code, state, reason, result }: TailEvent, lang: Language): string {
  if (what !== undefined) return happeningText({ what, text, ...(reason === undefined ? {} : { reason }), ...(result === undefined ? {} : { result }) }, lang);
  if (code !== undefined) return reasonText({ code, message: text }, lang);
  return lang === "en" || state === undefined ? text : STATE_TEXTS[state];
}

const WORDS = dictionary(
  {
    waits: (open: number, seconds: number) => `${open} open, asked again in ${seconds} s (Ctrl-C ends it) …`,
    later: (seconds: number) => `the API asks for patience: again in ${seconds} s …`,
    by: (text: string, who: string) => `${text}, by ${who}`,
  },
  {
    waits: (open, seconds) => `${open} 个未完结，${seconds} 秒后再查（Ctrl-C 结束） …`,
    later: (seconds) => `API 请求稍候：${seconds} 秒后再查 …`,
    by: (text, who) => `${text}（${who}）`,
  },
);
