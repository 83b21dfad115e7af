import * as z from "zod";
import { AuditAnswer } from "../core/audit/audit-shapes.ts";
import { type AuditHead, type AuditRecord, type DamagedRecord, Day, Link } from "../core/audit/records.ts";
import { nameOf, type Verified, verifyChain } from "../core/audit/verify.ts";
import { asPerson, call, read, refusal } from "./call.ts";
import { EXIT, usage } from "./failure.ts";
import { type Reach, reachOf } from "./reach.ts";
import { localTime, print, printJson, shown, table } from "./show.ts";

const Asking = z.object({ url: z.string().optional(), json: z.boolean().default(false), from: z.string().optional(), to: z.string().optional() });

export const AuditListOptions = Asking;
export const AuditVerifyOptions = Asking.extend({ known: z.array(z.string()).default([]) });

type Streamed = AuditRecord | DamagedRecord;
type Span = { readonly from?: string | undefined; readonly to?: string | undefined };

async function page(reach: Reach, wanted: Readonly<Record<string, string>>): Promise<AuditAnswer> {
  const answer = await call(reach, { method: "GET", path: `/v1/audit?${new URLSearchParams(wanted)}`, headers: asPerson(reach) });
  if (answer.status !== 200)
    throw refusal("the audit", answer, answer.status === 404 ? "ask who administers every site: the audit tells of all of them" : undefined);
  return read(AuditAnswer, answer);
}

/** Reads the audit page by page, day by day; `head` is where the chain ended when the last page was read. */
function reading(reach: Reach, { from, to }: Span) {
  const state: { head: AuditHead | "none" } = { head: "none" };
  async function* records(): AsyncGenerator<Streamed> {
    let wanted: Readonly<Record<string, string>> | undefined = from === undefined ? {} : { day: from };
    while (wanted !== undefined) {
      const answer: AuditAnswer = await page(reach, wanted);
      state.head = answer.head ?? "none";
      yield* answer.records;
      wanted = next(answer, to);
    }
  }
  return { records: records(), state };
}

/** What to ask for next; once more where the head has gone on while its last page was read. */
function next({ day, records, after, nextDay, head }: AuditAnswer, to: string | undefined): Readonly<Record<string, string>> | undefined {
  if (day === undefined) return undefined;
  if (after !== undefined) return { day, after: String(after) };
  if (nextDay !== undefined) return to !== undefined && nextDay > to ? undefined : { day: nextDay };
  const last = records.at(-1);
  return last !== undefined && head !== undefined && head.day === day && head.n > last.n ? { day, after: String(last.n) } : undefined;
}

function spanOf({ from, to }: Span): Span {
  for (const day of [from, to]) {
    if (day !== undefined && !Day.safeParse(day).success)
      throw usage(`${day} is no day`, "the audit's days are UTC, written as 2026-03-01", "correct --from or --to");
  }
  return { from, to };
}

/** The audit's records, oldest first; without --from those of its last day. */
export async function list(options: z.infer<typeof AuditListOptions>): Promise<number> {
  const reach = reachOf(options.url, process.env);
  const { from, to } = spanOf(options);
  const records: Streamed[] = [];
  const first = from ?? (await page(reach, {})).head?.day;
  if (first !== undefined) for await (const record of reading(reach, { from: first, to }).records) records.push(record);
  if (options.json) printJson({ records });
  else print(records.length === 0 ? ["nothing was recorded"] : records.flatMap(recordLines));
  return EXIT.done;
}

function recordLines(record: Streamed): string[] {
  if ("damaged" in record) return [`${nameOf(record)}  is not a record`];
  const { at, who, from, action, what, why, details } = record;
  const told = Object.entries(details).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)]);
  return [`${nameOf(record)}  ${localTime(at)}  ${shown(who)} (${shown(from)})  ${shown(action)} ${shown(what)}: ${shown(why)}`, ...table(told)];
}

/** Proves that nothing of the audit was removed, altered, reordered or added; exit code 3, and the record's name, where something was. */
export async function verify(options: z.infer<typeof AuditVerifyOptions>): Promise<number> {
  const { from, to } = spanOf(options);
  const { records, state } = reading(reachOf(options.url, process.env), { from, to });
  const end = to === undefined ? { head: () => state.head } : {};
  const verified = await verifyChain(progress(records), { now: Date.now(), known: options.known.map(linkIn), fromMiddle: from !== undefined, ...end });
  if (options.json) printJson(verified);
  else print(verifiedLines(verified));
  return verified.kind === "whole" ? EXIT.done : EXIT.differences;
}

/** Told on a terminal, every thousand records. */
async function* progress(records: AsyncIterable<Streamed>): AsyncGenerator<Streamed> {
  let count = 0;
  for await (const record of records) {
    count += 1;
    if (count % 1000 === 0) process.stderr.write(`\r${count} records read …`);
    yield record;
  }
  if (count >= 1000) process.stderr.write("\n");
}

/** `2026-03-01/17/<hash>`, as verify printed it. */
function linkIn(text: string): Link {
  const [day, n, hash] = text.split("/");
  const parsed = Link.safeParse({ day, n: Number(n), hash });
  if (parsed.success) return parsed.data;
  throw usage(`--known ${text} is not a place in the chain`, "it reads 2026-03-01/17/<hash>", "take what an earlier orderlane audit verify printed");
}

function verifiedLines(verified: Verified): string[] {
  if (verified.kind === "broken") {
    return [
      `the audit is broken at ${verified.at}: it ${verified.why}`,
      "next: compare with the functions' logs (audit.recorded) and the table's backup of that day",
    ];
  }
  const { records, days, last } = verified;
  if (last === undefined) return ["nothing was recorded, or all of it has expired"];
  return [
    `the audit is whole: ${records} records of ${days} days`,
    `its end, to be kept elsewhere and given to a later verify: --known ${last.day}/${last.n}/${last.hash}`,
  ];
}
