import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDecimals, compareDecimals } from "../../core/quantities/decimals.ts";
import { inSums, MINUTE, type Story, sent, stateOf, type Told, tell } from "../promises/story.ts";
import { consumptionDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import type { Fate } from "../support/world/scheduler.ts";
import { keyFor } from "../support/world/sender.ts";

/** Issue 5, item 4: whatever is reported, repeated, cancelled and killed in whatever order, the books hold the sum of what was reported and not taken back, exactly. */

const PLANT = { site: "hamburg", order: "1001" } as const;

type DrawnReport = {
  readonly minute: number;
  readonly lot: boolean;
  /** Posted by itself: what comes before it closes. */
  readonly single: boolean;
  /** Sent once more, under its key or another. */
  readonly again: "no" | "same" | "other";
  /** So many minutes after it, or before. */
  readonly cancelledAfter: number | undefined;
};

const drawnReport: fc.Arbitrary<DrawnReport> = fc.record({
  minute: fc.integer({ min: 0, max: 300 }).map((tenths) => tenths / 10),
  lot: fc.boolean(),
  single: fc.nat(9).map((drawn) => drawn === 0),
  again: fc.constantFrom("no", "no", "same", "other"),
  cancelledAfter: fc.option(fc.integer({ min: -5, max: 40 }), { freq: 3, nil: undefined }),
});

const drawnKill = fc.record({ call: fc.integer({ min: 1, max: 400 }), when: fc.constantFrom("before", "after") });

const reportOf = ({ lot, single }: DrawnReport, nth: number): PlannedDocument =>
  consumptionDocument({ ...PLANT, name: `C${nth}`, nth, ...(lot ? { lot: "L1" } : {}), ...(single ? { version: "1" } : {}) });

function sendsOf(drawn: DrawnReport, nth: number): Story["sends"][number][] {
  const document = reportOf(drawn, nth);
  const first = sent(document, drawn.minute);
  const again = { ...first, at: first.at + MINUTE, key: drawn.again === "other" ? keyFor(document, "another") : first.key };
  const cancel = consumptionDocument({ ...PLANT, name: `C${nth}c`, number: `C${nth}`, cancel: true });
  const cancelAt = drawn.cancelledAfter === undefined ? undefined : Math.max(0, drawn.minute + drawn.cancelledAfter);
  return [first, ...(drawn.again === "no" ? [] : [again]), ...(cancelAt === undefined ? [] : [sent(cancel, cancelAt)])];
}

function killing(kills: readonly { readonly call: number; readonly when: "before" | "after" }[]): NonNullable<Story["decide"]> {
  let calls = 0;
  return ({ kind }): Fate | undefined => {
    if (kind !== "advance-lane" && kind !== "wake-due") return undefined;
    calls += 1;
    const kill = kills.find(({ call }) => call === calls);
    return kill === undefined ? undefined : { kind: "kill", when: kill.when };
  };
}

const total = (values: readonly string[]): string => values.reduce(addDecimals, "0");
const valueIn = ({ wire }: PlannedDocument): string => {
  const { quantity } = wire;
  return typeof quantity === "object" && quantity !== null && "value" in quantity ? String(quantity.value) : "none";
};
const inForce = (told: Told): string[] =>
  told.postings.flatMap(({ action, reversedBy, document }) =>
    action === "post" && reversedBy === undefined && document.type === "MaterialActual" ? [document.quantity.value] : [],
  );

describe("what the books hold of reports that are posted together", () => {
  it("is the exact sum of those that were not taken back, whatever is repeated, cancelled and killed", async () => {
    let reversals = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnReport, { minLength: 1, maxLength: 9 }),
        fc.array(drawnKill, { maxLength: 3 }),
        fc.record({ count: fc.integer({ min: 2, max: 5 }), seconds: fc.constantFrom(60, 300, 900) }),
        fc.nat(1000),
        async (drawn, kills, windows, seed) => {
          const sends = drawn.flatMap((report, nth) => sendsOf(report, nth));
          const told = await tell({ seed, settings: { consumption: "lane", windows }, sends, decide: killing(kills), healAt: 120 * MINUTE });
          const stands = drawn.map((report, nth) => ({ report, document: reportOf(report, nth) })).filter(({ report }) => report.cancelledAfter === undefined);
          expect(inSums(told)).toEqual(stands.map(({ document }) => document.tag).sort());
          expect(compareDecimals(total(inForce(told)), total(stands.map(({ document }) => valueIn(document))))).toBe(0);
          expect(stands.map(({ document }) => stateOf(told, document))).toEqual(stands.map(() => "delivered"));
          reversals += told.postings.filter(({ action }) => action === "reversal").length;
        },
      ),
      { numRuns: 200 },
    );
    expect(reversals).toBeGreaterThan(50);
  });
});
