import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { App, Stack } from "aws-cdk-lib/core";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { billOf, VOLUMES } from "../../infra/bill/bill.ts";
import { billText } from "../../infra/bill/bill-text.ts";
import { readCountedCalls } from "../../infra/bill/counted-calls.ts";
import { MIX } from "../../infra/bill/mix.ts";
import { factsOf } from "../../infra/bill/template-facts.ts";
import { PRICES, SOURCES } from "../../infra/prices.ts";
import { settingsFor } from "../../infra/settings.ts";
import { type StageName, stageOf } from "../../infra/stage.ts";
import { allResources, synthesised } from "./synthesised.ts";

const STAGES = ["small", "prod"] as const satisfies readonly StageName[];
const built = { small: synthesised("small"), prod: synthesised("prod") };
afterAll(() => {
  for (const { remove } of Object.values(built)) remove();
});

/** The file as the bench wrote it, read without the bill's own code. */
const number = z.number();
const Flow = z.looseObject({
  what: z.string(),
  bytes: number,
  storedBytes: z.object({ payloads: number, rest: number }),
  requests: number,
  write: number,
  read: number,
  messages: number,
  transitions: number,
  expressRuns: number,
  expressStates: number,
  steps: number,
  sends: number,
  erpCalls: number,
  invoked: z.array(z.object({ function: z.string(), times: number, memoryMb: number })),
  lines: z.array(z.object({ function: z.string(), service: z.string(), operation: z.string(), calls: number })),
});
type Flow = z.infer<typeof Flow>;
const file = z
  .object({ takenAt: z.string(), flows: z.array(Flow) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "bench", "results", "counted-calls.json"), "utf8")));
const flow = (what: string): Flow => Flow.parse(file.flows.find((each) => each.what === what));

const textOf = (stage: (typeof STAGES)[number]) =>
  billText(billOf(settingsFor(stage), factsOf(Object.values(built[stage].templates).map((template): unknown => template.toJSON())), readCountedCalls()));

/** The amounts of a printed line by its name; numbers in the name are left to the caller's expression. */
function printed(text: string, name: RegExp): number[] {
  const line = text.split("\n").find((each) => name.test(each));
  if (line === undefined) throw new Error(`no line ${name} in\n${text}`);
  return [...line.slice(64).matchAll(/-?\d+\.\d\d/g)].map(([amount]) => Number(amount));
}

// The reckoning once more, written apart from infra/bill/: plain sums over the file, at PRICES.
const { perMillion: M, perGbSecond: G, perMonth: MONTH, perGb, perGbMonth } = PRICES;
const sum = <Each>(all: readonly Each[], of: (each: Each) => number): number => all.reduce((total, each) => total + of(each), 0);
const calls = (one: Flow, service: string, name?: string): number =>
  sum(
    one.lines.filter((line) => line.service === service && (name === undefined || line.function === name)),
    (line) => line.calls,
  );
const own = (one: Flow, name: string): number =>
  sum(
    one.lines.filter((line) => line.function === name),
    (line) => line.calls,
  );

function priced(one: Flow) {
  const caller = one.steps > 0 ? "perform-step" : "advance-lane";
  const ms = (name: string, times: number): number => times * 10 + own(one, name) * 8 + (name === caller ? one.erpCalls * 150 : 0);
  const run = one.expressRuns === 0 ? 0 : ms("perform-step", one.steps) + one.expressStates * 10;
  const seconds = sum(one.invoked, ({ function: name, times, memoryMb }) => {
    const waits = one.lines.some((line) => line.function === name && line.operation === "StartSyncExecution");
    return ((ms(name, times) + (waits ? run : 0)) / 1000) * (memoryMb / 1024);
  });
  const express = one.expressRuns === 0 ? 0 : one.expressRuns * Math.ceil(run / one.expressRuns / 100) * 100;
  return {
    api: (one.requests * M.apiRequest) / 1e6,
    functions: (sum(one.invoked, ({ times }) => times) * M.functionRequest) / 1e6 + seconds * G.function,
    table: (one.write * M.writeUnit + one.read * M.readUnit) / 1e6,
    queues: ((calls(one, "SQS") + one.sends + 2 * one.messages) * M.queueRequest) / 1e6,
    workflows: (one.transitions * M.transition + one.expressRuns * M.expressRequest) / 1e6 + (express / 1000) * (64 / 1024) * G.express,
  };
}
const whole = (one: Flow): number => sum(Object.values(priced(one)), (part) => part);

