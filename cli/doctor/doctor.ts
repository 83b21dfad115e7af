import process from "node:process";
import * as z from "zod";
import { settingsFor } from "../../infra/settings.ts";
import { StageName } from "../../infra/stage.ts";
import { EXIT, Failure } from "../failure.ts";
import { progressOn } from "../progress.ts";
import { type Reach, reachOf } from "../reach.ts";
import { SharedOptions } from "../shared-options.ts";
import { print, printJson, shown } from "../show.ts";
import { dictionary, type Language } from "../words.ts";
import { apiChecks, grantCheck } from "./api.ts";
import { type Check, finding } from "./checks.ts";
import { nodeCheck, pythonCheck, settingsCheck } from "./machine.ts";
import { siteChecks } from "./plant.ts";

export const DoctorOptions = SharedOptions.extend({
  site: z.array(z.string()).default([]),
  stage: StageName.default("local"),
  secrets: z.boolean().default(false),
});
type DoctorOptions = z.infer<typeof DoctorOptions>;

/** What is wrong with the set-up and how to mend it. Exit code 0: all fine; 3: findings; 1: something could not be looked at, and nothing else was found. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const checks: Check[] = [];
  const progress = progressOn(process.stderr);
  for await (const [about, found] of examined(options)) {
    progress.at(`${about} …`);
    checks.push(...found);
  }
  progress.end();
  if (options.json) printJson({ checks: checks.map((check) => inLanguage(check, options.lang)) });
  else print(checks.flatMap((check) => checkLines(check, options.lang)).concat(sumLines(checks, options.lang)));
  return exitOf(checks);
}

function exitOf(checks: readonly Check[]): number {
  if (checks.some(({ kind }) => kind === "finding")) return EXIT.differences;
  return checks.some(({ kind }) => kind === "unchecked") ? EXIT.failed : EXIT.done;
}

/** One thing after another, each with what it is about: what follows needs what was before. */
async function* examined({ url, site, stage, secrets }: DoctorOptions): AsyncGenerator<readonly [about: string, found: readonly Check[]]> {
  yield ["Node", [nodeCheck(process.version)]];
  const settings = settingsCheck(stage);
  yield [stage, [settings]];
  const reach = reachOrCheck(url);
  if ("kind" in reach || isLoopback(reach)) yield ["Python", [pythonCheck()]];
  if (secrets && settings.kind === "fine") yield ["AWS", await (await import("./secrets.ts")).secretChecks(settingsFor(stage))];
  if ("kind" in reach) yield ["API", [reach]];
  else yield* examinedApi(reach, site.length > 0 ? site : reach.sites, stage);
}

function reachOrCheck(url: string | undefined): Reach | Check {
  try {
    return reachOf(url, process.env);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return finding(error.told.what, error.told.why, error.told.next);
  }
}

const isLoopback = ({ url }: Reach): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

async function* examinedApi(reach: Reach, sites: readonly string[], stage: StageName): AsyncGenerator<readonly [string, readonly Check[]]> {
  const { isReached, checks } = await apiChecks(reach, toleranceOf(stage));
  yield ["API", checks];
  if (!isReached) return;
  if (sites.length === 0) yield ["API", [NO_SITE]];
  for (const site of sites) {
    const { check, isValid, actions } = await grantCheck(reach, site);
    yield [site, [check]];
    if (!isValid) return;
    if (actions.includes("read")) yield [site, await siteChecks(reach, site)];
  }
}

/** As the functions have it; where the settings are not valid, the usual one. */
function toleranceOf(stage: StageName): number {
  try {
    return settingsFor(stage).limits.signatureToleranceSeconds;
  } catch {
    // Told by settingsCheck.
    return USUAL_TOLERANCE_SECONDS;
  }
}
const USUAL_TOLERANCE_SECONDS = 300;

const NO_SITE: Check = {
  kind: "unchecked",
  what: { en: "token and connections", "zh-CN": "令牌和连接" },
  why: { en: "no site is named", "zh-CN": "没有指明工厂" },
  next: { en: "orderlane doctor --site SITE", "zh-CN": "orderlane doctor --site 工厂" },
};

const WORDS = dictionary(
  {
    marks: { fine: "ok      ", finding: "FINDING ", unchecked: "?       " },
    why: "why",
    next: "next",
    fine: "All is fine.",
    sum: (findings: number, unchecked: number) =>
      `${findings} ${findings === 1 ? "finding" : "findings"}${unchecked === 0 ? "" : `, ${unchecked} could not be looked at`}.`,
  },
  {
    marks: { fine: "正常    ", finding: "问题    ", unchecked: "未检查  " },
    why: "原因",
    next: "下一步",
    fine: "一切正常。",
    sum: (findings, unchecked) => `${findings} 个问题${unchecked === 0 ? "" : `，${unchecked} 项无法检查`}。`,
  },
);

function checkLines(check: Check, lang: Language): string[] {
  const words = WORDS[lang];
  const head = `${words.marks[check.kind]}${shown(check.what[lang])}`;
  if (check.kind === "fine") return [head];
  return [head, `          ${words.why}  ${shown(check.why[lang])}`, `          ${words.next}  ${shown(check.next[lang])}`];
}

function sumLines(checks: readonly Check[], lang: Language): string[] {
  const count = (kind: Check["kind"]): number => checks.filter((check) => check.kind === kind).length;
  const words = WORDS[lang];
  return ["", count("finding") + count("unchecked") === 0 ? words.fine : words.sum(count("finding"), count("unchecked"))];
}

const inLanguage = (check: Check, lang: Language) =>
  check.kind === "fine"
    ? { kind: check.kind, what: check.what[lang] }
    : { kind: check.kind, what: check.what[lang], why: check.why[lang], next: check.next[lang] };
