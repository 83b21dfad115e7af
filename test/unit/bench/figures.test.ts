import { describe, expect, it } from "vitest";
import { accountOf, type Seen } from "../../../bench/call-account.ts";
import { askingForCapacity, unitsOf } from "../../../bench/dynamo-call.ts";
import { itemBytes, readUnits, writeUnits } from "../../../bench/item-size.ts";
import { markdownTable } from "../../../bench/markdown-table.ts";
import { median } from "../../../bench/median.ts";
import { report } from "../../../bench/table.ts";
import type { FunctionCall } from "../../../bench/watched-functions.ts";

const put: FunctionCall = {
  function: "receive-documents",
  service: "DynamoDB",
  operation: "PutItem",
  about: "DOC",
  refused: false,
  messages: 0,
  read: 0,
  write: 2,
};
const send: FunctionCall = { ...put, service: "SQS", operation: "SendMessageBatch", about: "", messages: 1, write: 0 };

const seen = (calls: readonly FunctionCall[], transitions = 0): Seen => ({
  calls,
  runs: { transitions, expressRuns: 0, expressStates: 0, steps: 0, sends: 0 },
  erpCalls: 0,
  stored: { payloads: 0, rest: 0 },
  memoryMb: { "receive-documents": 1024, "advance-lane": 1024 },
});
const DOOR = ["receive-documents"];

describe("the tables of the benchmark", () => {
  it("hold the numbers that were measured, and nothing of what was not", () => {
    const account = accountOf({ what: "consumption", asked: DOOR }, 2, seen([put, put, send, send], 3));
    const figures = { takenAt: "2026-03-02T08:00", node: "24.0.0", cores: 2, loadBefore: 0.5, loadAfter: 1, calls: [account] };
    expect(report(figures, false)).toContain("| consumption |       2.0 |         2.0 |        0.0 |         1.5 |            1 |       0.0 |");
    expect(report(figures, false)).not.toContain("receive-documents");
    expect(report(figures, true)).toMatch(/\| receive-documents \| DynamoDB PutItem +\| DOC +\| +1\.0 \| +2\.0 \|/);
    expect(report(figures, true)).not.toContain("## Bundles");
    expect(report({ ...figures, bundles: [{ name: "wake-due", bytes: 2048, gzipBytes: 512, importMs: 40.4, leastMs: 39, mostMs: 60 }] }, false)).toMatch(
      /\| wake-due \| +2\.0 \| +0\.5 \| +40 \| +39 \| +60 \|/,
    );
  });

  it("have as many cells in every row as in the head", () => {
    const lines = markdownTable(
      ["a", "b"],
      [
        ["x", 1],
        ["longer", 22],
      ],
    ).split("\n");
    expect(lines).toEqual(["| a      |   b |", "| ------ | --: |", "| x      |   1 |", "| longer |  22 |"]);
  });

  it("give what one document takes from the calls of several", () => {
    const account = accountOf({ what: "order", asked: DOOR }, 2, seen([put, put, { ...put, refused: true }, send], 12));
    expect(account).toMatchObject({ calls: 2, write: 3, read: 0, transitions: 6, requests: 1 });
    expect(account.lines.map(({ operation, refused, calls }) => [operation, refused, calls])).toEqual([
      ["PutItem", false, 1],
      ["PutItem", true, 0.5],
      ["SendMessageBatch", false, 0.5],
    ]);
  });

  it("show the middle of what was measured", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("units of DynamoDB", () => {
  it("count an item as AWS does: names and values, containers with their overhead", () => {
    expect(itemBytes({ pk: { S: "ab" }, n: { N: "1234" }, b: { B: "AAEC" }, l: { L: [{ BOOL: true }] }, m: { M: { x: { S: "é" } } } })).toBe(
      4 + 4 + 4 + (1 + 3 + 1 + 1) + (1 + 3 + 1 + 3),
    );
    expect([writeUnits(0), writeUnits(1024), writeUnits(1025)]).toEqual([1, 1, 2]);
    expect([readUnits(4096, true), readUnits(4097, true), readUnits(10, false)]).toEqual([1, 2, 0.5]);
  });

  it("are the emulator's own for a write that succeeds, and at least those of the item for one that is refused", () => {
    const item = { pk: { S: "x".repeat(1500) } };
    expect(askingForCapacity("PutItem", { Item: item })).toEqual({ Item: item, ReturnConsumedCapacity: "TOTAL" });
    expect(askingForCapacity("GetItem", { Key: {} })).toEqual({ Key: {} });
    expect(unitsOf("PutItem", { Item: item }, { status: 200, body: { ConsumedCapacity: { CapacityUnits: 3 } } })).toEqual({ read: 0, write: 3 });
    expect(unitsOf("PutItem", { Item: item }, { status: 400, body: {} })).toEqual({ read: 0, write: 2 });
    const transaction = { TransactItems: [{ Put: { Item: item } }, { Update: {} }] };
    expect(unitsOf("TransactWriteItems", transaction, { status: 400, body: {} })).toEqual({ read: 0, write: 6 });
    expect(unitsOf("TransactWriteItems", transaction, { status: 200, body: { ConsumedCapacity: [{ CapacityUnits: 7 }] } })).toEqual({ read: 0, write: 7 });
  });

  it("are counted from what a read answers", () => {
    const big = { pk: { S: "x".repeat(5000) } };
    expect(unitsOf("GetItem", { ConsistentRead: true }, { status: 200, body: { Item: big } }).read).toBe(2);
    expect(unitsOf("GetItem", { ConsistentRead: true }, { status: 200, body: {} }).read).toBe(1);
    expect(unitsOf("Query", {}, { status: 200, body: { Items: [] } }).read).toBe(0.5);
    const keys = { RequestItems: { ledger: { Keys: [{}, {}], ConsistentRead: true } } };
    expect(unitsOf("BatchGetItem", keys, { status: 200, body: { Responses: { ledger: [big] } } }).read).toBe(3);
  });
});
