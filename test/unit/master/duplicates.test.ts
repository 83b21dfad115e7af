import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDuplicates, type MasterEntry } from "../../../core/master/duplicates.ts";

const material = (code: string, changes: Partial<MasterEntry> = {}): MasterEntry => ({
  type: "MaterialDefinition",
  code,
  matched: `material:${code}`,
  connection: "erp",
  description: `thing ${code}`,
  baseUnit: "KGM",
  ...changes,
});
const found = (...entries: MasterEntry[]) =>
  findDuplicates(entries).map(({ why, entries: group }) => [why, ...group.map(({ code, connection }) => `${connection}:${code}`)]);

describe("duplicates of master data", () => {
  it("finds nothing where every thing has one code and one meaning", () => {
    expect(found(material("1"), material("2"), material("1", { connection: "sap", description: "Thing 1!" }))).toEqual([]);
  });

  it("names two things under one code: systems that mean another unit, or another thing", () => {
    expect(found(material("1"), material("1", { connection: "sap", baseUnit: "MTR" }))).toEqual([["units-differ", "erp:1", "sap:1"]]);
    expect(found(material("1"), material("1", { connection: "sap", description: "rubber" }))).toEqual([["descriptions-differ", "erp:1", "sap:1"]]);
  });

  it("names the same thing under two codes: codes that look alike, or the same words in the same unit", () => {
    expect(found(material("AB-12"), material("ab 12", { connection: "sap", description: "x" }))).toEqual([["codes-look-alike", "erp:AB-12", "sap:ab 12"]]);
    expect(found(material("0012"), material("１２", { description: "y" }))).toEqual([["codes-look-alike", "erp:0012", "erp:１２"]]);
    expect(found(material("A", { description: "Gold ring, 18 k" }), material("B", { description: "GOLD RING 18 K" }))).toEqual([
      ["same-description", "erp:A", "erp:B"],
    ]);
    expect(found(material("A", { description: "same" }), material("B", { description: "same", baseUnit: "MTR" }))).toEqual([]);
  });

  it("keeps types apart, and passes over what has no words", () => {
    expect(found(material("1"), { ...material("1"), type: "Equipment", matched: "equipment:1", description: "thing 1" })).toEqual([]);
    expect(found(material("A", { description: "--" }), material("B", { description: "…" }))).toEqual([]);
  });

  it("finds the same whatever the order of the entries, each group once", async () => {
    const some = fc.array(
      fc.record({ code: fc.constantFrom("1", "01", "2", "A", "a"), connection: fc.constantFrom("erp", "sap"), words: fc.constantFrom("x", "y") }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.property(some, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (drawn, order) => {
        const distinct = [...new Map(drawn.map((each) => [`${each.code} ${each.connection}`, each])).values()];
        const entries = distinct.map(({ code, connection, words }) => material(code, { connection, description: words }));
        const shuffled = entries
          .map((entry) => ({ entry, at: order.next().value }))
          .sort((one, other) => one.at - other.at)
          .map(({ entry }) => entry);
        const sorted = (each: readonly MasterEntry[]) =>
          findDuplicates(each)
            .map((finding) => JSON.stringify(finding))
            .sort();
        expect(sorted(shuffled)).toEqual(sorted(entries));
        expect(new Set(sorted(entries)).size).toBe(sorted(entries).length);
      }),
    );
  });
});
