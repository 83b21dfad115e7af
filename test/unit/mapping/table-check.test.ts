import { describe, expect, it } from "vitest";
import { MappingTable } from "../../../core/mapping/table.ts";
import { TableRefused } from "../../../core/mapping/table-check.ts";
import { compiled, componentRules, constant, materialTable, orderTable, own, rule } from "./tables.ts";

type Rule = Readonly<Record<string, unknown>>;

function problemsOf(table: MappingTable): readonly string[] {
  try {
    compiled(table);
    return [];
  } catch (error) {
    if (error instanceof TableRefused) return error.message.split("\n");
    throw error;
  }
}
const ofMaterial = (extra: readonly Rule[], more: Rule = {}): readonly string[] => problemsOf(materialTable(extra, more));
const ofOrder = (extra: readonly Rule[], more: Rule = {}): readonly string[] => problemsOf(orderTable(extra, more));
const lines = (more: Rule = {}): Rule => ({ target: "materialRequirements", lines: "used", required: false, ...own, fields: componentRules, ...more });
const without = (target: string): readonly Rule[] => componentRules.filter((one) => one.target !== target);

describe("a table that cannot do what it says is refused when it is compiled, with table, rule and reason", () => {
  it.each<[string, readonly string[], string]>([
    ["a target that no canonical document has", ofMaterial([rule("colour", "c")]), "test/material@1 colour is no field of the canonical document"],
    [
      "a target in lines that is none",
      ofOrder([lines({ fields: [...componentRules, rule("colour", "c")] })]),
      "test/order@1 materialRequirements/colour is no field of the canonical document",
    ],
    [
      "an object for a value",
      ofOrder([lines({ fields: [...componentRules, rule("quantity", "q")] })]),
      "test/order@1 materialRequirements/quantity is no single value in the canonical document",
    ],
    [
      "a value for lines",
      ofMaterial([{ target: "storageLocation", lines: "x", ...own, fields: [rule("id", "id")] }]),
      "test/material@1 storageLocation is no list in the canonical document",
    ],
    ["what the engine puts", ofMaterial([rule("hierarchyScope", "plant")]), "test/material@1 hierarchyScope is put by the engine"],
    [
      "a target given twice",
      ofMaterial([rule("storageLocation", "a"), rule("storageLocation", "b")]),
      "test/material@1 storageLocation is given by more than one rule",
    ],
    ["a value that holds others", ofOrder([lines(), rule("id/deep", "x")]), "test/order@1 id is a value, and holds others too"],
    [
      "a path that cannot be read",
      ofMaterial([rule("storageLocation", "a[b")]),
      'test/material@1 storageLocation has a path that cannot be read: a[b: "a[b" is not a step',
    ],
    [
      "a path of a converter",
      ofMaterial([rule("storageLocation", "a", { convert: [{ use: "concat", separator: "", before: [{ path: "/.." }] }] })]),
      "test/material@1 storageLocation has a path that cannot be read: /..: a path from the message's root cannot go up",
    ],
    [
      "a path of a condition",
      ofMaterial([], { when: [{ path: "a]", present: true }] }),
      'test/material@1 has a path that cannot be read: a]: "a]" is not a step',
    ],
    [
      "a converter that cannot fit",
      ofMaterial([rule("version", "v", { convert: [{ use: "unit" }] })]),
      'test/material@1 version would be "KGM", which is never right there',
    ],
    [
      "an instant for a number",
      ofMaterial([rule("version", "v", { convert: [{ use: "instant" }] })]),
      'test/material@1 version would be "2026-03-02T05:00:00Z", which is never right there',
    ],
    [
      "a case that is never right",
      ofMaterial([rule("state", "s", { convert: [{ use: "choose", cases: [["X", "Gone"]] }] })]),
      'test/material@1 state would be "Gone", which is never right there',
    ],
    ["a constant that is never right", ofMaterial([constant("state", "Gone")]), 'test/material@1 state would be "Gone", which is never right there'],
    [
      "a default that is never right",
      ofMaterial([rule("state", "s", { default: { value: "-", note: own.names } })]),
      'test/material@1 state would be "-", which is never right there',
    ],
    ["no source", ofMaterial([{ target: "storageLocation", ...own }]), "test/material@1 storageLocation has no source"],
    [
      "a constant and something else",
      ofMaterial([{ ...constant("storageLocation", "S"), source: ["s"] }]),
      "test/material@1 storageLocation is a constant and something else too",
    ],
    [
      "an identifier without a rule",
      ofOrder([lines({ fields: without("materialDefinitionId") })]),
      "test/order@1 materialRequirements/materialDefinitionId is needed in the canonical document, and no rule gives it",
    ],
    [
      "an identifier that may be missing",
      ofOrder([lines({ fields: [...without("materialDefinitionId"), rule("materialDefinitionId", "item")] })]),
      "test/order@1 materialRequirements/materialDefinitionId is needed in the canonical document: its rule must be `required`, or have a default",
    ],
    ["a list without a rule", ofOrder([]), "test/order@1 materialRequirements is needed in the canonical document, and no rule gives it"],
    [
      "a list that may be missing",
      ofOrder([lines({ required: undefined })]),
      "test/order@1 materialRequirements is needed, if empty: a rule must say `required`",
    ],
  ])("%s", (_says, problems, expected) => {
    expect(problems).toContain(expected);
  });

  it("names all of them at once", () => {
    expect(ofMaterial([rule("colour", "c"), rule("size", "s")])).toHaveLength(2);
  });

  it("lets rules give one target by conditions, and several rules fill one list", () => {
    const when = (is: string): Rule => ({ when: [{ path: "k", is: [is] }] });
    expect(ofMaterial([rule("storageLocation", "a", when("A")), rule("storageLocation", "b", when("B"))])).toEqual([]);
    expect(ofOrder([lines(), lines({ lines: "made", required: undefined })])).toEqual([]);
  });

  it("reads nothing from a canonical document that none has, and makes what it likes", () => {
    const table = (fields: readonly Rule[]): MappingTable =>
      MappingTable.parse({
        name: "test/back",
        version: 1,
        direction: "from-canonical",
        documentType: "OperationsRequest",
        names: own.names,
        when: [],
        absent: [],
        lists: "strict",
        ignored: [],
        fields,
      });
    const back = (fields: readonly Rule[]): Rule => ({ target: "Lines/Line", lines: "materialRequirements", ...own, fields });
    expect(
      problemsOf(table([rule("Order/ID", "id"), back([rule("Qty/#text", "quantity/value"), rule("Order", "/id"), rule("Op", "../segmentRequirements/id")])])),
    ).toEqual([]);
    expect(problemsOf(table([rule("Order", "number")]))).toEqual(["test/back@1 Order reads number, which no canonical document has"]);
    expect(problemsOf(table([back([rule("Qty", "quantity/amount")])]))).toEqual([
      "test/back@1 Lines/Line/Qty reads quantity/amount, which no canonical document has",
    ]);
    expect(problemsOf(table([back([rule("Qty", "../../id")])]))).toEqual(["test/back@1 Lines/Line/Qty reads ../../id, which no canonical document has"]);
  });
});
