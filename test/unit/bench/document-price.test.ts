import { describe, expect, it } from "vitest";
import { accountOf, type CallAccount, type Kind, type Seen } from "../../../bench/call-account.ts";
import { messagesIn } from "../../../bench/counting-proxy.ts";
import { flowPrices, priceOf } from "../../../bench/document-price.ts";
import { aggregationTable, priceTable, usageTable } from "../../../bench/price-tables.ts";
import { type Runs, runIn } from "../../../bench/watch-points.ts";
import type { FunctionCall } from "../../../bench/watched-functions.ts";
import { ASSUMED, type Usage, usageOf, usualUsage } from "../../../infra/bill/usage.ts";
import { PRICES } from "../../../infra/prices.ts";

const NO_RUNS: Runs = { transitions: 0, expressRuns: 0, expressStates: 0, steps: 0, sends: 0 };
const MEMORY = { "receive-documents": 1024, "advance-lane": 1024, "perform-step": 1024, "lease-deliveries": 512, "wake-due": 512 };

const called = (name: string, service: string, operation: string, more: Partial<FunctionCall> = {}): FunctionCall => ({
  function: name,
  service,
  operation,
  about: "",
  refused: false,
  messages: 0,
  read: 0,
  write: 0,
  ...more,
});
const write = called("receive-documents", "DynamoDB", "PutItem", { write: 2 });
const read = called("advance-lane", "DynamoDB", "GetItem", { read: 1 });
const send = called("receive-documents", "SQS", "SendMessageBatch", { messages: 1 });

const counted = (seen: Partial<Seen>, kind: Partial<Kind> = {}, repeats = 1): CallAccount =>
  accountOf({ what: "one", asked: ["receive-documents"], ...kind }, repeats, {
    calls: [],
    runs: NO_RUNS,
    erpCalls: 0,
    stored: { payloads: 0, rest: 0 },
    memoryMb: MEMORY,
    ...seen,
  });

const NOTHING: Usage = usageOf(counted({}, { asked: [] }));

describe("the account of a document", () => {
  it("has a function invoked for each request, each message and each step, retries of steps included", () => {
    const account = counted(
      { calls: [write, send, read], runs: { ...NO_RUNS, transitions: 6, steps: 3, sends: 1 } },
      { asked: ["receive-documents", "lease-deliveries"] },
    );
    expect(account.messages).toBe(2);
    expect(account.invoked).toEqual([
      { function: "receive-documents", times: 1, memoryMb: 1024 },
      { function: "lease-deliveries", times: 1, memoryMb: 512 },
      { function: "advance-lane", times: 2, memoryMb: 1024 },
      { function: "perform-step", times: 3, memoryMb: 1024 },
    ]);
  });

  it("is the mean of several", () => {
    const account = counted(
      { calls: [send, send, write], runs: { ...NO_RUNS, transitions: 12, expressRuns: 2, expressStates: 18, steps: 8 }, erpCalls: 8 },
      {},
      2,
    );
    expect(account).toMatchObject({ calls: 1.5, write: 1, messages: 1, transitions: 6, expressRuns: 1, expressStates: 9, steps: 4, erpCalls: 4, requests: 1 });
    expect(account.invoked.map(({ times }) => times)).toEqual([1, 1, 4]);
  });

  it("is refused where a function made calls that nothing invoked, or that is not there", () => {
    expect(() => counted({ calls: [read] })).toThrow("advance-lane made calls");
    expect(() => counted({}, { asked: ["receive-doc"] })).toThrow("there is no function receive-doc");
  });

  it("takes the messages of a send from its body", () => {
    expect(messagesIn("SendMessageBatch", { Entries: [{}, {}, {}] })).toBe(3);
    expect(messagesIn("SendMessage", {})).toBe(1);
    expect(messagesIn("ReceiveMessage", {})).toBe(0);
  });

  it("tells transitions of a Standard execution from states of an Express run, whose steps are functions all the same", () => {
    const scheduled = (resource: string) => ({ type: "TaskScheduled", taskScheduledEventDetails: { resource } });
    const events = [
      ...["ChoiceStateEntered", "TaskStateEntered", "TaskStateExited"].map((type) => ({ type })),
      scheduled("arn:aws:states:::lambda:invoke.waitForTaskToken"),
      scheduled("arn:aws:states:::sqs:sendMessage"),
    ];
    expect(runIn(events, false)).toEqual({ transitions: 2, expressRuns: 0, expressStates: 0, steps: 1, sends: 1 });
    expect(runIn(events, true)).toEqual({ transitions: 0, expressRuns: 1, expressStates: 2, steps: 1, sends: 1 });
  });
});

