import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../core/audit/audit.ts";
import { ledgerAudit } from "../../../core/audit/ledger-audit.ts";
import { AuditRecord, type DamagedRecord, type Link, nextDay, readHead, readRecords } from "../../../core/audit/records.ts";
import { verifyChain } from "../../../core/audit/verify.ts";
import type { LedgerStore } from "../../../core/ledger/ledger-store.ts";
import { virtualClock } from "../../support/memory/clock.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";

const START = Date.UTC(2026, 2, 1, 12);
const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

const entry = (what: string, details: AuditEntry["details"] = {}): AuditEntry => ({
  who: "ann@example.com",
  from: "203.0.113.7",
  action: "replay",
  what,
  why: "the material is there now",
  details,
});

function world(ledger: LedgerStore = memoryLedgerStore()) {
  const clock = virtualClock(START);
  const links: Link[] = [];
  const audit = ledgerAudit({ ledger, clock, days: KEPT_DAYS, onRecorded: (link) => links.push(link) });
  return { ledger, clock, audit, links };
}

async function everything(ledger: LedgerStore): Promise<AuditRecord[]> {
  return (await stream(ledger)).map((record) => AuditRecord.parse(record));
}

async function stream(ledger: LedgerStore): Promise<(AuditRecord | DamagedRecord)[]> {
  const records: (AuditRecord | DamagedRecord)[] = [];
  for (let day = await nextDay(ledger); day !== undefined; day = await nextDay(ledger, day)) records.push(...(await readRecords(ledger, day, 0, 1000)));
  return records;
}

async function verify(ledger: LedgerStore, now: number, records?: readonly AuditRecord[], known: readonly Link[] = []) {
  const head = await readHead(ledger);
  return verifyChain(records ?? (await everything(ledger)), { now, head: () => head ?? "none", known });
}

/** Six records on three days, with a quiet one between. */
async function sixRecords() {
  const made = world();
  for (const pause of [0, 1000, DAY_MS, 1000, 1000, 2 * DAY_MS]) {
    made.clock.advance(pause);
    await made.audit.record(entry(`document ${made.links.length + 1}`, { attempt: 1, sites: ["hamburg", "suzhou"], plan: true, text: "工单" }));
  }
  return { ...made, records: await everything(made.ledger) };
}

const at = (records: readonly AuditRecord[], index: number): AuditRecord => {
  const record = records[index];
  if (record === undefined) throw new Error(`there is no record ${index}`);
  return record;
};

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

/** A ledger in which other writers come between a reading and a writing: after each read of the audit's head, whoever waits goes on first. */
function racing(ledger: LedgerStore): LedgerStore {
  return {
    ...ledger,
    read: async (key) => {
      const item = await ledger.read(key);
      await turns(5);
      return item;
    },
  };
}

