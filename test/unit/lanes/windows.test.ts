import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MaterialActual } from "../../../core/documents/canonical.ts";
import { type DocumentId, documentIdOf, hashOf, SiteId, subjectKeyOf } from "../../../core/documents/ids.ts";
import { allClosed, dueWindow, isOfOtherPeriod, joined, type Place, placeOf, summed, without } from "../../../core/lanes/windows.ts";
import type { Window } from "../../../core/ledger/items.ts";
import { addDecimals, compareDecimals } from "../../../core/quantities/decimals.ts";

const SUBJECT = subjectKeyOf(SiteId.parse("hamburg"), "order:1001");
const id = (n: number): DocumentId => documentIdOf(SUBJECT, hashOf(["report", String(n)]));

const REPORT: MaterialActual = {
  type: "MaterialActual",
  id: "C1",
  hierarchyScope: "hamburg",
  operationsRequestId: "1001",
  segmentRequirementId: "0010",
  materialDefinitionId: "M0",
  materialLotId: "L1",
  materialUse: "Consumed",
  quantity: { value: "1.500", unit: "KGM" },
  storageLocation: "S1",
  personId: "P7",
  actualTime: "2026-03-31T21:30:00Z",
};
const place = (report: Partial<MaterialActual> = {}, zone = "UTC"): Place | undefined => placeOf({ ...REPORT, ...report }, zone);
const AT: Place = { key: "k", period: "2026-03", share: { value: "1", unit: "KGM", actualTime: REPORT.actualTime } };
const LIMITS = { count: 3, seconds: 60 };

describe("the place of a report among windows", () => {
  it("is one for reports of one operation, material, lot, unit, location and posting date, whoever and whatever machine reports", () => {
    const other = place({ id: "C2", personId: "P8", equipmentId: "E1", quantity: { value: "7", unit: "KGM" }, actualTime: "2026-03-31T01:00:00Z" });
    expect(other?.key).toBe(place()?.key);
  });

  it.each([
    ["operation", { segmentRequirementId: "0020" }],
    ["no operation", { segmentRequirementId: undefined }],
    ["material", { materialDefinitionId: "M1" }],
    ["lot", { materialLotId: "L2" }],
    ["no lot", { materialLotId: undefined }],
    ["unit", { quantity: { value: "1.500", unit: "GRM" } }],
    ["location", { storageLocation: "S2" }],
    ["posting date", { postingDate: "2026-03-30" }],
    ["day", { actualTime: "2026-03-30T21:30:00Z" }],
  ])("is another for another %s", (_what, change) => {
    const { segmentRequirementId: _s, materialLotId: _l, ...rest } = REPORT;
    const kept = Object.fromEntries(Object.entries({ ...REPORT, ...change }).filter(([, value]) => value !== undefined));
    expect(placeOf({ ...rest, ...kept }, "UTC")?.key).not.toBe(place()?.key);
  });

  it("goes by the target's own day: half past nine at night UTC is the next month in Shanghai", () => {
    expect([place()?.period, place({}, "Asia/Shanghai")?.period]).toEqual(["2026-03", "2026-04"]);
  });

  it.each(["0", "0.000", "-1", "-0.001"])("is none for a quantity of %s: a sum would hide it", (value) => {
    expect(place({ quantity: { value, unit: "KGM" } })).toBeUndefined();
  });
});

describe("the windows of a lane", () => {
  it("close when they are full, and with each those opened before it, in the order of their opening", () => {
    const other = { ...AT, key: "other" };
    const joins: readonly (readonly [Place, number])[] = [
      [other, 1],
      [AT, 2],
      [AT, 3],
    ];
    const open = joins.reduce<Window[]>((windows, [where, n]) => joined(windows, where, id(n), LIMITS, n), []);
    expect(dueWindow(open, 10)).toBeUndefined();
    const full = joined(open, AT, id(4), LIMITS, 10);
    expect(full.map(({ key, closing, members }) => [key, closing, members.length])).toEqual([
      ["other", true, 1],
      ["k", true, 3],
    ]);
    expect(dueWindow(full, 10)?.key).toBe("other");
  });

  it("are twenty at the most: one more closes the first", () => {
    const kinds = Array.from({ length: 21 }, (_, n) => n);
    const open = kinds.slice(0, 20).reduce<Window[]>((windows, n) => joined(windows, { ...AT, key: `k${n}` }, id(n), LIMITS, n), []);
    expect(dueWindow(open, 20)).toBeUndefined();
    expect(dueWindow(joined(open, { ...AT, key: "k20" }, id(20), LIMITS, 20), 20)?.key).toBe("k0");
  });

  it("are due at their time, and take nobody once they are closed", () => {
    const open = joined([], AT, id(1), LIMITS, 1000);
    expect([dueWindow(open, 60_999), dueWindow(open, 61_000)?.leader]).toEqual([undefined, id(1)]);
    expect(joined(allClosed(open), AT, id(2), LIMITS, 2000).map(({ leader }) => leader)).toEqual([id(1), id(2)]);
  });

  it("are led by the next member when the leader leaves, and gone with their last", () => {
    const open = joined(joined([], AT, id(1), LIMITS, 0), AT, id(2), LIMITS, 5);
    expect(without(open, new Set([id(1)])).map(({ leader, members, closesAt }) => [leader, members, closesAt])).toEqual([[id(2), [id(2)], 60_000]]);
    expect(without(open, new Set([id(1), id(2)]))).toEqual([]);
  });

  it("know a report of another month", () => {
    const open = joined([], AT, id(1), LIMITS, 0);
    expect([isOfOtherPeriod(open, AT), isOfOtherPeriod(open, { ...AT, period: "2026-04" }), isOfOtherPeriod([], AT)]).toEqual([false, true, false]);
  });
});

