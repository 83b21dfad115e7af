/** The day that a zone's calendar shows at this instant: `2026-11-25`. */
export function dateIn(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(instant));
  return ["year", "month", "day"].map((type) => parts.find((each) => each.type === type)?.value).join("-");
}
