import { PRICES } from "../prices.ts";
import { type StageName, stageOf } from "../stage.ts";
import { type Amount, at, exactly } from "./money.ts";
import type { Counted } from "./usage.ts";

/** Logs have no calls that could be counted: bytes of a line as they are on AWS, taken from its documents' examples and from our own lines. */
export const ASSUMED_LOGS = {
  /** Lambda's START, END and REPORT of an invocation. */
  invocationBytes: 350,
  /** The gateway's access line. */
  requestBytes: 350,
  /** Our own: what was measured, once for each batch of a lane. */
  measuredBytes: 500,
} as const;

const GB = 1_000_000_000;
const DAYS_OF_MONTH = 365 / 12;

type Logging = Pick<Counted, "requests" | "invoked">;

const bytesOf = ({ requests, invoked }: Logging): number => {
  const times = (names?: string): number => invoked.reduce((sum, each) => (names === undefined || each.function === names ? sum + each.times : sum), 0);
  return times() * ASSUMED_LOGS.invocationBytes + requests * ASSUMED_LOGS.requestBytes + times("advance-lane") * ASSUMED_LOGS.measuredBytes;
};

/** Taken once, and kept for the stage's days. */
export function logsOf(logging: Logging, stage: StageName): Amount {
  const gigabytes = exactly(bytesOf(logging)).div(GB);
  const kept = exactly(stageOf(stage).logDays).div(exactly(DAYS_OF_MONTH));
  return at(gigabytes, PRICES.perGb.logsTaken).plus(at(gigabytes, PRICES.perGbMonth.logs).times(kept));
}