describe("what AWS bills for a document", () => {
  it("has for each message a send, a receive and a delete, whoever sends it", () => {
    expect(usageOf(counted({ calls: [send] })).queueRequests).toBe(3);
    expect(usageOf(counted({ calls: [send], runs: { ...NO_RUNS, transitions: 6, sends: 1 } })).queueRequests).toBe(6);
    const batch = { ...send, messages: 2 };
    expect(usageOf(counted({ calls: [batch] })).queueRequests).toBe(1 + 2 * 2);
  });

  it("has the functions' time by their memory: own work, calls of AWS, and of the ERP where the lane makes them", () => {
    const { ownMs, awsCallMs, erpCallMs } = ASSUMED;
    const usage = usageOf(counted({ calls: [write, send, read], erpCalls: 1 }, { asked: ["receive-documents", "lease-deliveries"] }));
    expect(usage.functionRequests).toBe(3);
    const whole = 2 * ownMs + 3 * awsCallMs + erpCallMs;
    expect(usage.functionGbSeconds).toBeCloseTo((whole + ownMs / 2) / 1000, 12);
  });

  it("lets the caller of an Express run wait for its end, and bills the run by started tenths of a second", () => {
    const { ownMs, awsCallMs, erpCallMs, stateMs } = ASSUMED;
    const run = called("advance-lane", "Step Functions", "StartSyncExecution");
    const step = called("perform-step", "DynamoDB", "UpdateItem", { write: 1 });
    const seen = { calls: [send, run, step, step], runs: { ...NO_RUNS, expressRuns: 1, expressStates: 9, steps: 4 }, erpCalls: 4 };
    const usage = usageOf(counted(seen));
    const steps = 4 * ownMs + 2 * awsCallMs + 4 * erpCallMs;
    const runMs = steps + 9 * stateMs;
    expect(usage).toMatchObject({ transitions: 0, expressRequests: 1, expressMs: Math.ceil(runMs / 100) * 100, functionRequests: 6 });
    expect(usage.functionGbSeconds).toBeCloseTo((2 * (ownMs + awsCallMs) + runMs + steps) / 1000, 12);
  });

  it("has what S3 and Secrets Manager are asked", () => {
    const calls = [
      called("receive-documents", "S3", "PUT"),
      called("receive-documents", "S3", "GET"),
      called("receive-documents", "Secrets Manager", "GetSecretValue"),
    ];
    expect(usageOf(counted({ calls }))).toMatchObject({ objectPuts: 1, objectGets: 1, secretReads: 1, queueRequests: 0 });
  });
});

describe("the price", () => {
  it("is each unit at its list price, for a million", () => {
    const { perMillion, perGbSecond } = PRICES;
    expect(priceOf(NOTHING).total).toBe(0);
    const single = (usage: Partial<Usage>): number => priceOf({ ...NOTHING, ...usage }).total;
    expect(single({ apiRequests: 1 })).toBe(perMillion.apiRequest);
    expect(single({ writeUnits: 8, readUnits: 2 })).toBe(5.25);
    expect(single({ transitions: 8 })).toBe(200);
    expect(single({ functionRequests: 1 })).toBe(perMillion.functionRequest);
    expect(single({ functionGbSeconds: 1 })).toBeCloseTo(perGbSecond.function * 1e6, 9);
    expect(single({ queueRequests: 3 })).toBe(1.5);
    expect(single({ objectPuts: 1, objectGets: 1, secretReads: 1 })).toBeCloseTo(10.4, 9);
    // A second of 64 MB is a sixteenth of a GB-second.
    expect(single({ expressRequests: 1, expressMs: 1000 })).toBeCloseTo(1 + (perGbSecond.express * 1e6) / 16, 9);
  });

  it("is the sum of its parts", () => {
    const { total, ...parts } = priceOf(usualUsage(500, 1));
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total, 9);
  });
});

describe("the usual design", () => {
  it("is eight transitions, one request, one message, three invocations and one write of the message's own size", () => {
    expect(usualUsage(1024, 1)).toMatchObject({ apiRequests: 1, transitions: 8, queueRequests: 3, functionRequests: 3, writeUnits: 1, readUnits: 0 });
    expect(usualUsage(1025, 1).writeUnits).toBe(2);
  });

  it("calls the other system as often as ours does, and at least once", () => {
    const time = (erpCalls: number) => usualUsage(100, erpCalls).functionGbSeconds;
    expect(time(0)).toBe(time(1));
    expect(time(4) - time(1)).toBeCloseTo((3 * ASSUMED.erpCallMs) / 1000, 12);
  });
});

describe("the tables of prices", () => {
  const flow = { ...counted({ calls: [write, send, read], erpCalls: 1 }), what: "consumption", bytes: 300 };

  it("set each flow beside the usual design, and leave out what is none", () => {
    const rows = flowPrices([flow, counted({}, { what: "duplicate" })]);
    expect(rows.map(({ what }) => what)).toEqual(["consumption"]);
    const [row] = rows;
    expect(row?.price).toEqual(priceOf(usageOf(flow)));
    expect(row?.usualPrice).toEqual(priceOf(usualUsage(300, 1)));
    const [, , ours, usual] = priceTable(rows).split("\n");
    const ratio = (row?.usualPrice.total ?? 0) / (row?.price.total ?? 1);
    expect(ours).toMatch(new RegExp(`^\\| consumption +\\|.*\\| +${row?.price.total.toFixed(1)} \\| +${ratio.toFixed(1)} × \\|$`));
    expect(usual).toMatch(/^\| consumption, usual design +\| +3\.5 \| +0\.6 \| +200\.0 \|/);
    expect(usageTable(rows).split("\n")).toHaveLength(4);
  });

  it("say how often the ERP is called for one line", () => {
    expect(aggregationTable([{ windows: "up to 20 lines", lines: 40, postings: 2, erpCalls: 2 }])).toContain(
      "|    40 |        2 |         2 |               0.05 |",
    );
  });
});