describe("the audit", () => {
  it("is a whole chain over days and quiet days", async () => {
    const { ledger, clock, records, links } = await sixRecords();
    expect(records.map(({ day, n, what }) => `${day}/${n} ${what}`)).toEqual([
      "2026-03-01/1 document 1",
      "2026-03-01/2 document 2",
      "2026-03-02/1 document 3",
      "2026-03-02/2 document 4",
      "2026-03-02/3 document 5",
      "2026-03-04/1 document 6",
    ]);
    expect(await verify(ledger, clock.now(), records, links)).toMatchObject({ kind: "whole", records: 6, days: 3, last: links.at(-1) });
  });

  it("is whole before its first record too", async () => {
    expect(await verify(memoryLedgerStore(), START)).toEqual({ kind: "whole", records: 0, days: 0 });
  });

  it("keeps every entry of writers that race, each once, in one whole chain", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 8 }), async (writers) => {
        const { ledger, audit, clock } = world(racing(memoryLedgerStore()));
        const write = async (writer: number, count: number, pause: number) => {
          await turns(pause);
          if (pause === 3) clock.advance(DAY_MS / 2);
          await audit.record(entry(`${writer}.${count}`));
        };
        const inTurn = (pauses: readonly number[], writer: number) =>
          pauses.reduce((before, pause, count) => before.then(() => write(writer, count, pause)), Promise.resolve());
        await Promise.all(writers.map(inTurn));
        const records = await everything(ledger);
        expect(records.map(({ what }) => what).sort()).toEqual(writers.flatMap((pauses, writer) => pauses.map((_, count) => `${writer}.${count}`)).sort());
        expect(await verify(ledger, clock.now(), records)).toMatchObject({ kind: "whole", records: records.length });
      }),
      { numRuns: 60 },
    );
  });

  it("gives up, and says so, where others always come first", async () => {
    const ledger: LedgerStore = { ...memoryLedgerStore(), write: async () => ({ kind: "refused", at: [1] }) };
    await expect(world(ledger).audit.record(entry("x"))).rejects.toThrow("100 times in a row");
  });

  it("goes on in the later day where a writer's clock lags behind midnight", async () => {
    const ledger = memoryLedgerStore();
    const ahead = world(ledger);
    ahead.clock.advance(DAY_MS);
    await ahead.audit.record(entry("after midnight"));
    await world(ledger).audit.record(entry("by a clock before midnight"));
    expect((await everything(ledger)).map(({ day, n }) => `${day}/${n}`)).toEqual(["2026-03-02/1", "2026-03-02/2"]);
    expect(await verify(ledger, ahead.clock.now())).toMatchObject({ kind: "whole", records: 2 });
  });

  it("does not fork where another writer begins the next day between a reading and a writing by a clock before midnight", async () => {
    const ledger = memoryLedgerStore();
    const ahead = world(ledger);
    ahead.clock.advance(DAY_MS);
    await world(ledger).audit.record(entry("before"));
    let isFirst = true;
    const overtaken: LedgerStore = {
      ...ledger,
      read: async (key) => {
        const head = await ledger.read(key);
        if (isFirst) {
          isFirst = false;
          await ahead.audit.record(entry("after midnight"));
        }
        return head;
      },
    };
    await world(overtaken).audit.record(entry("overtaken"));
    expect((await everything(ledger)).map(({ day, n, what }) => `${day}/${n} ${what}`)).toEqual([
      "2026-03-01/1 before",
      "2026-03-02/1 after midnight",
      "2026-03-02/2 overtaken",
    ]);
    expect(await verify(ledger, ahead.clock.now())).toMatchObject({ kind: "whole", records: 3 });
  });

  it("takes half of a surrogate pair without breaking its chain", async () => {
    const { ledger, audit, clock } = world();
    await audit.record(entry("\ud800", { text: "\udfff" }));
    expect(at(await everything(ledger), 0)).toMatchObject({ what: "\ufffd", details: { text: "\ufffd" } });
    expect(await verify(ledger, clock.now())).toMatchObject({ kind: "whole", records: 1 });
  });

  it("verifies on when old days have expired, in whatever order the table lets go of them", async () => {
    const { ledger, clock, audit } = await sixRecords();
    clock.advance((KEPT_DAYS - 3) * DAY_MS);
    await audit.record(entry("much later"));
    const records = await everything(ledger);
    const afterFirstDay = clock.now() + DAY_MS / 2;
    expect(at(records, 0).expiresAt * 1000).toBeLessThanOrEqual(afterFirstDay);
    for (const left of [records, records.slice(1), records.slice(2), [at(records, 0), ...records.slice(2)]]) {
      expect(await verify(ledger, afterFirstDay, left)).toMatchObject({ kind: "whole", records: 5 });
    }
    expect(await verify(ledger, afterFirstDay, records.slice(3))).toMatchObject({ kind: "broken", at: "2026-03-02/2" });
    expect(await verify(ledger, afterFirstDay + 400 * DAY_MS, [])).toMatchObject({ kind: "whole", records: 0 });
  });
});

