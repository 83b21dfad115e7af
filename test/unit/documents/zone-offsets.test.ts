import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInstant, parseWritten } from "../../../core/documents/instants.ts";
import { readIso, writeIso } from "../../../core/documents/iso-texts.ts";
import { exactInstantOf, instantOf } from "../../../core/documents/zone-offsets.ts";

const ZONES = [
  "Europe/Berlin",
  "Asia/Shanghai",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Monrovia",
  "Africa/Casablanca",
  "Pacific/Apia",
  "America/St_Johns",
  "UTC",
];
const zone = fc.constantFrom(...ZONES);
const anyLocal = fc.integer({ min: 0, max: Date.UTC(2100, 11, 31) });
/** Clock changes of these zones, ± 3 hours. */
const nearChange = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2026, 2, 29, 2),
      Date.UTC(2026, 9, 25, 2),
      Date.UTC(1986, 4, 4, 2),
      Date.UTC(2026, 2, 8, 2),
      Date.UTC(2026, 10, 1, 2),
      Date.UTC(2026, 3, 5, 2),
      Date.UTC(2026, 9, 4, 2),
      Date.UTC(1972, 0, 7),
      Date.UTC(2011, 11, 30),
      Date.UTC(2026, 1, 15, 3),
    ),
    fc.integer({ min: -3 * 3_600_000, max: 3 * 3_600_000 }),
  )
  .map(([change, by]) => change + by);

describe("what clocks show where", () => {
  it("is the same remembered and anew, at any time and around changes of the clocks", async () => {
    await fc.assert(
      fc.property(fc.oneof(anyLocal, nearChange), zone, (local, timeZone) => {
        expect(instantOf(local, timeZone)).toEqual(exactInstantOf(local, timeZone));
      }),
      { numRuns: 4000 },
    );
  });

  it("finds every gap and every double hour, the first time and the second", () => {
    for (let round = 0; round < 2; round += 1) {
      expect(parseInstant("2026-03-29 02:30:00", "Europe/Berlin")).toMatchObject({ fault: "time-in-gap" });
      expect(parseInstant("2026-10-25 02:30:00", "Europe/Berlin")).toMatchObject({ fault: "time-twice" });
      expect(parseInstant("2026-10-04T02:15:00", "Australia/Lord_Howe")).toMatchObject({ fault: "time-in-gap" });
      expect(parseInstant("2011-12-30T12:00:00", "Pacific/Apia")).toMatchObject({ fault: "time-in-gap" });
    }
  });
});

const isDate = (text: string): boolean => new Date(text).toString() !== "Invalid Date" && new Date(text).toISOString().startsWith(text);

describe("the common spelling of an instant", () => {
  const spelled = fc
    .tuple(
      fc.integer({ min: 1900, max: 2200 }),
      fc.nat(13),
      fc.nat(32),
      fc.constantFrom("T", " ", "t", "_"),
      fc.nat(25),
      fc.nat(61),
      fc.nat(61),
      fc.constantFrom("", "Z", "z"),
    )
    .map(([year, month, day, between, hour, minute, second, end]) => {
      const two = (number: number): string => String(number).padStart(2, "0");
      return `${year}-${two(month)}-${two(day)}${between}${two(hour)}:${two(minute)}:${two(second)}${end}`;
    });
  const spoiled = fc
    .tuple(spelled, fc.nat(19), fc.constantFrom("", "x", "/", ":", "9", "-"))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));

  it("is read as any other spelling is", async () => {
    await fc.assert(
      fc.property(fc.oneof(spelled, spoiled), zone, (text, timeZone) => {
        expect(parseInstant(text, timeZone)).toEqual(parseWritten(text, timeZone));
      }),
      { numRuns: 5000 },
    );
  });

  it("is written as Date writes it, without the milliseconds that are none", async () => {
    await fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: -1e11, max: 4.2e12 }),
          fc.integer({ min: -1e8, max: 4.2e9 }).map((second) => second * 1000),
        ),
        (instant) => {
          expect(writeIso(instant)).toBe(new Date(instant).toISOString().replace(".000Z", "Z"));
        },
      ),
    );
  });

  it("has the days that the calendar has", () => {
    const first = Date.UTC(1970, 0, 1);
    for (let day = 0; day < 131 * 366; day += 1) {
      const real = new Date(first + day * 86_400_000);
      const date = real.toISOString().slice(0, 10);
      if (real.getUTCFullYear() <= 2100) expect(readIso(`${date}T00:00:00`, 1970, 2100)).toBe(real.getTime());
      // The day after a month's last is none.
      const none = `${date.slice(0, 8)}${Number(date.slice(8)) + 1}`;
      if (date.slice(8) > "27" && !isDate(none)) expect(readIso(`${none}T00:00:00`, 1970, 2100)).toBe(Number.NaN);
    }
  });
});
