import { type AuditHead, type AuditRecord, type DamagedRecord, GENESIS, type Link, recordHash } from "./records.ts";

/** Proves that nothing was removed, altered, put in another order or added: every record's hash is that of its content, and holds the one before. */

export type VerifyOptions = {
  /** Clock milliseconds: records whose retention has ended may be missing, the table's time to live takes them in any order. */
  readonly now: number;
  /** Where the chain ends, as the ledger says once the stream has ended; `none` where nothing was ever recorded. Left out: the stream ends before the chain does. */
  readonly head?: () => AuditHead | "none";
  /** Places in the chain that are known from elsewhere (a log, an earlier verify): each must still be there. */
  readonly known?: readonly Link[];
  /** The stream begins with a later day: what is before that is not asked for. */
  readonly fromMiddle?: boolean;
};

export type Verified =
  | { readonly kind: "whole"; readonly records: number; readonly days: number; readonly last?: Link }
  /** `at` names the record: `2026-03-01/17`. */
  | { readonly kind: "broken"; readonly at: string; readonly why: string };

export const nameOf = ({ day, n }: Pick<Link, "day" | "n">): string => `${day}/${n}`;

const broken = (at: Pick<Link, "day" | "n">, why: string): Verified => ({ kind: "broken", at: nameOf(at), why });

type Streamed = AuditRecord | DamagedRecord;

/** @param records in the order of the chain: by day, then by number */
export async function verifyChain(records: AsyncIterable<Streamed> | Iterable<Streamed>, options: VerifyOptions): Promise<Verified> {
  const awaited = new Map(options.known?.map((link) => [nameOf(link), link.hash]));
  let read: Read = { count: 0, days: 0 };
  for await (const record of records) {
    if ("damaged" in record) return broken(record, "is not a record");
    if (record.expiresAt <= options.now / 1000) continue;
    const fault = faultOf(read.last, record, options, awaited);
    if (fault !== undefined) return broken(record, fault);
    read = { count: read.count + 1, days: read.days + (read.last?.day === record.day ? 0 : 1), last: record };
  }
  const [missing] = awaited.keys();
  return missing === undefined ? endOf(read, options) : { kind: "broken", at: missing, why: "was known and is not there" };
}

const faultOf = (last: AuditRecord | undefined, record: AuditRecord, options: VerifyOptions, awaited: Map<string, string>): string | undefined =>
  contentFault(record) ?? placeFault(last, record, options) ?? knownFault(record, awaited);

type Read = { readonly count: number; readonly days: number; readonly last?: AuditRecord };

function endOf({ count, days, last }: Read, options: VerifyOptions): Verified {
  const whole: Verified = { kind: "whole", records: count, days, ...(last === undefined ? {} : { last: { day: last.day, n: last.n, hash: last.hash } }) };
  return endFault(last, options) ?? whole;
}

const contentFault = (record: AuditRecord): string | undefined =>
  recordHash(record) === record.hash ? undefined : "its content is not what was recorded: its hash differs";

const placeFault = (last: AuditRecord | undefined, record: AuditRecord, options: VerifyOptions): string | undefined =>
  last === undefined ? beginningFault(record, options) : linkFault(last, record);

/** What the first record that is kept says of what was before it. */
function beginningFault(record: AuditRecord, { fromMiddle, now }: VerifyOptions): string | undefined {
  if (record.n !== 1) return `the records of ${record.day} before it are missing`;
  if (fromMiddle === true || record.previous === GENESIS || record.previousExpiresAt <= now / 1000) return undefined;
  return "the record before it is missing, and its retention has not ended";
}

function linkFault(last: AuditRecord, record: AuditRecord): string | undefined {
  const isNext = record.day === last.day ? record.n === last.n + 1 : record.day > last.day && record.n === 1;
  if (!isNext) return `follows ${nameOf(last)}: what should stand between them is missing, or their order was changed`;
  return record.previous === last.hash ? undefined : `does not hold the hash of ${nameOf(last)}: what stood between them was removed, or one was written anew`;
}

function knownFault(record: AuditRecord, awaited: Map<string, string>): string | undefined {
  const known = awaited.get(nameOf(record));
  awaited.delete(nameOf(record));
  return known === undefined || known === record.hash ? undefined : "is another record than the one that was known here";
}

function endFault(last: AuditRecord | undefined, { head: headNow, now }: VerifyOptions): Verified | undefined {
  if (headNow === undefined) return undefined;
  const head = headNow();
  if (head === "none") return last === undefined ? undefined : broken(last, "the head of the chain is missing");
  if (last === undefined) return head.recordsUntil <= now / 1000 ? undefined : broken(head, "the chain's last record is missing");
  return isSame(head, last) ? undefined : otherEnd(head, last);
}

const isSame = (one: Link, other: Link): boolean => one.day === other.day && one.n === other.n && one.hash === other.hash;

function otherEnd(head: Link, last: AuditRecord): Verified {
  const isCut = head.day > last.day || (head.day === last.day && head.n > last.n);
  if (isCut) return broken(head, `the chain ends here, and its records end at ${nameOf(last)}`);
  return broken(last, `is not where the chain ends, which is ${nameOf(head)}`);
}
