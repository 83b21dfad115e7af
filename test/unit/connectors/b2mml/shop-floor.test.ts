import { describe, expect, it } from "vitest";
import { b2mmlFormat } from "../../../../connectors/b2mml/format.ts";
import type { Json } from "../../../../core/documents/exact-json.ts";
import { parseExactXml } from "../../../../core/documents/exact-xml.ts";
import { SiteId } from "../../../../core/documents/ids.ts";
import { lotInformation, lots, performance, production, testResult } from "./reports.ts";

const context = { site: SiteId.parse("suzhou"), timeZone: "Asia/Shanghai", decimalSeparator: ".", codes: [], receivedAt: Date.UTC(2026, 2, 2, 10) } as const;

const opened = (xml: string): { readonly value: Json; readonly text: string } => {
  const parsed = parseExactXml(Buffer.from(xml), undefined);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return parsed;
};
const partsOf = (xml: string): readonly Json[] => {
  const answer = b2mmlFormat.split(opened(xml).value);
  if (answer.kind !== "parts") throw new Error(answer.message);
  return answer.parts.map(({ document }) => document);
};
const made = (xml: string) =>
  partsOf(xml).map((document) => {
    const answer = b2mmlFormat.toCanonical(document, context);
    return answer.kind === "canonical" ? answer.document : answer.reasons.map(({ code, field, text }) => [code, field, text].join(" "));
  });
const routes = (xml: string) =>
  partsOf(xml).map((document) => {
    const answer = b2mmlFormat.route(document);
    return answer.kind === "routed" ? answer.fields : answer;
  });
const complaints = (xml: string): readonly string[] => {
  const { value, text } = opened(xml);
  return (b2mmlFormat.complaints?.(value, text) ?? []).map((complaint) => complaint.text);
};

const ALL = { performance, testResult, lots, lotInformation, production };

