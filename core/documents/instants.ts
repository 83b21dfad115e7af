import { ISO_LENGTH, readCompact, readIso, writeIso } from "./iso-texts.ts";
import { instantOf, offsetAt } from "./zone-offsets.ts";

/** Dates and times as systems write them, to UTC instants. Pure: the zone is an argument, its rules come from `Intl`. */

export type InstantFault = "time-malformed" | "time-in-gap" | "time-twice" | "time-out-of-range";
export type InstantAnswer =
  | { readonly kind: "instant"; readonly instant: string }
  | { readonly kind: "invalid"; readonly fault: InstantFault; readonly message: string };

/** Outside these, a year is a typing error or a system's "no end" (SAP's 9999). */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2100;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$|^(\d{4})(\d{2})(\d{2})$/;
/** Hours to nanoseconds; what is below a millisecond is cut. */
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$|^(\d{2})(\d{2})(\d{2})?$/;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;
const WHOLE = /^(\d{4}-\d{2}-\d{2}|\d{8})(?:[T ]?([\d:.,]+))?(Z|[+-]\d{2}:?\d{2})?$/;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * `20231211`, `2023-12-11T24:00:00`, `20231211240000`, `2023-12-11 08:30`, with `Z`, an offset or, without one, in `timeZone`. A date alone is its midnight.
 * 24:00 is the next day's 00:00. A time inside a clock change's gap, or shown twice by it, is a fault: nothing is guessed.
 */
export function parseInstant(text: string, timeZone: string): InstantAnswer {
  if (text.length === ISO_LENGTH || (text.length === ISO_LENGTH + 1 && text.endsWith("Z"))) {
    const local = readIso(text, FIRST_YEAR, LAST_YEAR);
    if (!Number.isNaN(local)) return text.length === ISO_LENGTH ? inZone(local, timeZone) : written(local);
  }
  return text.length === COMPACT_DATE_LENGTH ? parseDateAndTime(text, undefined, timeZone) : parseWritten(text, timeZone);
}

/** Characters of `20260302`: no other spelling has eight. */
const COMPACT_DATE_LENGTH = 8;

/** In any spelling; what `parseInstant` answers, without its short way. */
export function parseWritten(text: string, timeZone: string): InstantAnswer {
  const parts = WHOLE.exec(text);
  if (parts === null) return malformed(/^[+-]?\d{5,}-/.test(text) ? "a year of more than four digits" : "not a date or time this connection writes");
  const [, date, time, offset] = parts;
  if (date === undefined || (time === undefined && offset !== undefined)) return malformed("an offset without a time");
  return parseParts(date, time, timeZone, offset);
}

/** The same from a date and a time of their own fields (`20231211`, `240000`); without a time, midnight. */
export function parseDateAndTime(date: string, time: string | undefined, timeZone: string, offset?: string): InstantAnswer {
  if (offset === undefined) {
    const local = readCompact(date, time === undefined ? MIDNIGHT : time, FIRST_YEAR, LAST_YEAR);
    if (!Number.isNaN(local)) return inZone(local, timeZone);
  }
  return parseParts(date, time, timeZone, offset);
}

const MIDNIGHT = "000000";

/** In any spelling. */
function parseParts(date: string, time: string | undefined, timeZone: string, offset: string | undefined): InstantAnswer {
  const day = dayOf(date);
  if (day.kind === "invalid") return day;
  const within = time === undefined ? 0 : millisecondsOf(time);
  if (within === undefined) return malformed("a time that no clock shows");
  const local = day.midnight + within;
  if (offset === undefined) return inZone(local, timeZone);
  const minutes = offset === "Z" ? 0 : offsetMinutes(offset);
  return minutes === undefined ? malformed("an offset that no place has") : written(local - minutes * MINUTE_MS);
}

/** The day (`20231211`) and the time (`002941`) that the clocks of the zone show at a UTC instant. */
export function localDateAndTime(instant: string, timeZone: string): readonly [string, string] {
  const at = Date.parse(instant);
  const digits = new Date(at + offsetAt(at, timeZone)).toISOString().replace(/\D/g, "");
  return [digits.slice(0, 8), digits.slice(8, 14)];
}

export type DayAnswer = { readonly kind: "day"; readonly day: string } | (InstantAnswer & { readonly kind: "invalid" });

/** A date alone as it stands there, `2023-12-11`, whatever the clocks did that day; of a date and time the day that the zone's clocks show. */
export function parseDay(text: string, timeZone: string): DayAnswer {
  if (DATE.test(text)) {
    const day = dayOf(text);
    return day.kind === "invalid" ? day : { kind: "day", day: new Date(day.midnight).toISOString().slice(0, 10) };
  }
  const answer = parseInstant(text, timeZone);
  if (answer.kind === "invalid") return answer;
  const [date] = localDateAndTime(answer.instant, timeZone);
  return { kind: "day", day: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` };
}

const malformed = (message: string): InstantAnswer & { kind: "invalid" } => ({ kind: "invalid", fault: "time-malformed", message });

function dayOf(text: string): { kind: "day"; midnight: number } | (InstantAnswer & { kind: "invalid" }) {
  const found = DATE.exec(text);
  if (found === null) return malformed("not a date");
  const [year, month, day] = numbersIn(found);
  if (year === undefined || month === undefined || day === undefined) return malformed("not a date");
  const midnight = Date.UTC(year, month - 1, day);
  const real = new Date(midnight);
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return malformed("a day that no calendar has");
  if (year < FIRST_YEAR || year > LAST_YEAR) return { kind: "invalid", fault: "time-out-of-range", message: `a year outside ${FIRST_YEAR} to ${LAST_YEAR}` };
  return { kind: "day", midnight };
}

/** The groups that matched, as numbers; those of the other spelling are absent. */
const numbersIn = (found: RegExpExecArray): number[] => found.slice(1).flatMap((group) => (group === undefined ? [] : [Number.parseInt(group, 10)]));

function millisecondsOf(text: string): number | undefined {
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const hour = Number(found[1] ?? found[5]);
  const minute = Number(found[2] ?? found[6]);
  const second = Number(found[3] ?? found[7] ?? "0");
  const milliseconds = Number((found[4] ?? "0").padEnd(3, "0").slice(0, 3));
  const total = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return minute > 59 || second > 59 || total > DAY_MS ? undefined : total;
}

function offsetMinutes(text: string): number | undefined {
  const found = OFFSET.exec(text);
  const [, sign, hours, minutes] = found ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 14 * 60) return undefined;
  return sign === "-" ? -total : total;
}

/** In a gap of the clocks, or shown twice by them, it is no instant: nothing is guessed. */
function inZone(local: number, timeZone: string): InstantAnswer {
  const answer = instantOf(local, timeZone);
  if (answer.kind === "instant") return written(answer.instant);
  if (answer.kind === "gap") return { kind: "invalid", fault: "time-in-gap", message: `a time that the clocks of ${timeZone} skipped that day` };
  return { kind: "invalid", fault: "time-twice", message: `a time that the clocks of ${timeZone} showed twice that day` };
}

const written = (instant: number): InstantAnswer => ({ kind: "instant", instant: writeIso(instant) });
