import type { Grant } from "../../core/access/grants.ts";
import type { AuditAnswer } from "../../core/audit/audit-shapes.ts";
import { nextDay, readHead, readRecords } from "../../core/audit/records.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import type { Settings } from "../../core/settings/settings.ts";

/** A record is below 1 KB, but for a deployment's that names many tables; an answer holds 6 MB. */
const PAGE = 200;

/** The audit tells of every site: only who administers them all may read it. */
export const mayReadAudit = (grant: Grant, settings: Settings): boolean => settings.sites.every(({ id }) => grant.sites.includes(id));

/** A page of the audit, with what a reader needs to go on and to verify it. The head is read last, so that it is never behind the records. */
export async function readAudit(ledger: LedgerStore, wanted: { readonly day?: string | undefined; readonly after: number }): Promise<AuditAnswer> {
  const day = wanted.day ?? (await nextDay(ledger));
  const records = day === undefined ? [] : await readRecords(ledger, day, wanted.after, PAGE);
  const last = records.length === PAGE ? records.at(-1) : undefined;
  const next = day === undefined ? undefined : await nextDay(ledger, day);
  const head = await readHead(ledger);
  return {
    ...(day === undefined ? {} : { day }),
    records: [...records],
    ...(last === undefined ? {} : { after: last.n }),
    ...(next === undefined ? {} : { nextDay: next }),
    ...(head === undefined ? {} : { head }),
  };
}