describe("what a plant tells in B2MML", () => {
  it.each(Object.entries(ALL))("keeps its schema, is read whole and ignores nothing unknown: %s", (_name, message) => {
    for (const verb of ["Process", "Sync", "Change", "Cancel", "Show"]) expect(complaints(message(verb))).toEqual([]);
    for (const document of partsOf(message())) expect(b2mmlFormat.unknownFields(document)).toEqual([]);
  });

  it("V7 OperationsPerformance: one report for each SegmentResponse, the order's state with the last of them", () => {
    expect(made(performance())).toEqual([
      {
        type: "SegmentResponse",
        id: "R-81/1",
        hierarchyScope: "suzhou",
        operationsRequestId: "000001000123",
        segmentRequirementId: "0010",
        segmentState: "Completed",
        actualStartTime: "2026-03-02T00:00:00Z",
        actualEndTime: "2026-03-02T01:30:00Z",
        postingDate: "2026-03-02",
        goodQuantity: { value: "9", unit: "H87" },
        scrapQuantity: { value: "1", unit: "H87" },
        scrapReasonCode: "CRACK",
        personnelActuals: [{ personId: "P-0042" }],
        equipmentActuals: [{ equipmentId: "MIX-1" }],
        segmentData: [{ id: "Temperature", value: "181.5", unit: "CEL" }],
        downtimes: [{ reasonCode: "CLEANING", startTime: "2026-03-02T00:30:00Z", endTime: "2026-03-02T00:40:00Z" }],
        materialActuals: [
          { id: "0010", materialUse: "Produced", materialDefinitionId: "FG-9", materialLotId: "FG-1", quantity: { value: "4", unit: "H87" } },
          { id: "0012", materialUse: "Produced", materialDefinitionId: "FG-9", materialLotId: "FG-2", quantity: { value: "5", unit: "H87" } },
          {
            id: "0020",
            materialUse: "Consumed",
            materialDefinitionId: "4712",
            materialLotId: "L-2",
            quantity: { value: "0.250", unit: "KGM" },
            storageLocation: "RM-01",
          },
          { id: "0011", materialUse: "Consumed", materialDefinitionId: "4713", materialLotId: "L-3", quantity: { value: "1", unit: "H87" } },
        ],
      },
      {
        type: "SegmentResponse",
        id: "R-81/2",
        hierarchyScope: "suzhou",
        operationsRequestId: "000001000123",
        segmentRequirementId: "0020",
        segmentState: "Running",
        responseState: "Completed",
        materialActuals: [],
      },
    ]);
    expect(routes(performance())).toMatchObject([
      { type: "SegmentResponse", subject: { kind: "order", number: "000001000123" }, objectId: "R-81/1", ownNumber: "R-81/1", cancel: false, site: "suzhou" },
      { objectId: "R-81/2" },
    ]);
    expect(routes(performance("Change", "2"))).toMatchObject([{ version: "2", cancel: false }, { version: "2" }]);
    expect(routes(performance("Cancel"))).toMatchObject([{ objectId: "R-81/1", cancel: true }, { cancel: true }]);
    expect(made(performance("Cancel"))).toMatchObject([{ verb: "Cancel" }, { verb: "Cancel" }]);
  });

  it("V7 TestResult", () => {
    expect(made(testResult())).toEqual([
      {
        type: "TestResult",
        id: "QC-81",
        hierarchyScope: "suzhou",
        materialLotId: "FG-1",
        materialDefinitionId: "FG-9",
        evaluationDate: "2026-03-02T02:00:00Z",
        evaluatedCriterionResult: "Fail",
        propertyMeasurements: [{ id: "Hardness", value: "58.5", measurementDate: "2026-03-02T01:55:00Z" }],
      },
    ]);
    expect(routes(testResult("Cancel"))).toMatchObject([{ type: "TestResult", subject: { kind: "lot", number: "FG-1" }, objectId: "QC-81", cancel: true }]);
  });

  it.each([
    ["MaterialLot", lots],
    ["MaterialInformation", lotInformation],
  ])("V7 %s: genealogy, movement and stock, each a document", (_noun, message) => {
    const at = { type: "MaterialLot", hierarchyScope: "suzhou", actualTime: "2026-03-02T09:31:00Z" };
    expect(made(message())).toEqual([
      {
        ...at,
        id: "GEN-1/FG-1",
        materialLotId: "FG-1",
        materialDefinitionId: "FG-9",
        lotEvent: "Assembled",
        assemblyLots: [{ materialDefinitionId: "4712", materialLotId: "L-2", quantity: { value: "0.250", unit: "KGM" }, segmentRequirementId: "0010" }],
      },
      {
        ...at,
        id: "MOV-1/FG-1",
        materialLotId: "FG-1",
        materialDefinitionId: "FG-9",
        lotEvent: "Moved",
        quantity: { value: "4", unit: "H87" },
        storageLocation: "FG-01",
        fromStorageLocation: "LINE-1",
        assemblyLots: [],
      },
      {
        ...at,
        id: "B-77/L-2",
        materialLotId: "L-2",
        materialDefinitionId: "4712",
        lotEvent: "Inventoried",
        quantity: { value: "99.750", unit: "KGM" },
        storageLocation: "RM-01",
        assemblyLots: [],
      },
    ]);
    expect(routes(message("Cancel"))).toMatchObject([{ subject: { kind: "lot", number: "FG-1" }, objectId: "GEN-1/FG-1", cancel: true }, {}, {}]);
  });

  it("V0401 ProductionPerformance", () => {
    expect(made(production())).toEqual([
      {
        type: "SegmentResponse",
        id: "R-4/Weighing",
        hierarchyScope: "suzhou",
        operationsRequestId: "27942",
        segmentRequirementId: "Weighing",
        segmentState: "Held",
        responseState: "Running",
        actualStartTime: "2026-03-02T00:00:00Z",
        segmentData: [{ id: "Temperature", value: "20", unit: "CEL" }],
        materialActuals: [
          { id: "0010", materialUse: "Consumed", materialDefinitionId: "4711", materialLotId: "L-1", quantity: { value: "12.500", unit: "KGM" } },
          { id: "P0010", materialUse: "Produced", materialDefinitionId: "FG-9", materialLotId: "FG-4", quantity: { value: "3", unit: "H87" } },
        ],
      },
    ]);
    expect(routes(production("Cancel"))).toMatchObject([{ subject: { kind: "order", number: "27942" }, objectId: "R-4/Weighing", cancel: true }]);
  });

  it("is not taken where a segment response stands in another one: nothing of it would be lost silently", () => {
    const nested = performance().replace(
      "</SegmentResponse></OperationsResponse>",
      "<SegmentResponseChild><ID>3</ID></SegmentResponseChild></SegmentResponse></OperationsResponse>",
    );
    expect(b2mmlFormat.split(opened(nested).value)).toMatchObject({ kind: "takes-none" });
  });
});

