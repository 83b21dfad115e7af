import type { Settings } from "../../core/settings/settings.ts";
import { PRICES } from "../prices.ts";
import { type StageName, stageOf } from "../stage.ts";
import type { CountedCalls } from "./counted-calls.ts";
import { logsOf } from "./logs.ts";
import { type Mixed, mixed } from "./mix.ts";
import { type Amount, at, atMillion, exactly, MILLION, sumOf } from "./money.ts";
import { ASSUMED_IDLE, fixedLines, idleLines, type StandingLine } from "./standing.ts";
import type { TemplateFacts } from "./template-facts.ts";
import { type Usage, usageOf, usualUsage } from "./usage.ts";
import { type Cost, cost } from "./usage-cost.ts";

/** Documents a month. */
export const VOLUMES = [10_000, 100_000, 1_000_000] as const;

/** A line that goes with the documents: for each of VOLUMES. */
export type VolumeLine = { readonly what: string; readonly months: readonly Amount[] };

export type Bill = {
  readonly stage: StageName;
  readonly countedAt: string;
  readonly documents: readonly VolumeLine[];
  readonly fixed: readonly StandingLine[];
  readonly idle: readonly StandingLine[];
  readonly totals: readonly Amount[];
  /** Of what goes with the documents, at the largest volume. */
  readonly million: Amount;
  readonly usual: { readonly months: readonly Amount[]; readonly million: Amount };
};

/** What nothing here can count of a document. */
export const ASSUMED_DOCUMENT = {
  /** Bytes out to the internet for each request to the API and each call of the ERP. */
  answerBytes: 1000,
  /** Functions of a document that ask for the table's key, were each always cold. */
  keyCallers: 3,
} as const;

const GB = 1_000_000_000;
const MONTH_SECONDS = 730 * 3600;
const DAYS_OF_MONTH = 365 / 12;
const PERCENT = 100;

type PartOf = (mixed: Mixed) => Amount;

/** The mean of the mix. */
const mean = (mix: readonly Mixed[], of: PartOf): Amount => sumOf(mix.map((each) => of(each).times(exactly(each.share)))).div(PERCENT);

const part =
  (name: keyof Cost, usage: (mixed: Mixed) => Usage = ({ flow }) => usageOf(flow)): PartOf =>
  (each) =>
    cost(usage(each), 1)[name];

/** Once all that is kept has been kept for its whole time; what has no end (keys of messages, genealogy's ten years) as if it went with the headers. */
const storageOf =
  (settings: Settings): PartOf =>
  ({ flow }) => {
    const kept = (bytes: number, days: number): Amount => exactly(bytes).div(GB).times(exactly(days)).div(exactly(DAYS_OF_MONTH));
    const gigabytes = kept(flow.storedBytes.payloads, stageOf(settings.stage).payloadDays).plus(kept(flow.storedBytes.rest, settings.limits.headerDays));
    return at(gigabytes, PRICES.perGbMonth.table).plus(at(gigabytes, PRICES.perGbMonth.pointInTimeRecovery));
  };

const transferOf: PartOf = ({ flow }) => at(exactly((flow.requests + flow.erpCalls) * ASSUMED_DOCUMENT.answerBytes).div(GB), PRICES.perGb.transferOut);

const least = (one: Amount, other: Amount): Amount => (one.lt(other) ? one : other);

/** Of the table's key, and of the secrets: a document at the most, and at the most once in five minutes for each function or secret. */
function guarded(volume: number, secrets: number): Amount {
  const { perMillion } = PRICES;
  const times = MONTH_SECONDS / ASSUMED_IDLE.keySeconds;
  const [keys, reads] = [
    least(exactly(volume * ASSUMED_DOCUMENT.keyCallers), exactly(times * ASSUMED_DOCUMENT.keyCallers)),
    least(exactly(volume), exactly(times * secrets)),
  ];
  return atMillion(keys.plus(reads), perMillion.keyRequest).plus(atMillion(reads, perMillion.secretRead));
}

/** The bill of a stage, pure: from its settings, what its templates hold, and what was counted. */
export function billOf(settings: Settings, facts: TemplateFacts, counted: CountedCalls): Bill {
  const mix = mixed(counted);
  const line = (what: string, of: PartOf): VolumeLine => {
    const one = mean(mix, of);
    return { what, months: VOLUMES.map((volume) => one.times(exactly(volume))) };
  };
  const documents = [
    line("API requests", part("api")),
    line("functions", part("functions")),
    line("table, reads and writes", part("table")),
    line("queues", part("queue")),
    line("workflows", part("workflows")),
    line("large payloads", part("store")),
    line("logs", ({ flow }) => logsOf(flow, settings.stage)),
    line("transfer out", transferOf),
    { what: "requests for keys and secrets", months: VOLUMES.map((volume) => guarded(volume, facts.secrets)) },
    line(`stored after ${settings.limits.headerDays} days`, storageOf(settings)),
  ].filter(({ months }) => months.some((month) => month.gt(0)));
  const [fixed, idle] = [fixedLines(settings, facts), idleLines(settings, facts, counted)];
  const standing = sumOf([...fixed, ...idle].map(({ month }) => month));
  const scaling = VOLUMES.map((_, nth) => sumOf(documents.flatMap(({ months }) => months[nth] ?? [])));
  const usualOne = mean(
    mix,
    part("total", ({ flow }) => usualUsage(flow.bytes, flow.erpCalls)),
  );
  return {
    stage: settings.stage,
    countedAt: counted.takenAt,
    documents,
    fixed,
    idle,
    totals: scaling.map((amount) => amount.plus(standing)),
    million: perMillion(scaling),
    usual: { months: VOLUMES.map((volume) => usualOne.times(exactly(volume))), million: usualOne.times(exactly(MILLION)) },
  };
}

function perMillion(scaling: readonly Amount[]): Amount {
  const [largest] = scaling.slice(-1);
  if (largest === undefined) throw new RangeError("there is no volume");
  return largest.times(exactly(MILLION)).div(exactly(Math.max(...VOLUMES)));
}