function logged(one: Flow, days: number): number {
  const lanes = sum(
    one.invoked.filter((each) => each.function === "advance-lane"),
    ({ times }) => times,
  );
  const gigabytes = (sum(one.invoked, ({ times }) => times) * 350 + one.requests * 350 + lanes * 500) / 1e9;
  return gigabytes * (perGb.logsTaken + (perGbMonth.logs * days) / (365 / 12));
}

const mean = (of: (one: Flow) => number): number => sum(MIX, ({ what, share }) => of(flow(what)) * share) / 100;
const near = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [at, amount] of expected.entries()) expect(Math.abs((actual[at] ?? Number.NaN) - amount)).toBeLessThan(0.006);
};

describe.each(STAGES)("the bill of stage %s, reckoned once more from the counted calls", (stage) => {
  const text = textOf(stage);
  const settings = settingsFor(stage);
  const { logDays, payloadDays } = stageOf(stage);
  const resources = allResources(built[stage]);
  const count = (type: string): number => resources.filter(({ Type }) => Type === type).length;
  const times = (one: number): number[] => VOLUMES.map((volume) => one * volume);
  const always = (month: number): number[] => VOLUMES.map(() => month);

  it("has the same for each thing that goes with the documents", () => {
    near(printed(text, /^ {4}API requests/), times(mean((one) => priced(one).api)));
    near(printed(text, /^ {4}functions/), times(mean((one) => priced(one).functions)));
    near(printed(text, /^ {4}table, reads/), times(mean((one) => priced(one).table)));
    near(printed(text, /^ {4}queues/), times(mean((one) => priced(one).queues)));
    near(printed(text, /^ {4}workflows/), times(mean((one) => priced(one).workflows)));
    near(printed(text, /^ {4}logs/), times(mean((one) => logged(one, logDays))));
    near(printed(text, /^ {4}transfer out/), times((mean((one) => one.requests + one.erpCalls) * 1000 * perGb.transferOut) / 1e9));
    const stored = mean((one) => one.storedBytes.payloads * payloadDays + one.storedBytes.rest * RETAINED_DAYS) / (365 / 12) / 1e9;
    near(printed(text, /^ {4}stored after/), times(stored * (perGbMonth.table + perGbMonth.pointInTimeRecovery)));
  });

  it("has the same for what is paid by the month, counted in the templates", () => {
    near(printed(text, / KMS key/), always(count("AWS::KMS::Key") * MONTH.key));
    near(printed(text, /^ {4}\d+ secrets/), always(count("AWS::SecretsManager::Secret") * MONTH.secret));
    near(printed(text, / dashboard/), always(count("AWS::CloudWatch::Dashboard") * MONTH.dashboard));
    // An alarm over an expression reads two metrics.
    const overExpressions = resources.filter(({ Type, Properties }) => Type === "AWS::CloudWatch::Alarm" && Properties.Metrics !== undefined).length;
    near(printed(text, /metrics under alarms/), always((count("AWS::CloudWatch::Alarm") + overExpressions) * MONTH.alarmMetric));
    if (stage === "prod") near(printed(text, /composite alarm/), always(MONTH.compositeAlarm));
    near(printed(text, /custom metrics/), always((stage === "small" ? 3 : 6 * settings.connections.length) * MONTH.customMetric));
  });

  it("has the same for polling and timers", () => {
    const month = 730 * 3600;
    const one = (what: string): number => whole(flow(what)) + logged(flow(what), logDays);
    const idle = sum(settings.sites, ({ pollAfterSeconds }) => month / pollAfterSeconds.idle);
    near(printed(text, /leases by 2 agents/), always(idle * one("an agent's poll, nothing to do")));
    near(printed(text, /looks for results/), always(idle * one("an agent's look for results, nothing new")));
    near(printed(text, /heartbeats/), always(sum(settings.sites, ({ agentSilenceSeconds }) => month / agentSilenceSeconds) * one("an agent's heartbeat")));
    near(printed(text, /empty receives of 3 queues/), always((3 * 5 * (month / 20) * M.queueRequest) / 1e6));
    const minutes = month / 60;
    const read = 50 + settings.sites.length * settings.limits.openShards + settings.connections.length;
    near(
      printed(text, /runs of timers/),
      always((minutes * M.scheduledCall) / 1e6 + minutes * one("a run of wake-due, nothing due") + ((minutes / 5) * read * M.readUnit) / 1e6),
    );
  });

  it("is the sum of its lines, and sets the usual design beside it", () => {
    const lines = text.split("\n").filter((each) => /^ {4}\S/.test(each));
    const columns = lines.map((each) => [...each.slice(64).matchAll(/-?\d+\.\d\d/g)].map(([amount]) => Number(amount)));
    const totals = printed(text, /^ {2}a month/);
    for (const [at, total] of totals.entries())
      expect(Math.abs(sum(columns, (column) => column[at] ?? Number.NaN) - total)).toBeLessThan(0.005 * (lines.length + 1));
    const usual = (one: Flow): number => {
      const ms = 2 * 18 + 10 + Math.max(1, one.erpCalls) * 150;
      const units = Math.max(1, Math.ceil(one.bytes / 1024));
      return (M.apiRequest + 8 * M.transition + units * M.writeUnit + 3 * M.functionRequest + 3 * M.queueRequest) / 1e6 + (ms / 1000) * G.function;
    };
    near(printed(text, /usual design, a month/), times(mean(usual)));
    near(printed(text, /usual design, a million/), [mean(usual) * 1e6]);
    const [first = 0, , last = 0] = totals;
    // What does not go with the documents is the same at every volume, but for keys and secrets, which are asked once in five minutes at the most.
    const [million = 0] = printed(text, /^ {2}a million documents/);
    expect(Math.abs(last - million - (first - million / 100))).toBeLessThan(0.25);
  });

  it("says what it assumes, when it was counted and as of when the prices are", () => {
    expect(text).toContain(`calls counted ${file.takenAt}`);
    expect(text).toContain(`list prices of ${PRICES.region} as of ${PRICES.asOf}, no free tiers`);
    for (const { what, share } of MIX) expect(text).toContain(`${share} ${what}`);
    expect(text).toMatch(/Assumed, not counted: .*150 ms one of the ERP; 5 pollers of a queue/);
    expect(text).toContain("AWS China has prices of its own");
  });
});

