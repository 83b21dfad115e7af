import { describe, expect, it } from "vitest";
import { consumptionDocument, materialDocument, orderDocument, type PlannedDocument } from "../support/world/planned-documents.ts";
import { actionsOf, bookOf, headerOf, inForce, MINUTE, posted, sent, stateOf, tell } from "./story.ts";

const report = consumptionDocument({ name: "C1", site: "hamburg", order: "1001" });
const release = (version: string, tag: number, material = "M0") =>
  orderDocument({ name: `O1v${version}-${tag}`, tag, site: "hamburg", order: "1001", version, materials: [material] });
const withWire = (document: PlannedDocument, changes: Readonly<Record<string, unknown>>): PlannedDocument => ({
  ...document,
  wire: { ...document.wire, ...changes },
});

const UNKNOWN: readonly { readonly what: string; readonly document: PlannedDocument; readonly reason: Readonly<Record<string, string>> }[] = [
  {
    what: "unit",
    document: withWire(report, { quantity: { value: "1.5", unit: "bxs" } }),
    reason: { code: "ORL-MAP-007", field: "/quantity/unit", text: "bxs" },
  },
  {
    what: "unit with two meanings",
    document: withWire(report, { quantity: { value: "1.5", unit: "ST" } }),
    reason: { code: "ORL-MAP-007", field: "/quantity/unit", text: "ST" },
  },
  {
    what: "order state",
    document: withWire(release("1", 1), { requestState: "Freigegeben" }),
    reason: { code: "ORL-MAP-003", field: "/requestState", text: "Freigegeben" },
  },
  {
    what: "use of a material",
    document: withWire(report, { materialUse: "Borrowed" }),
    reason: { code: "ORL-MAP-003", field: "/materialUse", text: "Borrowed" },
  },
  {
    what: "meaning of a comma",
    document: withWire(report, { quantity: { value: "1,500", unit: "kg" } }),
    reason: { code: "ORL-MAP-005", field: "/quantity/value", text: "1,500" },
  },
  { what: "quantity", document: withWire(report, { quantity: { unit: "kg" } }), reason: { code: "ORL-MAP-001", field: "/quantity/value" } },
];

describe("promise 6: nothing is guessed, the unknown parks with a reason and the next step or is waited for by name", () => {
  for (const { what, document, reason } of UNKNOWN) {
    it(`an unknown ${what} (${reason.text ?? "absent"}) parks by its place and text, and reaches no other system`, async () => {
      const told = await tell({ sends: [sent(document, 0)] });
      const header = headerOf(told, document);
      expect([header?.state, header?.reason]).toMatchObject(["parked", reason]);
      expect(header?.reason?.owner).toMatch(/\w/);
      expect(header?.reason?.next).toMatch(/\w/);
      expect([told.postings, told.journal]).toEqual([[], []]);
    });
  }

  it("an order whose material the plant does not know waits by name, and goes on when the plant has taken the material", async () => {
    const needs = release("1", 1, "M7");
    const brings = materialDocument({ name: "M7", tag: 2, site: "hamburg", material: "M7", version: "1" });
    const told = await tell({ sends: [sent(needs, 0), sent(brings, 10)] });
    expect(told.journal.map(({ type, result }) => [type, result])).toEqual([
      ["MaterialDefinition", "applied"],
      ["OperationsRequest", "applied"],
    ]);
    const [applied, ordered] = told.journal;
    expect(applied !== undefined && ordered !== undefined && ordered.at - applied.at < 5 * MINUTE).toBe(true);
    expect([stateOf(told, needs), actionsOf(told, needs)]).toEqual(["delivered", ["tell-accepted"]]);
  });

  it("a material of the same number at another plant is not the material it waits for; one that never comes parks by name", async () => {
    const needs = release("1", 1, "M7");
    const elsewhere = materialDocument({ name: "M7", tag: 2, site: "suzhou", material: "M7", version: "1" });
    const told = await tell({ sends: [sent(needs, 0), sent(elsewhere, 10)] });
    expect(headerOf(told, needs)).toMatchObject({ state: "parked", reason: { code: "ORL-LANE-003", text: "material:M7", owner: "master data" } });
    expect(told.journal.filter(({ site }) => site === "hamburg")).toEqual([]);
    expect(told.postings).toEqual([]);
  });

  it("what the ERP lacks is waited for by name, and parks by name when it never comes", async () => {
    const lacks = consumptionDocument({ name: "C2", site: "hamburg", order: "1001", traits: { lacksStockUntil: 20 * MINUTE } });
    const never = consumptionDocument({ name: "C3", site: "hamburg", order: "1002", traits: { lacksStockUntil: 48 * 60 * MINUTE } });
    const told = await tell({ sends: [sent(lacks, 0), sent(never, 0)] });
    expect(posted(told)).toEqual(["C2"]);
    expect(headerOf(told, never)).toMatchObject({ state: "parked", reason: { code: "ORL-LANE-003", text: "order:stock" } });
  });

  it("the same version with another content parks: which of the two is right is not ours to say", async () => {
    const [first, other] = [release("1", 1), release("1", 2)];
    const told = await tell({ sends: [sent(first, 0), sent(other, 30)] });
    expect([stateOf(told, first), inForce(told, first)?.tag]).toEqual(["delivered", "1"]);
    expect(headerOf(told, other)).toMatchObject({ state: "parked", reason: { code: "ORL-LANE-001", field: "/version", owner: "ERP key user" } });
    expect(bookOf(told, other)).toEqual([]);
  });
});
