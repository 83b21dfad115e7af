import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { interleaved } from "../../../local/shift/acts.ts";
import { inBase, scaled } from "../../../local/shift/exact.ts";
import { nextNumbers } from "../../../local/shift/make-orders.ts";
import { drawShift, FEWEST_ORDERS, MATERIALS, MOST_ORDERS, OPERATIONS } from "../../../local/shift/plan.ts";

const Plant = z.object({ products: z.array(z.object({ code: z.string(), lots: z.record(z.string(), z.number()).optional() })) });
const plant = Plant.parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../local/tryton/plant.json"), "utf8")));
const stockOf = (material: string, lot: string): number => plant.products.find(({ code }) => code === material)?.lots?.[lot] ?? 0;

const seed = fc.integer({ min: 0, max: 999_999_999 });
const orders = fc.integer({ min: FEWEST_ORDERS, max: MOST_ORDERS });

describe("the plan of a shift", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(drawShift(7, 22)).toEqual(drawShift(7, 22));
    expect(drawShift(7, 22)).not.toEqual(drawShift(8, 22));
  });

  it("tells each part of the story, however few orders there are", () => {
    fc.assert(
      fc.property(seed, orders, (drawn, count) => {
        const plan = drawShift(drawn, count);
        const having = (is: (order: (typeof plan)[number]) => boolean) => plan.filter((order) => !order.isEarly && is(order)).length;
        expect(plan).toHaveLength(count);
        expect([having(({ isCancelled }) => isCancelled), having(({ isCorrected }) => isCorrected), having(({ isBackwards }) => isBackwards)]).toEqual([
          1, 1, 1,
        ]);
        expect([having(({ inspection }) => inspection === "fails"), having(({ inspection }) => inspection === "fails-then-passes")]).toEqual([1, 1]);
        expect(plan.filter(({ isEarly }) => isEarly).length).toBeGreaterThan(0);
      }),
    );
  });

  it("consumes five materials for each order, one of them in a unit that is converted with a remainder, and never more than a lot holds", () => {
    fc.assert(
      fc.property(seed, orders, (drawn, count) => {
        const lines = drawShift(drawn, count).flatMap(({ consumptions }) => consumptions);
        const taken = Map.groupBy(lines, ({ material, lot }) => JSON.stringify([material, lot]));
        expect(new Set(lines.map(({ material }) => material))).toEqual(new Set(MATERIALS));
        expect(lines.some(({ value, unit }) => unit === "GRM" && scaled(inBase({ value, unit }).value) % 10n ** 9n !== 0n)).toBe(true);
        for (const [first, ...more] of taken.values()) {
          const sum = [first, ...more].reduce((total, each) => total + (each === undefined ? 0n : scaled(inBase(each).value)), 0n);
          expect(sum < scaled(String(stockOf(first?.material ?? "", first?.lot ?? "")))).toBe(true);
        }
      }),
    );
  });

  it("loses to scrap what the next operation does not get, and never all of it", () => {
    fc.assert(
      fc.property(seed, orders, (drawn, count) => {
        for (const { quantity, operations } of drawShift(drawn, count)) {
          expect(operations).toHaveLength(OPERATIONS);
          const started = [quantity, ...operations.map(({ good }) => good)];
          for (const [at, { good, scrap }] of operations.entries()) expect(good + scrap).toBe(started[at]);
          expect(operations.at(-1)?.good).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe("batches", () => {
  it("hold every line once, and the lines of one order in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(), { maxLength: 6 }), { maxLength: 6 }), (counts) => {
        const lines = counts.map((line, order) => line.map((_, at) => ({ order, at })));
        const sent = interleaved(lines);
        expect(lines.map((_, order) => sent.filter((each) => each.order === order))).toEqual(lines);
      }),
    );
  });
});

describe("the numbers of the next orders", () => {
  it("count up from the last one, with its zeros", () => {
    expect(nextNumbers([{ id: 1, number: "9" }], 2)).toEqual(["10", "11"]);
    expect(nextNumbers([{ id: 1, number: "0099" }], 2)).toEqual(["0100", "0101"]);
  });

  it("are not guessed where an order's number is no number", () => {
    expect(() => nextNumbers([{ id: 1, number: "PO-9" }], 1)).toThrow("PO-9");
    expect(() => nextNumbers([], 1)).toThrow();
  });
});
