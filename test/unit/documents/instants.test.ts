import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDateAndTime, parseInstant } from "../../../core/documents/instants.ts";

const ZONES = ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns"];
const said = (text: string, zone: string): string => {
  const answer = parseInstant(text, zone);
  return answer.kind === "instant" ? answer.instant : answer.fault;
};
/** As a wall clock there shows it, by another way than the code's. */
const wall = (instant: number, zone: string): string => new Date(instant).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T");

describe("dates and times", () => {
  it.each([
    ["20231211", "Europe/Berlin", "2023-12-10T23:00:00Z"],
    ["2023-12-11", "Asia/Shanghai", "2023-12-10T16:00:00Z"],
    ["2023-12-11T24:00:00", "Europe/Berlin", "2023-12-11T23:00:00Z"],
    ["20231211240000", "Europe/Berlin", "2023-12-11T23:00:00Z"],
    ["20231211T240000", "Asia/Shanghai", "2023-12-11T16:00:00Z"],
    ["2024-02-29 08:30", "Europe/Berlin", "2024-02-29T07:30:00Z"],
    ["2023-12-11T08:00:00", "Europe/Berlin", "2023-12-11T07:00:00Z"],
    ["2023-07-11T08:00:00", "Europe/Berlin", "2023-07-11T06:00:00Z"],
    ["2023-12-11T08:00:00Z", "Asia/Shanghai", "2023-12-11T08:00:00Z"],
    ["2023-12-11T08:00:00.1234567+08:00", "Europe/Berlin", "2023-12-11T00:00:00.123Z"],
    ["2023-12-11T08:00:00-0330", "Europe/Berlin", "2023-12-11T11:30:00Z"],
    ["2023-12-31T24:00:00Z", "UTC", "2024-01-01T00:00:00Z"],
  ])("%s in %s is %s", (text, zone, instant) => {
    expect(said(text, zone)).toBe(instant);
  });

  it.each([
    ["2023-02-30", "time-malformed"],
    ["2023-02-29T08:00:00Z", "time-malformed"],
    ["99999-01-01", "time-malformed"],
    ["+99999-01-01T00:00:00Z", "time-malformed"],
    ["9999-12-31", "time-out-of-range"],
    ["1969-12-31", "time-out-of-range"],
    ["00000000", "time-malformed"],
    ["2023-12-11T24:00:01", "time-malformed"],
    ["2023-12-11T25:00", "time-malformed"],
    ["2023-12-11T08:60", "time-malformed"],
    ["2023-12-11T08:00:60Z", "time-malformed"],
    ["2023-12-11T08:00:00+15:00", "time-malformed"],
    ["2023-12-11Z", "time-malformed"],
    ["11.12.2023", "time-malformed"],
    ["2023-12-11T08:00:00 ", "time-malformed"],
    ["", "time-malformed"],
    ["2024-03-31T02:30:00", "time-in-gap"],
    ["2024-03-31T02:00:00", "time-in-gap"],
    ["2024-10-27T02:30:00", "time-twice"],
  ])("%s is not taken: %s", (text, fault) => {
    expect(said(text, "Europe/Berlin")).toBe(fault);
  });

  it("takes the times around a gap, and the gap's own with an offset", () => {
    expect(["2024-03-31T01:59:59", "2024-03-31T03:00:00", "2024-03-31T02:30:00+01:00"].map((text) => said(text, "Europe/Berlin"))).toEqual([
      "2024-03-31T00:59:59Z",
      "2024-03-31T01:00:00Z",
      "2024-03-31T01:30:00Z",
    ]);
  });

  it("reads a date and a time from their own fields", () => {
    expect(parseDateAndTime("20231211", "240000", "Asia/Shanghai")).toEqual({ kind: "instant", instant: "2023-12-11T16:00:00Z" });
    expect(parseDateAndTime("20231211", undefined, "UTC")).toEqual({ kind: "instant", instant: "2023-12-11T00:00:00Z" });
  });

  it("gives back the instant whose wall clock was written, in every zone, or says that the clock showed it twice", async () => {
    const seconds = fc.integer({ min: Date.UTC(1990, 0, 2) / 1000, max: Date.UTC(2100, 11, 30) / 1000 });
    await fc.assert(
      fc.property(seconds, fc.constantFrom(...ZONES), (second, zone) => {
        const answer = said(wall(second * 1000, zone), zone);
        const right = new Date(second * 1000).toISOString().replace(".000Z", "Z");
        const isTwice = [-3_600_000, -1_800_000, 1_800_000, 3_600_000].some((shift) => wall(second * 1000 + shift, zone) === wall(second * 1000, zone));
        expect(answer).toBe(isTwice ? "time-twice" : right);
      }),
      { numRuns: 1000 },
    );
  });

  it("never answers an instant whose wall clock is another than was written", async () => {
    const around = fc.integer({ min: Date.UTC(2024, 2, 30) / 1000, max: Date.UTC(2024, 3, 8) / 1000 });
    await fc.assert(
      fc.property(around, fc.constantFrom(...ZONES), (second, zone) => {
        const text = new Date(second * 1000).toISOString().slice(0, 19);
        const answer = parseInstant(text, zone);
        if (answer.kind === "instant") expect(wall(Date.parse(answer.instant), zone)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("answers any text, within bounds and without throwing", async () => {
    await fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9T:Z+.-]{0,40}$/)), (text) => {
        expect(["instant", "invalid"]).toContain(parseInstant(text, "Europe/Berlin").kind);
      }),
    );
  });
});
