import type { CountedFlow } from "./counted-calls.ts";

/** What AWS bills for one document, pure: from counted calls, and from what is assumed of durations alone. */

/** As much of a counted flow as is billed. */
export type Counted = Omit<CountedFlow, "what" | "bytes" | "storedBytes" | "invoked" | "lines"> & {
  readonly invoked: readonly CountedFlow["invoked"][number][];
  readonly lines: readonly CountedFlow["lines"][number][];
};

/** Durations, which nothing here can measure as AWS would have them; the same for both designs, calls one after another, no cold starts. */
export const ASSUMED = {
  /** A function's own work in one invocation. */
  ownMs: 10,
  /** One call of an AWS service. */
  awsCallMs: 8,
  /** One call of the ERP. */
  erpCallMs: 150,
  /** What Step Functions adds to an Express run for each state. */
  stateMs: 10,
  /** What an Express run is billed with at the least. */
  expressMb: 64,
  expressBilledMs: 100,
  /** The functions of the usual design: as much as ours that are busy. */
  usualMemoryMb: 1024,
} as const;

/** What AWS bills, for one document. */
export type Usage = {
  readonly apiRequests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly transitions: number;
  readonly expressRequests: number;
  readonly expressMs: number;
  readonly functionRequests: number;
  readonly functionGbSeconds: number;
  /** Sends, and for each message a receive and a delete. */
  readonly queueRequests: number;
  readonly objectPuts: number;
  readonly objectGets: number;
  readonly secretReads: number;
};

const callsOf = (lines: Counted["lines"], service: string, ...operations: readonly string[]): number =>
  lines.reduce((sum, line) => (line.service === service && (operations.length === 0 || operations.includes(line.operation)) ? sum + line.calls : sum), 0);

export const gbSeconds = (milliseconds: number, memoryMb: number): number => (milliseconds / 1000) * (memoryMb / 1024);

const EXPRESS_CALL = "StartSyncExecution";
const STEP = "perform-step";
const LANE = "advance-lane";

/** What a counted document has AWS bill. */
export function usageOf(account: Counted): Usage {
  const { lines, invoked, erpCalls, expressRuns, messages, steps } = account;
  // Where a workflow runs, its steps call the ERP; else the lane does.
  const erpCaller = steps > 0 ? STEP : LANE;
  const busyMs = (name: string, times: number): number => {
    const own = lines.filter((line) => line.function === name);
    const awsCalls = own.reduce((sum, { calls }) => sum + calls, 0);
    return times * ASSUMED.ownMs + awsCalls * ASSUMED.awsCallMs + (name === erpCaller ? erpCalls * ASSUMED.erpCallMs : 0);
  };
  const stepMs = busyMs(STEP, steps);
  const runMs = expressRuns === 0 ? 0 : stepMs + account.expressStates * ASSUMED.stateMs;
  // Who calls an Express run waits for its end.
  const waitedMs = (name: string): number =>
    callsOf(
      lines.filter((line) => line.function === name),
      "Step Functions",
      EXPRESS_CALL,
    ) > 0
      ? runMs
      : 0;
  return {
    apiRequests: account.requests,
    writeUnits: account.write,
    readUnits: account.read,
    transitions: account.transitions,
    expressRequests: expressRuns,
    expressMs: expressRuns === 0 ? 0 : expressRuns * upTo(runMs / expressRuns, ASSUMED.expressBilledMs),
    functionRequests: invoked.reduce((sum, { times }) => sum + times, 0),
    functionGbSeconds: invoked.reduce((sum, { function: name, times, memoryMb }) => sum + gbSeconds(busyMs(name, times) + waitedMs(name), memoryMb), 0),
    queueRequests: callsOf(lines, "SQS") + account.sends + 2 * messages,
    objectPuts: callsOf(lines, "S3", "PUT"),
    objectGets: callsOf(lines, "S3", "GET", "HEAD"),
    secretReads: callsOf(lines, "Secrets Manager"),
  };
}

const upTo = (value: number, step: number): number => Math.ceil(value / step) * step;

/** States of the usual design's workflow, each entered once. */
const USUAL_STATES = 8;

/**
 * The usual design, counted the same way: one Standard workflow of eight states per document, with its ingress. The API invokes a function that queues the message; the queue
 * invokes one that starts the workflow; one of the eight states is a function that calls the other system, as often as ours does and at least once; another writes the message
 * into a table. It has no lanes, no duplicates told apart, no look-up after a lost answer, no undo and no mailbox of the plant.
 */
export function usualUsage(bytes: number, erpCalls: number): Usage {
  const { ownMs, awsCallMs, erpCallMs, usualMemoryMb } = ASSUMED;
  const ingressMs = ownMs + awsCallMs;
  const startMs = ownMs + awsCallMs;
  const stepMs = ownMs + Math.max(1, erpCalls) * erpCallMs;
  return {
    apiRequests: 1,
    // One for each started KB.
    writeUnits: Math.max(1, Math.ceil(bytes / 1024)),
    readUnits: 0,
    transitions: USUAL_STATES,
    expressRequests: 0,
    expressMs: 0,
    functionRequests: 3,
    functionGbSeconds: gbSeconds(ingressMs + startMs + stepMs, usualMemoryMb),
    queueRequests: 3,
    objectPuts: 0,
    objectGets: 0,
    secretReads: 0,
  };
}
