import type { Json } from "../documents/exact-json.ts";
import { type InstantAnswer, localDateAndTime, parseDateAndTime, parseDay, parseInstant } from "../documents/instants.ts";
import { type Conversion, type Convert, type Of, onText, Unmapped } from "./conversion.ts";
import { parsePath, readerOf } from "./paths.ts";
import { textOf } from "./texts.ts";

/** Converters of dates and times. None reads a clock: when a document came is given. */

export function instant({ future, ...spelling }: Of<"instant">): Convert {
  const read = anyInstant(spelling);
  if (future === undefined) return read;
  return (value, given) => {
    const made = read(value, given);
    const isFuture = typeof made === "string" && isAhead(Date.parse(made), given);
    return isFuture ? inFuture(textOf(value)) : made;
  };
}

function anyInstant({ time, epoch, zone }: Omit<Of<"instant">, "future">): Convert {
  if (epoch !== undefined) return (value) => fromEpoch(value, epoch === "s" ? 1000 : 1);
  const readTime = time === undefined ? undefined : readerOf(parsePath(time));
  if (readTime === undefined) return onText((text, { context }) => instantIn(parseInstant(text, zone ?? context.timeZone), text));
  return onText((text, { scope, context, isAbsent }) => {
    const ofDay = textOf(readTime(scope));
    if (ofDay === undefined || isAbsent(ofDay)) return instantIn(parseInstant(text, context.timeZone), text);
    return instantIn(parseDateAndTime(text, ofDay, context.timeZone), `${text} ${ofDay}`);
  });
}

/** A day: clocks that are wrong by a zone are a plant's daily life; what is further ahead has not happened. */
const AHEAD_MS = 86_400_000;

const isAhead = (at: number, { context }: Conversion): boolean => context.receivedAt !== undefined && at > context.receivedAt + AHEAD_MS;

const inFuture = (sent: string | undefined): Unmapped => new Unmapped("time-in-future", "more than a day after it came in: it has not happened yet", sent);

/** The day as it stands there; of a time, the day that the connection's clocks show. */
export const day = ({ future }: Of<"date">): Convert =>
  onText((text, given) => {
    const answer = parseDay(text, given.context.timeZone);
    if (answer.kind === "invalid") return new Unmapped(answer.fault, answer.message, text);
    return future !== undefined && isAhead(Date.parse(answer.day), given) ? inFuture(text) : answer.day;
  });

/** Digits that grow with the time. */
export const instantNumber: Convert = onText((text) => digitsOf(instantIn(parseInstant(text, "UTC"), text)));

const instantIn = (answer: InstantAnswer, sent: string): string | Unmapped =>
  answer.kind === "instant" ? answer.instant : new Unmapped(answer.fault, answer.message, sent);

const digitsOf = (instant: string | Unmapped): string | Unmapped => (instant instanceof Unmapped ? instant : instant.replace(/\D/g, "").padEnd(17, "0"));

function fromEpoch(value: Json, unitMs: number): string | Unmapped {
  const text = textOf(value);
  if (text === undefined || !/^\d{1,15}$/.test(text)) return new Unmapped("time-malformed", "a count of time since 1970 is expected", text ?? "");
  return instantIn(parseInstant(new Date(Number(text) * unitMs).toISOString(), "UTC"), text);
}

export function localTime({ write }: Of<"localTime">): Convert {
  return onText((text, { context }) => {
    const answer = parseInstant(text, "UTC");
    if (answer.kind === "invalid") return new Unmapped(answer.fault, answer.message, text);
    const [date, time] = localDateAndTime(answer.instant, context.timeZone);
    return write === "yyyyMMdd" ? date : time;
  });
}
