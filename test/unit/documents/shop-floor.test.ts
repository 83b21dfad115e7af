import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import { isJsonObject, type Json, parseExactJson } from "../../../core/documents/exact-json.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import { bytesOf, json } from "../../bad-input/documents.ts";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../../docs/examples/shop-floor.json"), "utf8");
const context = {
  site: SiteId.parse("suzhou"),
  timeZone: "Asia/Shanghai",
  decimalSeparator: ".",
  codes: [],
  receivedAt: Date.UTC(2026, 2, 2, 12),
} as const;

const parsed = (bytes: Uint8Array): Json => {
  const answer = parseExactJson(bytes);
  if (answer.kind === "refused") throw new Error(answer.message);
  return answer.value;
};

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** Of the example, by its number. */
const documentOf = (id: string): Fields => {
  const { lines } = JSON.parse(EXAMPLE);
  const found: unknown = lines.map(({ document }: { document: unknown }) => document).find((document: unknown) => isFields(document) && document.id === id);
  if (!isFields(found)) throw new Error(`the example has no ${id}`);
  return found;
};
const changed = (id: string, changes: Fields): Json => parsed(json({ ...documentOf(id), ...changes }));

const reasons = (document: Json): readonly string[] => {
  const answer = plainJsonFormat.toCanonical(document, context);
  if (answer.kind === "canonical") return [];
  for (const { owner, next, rule } of answer.reasons) expect([typeof owner, typeof next, typeof rule]).toEqual(["string", "string", "string"]);
  return answer.reasons.map(({ code, field, text }) => [code, field, text].join(" "));
};
const route = (document: Json) => {
  const answer = plainJsonFormat.route(document);
  return answer.kind === "routed" ? answer.fields : answer;
};

describe("what a plant tells, in one message of an agent", () => {
  const split = plainJsonFormat.split(parsed(bytesOf(EXAMPLE)));
  const parts = split.kind === "parts" ? split.parts : [];
  const made = parts.map(({ document }) => plainJsonFormat.toCanonical(document, context));

  it("is a document for each line, of whatever type, each with its key", () => {
    expect(parts.map(({ key, document }) => [key, route(document)])).toMatchObject([
      ["mes-81-use-1", { type: "MaterialActual", subject: { kind: "order", number: "000001000123" }, objectId: "USE-81-1", ownNumber: "USE-81-1" }],
      ["mes-81-report-1", { type: "SegmentResponse", subject: { kind: "order", number: "000001000123" }, objectId: "REP-81-1", ownNumber: "REP-81-1" }],
      ["mes-81-test-1", { type: "TestResult", subject: { kind: "lot", number: "FG-2026-0302" }, objectId: "QC-81-1" }],
      ["mes-81-lot-1", { type: "MaterialLot", subject: { kind: "lot", number: "FG-2026-0302" }, objectId: "GEN-81-1" }],
      ["mes-81-move-1", { type: "MaterialLot", subject: { kind: "lot", number: "FG-2026-0302" }, objectId: "MOV-81-1" }],
      ["mes-81-feedback-3", { type: "OperationsRequest", subject: { kind: "order", number: "000001000123" }, version: "3", cancel: false }],
    ]);
    expect(parts.flatMap(({ document }) => plainJsonFormat.unknownFields(document))).toEqual([]);
  });

  it("becomes canonical, in the plant's time and the units of Recommendation 20", () => {
    expect(made.map((answer) => (answer.kind === "canonical" ? answer.document : answer.reasons))).toMatchObject([
      { quantity: { value: "12.500", unit: "KGM" }, personId: "P-0042", equipmentId: "MIX-1", actualTime: "2026-03-02T00:15:00Z", postingDate: "2026-03-02" },
      {
        goodQuantity: { value: "9", unit: "H87" },
        scrapQuantity: { value: "1", unit: "H87" },
        segmentData: [{ id: "Temperature", value: "181.5", unit: "CEL" }],
        downtimes: [{ reasonCode: "CLEANING", startTime: "2026-03-02T00:30:00Z", endTime: "2026-03-02T00:40:00Z", equipmentId: "MIX-1" }],
        materialActuals: [
          { materialUse: "Produced", materialLotId: "FG-2026-0302" },
          { materialUse: "Consumed", quantity: { value: "0.250", unit: "KGM" } },
        ],
      },
      { evaluatedCriterionResult: "Fail", propertyMeasurements: [{ id: "Hardness", value: "58.5", measurementDate: "2026-03-02T01:55:00Z" }] },
      { lotEvent: "Assembled", assemblyLots: [{ materialLotId: "L-2026-07" }] },
      { lotEvent: "Moved", fromStorageLocation: "LINE-1", storageLocation: "FG-01", assemblyLots: [] },
      {
        requestState: "Running",
        segmentRequirements: [{ segmentState: "Completed" }, { earliestStartTime: "2026-03-02T22:00:00Z", latestEndTime: "2026-03-03T06:00:00Z" }],
        materialRequirements: [],
      },
    ]);
  });

  it("is read by the plant's table where it is feedback, and by the order's where it is an order", () => {
    const tableOf = (requestState: string) => plainJsonFormat.tableOf(changed("000001000123", { requestState }))?.name;
    expect(["Waiting", "Ready", "Running", "Held", "Completed", "Aborted", "Closed"].map(tableOf)).toEqual(
      Array.from({ length: 7 }, () => "plain-json/schedule-feedback@1"),
    );
    expect(["Released", "Cancelled", "Forecast"].map(tableOf)).toEqual(Array.from({ length: 3 }, () => "plain-json/order@1"));
  });
});

