/** What clocks show where: the rules of zones come from `Intl`. Pure: what is remembered depends on the arguments alone. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export type LocalAnswer =
  | { readonly kind: "instant"; readonly instant: number }
  /** Clocks skipped it, or showed it twice. */
  | { readonly kind: "gap" }
  | { readonly kind: "twice" };

/**
 * The instant at which clocks of a zone show a local time; both in milliseconds, the local time as if it were UTC. It has the instants whose own offset leads
 * back to it: none in a gap, two where the clock is set back.
 */
export function instantOf(local: number, timeZone: string): LocalAnswer {
  const hour = Math.floor(local / HOUR_MS);
  const offset = steadyOffset(hour, timeZone);
  return offset === undefined ? exactInstantOf(local, timeZone) : { kind: "instant", instant: local - offset };
}

/** The same, with nothing remembered. */
export function exactInstantOf(local: number, timeZone: string): LocalAnswer {
  const candidates = new Set([local - DAY_MS, local + DAY_MS].map((around) => local - offsetAt(around, timeZone)));
  const [only, second] = [...candidates].filter((instant) => instant + offsetAt(instant, timeZone) === local);
  if (only === undefined) return { kind: "gap" };
  return second === undefined ? { kind: "instant", instant: only } : { kind: "twice" };
}

/** By zone and local hour; undefined where clocks change within it, or near enough to be looked at. */
const steady = new Map<string, Map<number, number | undefined>>();
/** Two years of hours in one zone; then it begins anew. */
const MOST_HOURS = 17_520;

function steadyOffset(hour: number, timeZone: string): number | undefined {
  let hours = steady.get(timeZone);
  if (hours === undefined) {
    hours = new Map();
    steady.set(timeZone, hours);
  }
  const known = hours.get(hour);
  if (known !== undefined || hours.has(hour)) return known;
  if (hours.size === MOST_HOURS) hours.clear();
  const found = offsetThrough(hour, timeZone);
  hours.set(hour, found);
  return found;
}

/** No zone changes its clocks twice within an hour: what is so at both ends, and is so once only, is so in between. */
function offsetThrough(hour: number, timeZone: string): number | undefined {
  const first = exactInstantOf(hour * HOUR_MS, timeZone);
  const last = exactInstantOf((hour + 1) * HOUR_MS - 1, timeZone);
  if (first.kind !== "instant" || last.kind !== "instant") return undefined;
  return last.instant - first.instant === HOUR_MS - 1 ? hour * HOUR_MS - first.instant : undefined;
}

/** Making a format costs more than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks of the zone are ahead of UTC then, in milliseconds. */
export function offsetAt(instant: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? Number.NaN;
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(timeZone, made);
  return made;
}
