import { createHash } from "node:crypto";
import * as z from "zod";
import { parseIfThere } from "../ledger/items.ts";
import type { Item, Key, LedgerStore, Range } from "../ledger/ledger-store.ts";
import { AuditEntry } from "./audit.ts";

/** How the audit stands in the table: a partition for each UTC day, records numbered from 1, and one head that says where the chain ends. */

export const Day = z.string().regex(/^\d{4}-\d\d-\d\d$/, "is a day such as 2026-03-01");

const HASH = z.string().regex(/^[0-9a-f]{64}$/);

/** Before the first record there ever was. */
export const GENESIS = "0".repeat(64);

/** Where a chain stands: the n-th record of a day, and its hash. */
export const Link = z.object({ day: Day, n: z.number().int().positive(), hash: HASH });
export type Link = z.infer<typeof Link>;

export const AuditRecord = z.object({
  ...Link.shape,
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  ...AuditEntry.shape,
  /** Seconds since 1970: the end of the day's retention, one moment for all its records. */
  expiresAt: z.number().int(),
  /** Hash of the record before, of an earlier day too; GENESIS for the first one. */
  previous: HASH,
  /** Until when the record before is kept: what is missing after that has expired, before that it was removed. */
  previousExpiresAt: z.number().int(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** What stands in a record's place and is none: verify() names it. */
export const DamagedRecord = z.object({ day: Day, n: z.number().int(), damaged: z.literal(true) });
export type DamagedRecord = z.infer<typeof DamagedRecord>;

/** SHA-256 in hex over every member, the link to the record before included. */
export function recordHash(record: Omit<AuditRecord, "hash">): string {
  const details = Object.entries(record.details).sort(([one], [other]) => (one < other ? -1 : 1));
  const { day, n, at, who, from, action, what, why, expiresAt, previous, previousExpiresAt } = record;
  const text = JSON.stringify(["orderlane audit 1", day, n, at, who, from, action, what, why, details, expiresAt, previous, previousExpiresAt]);
  return createHash("sha256").update(text).digest("hex");
}

const AUDIT = "AUDIT";
const DAY_PREFIX = "DAY#";
const RECORD_PREFIX = "RECORD#";

const headKey: Key = { pk: AUDIT, sk: "HEAD" };
/** Lists the days that have records. */
export const dayKey = (day: string): Key => ({ pk: AUDIT, sk: DAY_PREFIX + day });
const dayPartition = (day: string): string => `${AUDIT}#${day}`;
export const recordKey = (day: string, n: number): Key => ({ pk: dayPartition(day), sk: RECORD_PREFIX + String(n).padStart(8, "0") });

/** The head never expires, so the moment of its record stands under a name that is not the table's time to live. */
const HeadItem = z.object({ ...Link.shape, recordsUntil: z.number().int() });
export type AuditHead = z.infer<typeof HeadItem>;

/** Where the chain ends; undefined before the first record. */
export async function readHead(ledger: LedgerStore): Promise<AuditHead | undefined> {
  return parseIfThere(HeadItem, await ledger.read(headKey));
}

export const headItem = (head: AuditHead): Item => ({ ...headKey, ...head });

/** A day's records after the n-th, at most `limit`, as they stand: whether they are what was written is for verify() to say. */
export async function readRecords(ledger: LedgerStore, day: string, after: number, limit: number): Promise<readonly (AuditRecord | DamagedRecord)[]> {
  const range: Range = { prefix: RECORD_PREFIX, limit, after: recordKey(day, after).sk };
  return (await ledger.list(dayPartition(day), range)).map((item) => {
    const parsed = AuditRecord.safeParse(item);
    return parsed.success ? parsed.data : { day, n: Number(item.sk.slice(RECORD_PREFIX.length)), damaged: true };
  });
}

const DayItem = z.object({ day: Day });

/** The first day after this one that has records; the first of all without one. */
export async function nextDay(ledger: LedgerStore, after?: string): Promise<string | undefined> {
  const [item] = await ledger.list(AUDIT, { prefix: DAY_PREFIX, limit: 1, ...(after === undefined ? {} : { after: dayKey(after).sk }) });
  return parseIfThere(DayItem, item)?.day;
}
