import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { clientOptions } from "../../aws/clients.ts";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { dynamoClient, ledgerStore } from "../../aws/ledger-store.ts";
import { OutcomeUnknown } from "../../aws/patience.ts";
import type { Write } from "../../core/ledger/ledger-store.ts";
import { STORED } from "../contract/ledger-rig.ts";
import { ledgerStoreContract } from "../contract/ledger-store.ts";
import { BAD_UPDATES } from "../contract/ledger-updates.ts";
import { memoryLedgerStore } from "../support/memory/ledger-store.ts";
import { newLedgerStore, newTable, storeOn } from "./ledger-table.ts";
import { surroundings } from "./surroundings.ts";

/** What DynamoDB refuses and the local cloud takes. */
const TAKEN_HERE = ["sets below text", "removes below a map that is absent", "adds to text"];

ledgerStoreContract("on DynamoDB", newLedgerStore, TAKEN_HERE);

describe("the local cloud differs from DynamoDB", () => {
  it.each(TAKEN_HERE)("it takes an update that %s, in a transaction", async (what) => {
    const store = await newLedgerStore();
    const item = { pk: "p", sk: "a", ...STORED };
    await store.write([{ kind: "put", item }]);
    const answer = await store.write([
      { kind: "put", item: { pk: "p", sk: "b" } },
      { kind: "update", key: item, ...BAD_UPDATES[what] },
    ]);
    expect(answer).toEqual({ kind: "written" });
  });

  it("it makes an item, of its keys alone, where an update only removes and there is none", async () => {
    const write: Write = { kind: "update", key: { pk: "p", sk: "a" }, remove: ["state"] };
    const [memory, here] = [memoryLedgerStore(), await newLedgerStore()];
    expect(await Promise.all([memory, here].map((store) => store.write([write])))).toEqual([{ kind: "written" }, { kind: "written" }]);
    expect(await memory.read(write.key)).toBeUndefined();
    expect(await here.read(write.key)).toEqual(write.key);
  });
});

type Trouble = "before" | "after" | "throttled";

class ThrottlingException extends Error {
  override readonly name = "ThrottlingException";
}

/** A client whose next requests are troubled: lost before they arrive, answered into the void, or throttled. Others pass. */
function troubledClient(troubles: Trouble[]): { client: DynamoDBClient; sent: () => number } {
  const client = new DynamoDBClient({ ...clientOptions(surroundings()), maxAttempts: 1 });
  let sent = 0;
  client.middlewareStack.add(
    (next) => async (request) => {
      sent += 1;
      const trouble = troubles.shift();
      if (trouble === "throttled") throw new ThrottlingException("slow down");
      if (trouble === "before") throw Object.assign(new Error("cut"), { code: "ECONNRESET" });
      const answer = await next(request);
      if (trouble === "after") throw Object.assign(new Error("cut"), { code: "ECONNRESET" });
      return answer;
    },
    { step: "finalizeRequest", priority: "low", name: "trouble" },
  );
  return { client, sent: () => sent };
}

describe("a lost answer of DynamoDB", () => {
  const setUp = async (...troubles: Trouble[]) => {
    const plain = dynamoClient(surroundings());
    const table = await newTable(plain);
    const { client, sent } = troubledClient(troubles);
    const store = ledgerStore({ client, table, clock: systemClock, ids: randomIds, patienceMilliseconds: 10_000, random: () => 0 });
    return { store, seen: storeOn(plain, table), sent };
  };
  const key = { pk: "p", sk: "a" };
  const claim: Write = { kind: "put", item: { ...key, owner: "me" }, if: [{ absent: true }] };
  const second: Write = { kind: "update", key: { pk: "p", sk: "b" }, add: { count: 1 } };

  it("does not make a transaction happen twice, nor look refused", async () => {
    const { store, seen, sent } = await setUp("after");
    expect(await store.write([claim, second])).toEqual({ kind: "written" });
    expect(sent()).toBe(2);
    expect(await seen.read(second.key)).toEqual({ ...second.key, count: 1 });
  });

  it("is not taken for a refusal: a conditional write that met its own first try throws OutcomeUnknown", async () => {
    const { store, seen } = await setUp("after");
    await expect(store.write([claim])).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(await seen.read(key)).toEqual({ ...key, owner: "me" });
  });

  it("never counts twice: an addition is not repeated", async () => {
    const { store, seen, sent } = await setUp("after");
    await expect(store.write([second])).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(sent()).toBe(1);
    expect(await seen.read(second.key)).toEqual({ ...second.key, count: 1 });
  });

  it("is made good where the request itself was lost", async () => {
    const { store } = await setUp("before", "before");
    expect(await store.write([claim])).toEqual({ kind: "written" });
    expect(await store.write([claim])).toEqual({ kind: "refused", at: [0] });
  });

  it("is made good for reads", async () => {
    const { store } = await setUp("after", "before");
    expect(await store.read(key)).toBeUndefined();
  });

  it("waits while it is throttled, additions too, and gives up when its patience ends", async () => {
    const { store, sent } = await setUp("throttled", "throttled", "throttled");
    expect(await store.write([second])).toEqual({ kind: "written" });
    expect(sent()).toBe(4);
    const { client } = troubledClient(Array<Trouble>(1000).fill("throttled"));
    let now = 0;
    const clock = { now: () => (now += 100) };
    const impatient = ledgerStore({ client, table: "any", clock, ids: randomIds, patienceMilliseconds: 1000, random: () => 0 });
    await expect(impatient.read(key)).rejects.toThrow("slow down");
  });
});
