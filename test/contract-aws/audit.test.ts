import { expect, it } from "vitest";
import { systemClock } from "../../aws/clock.ts";
import { ledgerAudit } from "../../core/audit/ledger-audit.ts";
import { nextDay, readHead, readRecords } from "../../core/audit/records.ts";
import { verifyChain } from "../../core/audit/verify.ts";
import { newLedgerStore } from "./ledger-table.ts";

it("on DynamoDB, writers that race keep one whole chain with every entry once", async () => {
  const ledger = await newLedgerStore();
  const entry = { who: "a", from: "b", action: "c", why: "d", details: { sites: ["hamburg"], attempt: 2, text: "工单", isPlan: false } };
  const names = Array.from({ length: 8 }, (_, at) => `entry ${at}`);
  await Promise.all(names.map((what) => ledgerAudit({ ledger, clock: systemClock, days: 10 }).record({ ...entry, what })));
  const first = await nextDay(ledger);
  const second = first === undefined ? undefined : await nextDay(ledger, first);
  const days = [first, second].filter((day) => day !== undefined);
  const records = (await Promise.all(days.map((day) => readRecords(ledger, day, 0, 100)))).flat();
  const head = await readHead(ledger);
  expect(await verifyChain(records, { now: Date.now(), head: () => head ?? "none" })).toMatchObject({ kind: "whole", records: 8 });
  expect(records.map((record) => ("what" in record ? record.what : "damaged")).sort()).toEqual(names);
});