describe("a report", () => {
  const REPORTS = ["USE-81-1", "REP-81-1", "QC-81-1", "GEN-81-1"];

  it.each(REPORTS)("%s is taken back by the same with the verb Cancel", (id) => {
    expect(route(changed(id, { verb: "Cancel" }))).toMatchObject({ objectId: id, ownNumber: id, cancel: true });
    expect(reasons(changed(id, { verb: "Cancel" }))).toEqual([]);
    expect(route(changed(id, { verb: "Process" }))).toMatchObject({ cancel: false });
    expect(reasons(changed(id, { verb: "Undo" }))).toEqual(["ORL-MAP-003 /verb Undo"]);
  });

  it.each(REPORTS)("%s with a version goes by that, and by no number of its own", (id) => {
    const fields = route(changed(id, { version: "2" }));
    expect(fields).toMatchObject({ version: "2", objectId: id });
    expect(fields).not.toHaveProperty("ownNumber");
  });
});

describe("what a plant should not have sent parks, with the place, the text and the next step", () => {
  const quantity = (value: unknown, unit: string) => ({ value, unit });
  const BAD: readonly (readonly [says: string, document: Json, ...reasons: string[]])[] = [
    ["a negative consumption", changed("USE-81-1", { quantity: quantity(-1, "kg") }), "ORL-MAP-008 /quantity/value -1"],
    ["a negative scrap", changed("REP-81-1", { scrapQuantity: quantity("-0.5", "pcs") }), "ORL-MAP-008 /scrapQuantity/value -0.5"],
    ["a negative good quantity", changed("REP-81-1", { goodQuantity: quantity("-1", "pcs") }), "ORL-MAP-008 /goodQuantity/value -1"],
    ["a negative stock", changed("MOV-81-1", { lotEvent: "Inventoried", quantity: quantity("-3", "pcs") }), "ORL-MAP-008 /quantity/value -3"],
    ["an unknown unit", changed("USE-81-1", { quantity: quantity(1, "Fass") }), "ORL-MAP-007 /quantity/unit Fass"],
    ["a decimal comma", changed("USE-81-1", { quantity: quantity("1,5", "kg") }), "ORL-MAP-005 /quantity/value 1,5"],
    ["scrap above what was started", changed("REP-81-1", { scrapQuantity: quantity(10.5, "pcs") }), "ORL-MAP-033 /scrapQuantity/value 10.5"],
    ["scrap in another unit than what was started", changed("REP-81-1", { scrapQuantity: quantity(1, "kg") }), "ORL-MAP-034 /scrapQuantity/value 1"],
    ["30 February", changed("REP-81-1", { postingDate: "2026-02-30" }), "ORL-MAP-009 /postingDate 2026-02-30"],
    ["a far year", changed("QC-81-1", { expiration: "9999-12-31" }), "ORL-MAP-012 /expiration 9999-12-31"],
    ["a consumption of next year", changed("USE-81-1", { actualTime: "2027-03-02T08:15:00" }), "ORL-MAP-032 /actualTime 2027-03-02T08:15:00"],
    ["a posting date of next month", changed("USE-81-1", { postingDate: "2026-04-02" }), "ORL-MAP-032 /postingDate 2026-04-02"],
    ["an unknown result", changed("QC-81-1", { evaluatedCriterionResult: "Maybe" }), "ORL-MAP-003 /evaluatedCriterionResult Maybe"],
    ["an unknown lot event", changed("GEN-81-1", { lotEvent: "Split" }), "ORL-MAP-003 /lotEvent Split"],
    ["a movement from nowhere", changed("MOV-81-1", { fromStorageLocation: "" }), "ORL-MAP-001 /fromStorageLocation "],
    ["a genealogy without lots", changed("GEN-81-1", { assemblyLots: undefined }), "ORL-MAP-001 /assemblyLots "],
    ["a report without its operation", changed("REP-81-1", { segmentRequirementId: undefined }), "ORL-MAP-001 /segmentRequirementId "],
    [
      "a material line twice",
      changed("REP-81-1", {
        materialActuals: Array.from({ length: 2 }, () => ({ id: "1", materialUse: "Consumed", materialDefinitionId: "M", quantity: quantity(1, "kg") })),
      }),
      "ORL-MAP-031 /materialActuals/1 1",
    ],
  ];
  it.each(BAD)("%s", (_says, document, ...expected) => {
    expect(reasons(document)).toEqual(expected);
  });

  it.each([
    ["no quantity, time alone", changed("REP-81-1", { goodQuantity: undefined, scrapQuantity: undefined, materialActuals: undefined })],
    ["a quantity of zero", changed("REP-81-1", { goodQuantity: quantity(0, "pcs"), scrapQuantity: quantity("0.000", "pcs") })],
    ["scrap above the good quantity", changed("REP-81-1", { goodQuantity: quantity(1, "pcs"), scrapQuantity: quantity(9, "pcs") })],
    ["scrap where nobody says what was started", changed("REP-81-1", { startedQuantity: undefined, scrapQuantity: quantity(1000, "pcs") })],
    ["a clock that is some hours ahead", changed("USE-81-1", { actualTime: "2026-03-03T08:15:00" })],
    ["an expiry in years", changed("QC-81-1", { expiration: "2031-01-01" })],
  ])("takes %s, since plants mean it", (_says, document) => {
    expect(reasons(document)).toEqual([]);
    expect(isJsonObject(document)).toBe(true);
  });
});
