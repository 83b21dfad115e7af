/** Fields of the published samples that must be carried, whatever else a table may ignore: pinned by hand, from what a plant needs of them. */

const operation = (at: number) =>
  ["VORNR", "ARBPL", "ME_OPERATION_ID", "MGVRG", "MEINH", "E1JSTVL/STAT"].map((name) => `/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/${at}/${name}`);
const component = (at: number) => ["POSNR", "MATNR_LONG", "BDMNG", "MEINS", "BDTER"].map((name) => `/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/1/E1RESBL/${at}/${name}`);
const times = (at: number) => ["FSAVD", "FSAVZ", "SSEDD", "SSEDZ"].map((name) => `/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/${at}/${name}`);
const material = ["MATNR", "MTART", "MEINS", "E1MAKTM/MAKTX", "E1MARCM/WERKS"].map((name) => `/IDOC/E1MARAM/${name}`);

const SEGMENT = "/DataArea/ProductionSchedule/ProductionRequest/SegmentRequirement";
const consumed = (at: number) =>
  [
    "MaterialDefinitionID",
    "Location/EquipmentID",
    "MaterialUse",
    "Quantity/QuantityString",
    "Quantity/UnitOfMeasure",
    "MaterialRequirementProperty/Value/ValueString",
  ].map((name) => `${SEGMENT}/SegmentRequirement/MaterialRequirement/${at}/${name}`);
const lot = (at: number) =>
  ["MaterialDefinitionID", "MaterialLotID", "MaterialSubLotID", "Quantity/QuantityString", "Quantity/UnitOfMeasure"].map(
    (name) => `${SEGMENT}/SegmentRequirement/SegmentRequirement/MaterialRequirement/${at}/${name}`,
  );

export const PINNED: Readonly<Record<string, readonly string[]>> = {
  "LOIPRO05.xml": [
    "/IDOC/EDI_DC40/DOCNUM",
    ...["AUFNR", "MATNR_LONG", "GAMNG", "GMEIN", "STLNR", "PLNNR", "GSTRP", "GSUZP", "GLTRP", "GLUZP", "WERKS"].map((name) => `/IDOC/E1AFKOL/${name}`),
    ...[0, 1, 2, 3, 4].map((at) => `/IDOC/E1AFKOL/E1JSTKL/${at}/STAT`),
    "/IDOC/E1AFKOL/E1AFFLL/E1AFVOL/0/LTXA1",
    ...[0, 1, 2].flatMap(operation),
    ...[1, 2].flatMap(times),
    ...[0, 1].flatMap(component),
  ],
  "S1SP02677_FINISHED_MAT_IDOC.xml": [...material, "/IDOC/E1MARAM/LGPRO"],
  "R1CH01007_RAW_MAT_IDOC.xml": material,
  "R1MF00012_RAW_MAT_IDOC.xml": material,
  "LOIWCS03.xml": ["/IDOC/E1CRHDL/ARBPL", "/IDOC/E1CRHDL/WERKS", "/IDOC/E1CRHDL/E1CRTXL/KTEXT"],
  "PRO-20121210181416-27942.xml": [
    "/DataArea/ProductionSchedule/ProductionRequest/ID",
    `${SEGMENT}/ID`,
    `${SEGMENT}/MaterialRequirement/MaterialDefinitionID`,
    `${SEGMENT}/MaterialRequirement/Description/#text`,
    `${SEGMENT}/MaterialRequirement/MaterialUse`,
    `${SEGMENT}/MaterialRequirement/Quantity/QuantityString`,
    `${SEGMENT}/MaterialRequirement/Quantity/UnitOfMeasure`,
    `${SEGMENT}/SegmentRequirement/ProcessSegmentID`,
    `${SEGMENT}/SegmentRequirement/ProductionParameter/Parameter/ID`,
    `${SEGMENT}/SegmentRequirement/ProductionParameter/Parameter/Value/ValueString`,
    `${SEGMENT}/SegmentRequirement/SegmentRequirement/ProcessSegmentID`,
    ...[0, 1, 2, 3].flatMap(consumed),
    ...[0, 1].flatMap(lot),
  ],
  "MAT-20121210170256-CRBN0001.xml": [
    "/DataArea/MaterialDefinition/ID",
    "/DataArea/MaterialDefinition/Description/#text",
    "/DataArea/MaterialDefinition/MaterialDefinitionProperty/0/Value/ValueString",
    "/DataArea/MaterialDefinition/MaterialDefinitionProperty/1/ID",
    "/DataArea/MaterialDefinition/MaterialDefinitionProperty/1/Value/0/ValueString",
    "/DataArea/MaterialDefinition/MaterialDefinitionProperty/1/Value/1/ValueString",
  ],
};
