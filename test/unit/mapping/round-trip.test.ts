import { describe, expect, it } from "vitest";
import consumption from "../../../connectors/plain-json/mapping/consumption.json" with { type: "json" };
import inspection from "../../../connectors/plain-json/mapping/inspection.json" with { type: "json" };
import lot from "../../../connectors/plain-json/mapping/lot.json" with { type: "json" };
import material from "../../../connectors/plain-json/mapping/material.json" with { type: "json" };
import operationReport from "../../../connectors/plain-json/mapping/operation-report.json" with { type: "json" };
import order from "../../../connectors/plain-json/mapping/order.json" with { type: "json" };
import scheduleFeedback from "../../../connectors/plain-json/mapping/schedule-feedback.json" with { type: "json" };
import { MappingTable } from "../../../core/mapping/table.ts";
import { checkRoundTrip } from "./round-trip.ts";

type Rule = { readonly [name: string]: unknown; readonly target: string; readonly fields?: readonly Rule[] };
/** What would not come back as it was looks like another identifier, or names a line twice: such a document parks, rightly. Our own form names no origin. */
const noLookalikes = {
  where: (document: object) => !("origin" in document) && isWhole(document) && JSON.stringify(document).normalize("NFC") === JSON.stringify(document),
};

/** What is told of a lot has what its event is about, and no material line comes twice. */
function isWhole(document: object): boolean {
  if ("materialActuals" in document && Array.isArray(document.materialActuals)) {
    const ids = document.materialActuals.map(({ id }) => id);
    return new Set(ids).size === ids.length;
  }
  if (!Object.entries(document).every(([name, lines]) => !LINES.includes(name) || areApart(lines))) return false;
  if (!("lotEvent" in document)) return true;
  const needed = { Assembled: [], Inventoried: ["quantity", "storageLocation"], Moved: ["quantity", "storageLocation", "fromStorageLocation"] };
  return Object.entries(needed).some(([event, names]) => document.lotEvent === event && names.every((name) => name in document));
}
const LINES: readonly string[] = ["segmentRequirements", "materialRequirements"];
const areApart = (lines: readonly { readonly id: string; readonly segmentRequirementId?: string }[]): boolean =>
  new Set(lines.map(({ id, segmentRequirementId }) => JSON.stringify([id, segmentRequirementId]))).size === lines.length;

/** Our own form is canonical already: written back it is itself. */
const backOf = (table: { readonly fields: readonly Rule[] }): MappingTable => {
  const written = (rules: readonly Rule[]): Rule[] =>
    rules.map(({ convert: _convert, required: _required, fields, ...rule }) => ({ ...rule, ...(fields === undefined ? {} : { fields: written(fields) }) }));
  const { route: _route, inverse: _inverse, ...rest } = { route: undefined, inverse: undefined, ...table };
  return MappingTable.parse({
    ...rest,
    name: "test/back",
    direction: "from-canonical",
    lists: "strict",
    when: [],
    fields: [...written(table.fields), { target: "type", source: ["type"], owner: "ERP", conflict: "owner-wins", names: { en: "Type", "zh-CN": "类型" } }],
  });
};

describe("a document written by one table and read by its inverse comes back unchanged", () => {
  it.each([
    ["OperationsRequest", order],
    ["MaterialDefinition", material],
    ["MaterialActual", consumption],
    ["SegmentResponse", operationReport],
    ["TestResult", inspection],
    ["MaterialLot", lot],
    ["OperationsRequest as feedback", scheduleFeedback],
  ])("%s in our own form", async (_type, table) => {
    const checked = await checkRoundTrip({ toCanonical: MappingTable.parse(table), fromCanonical: backOf(table) }, noLookalikes);
    expect(checked).toBe(300);
  });

  it("is found out where a table loses something", async () => {
    const lossy = { ...material, fields: material.fields.filter(({ target }) => target !== "materialClassId") };
    await expect(checkRoundTrip({ toCanonical: MappingTable.parse(lossy), fromCanonical: backOf(material) }, noLookalikes)).rejects.toThrow("materialClassId");
  });
});
