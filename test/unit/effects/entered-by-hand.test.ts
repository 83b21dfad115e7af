import { describe, expect, it } from "vitest";
import { findOutcomeOf } from "../../../connectors/plain-json/classify-answer.ts";
import { CanonicalDocument, MaterialActual } from "../../../core/documents/canonical.ts";
import { differencesOf } from "../../../core/effects/entered-by-hand.ts";
import type { Entered } from "../../../core/effects/target-system.ts";

/** What stands under a number is a document's posting only where nothing differs (docs/adr/0015). */

const consumed = MaterialActual.parse({
  type: "MaterialActual",
  id: "C1",
  hierarchyScope: "hamburg",
  operationsRequestId: "1001",
  materialDefinitionId: "M1",
  materialLotId: "12E4",
  materialUse: "Consumed",
  quantity: { value: "1.500", unit: "KGM" },
  actualTime: "2026-03-02T05:00:00Z",
});
const LINE = { materialUse: "Consumed", material: "M1", lot: "12E4", quantity: { value: "1.5", unit: "KGM" } } as const;
const there = (rest: Partial<Entered> = {}): Entered => ({
  reference: "4900001234",
  numbers: ["4900001234"],
  inForce: true,
  actions: ["post"],
  order: "000000001001",
  lines: [LINE],
  ...rest,
});
const bare = (number: string): string => number.replace(/^0+/, "");
const told = (rest: Partial<Entered> = {}) => differencesOf(consumed, "post", there(rest), bare);

describe("a consumption that a person entered", () => {
  it("is it where kind, order, material, lot and quantity are the document's, in units that definitions relate", () => {
    expect(told()).toEqual([]);
    expect(told({ lines: [{ ...LINE, quantity: { value: "1500", unit: "GRM" } }] })).toEqual([]);
    // What the target does not tell is not held against it.
    expect(differencesOf(consumed, "post", { reference: "1", numbers: ["1"], inForce: true }, bare)).toEqual([]);
  });

  it.each([
    ["taken back", { inForce: false }, /4900001234 is not in force/],
    ["of another kind", { actions: ["receive-output"] }, /it is receive-output, not post/],
    ["a reversal", { actions: [] }, /it is nothing of the kind/],
    ["of another order", { order: "1002" }, /it is for order 1002, the document for 1001/],
    ["of another quantity", { lines: [{ ...LINE, quantity: { value: "1.4", unit: "KGM" } }] }, /1\.4 KGM there, 1\.5 KGM in the document/],
    ["of another lot", { lines: [{ ...LINE, lot: "12E5" }] }, /of lot 12E5: 1\.5 KGM there, 0 KGM in the document/],
    ["of another material", { lines: [{ ...LINE, material: "M2" }] }, /consumed M2/],
    ["in a unit that nothing relates", { lines: [{ ...LINE, quantity: { value: "2", unit: "H87" } }] }, /2 H87 there, 1\.500 KGM in the document/],
    ["empty", { lines: [] }, /0 KGM there, 1\.5 KGM in the document/],
  ] as const)("is not it where it is %s, and what differs is told", (_what, rest, words) => {
    expect(told(rest).join("; ")).toMatch(words);
  });
});

it("of a report's lines each step has its own", () => {
  const report = CanonicalDocument.parse({
    type: "SegmentResponse",
    id: "P1",
    hierarchyScope: "hamburg",
    operationsRequestId: "1001",
    segmentRequirementId: "10",
    segmentState: "Completed",
    responseState: "Running",
    materialActuals: [
      { id: "1", materialUse: "Consumed", materialDefinitionId: "M1", materialLotId: "12E4", quantity: { value: "1.5", unit: "KGM" } },
      { id: "2", materialUse: "Produced", materialDefinitionId: "M9", quantity: { value: "2", unit: "H87" } },
    ],
  });
  expect(differencesOf(report, "post-backflush", there({ actions: ["post", "post-backflush"] }), bare)).toEqual([]);
  expect(differencesOf(report, "receive-output", there({ actions: ["receive-output"] }), bare).join()).toMatch(/produced M9: 0 H87 there/);
});

it("only the ERP's own words say what stands there: anything else is asked again", () => {
  const answered = (status: number, body: unknown) => findOutcomeOf({ kind: "answered", status, headers: {}, body: JSON.stringify(body) }, "4711").kind;
  const found = { status: "applied", reference: "4711", action: "post" };
  expect(answered(200, found)).toBe("found");
  expect(answered(404, { code: "posting-not-found", message: "no" })).toBe("not-found");
  for (const [status, body] of [
    [404, "not here"],
    [404, { code: "no-such-address", message: "no" }],
    [200, { ...found, reference: "4712" }],
    [200, { status: "applied", reference: "4711" }],
    [500, found],
  ] as const)
    expect(answered(status, body)).toBe("retry");
  expect(findOutcomeOf({ kind: "not-sent", why: "ECONNREFUSED" }, "4711").kind).toBe("retry");
});
