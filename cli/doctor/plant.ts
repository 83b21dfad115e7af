import { OpenAnswer, type OpenDocument } from "../../core/asking/answers.ts";
import { type ConnectionAnswer, ConnectionsAnswer } from "../../core/connections/connection-states.ts";
import { type Answer, asPerson, call, read, refusal } from "../call.ts";
import { Failure } from "../failure.ts";
import type { Reach } from "../reach.ts";
import { localTime } from "../show.ts";
import { same, type Text } from "../words.ts";
import { type Check, finding, fine, unchecked } from "./checks.ts";

/** How a site stands, by what the API tells: its connections, and what is overdue or waits for a person. */
export async function siteChecks(reach: Reach, site: string): Promise<readonly Check[]> {
  const at = `/v1/sites/${encodeURIComponent(site)}`;
  const get = (path: string): Promise<Answer> => call(reach, { method: "GET", path: at + path, headers: asPerson(reach) });
  return [
    ...(await looked({ en: `the connections of ${site}`, "zh-CN": `工厂 ${site} 的连接` }, async (what) => {
      const answer = await get("/connections");
      if (answer.status !== 200) throw refusal(what, answer);
      return connectionChecks(read(ConnectionsAnswer, answer));
    })),
    ...(await looked({ en: `what is open at ${site}`, "zh-CN": `工厂 ${site} 未完结的单据` }, async (what) => {
      const answer = await get("/open?limit=200");
      if (answer.status !== 200) throw refusal(what, answer);
      return openChecks(read(OpenAnswer, answer));
    })),
  ];
}

async function looked(what: Text, look: (what: Text) => Promise<readonly Check[]>): Promise<readonly Check[]> {
  try {
    return await look(what);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [unchecked(what, error.told.why, error.told.next)];
  }
}

export function connectionChecks({ site, connections }: ConnectionsAnswer): readonly Check[] {
  const wrong = connections.flatMap((connection) => connectionCheck(site, connection));
  return wrong.length > 0
    ? wrong
    : [fine({ en: `${site}: ${connections.length} connections, all open`, "zh-CN": `工厂 ${site}：${connections.length} 个连接均正常` })];
}

function connectionCheck(site: string, answer: ConnectionAnswer): Check[] {
  switch (answer.state) {
    case "open":
      return [];
    case "paused":
      return [pausedCheck(site, answer)];
    case "breaker-open":
      return [breakerCheck(site, answer)];
    case "silent":
      return [silentCheck(answer)];
  }
}

function pausedCheck(site: string, { connection, paused }: ConnectionAnswer): Check {
  const why: Text =
    paused === undefined
      ? { en: "by an operator", "zh-CN": "由操作人员暂停" }
      : { en: `by ${paused.by} since ${localTime(paused.at)}: ${paused.why}`, "zh-CN": `${paused.by} 于 ${localTime(paused.at)}：${paused.why}` };
  return finding({ en: `${connection} is paused`, "zh-CN": `连接 ${connection} 已暂停` }, why, same(`orderlane resume ${connection} --site ${site} --why "…"`));
}

function breakerCheck(site: string, { connection, openUntil }: ConnectionAnswer): Check {
  const at = openUntil === undefined ? undefined : localTime(openUntil);
  return finding(
    { en: `${connection} failed again and again; its breaker is open`, "zh-CN": `连接 ${connection} 接连失败，已熔断` },
    {
      en: `it is tried again${at === undefined ? "" : ` at ${at}`}; documents wait meanwhile`,
      "zh-CN": `${at === undefined ? "稍后" : `${at} `}再试；其间单据等待`,
    },
    {
      en: `see that the system answers; orderlane open --site ${site} --cause ORL-CALL tells how it failed`,
      "zh-CN": `确认对方系统能应答；orderlane open --site ${site} --cause ORL-CALL 可查失败原因`,
    },
  );
}

const silentCheck = ({ connection, agentHeardAt }: ConnectionAnswer): Check =>
  finding(
    { en: `the plant's agent of ${connection} is silent`, "zh-CN": `连接 ${connection} 的工厂代理程序失联` },
    agentHeardAt === undefined
      ? { en: "it has never been heard of", "zh-CN": "从未收到过它的消息" }
      : { en: `it was last heard of at ${localTime(agentHeardAt)}`, "zh-CN": `最后一次是 ${localTime(agentHeardAt)}` },
    {
      en: "see in the plant that the agent runs and reaches the API with a token that may lease and verdict",
      "zh-CN": "在工厂确认代理程序在运行，并能以可 lease、verdict 的令牌访问 API",
    },
  );

/** wake-due looks each minute; three of them missed are no delay any more. */
const OVERDUE_MS = 3 * 60_000;

export function openChecks({ site, asOf, documents }: OpenAnswer): readonly Check[] {
  const now = Date.parse(asOf);
  const overdue = documents.filter(({ dueAt }) => dueAt !== undefined && now - Date.parse(dueAt) > OVERDUE_MS);
  const parked = documents.filter(({ state }) => state === "parked");
  if (overdue.length === 0 && parked.length === 0)
    return [fine({ en: `${site}: nothing is overdue, nothing is parked`, "zh-CN": `工厂 ${site}：没有逾期，没有挂起` })];
  return [...overdueCheck(site, overdue), ...parkedCheck(site, parked)];
}

function overdueCheck(site: string, [first, ...others]: readonly OpenDocument[]): Check[] {
  if (first === undefined) return [];
  return [
    finding(
      { en: `${site}: ${others.length + 1} documents are overdue`, "zh-CN": `工厂 ${site}：${others.length + 1} 个单据逾期` },
      {
        en: "the timer has not looked at them: wake-due does not run, or its messages end in the dead-letter queue",
        "zh-CN": "定时器没有处理它们：wake-due 没有运行，或其消息进入了死信队列",
      },
      {
        en: `look at wake-due's log and the dead-letter queues (docs/runbook.md), then orderlane document ${first.id} --site ${site}`,
        "zh-CN": `查看 wake-due 的日志和死信队列（docs/runbook.md），然后 orderlane document ${first.id} --site ${site}`,
      },
    ),
  ];
}

function parkedCheck(site: string, [first, ...others]: readonly OpenDocument[]): Check[] {
  if (first === undefined) return [];
  return [
    finding(
      { en: `${site}: ${others.length + 1} documents are parked for a person`, "zh-CN": `工厂 ${site}：${others.length + 1} 个单据挂起，等待人处理` },
      {
        en: `the first: ${first.cause}${first.owner === undefined ? "" : ` (${first.owner})`}`,
        "zh-CN": `第一个：${first.cause}${first.owner === undefined ? "" : `（${first.owner}）`}`,
      },
      { en: `orderlane open --site ${site} --state parked`, "zh-CN": `orderlane open --site ${site} --state parked` },
    ),
  ];
}
