import type { LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import { type Audit, AuditEntry } from "./audit.ts";
import { type AuditHead, type AuditRecord, dayKey, GENESIS, headItem, type Link, readHead, recordHash, recordKey } from "./records.ts";

export type LedgerAuditParts = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  /** How long a record is kept after its day. */
  readonly days: number;
  /** Told of each record's place in the chain: a log of it is a second place that says so. */
  readonly onRecorded?: (link: Link) => void;
};

/** Lost as often as others won: far more than may call at once. */
const RACES = 100;
const DAY_SECONDS = 86_400;

/** More races were lost than there are callers: nothing was recorded. */
class AuditBusy extends Error {}

/**
 * The audit in the ledger's table. Each record holds the hash of the one before; it is put together with the head's change, on condition that the head still is
 * what it was made after: of two writers one loses and tries again. Calls: GetItem and TransactWriteItems of two items (three on a day's first).
 * @throws AuditBusy; what the ledger throws
 */
export function ledgerAudit({ ledger, clock, days, onRecorded }: LedgerAuditParts): Audit {
  return {
    async record(given) {
      const entry = AuditEntry.parse(given);
      for (let race = 0; race < RACES; race += 1) {
        const head = await readHead(ledger);
        const record = recordAfter(head, entry, clock.now(), days);
        const answer = await ledger.write(writesOf(head, record));
        if (answer.kind === "refused") continue;
        onRecorded?.({ day: record.day, n: record.n, hash: record.hash });
        return;
      }
      throw new AuditBusy(`the audit was written by others ${RACES} times in a row`);
    },
  };
}

/** A clock that lags behind another function's at midnight goes on in the later day: days never go back. */
function recordAfter(head: AuditHead | undefined, entry: AuditEntry, now: number, days: number): AuditRecord {
  const at = new Date(now).toISOString();
  const today = at.slice(0, 10);
  const day = head !== undefined && head.day > today ? head.day : today;
  const isFirst = head === undefined || head.day !== day;
  const record = {
    day,
    n: isFirst ? 1 : head.n + 1,
    at,
    ...AuditEntry.parse(entry),
    expiresAt: isFirst ? Date.parse(day) / 1000 + (days + 1) * DAY_SECONDS : head.recordsUntil,
    previous: head === undefined ? GENESIS : head.hash,
    previousExpiresAt: head === undefined ? 0 : head.recordsUntil,
  };
  return { ...record, hash: recordHash(record) };
}

function writesOf(head: AuditHead | undefined, record: AuditRecord): Write[] {
  const { day, n, hash, expiresAt } = record;
  const first: Write[] = n === 1 ? [{ kind: "put", item: { ...dayKey(day), day, expiresAt } }] : [];
  return [
    { kind: "put", item: { ...recordKey(day, n), ...record }, if: [{ absent: true }] },
    { kind: "put", item: headItem({ day, n, hash, recordsUntil: expiresAt }), if: head === undefined ? [{ absent: true }] : [{ path: "hash", is: head.hash }] },
    ...first,
  ];
}
