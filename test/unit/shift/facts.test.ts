import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inBase, NoDecimal, scaled, textOf } from "../../../local/shift/exact.ts";
import { compareFacts, type Fact, KINDS } from "../../../local/shift/facts.ts";

const decimal = fc
  .tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, part]) => `${whole}.${String(part).padStart(6, "0")}`);
const fact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.constantFrom(...KINDS),
  subject: fc.constantFrom("order 1 · AL-6061 · 12E4", "order 2 · AL-6061 · 12E4", "order 2 · 螺栓 · 批次-铝/03"),
  unit: fc.constantFrom("kg", "pcs"),
  value: decimal,
});
const facts = fc.array(fact, { minLength: 1, maxLength: 20 });

/** One line of the journal as the ERP may have booked it: in two parts, the second perhaps as a recorded remainder. */
const halves = (each: Fact): readonly [Fact, Fact] => {
  const part = scaled(each.value) / 3n;
  return [
    { ...each, value: textOf(part) },
    { ...each, value: textOf(scaled(each.value) - part) },
  ];
};

const unequal = (rows: ReturnType<typeof compareFacts>) => rows.filter(({ isEqual }) => !isEqual);

describe("the comparison of a shift", () => {
  it("finds nothing where books and remainders together are the journal, in whatever order and parts they were booked", () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (journal, isRecorded) => {
        const parts = journal.map(halves);
        const [first, second] = [parts.map(([one]) => one).toReversed(), parts.map(([, other]) => other)];
        expect(unequal(isRecorded ? compareFacts(journal, first, second) : compareFacts(journal, [...first, ...second], []))).toEqual([]);
      }),
    );
  });

  it("always finds a book line that was changed, however little", () => {
    fc.assert(
      fc.property(facts, fc.nat(), fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), (journal, at, change) => {
        fc.pre(change !== 0n);
        const changed = at % journal.length;
        const books = journal.map((each, index) => (index === changed ? { ...each, value: textOf(scaled(each.value) + change) } : each));
        expect(unequal(compareFacts(journal, books, []))).toHaveLength(1);
      }),
    );
  });

  it("always finds a line that is missing, is there twice, or stands under another subject, unit or kind", () => {
    const harms = [
      (): readonly Fact[] => [],
      (each: Fact) => [each, each],
      (each: Fact) => [{ ...each, subject: `${each.subject}0` }],
      (each: Fact) => [{ ...each, unit: "m" }],
      (each: Fact): readonly Fact[] => [{ ...each, kind: each.kind === "consumed" ? "produced" : "consumed" }],
    ];
    fc.assert(
      fc.property(facts, fc.nat(), fc.constantFrom(...harms), (journal, at, harm) => {
        const harmed = at % journal.length;
        const books = journal.flatMap((each, index) => (index === harmed ? harm(each) : [each]));
        expect(unequal(compareFacts(journal, books, [])).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the checker's arithmetic", () => {
  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (value) => {
        expect(scaled(textOf(value))).toBe(value);
      }),
    );
  });

  it.each([
    ["12500.4", "GRM", "12.5004", "kg"],
    ["12.5", "kg", "12.5", "kg"],
    ["0.01", "g", "0.00001", "kg"],
    ["-25.35", "MTR", "-25.35", "m"],
    ["40", "H87", "40", "pcs"],
  ])("knows that %s %s are %s %s", (value, unit, base, inUnit) => {
    expect(inBase({ value, unit })).toEqual({ value: base, unit: inUnit });
  });

  it.each([
    ["1", "LBR"],
    ["1e-7", "kg"],
    ["1.0000000000001", "kg"],
    ["0.0000000001", "g"],
    ["", "kg"],
  ])("does not guess «%s» %s", (value, unit) => {
    expect(() => inBase({ value, unit })).toThrow(NoDecimal);
  });
});
