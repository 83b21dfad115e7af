import { metricSeries, SURVEY_MINUTES } from "../../core/settings/metrics.ts";
import type { Settings, Site } from "../../core/settings/settings.ts";
import { PRICES } from "../prices.ts";
import { type CountedCalls, flowOf } from "./counted-calls.ts";
import { logsOf } from "./logs.ts";
import { type Amount, at, atMillion, cents, exactly, MILLION, sumOf } from "./money.ts";
import type { TemplateFacts } from "./template-facts.ts";
import { usageOf } from "./usage.ts";
import { cost } from "./usage-cost.ts";

/** What a stage costs in a month in which nothing comes. */

const MONTH_SECONDS = 730 * 3600;
const MONTH_MINUTES = MONTH_SECONDS / 60;

/** What nothing here can count: AWS's own polling, and what is open when it is looked at. */
export const ASSUMED_IDLE = {
  /**
   * Lambda's pollers of one queue. AWS documents five for standard queues (with a maximum concurrency not fewer: docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html),
   * and no number for FIFO ones: five are taken.
   */
  pollersOfQueue: 5,
  /** A long poll at its longest (docs.aws.amazon.com/AWSSimpleQueueService: 20 s). */
  longPollSeconds: 20,
  /** DynamoDB asks for the table's key again when a caller was away for five minutes; functions that run idle, each as if it always was. */
  keySeconds: 300,
  idleFunctions: 4,
  /** Documents open when wake-due counts them, a read unit each; beside them it reads each shard of the open and each connection. */
  openDocuments: 50,
} as const;

export type StandingLine = { readonly what: string; readonly month: Amount };

/** Paid by the month, whatever comes. */
export function fixedLines(settings: Settings, facts: TemplateFacts): readonly StandingLine[] {
  const { perMonth } = PRICES;
  const series = metricSeries(settings);
  const line = (what: string, count: number, price: number): StandingLine[] =>
    count === 0 ? [] : [{ what: `${count} ${what}`, month: at(exactly(count), price) }];
  return [
    ...line("KMS key", facts.keys, perMonth.key),
    ...line("secrets", facts.secrets, perMonth.secret),
    ...line("metrics under alarms", facts.alarmMetrics, perMonth.alarmMetric),
    ...line("composite alarm", facts.compositeAlarms, perMonth.compositeAlarm),
    ...line("custom metrics", series, perMonth.customMetric),
    ...line("dashboard", facts.dashboards, perMonth.dashboard),
  ];
}

/** How often one site's agent asks in a month in which there is nothing to do; each of the three is its own request. */
const requestsOfAgent = ({ pollAfterSeconds, agentSilenceSeconds }: Pick<Site, "pollAfterSeconds" | "agentSilenceSeconds">) => ({
  leases: MONTH_SECONDS / pollAfterSeconds.idle,
  results: MONTH_SECONDS / pollAfterSeconds.idle,
  /** A lease is a sign of life too: an agent that only listens says one in each silence that it may keep. */
  heartbeats: MONTH_SECONDS / agentSilenceSeconds,
});

/** With what a million of them cost. */
const often = (count: number, what: string, each: Amount): StandingLine => ({
  what: `${Math.round(count).toLocaleString("en-US")} ${what}, ${cents(each.times(exactly(MILLION)))} a million`,
  month: exactly(count).times(each),
});

/** Polling and timers. */
export function idleLines(settings: Settings, facts: TemplateFacts, counted: CountedCalls): readonly StandingLine[] {
  /** One run or request: what AWS bills, and its log. */
  const one = (what: string): Amount => {
    const flow = flowOf(counted, what);
    return cost(usageOf(flow), 1).total.plus(logsOf(flow, settings.stage));
  };
  const agents = settings.sites.map(requestsOfAgent);
  const total = (pick: (requests: ReturnType<typeof requestsOfAgent>) => number): number => agents.reduce((sum, each) => sum + pick(each), 0);
  const { perMillion } = PRICES;
  const receives = (facts.eventSources * ASSUMED_IDLE.pollersOfQueue * MONTH_SECONDS) / ASSUMED_IDLE.longPollSeconds;
  const runs = facts.schedules * MONTH_MINUTES;
  const reads =
    (MONTH_MINUTES / SURVEY_MINUTES) * (ASSUMED_IDLE.openDocuments + settings.sites.length * settings.limits.openShards + settings.connections.length);
  const keys = (ASSUMED_IDLE.idleFunctions * MONTH_SECONDS) / ASSUMED_IDLE.keySeconds;
  const timers = sumOf([
    atMillion(exactly(runs), perMillion.scheduledCall),
    exactly(runs).times(one("a run of wake-due, nothing due")),
    atMillion(exactly(reads), perMillion.readUnit),
  ]);
  return [
    often(
      total(({ leases }) => leases),
      `leases by ${agents.length} agents, nothing to do`,
      one("an agent's poll, nothing to do"),
    ),
    often(
      total(({ results }) => results),
      "looks for results, nothing new",
      one("an agent's look for results, nothing new"),
    ),
    often(
      total(({ heartbeats }) => heartbeats),
      "heartbeats",
      one("an agent's heartbeat"),
    ),
    {
      what: `${Math.round(receives).toLocaleString("en-US")} empty receives of ${facts.eventSources} queues`,
      month: atMillion(exactly(receives), perMillion.queueRequest),
    },
    { what: `${Math.round(runs).toLocaleString("en-US")} runs of timers, ${MONTH_MINUTES / SURVEY_MINUTES} of them counting what is open`, month: timers },
    { what: "requests for the table's key", month: atMillion(exactly(keys), perMillion.keyRequest) },
  ];
}