/** `limits.headerDays`. */
const RETAINED_DAYS = 400;

describe("the bill", () => {
  it("of stage small stays under 10 USD a month at 10,000 documents", () => {
    const [month = Number.NaN] = printed(textOf("small"), /^ {2}a month/);
    expect(month).toBeGreaterThan(5);
    expect(month).toBeLessThan(10);
  });

  it("is of a mix that adds up, of flows that were all counted", () => {
    expect(sum(MIX, ({ share }) => share)).toBe(100);
    for (const { what } of MIX) expect(flow(what).requests).toBeGreaterThan(0);
    for (const each of MIX.filter(({ what }) => what !== "duplicate")) expect(flow(each.what).storedBytes.rest).toBeGreaterThan(0);
  });

  it("names for each price where it is published", () => {
    for (const group of Object.values(SOURCES)) for (const source of Object.values(group)) expect(source).toMatch(/^aws\.amazon\.com\/[a-z0-9-]+\/pricing/);
    expect(PRICES.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it("counts what somebody adds to a stack, and refuses a timer of a pace it does not reckon with", () => {
    const app = new App();
    const stack = new Stack(app, "added");
    new Key(stack, "Key");
    new Dashboard(stack, "Dashboard");
    const nothing = { keys: 0, secrets: 0, alarmMetrics: 0, compositeAlarms: 0, dashboards: 0, eventSources: 0, schedules: 0 };
    expect(factsOf([Template.fromStack(stack).toJSON()])).toEqual({ ...nothing, keys: 1, dashboards: 1 });
    const target = { arn: "arn", roleArn: "arn" };
    const other = new Stack(new App(), "timer");
    new CfnSchedule(other, "Timer", { scheduleExpression: "rate(5 minutes)", state: "ENABLED", flexibleTimeWindow: { mode: "OFF" }, target });
    expect(() => factsOf([Template.fromStack(other).toJSON()])).toThrow("a schedule runs at rate(5 minutes)");
  });
});
