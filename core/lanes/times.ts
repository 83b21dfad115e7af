/** Year 9999: due never; held and parked documents stay listed as open without being woken. */
export const FOREVER = Date.UTC(9999, 11, 31);

export const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Doubles with each wake, up to an hour. */
export const backOff = (seconds: number, wakes: number): number => Math.min(seconds * SECOND * 2 ** Math.min(wakes, 20), HOUR);