describe("what parks", () => {
  const spoilt = (from: string, to: string) => made(performance().replace(from, to))[0];
  it.each([
    [
      "<ValueString>1</ValueString><UnitOfMeasure>PCE",
      "<ValueString>11</ValueString><UnitOfMeasure>PCE",
      ["ORL-MAP-033 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/SegmentData/Value/ValueString 11"],
    ],
    [
      "<QuantityString>0.250",
      "<QuantityString>-0.250",
      ["ORL-MAP-008 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/MaterialActual/2/Quantity/QuantityString -0.250"],
    ],
    [
      "<UnitOfMeasure>kg",
      "<UnitOfMeasure>Fass",
      ["ORL-MAP-007 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/MaterialActual/2/Quantity/UnitOfMeasure Fass"],
    ],
    [
      "<ActualEndTime>2026",
      "<ActualEndTime>2027",
      ["ORL-MAP-032 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/ActualEndTime 2027-03-02T09:30:00"],
    ],
    [
      "<SegmentState>Completed",
      "<SegmentState>Aborted",
      ["ORL-MAP-003 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/SegmentState Aborted"],
    ],
    [
      "<MaterialUse>Consumed</MaterialUse><StorageLocation>",
      "<MaterialUse>Destructive Sample</MaterialUse><StorageLocation>",
      ["ORL-MAP-003 /DataArea/OperationsPerformance/OperationsResponse/SegmentResponse/MaterialActual/2/MaterialUse Destructive Sample"],
    ],
  ])("%s as %s", (from, to, reasons) => {
    expect(spoilt(from, to)).toEqual(reasons);
  });
});

describe("what breaks the schema is complained of in words that stay the same", () => {
  it.each([
    ["<ResponseState>", "<ResponseStat>", "OperationsPerformance/OperationsResponse: ResponseStat is not expected here; expected ResponseState"],
    ["<Endtime>", "<EndTime>", "OperationsPerformance: EndTime is not expected here; expected Endtime"],
    [
      "<ActualEndTime>",
      "<ActualEndTim>",
      "OperationsPerformance/OperationsResponse/SegmentResponse: ActualEndTim is not expected here; expected ActualEndTime",
    ],
    ["<ID>0020</ID>", "", "OperationsPerformance/OperationsResponse/SegmentResponse/MaterialActual: ID is missing"],
    [
      "<SegmentState>Completed",
      "<SegmentState>Done",
      'OperationsPerformance/OperationsResponse/SegmentResponse/SegmentState: "Done" is not expected here; expected Waiting, Ready, Running, Completed, Aborted, Held, Paused, Suspended, Closed, Other',
    ],
    [
      "<ActualEndTime>2026-03-02T09:30:00",
      "<ActualEndTime>20260302",
      'OperationsPerformance/OperationsResponse/SegmentResponse/ActualEndTime: "20260302" is no dateTime',
    ],
    [' releaseID="7.01"', "", "ProcessOperationsPerformance: the attribute releaseID is missing"],
    ["<CreationDateTime>2026-03-02T09:31:00Z</CreationDateTime>", "", "ProcessOperationsPerformance/ApplicationArea: CreationDateTime is missing"],
  ])("%s as %s", (from, to, complaint) => {
    const closing = (tag: string): string => tag.replace("<", "</");
    const isRenamed = /^<\w+>$/.test(from) && /^<\w+>$/.test(to);
    const spoilt = performance().replace(from, to);
    expect(complaints(isRenamed ? spoilt.replace(closing(from), closing(to)) : spoilt)[0]).toBe(complaint);
    const verb = complaint.startsWith("Process") ? "Process" : "Sync";
    expect(
      complaints(
        performance(verb)
          .replace(from, to)
          .replace(isRenamed ? closing(from) : "", isRenamed ? closing(to) : ""),
      )[0],
    ).toBe(complaint);
  });
});
