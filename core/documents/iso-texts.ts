/** Dates and times in the one spelling that is met most, read and written without `Date` and without patterns: what is not of it is left to instants.ts. */

const DAY_MS = 86_400_000;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MINUS = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const LETTER_T = 0x54;
const ZERO = 0x30;

/** Characters of `2026-03-02T08:30:00`. */
export const ISO_LENGTH = 19;

/**
 * `2026-03-02T08:30:00`, or with a space, at the beginning of a text: milliseconds since 1970 as if it were UTC. NaN for everything else, a day that no calendar has and years
 * outside the two included.
 */
export function readIso(text: string, firstYear: number, lastYear: number): number {
  const between = text.charCodeAt(10);
  if (text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS || (between !== LETTER_T && between !== SPACE)) return Number.NaN;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return Number.NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  return daysOf(year, two(text, 5), two(text, 8), firstYear, lastYear) * DAY_MS + millisecondsOf(two(text, 11), two(text, 14), two(text, 17));
}

/** The same of `20260302` and `083000`. */
export function readCompact(date: string, time: string, firstYear: number, lastYear: number): number {
  if (date.length !== 8 || time.length !== 6) return Number.NaN;
  const year = two(date, 0) * 100 + two(date, 2);
  return daysOf(year, two(date, 4), two(date, 6), firstYear, lastYear) * DAY_MS + millisecondsOf(two(time, 0), two(time, 2), two(time, 4));
}

/** Two digits, else NaN. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const millisecondsOf = (hour: number, minute: number, second: number): number =>
  hour < 24 && minute < 60 && second < 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN;

/** Days since 1970, by the calendar that `Date` has. */
function daysOf(year: number, month: number, day: number, firstYear: number, lastYear: number): number {
  if (!(year >= firstYear && year <= lastYear && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  // Counted from March, so that a leap day is a year's last.
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  return 365 * years + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) + Math.floor((153 * months + 2) / 5) + day - 1 - 719_468;
}

const daysIn = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : Number(MONTH_DAYS[month - 1]));
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const twoDigits = (number: number): string => String(number).padStart(2, "0");
/** `08:30:` by minute of the day, and `00Z` by second. */
const MINUTES: readonly string[] = Array.from({ length: 1440 }, (_, minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:`);
const SECONDS: readonly string[] = Array.from({ length: 60 }, (_, second) => `${twoDigits(second)}Z`);

/** `2026-03-02T` by day since 1970; begun anew when it holds three years. */
const dates = new Map<number, string>();
const MOST_DATES = 1100;

/** As `Date.toISOString`, without `.000`. */
export function writeIso(instant: number): string {
  if (instant % 1000 !== 0) return new Date(instant).toISOString();
  const day = Math.floor(instant / DAY_MS);
  const second = (instant - day * DAY_MS) / 1000;
  const minute = Math.floor(second / 60);
  return `${dateOf(day)}${MINUTES[minute]}${SECONDS[second % 60]}`;
}

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  if (dates.size === MOST_DATES) dates.clear();
  const made = new Date(day * DAY_MS).toISOString().slice(0, 11);
  dates.set(day, made);
  return made;
}
