import { describe, expect, it } from "vitest";
import { sapIdocFormat } from "../../../connectors/sap-idoc/format.ts";
import material from "../../../connectors/sap-idoc/mapping/material.json" with { type: "json" };
import order from "../../../connectors/sap-idoc/mapping/order.json" with { type: "json" };
import workCenter from "../../../connectors/sap-idoc/mapping/work-center.json" with { type: "json" };
import { accountOf } from "../../../core/mapping/account.ts";
import { canonical, documentIn, hasSamples, SAMPLES, sampleText } from "./sap-reading.ts";

/** The published order, for a connection in Berlin: every field pinned. */
const ORDER = {
  type: "OperationsRequest",
  id: "208277437",
  version: "0000000000007699",
  hierarchyScope: "hamburg",
  operationsType: "Production",
  requestState: "Released",
  operationsDefinitionId: "389391",
  materialBillId: "PPT-743944",
  startTime: "2023-12-10T23:29:41Z",
  endTime: "2023-12-15T12:58:42Z",
  segmentRequirements: [
    {
      id: "0009",
      processSegmentId: "LOCAL_BASKET_ASSIGN",
      description: "Basket assign",
      equipmentId: "TEST_AZ",
      quantity: { value: "2.000", unit: "EA" },
      segmentState: "Released",
      parameters: [
        { id: "STEUS", value: "No" },
        { id: "MINWE", value: "0.000" },
        { id: "CUST_RES_TYPE", value: "A" },
      ],
    },
    {
      id: "0010",
      processSegmentId: "FNAS01",
      equipmentId: "TEST_AZ",
      earliestStartTime: "2023-12-11T22:29:41Z",
      latestEndTime: "2023-12-12T03:43:29Z",
      quantity: { value: "2.000", unit: "EA" },
      segmentState: "Released",
      parameters: [
        { id: "STEUS", value: "No" },
        { id: "MINWE", value: "0.000" },
        { id: "RUEK", value: "0" },
        { id: "CUST_RES_TYPE", value: "A" },
        { id: "FSEDD", value: "2023-12-12T03:43:29Z" },
        { id: "SSAVD", value: "2023-12-11T22:29:41Z" },
      ],
    },
    {
      id: "0020",
      processSegmentId: "FNAS02",
      equipmentId: "TEST_AZ",
      earliestStartTime: "2023-12-12T03:44:09Z",
      latestEndTime: "2023-12-12T12:45:41Z",
      quantity: { value: "2.000", unit: "EA" },
      segmentState: "Released",
      parameters: [
        { id: "STEUS", value: "No" },
        { id: "MINWE", value: "0.000" },
        { id: "RUEK", value: "0" },
        { id: "CUST_RES_TYPE", value: "A" },
        { id: "FSEDD", value: "2023-12-12T12:45:41Z" },
        { id: "SSAVD", value: "2023-12-12T03:44:09Z" },
      ],
    },
  ],
  materialRequirements: [
    {
      id: "output",
      materialDefinitionId: "S1SP02677",
      materialUse: "Produced",
      quantity: { value: "200", unit: "EA" },
      properties: [
        { id: "VERID", value: "PV01" },
        { id: "UNTTO", value: "0" },
        { id: "UEBTO", value: "0" },
      ],
    },
    {
      id: "0010",
      materialDefinitionId: "R1CH01007",
      materialUse: "Consumed",
      quantity: { value: "3560.1", unit: "CMT" },
      segmentRequirementId: "0010",
      requiredTime: "2023-12-01T23:00:00Z",
      properties: [
        { id: "POSTP", value: "L" },
        { id: "AFPOS", value: "0000" },
      ],
    },
    {
      id: "0020",
      materialDefinitionId: "R1MF00012",
      materialUse: "Consumed",
      quantity: { value: "400", unit: "EA" },
      segmentRequirementId: "0010",
      requiredTime: "2023-12-01T23:00:00Z",
      properties: [
        { id: "POSTP", value: "L" },
        { id: "AFPOS", value: "0000" },
      ],
    },
  ],
  properties: [
    { id: "SNDPRN", value: "AX2012 Manu" },
    { id: "AUART", value: "ST01" },
    { id: "BMENGE", value: "200", unit: "EA" },
    { id: "STLAL", value: "1" },
    { id: "STLAN", value: "1" },
    { id: "STLTY", value: "M" },
    { id: "PLNAL", value: "1" },
    { id: "PLNTY", value: "N" },
    { id: "GSTRS", value: "2023-12-10T23:29:41Z" },
    { id: "GLTRS", value: "2023-12-15T12:58:42Z" },
  ],
};