describe("the document of a window", () => {
  it("is the leader's with the exact sum, the latest time, and nobody's person or machine", () => {
    const shares = ["0.1", "0.2", "1000000000000.000000000001"].map((value, at) => ({
      value,
      unit: "KGM",
      actualTime: `2026-03-3${at === 1 ? 1 : 0}T00:00:00Z`,
    }));
    const { personId: _person, ...rest } = REPORT;
    expect(summed(REPORT, shares)).toEqual({ ...rest, quantity: { value: "1000000000000.300000000001", unit: "KGM" }, actualTime: "2026-03-31T00:00:00Z" });
  });
});

type Move =
  | { readonly kind: "join"; readonly key: string; readonly quantity: string }
  | { readonly kind: "leave"; readonly of: number }
  | { readonly kind: "post" }
  | { readonly kind: "close" };
type Played = { readonly posted: Window[]; readonly quantities: Map<DocumentId, string>; readonly gone: Set<DocumentId> };

function moved(windows: readonly Window[], move: Move, now: number, count: number, { quantities, gone }: Played): Window[] {
  switch (move.kind) {
    case "join":
      quantities.set(id(now), move.quantity);
      return joined(windows, { ...AT, key: move.key }, id(now), { count, seconds: 10_000 }, now);
    case "leave": {
      const open = windows.flatMap(({ members }) => members);
      const leaves = open[move.of % Math.max(1, open.length)];
      if (leaves !== undefined) gone.add(leaves);
      return without(windows, gone);
    }
    case "close":
      return allClosed(windows);
    case "post":
      return [...windows];
  }
}

/** All moves, each window posted as soon as it is due, and all of them at the end. */
function played(moves: readonly Move[], count: number): Played {
  const result: Played = { posted: [], quantities: new Map(), gone: new Set() };
  let windows: Window[] = [];
  for (const [now, move] of [...moves, { kind: "close" } as const].entries()) {
    windows = moved(windows, move, now, count, result);
    for (let due = dueWindow(windows, now); due !== undefined; due = dueWindow(windows, now)) {
      result.posted.push(due);
      windows = windows.slice(1);
    }
  }
  return result;
}

describe("any sequence of joins, leaves and closings", () => {
  const quantity = fc.tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 12 })).map(([digits, scale]) => {
    const text = String(digits).padStart(scale + 1, "0");
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });
  const move = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("join" as const), key: fc.constantFrom("a", "b", "c"), quantity }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), of: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("post" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const) }) },
  );

  it("posts each report that did not leave exactly once, never an earlier-opened window after a later one, and sums to the last digit", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), fc.integer({ min: 2, max: 5 }), (moves, count) => {
        const { posted, quantities, gone } = played(moves, count);
        const members = posted.flatMap((window) => window.members);
        expect([...members].sort()).toEqual([...quantities.keys()].filter((document) => !gone.has(document)).sort());
        expect(posted.map(({ openedAt }) => openedAt)).toEqual(posted.map(({ openedAt }) => openedAt).toSorted((one, other) => one - other));
        expect(posted.every((window) => window.members.length <= count && window.leader === window.members[0])).toBe(true);
        const share = (document: DocumentId) => ({ value: String(quantities.get(document)), unit: "KGM", actualTime: REPORT.actualTime });
        const sums = posted.map((window) => summed(REPORT, window.members.map(share)).quantity.value);
        const reported = members.map((document) => String(quantities.get(document)));
        const total = (values: readonly string[]): string => values.reduce(addDecimals, "0");
        expect(compareDecimals(total(sums), total(reported))).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