describe("tampering with the audit is noticed, and the record named:", () => {
  type Tampering = (records: readonly AuditRecord[]) => readonly AuditRecord[];
  const changed =
    (index: number, change: Partial<AuditRecord>): Tampering =>
    (records) =>
      records.map((record, place) => (place === index ? { ...record, ...change } : record));
  const without =
    (from: number, count = 1): Tampering =>
    (records) =>
      records.filter((_, place) => place < from || place >= from + count);
  const appended = (records: readonly AuditRecord[]) => [...records, { ...at(records, 5), n: 2, previous: at(records, 5).hash }];

  it.each<[string, Tampering, string]>([
    ["the first record removed", without(0), "2026-03-01/2"],
    ["a record in the middle of a day removed", without(3), "2026-03-02/3"],
    ["the last record of a day removed", without(1), "2026-03-02/1"],
    ["the first record of a day removed", without(2), "2026-03-02/2"],
    ["a whole day in the middle removed", without(2, 3), "2026-03-04/1"],
    ["the first day removed", without(0, 2), "2026-03-02/1"],
    ["the last day removed", without(5), "2026-03-04/1"],
    ["the tail cut off", without(4, 2), "2026-03-04/1"],
    ["everything removed", () => [], "2026-03-04/1"],
    ["two records swapped", (records) => [at(records, 1), at(records, 0), ...records.slice(2)], "2026-03-01/2"],
    ["a record twice", (records) => [...records.slice(0, 3), ...records.slice(2)], "2026-03-02/1"],
    ["a record appended", appended, "2026-03-04/2"],
    ["who altered", changed(1, { who: "bob@example.com" }), "2026-03-01/2"],
    ["where from altered", changed(1, { from: "198.51.100.1" }), "2026-03-01/2"],
    ["what was done altered", changed(2, { action: "skip" }), "2026-03-02/1"],
    ["what it was done to altered", changed(3, { what: "another document" }), "2026-03-02/2"],
    ["why altered", changed(4, { why: "" }), "2026-03-02/3"],
    ["a detail altered", changed(0, { details: { attempt: 2 } }), "2026-03-01/1"],
    ["the time altered", changed(0, { at: "2026-03-01T12:00:00.001Z" }), "2026-03-01/1"],
    ["the retention altered, so that it seems expired", changed(2, { expiresAt: 1 }), "2026-03-02/2"],
    ["the retention made longer", changed(2, { expiresAt: 4_000_000_000 }), "2026-03-02/1"],
    ["what it says of the retention before altered", changed(0, { previousExpiresAt: 5 }), "2026-03-01/1"],
  ])("%s", async (_name, tamper, named) => {
    const { ledger, clock, records } = await sixRecords();
    expect(await verify(ledger, clock.now(), tamper(records))).toMatchObject({ kind: "broken", at: named });
  });

  it("a record written anew with a hash that fits", async () => {
    const { recordHash } = await import("../../../core/audit/records.ts");
    const { ledger, clock, records } = await sixRecords();
    const forged = { ...at(records, 3), who: "bob@example.com" };
    const tampered = records.map((record, place) => (place === 3 ? { ...forged, hash: recordHash(forged) } : record));
    expect(await verify(ledger, clock.now(), tampered)).toMatchObject({ kind: "broken", at: "2026-03-02/3" });
  });

  it("a record made unreadable in the table", async () => {
    const { ledger, clock } = await sixRecords();
    await ledger.write([{ kind: "update", key: { pk: "AUDIT#2026-03-02", sk: "RECORD#00000002" }, set: { details: "gone" } }]);
    const head = await readHead(ledger);
    expect(await verifyChain(await stream(ledger), { now: clock.now(), head: () => head ?? "none" })).toMatchObject({ kind: "broken", at: "2026-03-02/2" });
  });

  it("the head removed", async () => {
    const { clock, records } = await sixRecords();
    expect(await verifyChain(records, { now: clock.now(), head: () => "none" })).toMatchObject({ kind: "broken", at: "2026-03-04/1" });
  });

  it("the tail cut off and the head set back, where the log's line or an earlier verify is at hand", async () => {
    const { ledger, clock, records, links } = await sixRecords();
    const last = at(records, 3);
    const head = { ...last, recordsUntil: last.expiresAt };
    expect(await verifyChain(records.slice(0, 4), { now: clock.now(), head: () => head })).toMatchObject({ kind: "whole" });
    expect(await verifyChain(records.slice(0, 4), { now: clock.now(), head: () => head, known: links.slice(5) })).toMatchObject({
      kind: "broken",
      at: "2026-03-04/1",
    });
    expect(await verify(ledger, clock.now(), records, [{ ...last, hash: "0".repeat(64) }])).toMatchObject({ kind: "broken", at: "2026-03-02/2" });
  });

  it("one removed record, at any place of any chain", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 12 }), fc.nat(), async (pauses, choice) => {
        const { ledger, audit, clock } = world();
        for (const pause of pauses) {
          clock.advance(pause * DAY_MS);
          await audit.record(entry("x"));
        }
        const records = await everything(ledger);
        expect(await verify(ledger, clock.now(), records)).toMatchObject({ kind: "whole", records: pauses.length });
        const removed = choice % records.length;
        expect(await verify(ledger, clock.now(), without(removed)(records))).toMatchObject({ kind: "broken" });
      }),
      { numRuns: 60 },
    );
  });
});