const rawMaterial = (number: string) => ({
  type: "MaterialDefinition",
  id: number,
  hierarchyScope: "hamburg",
  state: "Active",
  description: number,
  descriptions: [{ language: "EN", text: number }],
  baseUnit: "EA",
  storageLocation: "WH_PL",
  properties: [
    { id: "MTART", value: "ROH" },
    { id: "BURNOUTPROGRAMID", value: "" },
  ],
});

const GOLDEN = {
  "LOIPRO05.xml": ORDER,
  "LOIWCS03.xml": {
    type: "Equipment",
    id: "TEST_AZ",
    hierarchyScope: "hamburg",
    state: "Active",
    description: "AAA - Inside Operation",
    descriptions: [{ language: "en", text: "AAA - Inside Operation" }],
    equipmentLevel: "WorkCenter",
    properties: [
      { id: "OBJID", value: "40161479" },
      { id: "VGWTS", value: "Type" },
      { id: "FORML-001", value: "QTB" },
      { id: "FORML-002", value: "ST" },
      { id: "FORML-003", value: "PT" },
      { id: "FORML-004", value: "PPQ" },
      { id: "FORML-005", value: "TT" },
      { id: "FORML-006", value: "QTA" },
    ],
  },
  "R1CH01007_RAW_MAT_IDOC.xml": rawMaterial("R1CH01007"),
  "R1MF00012_RAW_MAT_IDOC.xml": rawMaterial("R1MF00012"),
  "S1SP02677_FINISHED_MAT_IDOC.xml": {
    ...rawMaterial("S1SP02677"),
    description: "Gold Ring",
    descriptions: [{ language: "EN", text: "Gold Ring" }],
    properties: [
      { id: "MTART", value: "FERT" },
      { id: "BURNOUTPROGRAMID", value: "" },
    ],
  },
};

describe("the published IDocs", () => {
  for (const name of SAMPLES) {
    // Skipped by name where the folder of samples is absent.
    it.skipIf(!hasSamples)(`${name} becomes this canonical document`, () => {
      expect(canonical(sampleText(name))).toEqual(GOLDEN[name]);
    });

    it.skipIf(!hasSamples)(`${name} holds no field that its table does not know`, () => {
      expect(sapIdocFormat.unknownFields(documentIn(sampleText(name)))).toEqual([]);
    });

    it.skipIf(!hasSamples)(`${name} loses no field: each is carried, or ignored for its own reason`, () => {
      const document = documentIn(sampleText(name));
      const table = sapIdocFormat.tableOf(document)?.table;
      const account = table === undefined ? [] : accountOf(table, document);
      expect(account.length).toBeGreaterThan(20);
      expect(account.filter(({ fate }) => fate.kind === "lost")).toEqual([]);
    });
  }

  it.skipIf(!hasSamples)("are routed by their own numbers, plant and, where there is one, the number of the IDoc", () => {
    const routes = SAMPLES.map((name) => sapIdocFormat.route(documentIn(sampleText(name))));
    expect(routes.map((route) => (route.kind === "routed" ? { ...route.fields, mapping: route.mapping } : route))).toEqual([
      {
        type: "OperationsRequest",
        subject: { kind: "order", number: "208277437" },
        objectId: "208277437",
        version: "0000000000007699",
        site: "DM01",
        cancel: false,
        mapping: "sap-idoc/order@1",
      },
      {
        type: "Equipment",
        subject: { kind: "equipment", number: "TEST_AZ" },
        objectId: "TEST_AZ",
        site: "DM01",
        cancel: false,
        mapping: "sap-idoc/work-center@1",
      },
      ...["R1CH01007", "R1MF00012", "S1SP02677"].map((number) => ({
        type: "MaterialDefinition",
        subject: { kind: "material", number },
        objectId: number,
        site: "DM01",
        cancel: false,
        mapping: "sap-idoc/material@1",
      })),
    ]);
  });
});

describe("what is not carried", () => {
  const ignored = [order, material, workCenter].flatMap((table) => table.ignored);
  it("is named field by field, each with a reason of its own in both languages", () => {
    expect(ignored.length).toBeGreaterThan(60);
    for (const { source, reason } of ignored) {
      expect(source).not.toMatch(/[*?]/);
      expect(reason.en.length).toBeGreaterThan(20);
      expect(reason["zh-CN"]).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
