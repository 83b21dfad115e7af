/** Messages of a plant in B2MML, of our own: good ones for tests to read and to spoil. Each keeps its schema. */

const head = (root: string, namespace: string, area: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<${root} xmlns="${namespace}" releaseID="7.01"><ApplicationArea><Sender><LogicalID>MES-1</LogicalID></Sender><CreationDateTime>2026-03-02T09:31:00Z</CreationDateTime><BODID>B-77</BODID></ApplicationArea>
<DataArea>${area}</DataArea></${root}>`;

const V7 = "http://www.mesa.org/xml/B2MML";
const V0401 = "http://www.wbf.org/xml/B2MML-V0401";
const scope = "<HierarchyScope><EquipmentID>suzhou</EquipmentID><EquipmentLevel>Site</EquipmentLevel></HierarchyScope>";
const quantity = (value: string, unit: string): string =>
  `<Quantity><QuantityString>${value}</QuantityString><UnitOfMeasure>${unit}</UnitOfMeasure></Quantity>`;
const datum = (id: string, value: string, unit = ""): string =>
  `<SegmentData><ID>${id}</ID><Value><ValueString>${value}</ValueString>${unit === "" ? "" : `<UnitOfMeasure>${unit}</UnitOfMeasure>`}</Value></SegmentData>`;
const inDatum = (id: string, value: string): string => `<SegmentDataChild><ID>${id}</ID><Value><ValueString>${value}</ValueString></Value></SegmentDataChild>`;

const SEGMENT = `<SegmentResponse><ID>1</ID><PostingDate>2026-03-02T00:00:00</PostingDate><ActualStartTime>2026-03-02T08:00:00</ActualStartTime><ActualEndTime>2026-03-02T09:30:00</ActualEndTime>${scope}<SegmentRequirementID>0010</SegmentRequirementID><SegmentState>Completed</SegmentState>${datum("Temperature", "181.5", "CEL")}${datum("ScrapQuantity", "1", "PCE")}${datum("StartedQuantity", "10", "PCE")}${datum("ScrapReason", "CRACK")}<SegmentData><ID>Downtime</ID>${inDatum("ReasonCode", "CLEANING")}${inDatum("StartTime", "2026-03-02T08:30:00")}${inDatum("EndTime", "2026-03-02T08:40:00")}</SegmentData><PersonnelActual><ID>1</ID><PersonID>P-0042</PersonID></PersonnelActual><EquipmentActual><ID>1</ID><EquipmentID>MIX-1</EquipmentID></EquipmentActual><MaterialActual><ID>0010</ID><MaterialDefinitionID>FG-9</MaterialDefinitionID><MaterialLotID>FG-1</MaterialLotID><MaterialUse>Produced</MaterialUse>${quantity("4", "PCE")}<AssemblyActual><ID>0011</ID><MaterialDefinitionID>4713</MaterialDefinitionID><MaterialLotID>L-3</MaterialLotID><MaterialUse>Consumed</MaterialUse>${quantity("1", "PCE")}</AssemblyActual></MaterialActual><MaterialActual><ID>0012</ID><MaterialDefinitionID>FG-9</MaterialDefinitionID><MaterialLotID>FG-2</MaterialLotID><MaterialUse>Produced</MaterialUse>${quantity("5", "PCE")}</MaterialActual><MaterialActual><ID>0020</ID><MaterialDefinitionID>4712</MaterialDefinitionID><MaterialLotID>L-2</MaterialLotID><MaterialUse>Consumed</MaterialUse><StorageLocation><Location>RM-01</Location><LocationType>Operational Location</LocationType></StorageLocation>${quantity("0.250", "kg")}</MaterialActual></SegmentResponse>`;

export const performance = (verb = "Process", version = ""): string =>
  head(
    `${verb}OperationsPerformance`,
    V7,
    `<${verb}/><OperationsPerformance><ID>SHIFT-1</ID><Endtime>2026-03-02T14:00:00</Endtime><OperationsResponse><ID>R-81</ID>${version === "" ? "" : `<Version>${version}</Version>`}<OperationsRequestID>000001000123</OperationsRequestID><ResponseState>Completed</ResponseState>${SEGMENT}<SegmentResponse><ID>2</ID>${scope}<SegmentRequirementID>0020</SegmentRequirementID></SegmentResponse></OperationsResponse></OperationsPerformance>`,
  );

export const testResult = (verb = "Process"): string =>
  head(
    `${verb}TestResult`,
    V7,
    `<${verb}/><TestResult><ID>QC-81</ID><EvaluationDate>2026-03-02T10:00:00</EvaluationDate>${scope}<TestableObjectID>FG-1</TestableObjectID><EvaluatedCriterionResult>Fail</EvaluatedCriterionResult><PropertyMeasurement><ID>MaterialDefinitionID</ID><Value><ValueString>FG-9</ValueString></Value></PropertyMeasurement><PropertyMeasurement><ID>Hardness</ID><MeasurementDate>2026-03-02T09:55:00</MeasurementDate><Value><ValueString>58.5</ValueString></Value></PropertyMeasurement></TestResult>`,
  );

const property = (id: string, value: string): string =>
  `<MaterialLotProperty><ID>${id}</ID><Value><ValueString>${value}</ValueString></Value></MaterialLotProperty>`;

const LOTS = `<MaterialLot><ID>FG-1</ID>${scope}<MaterialDefinitionID>FG-9</MaterialDefinitionID>${property("ReportID", "GEN-1")}<AssemblyLot><ID>L-2</ID><MaterialDefinitionID>4712</MaterialDefinitionID>${property("SegmentRequirementID", "0010")}${quantity("0.250", "kg")}</AssemblyLot></MaterialLot><MaterialLot><ID>FG-1</ID>${scope}<MaterialDefinitionID>FG-9</MaterialDefinitionID>${property("ReportID", "MOV-1")}${property("FromStorageLocation", "LINE-1")}<StorageLocation><Location>FG-01</Location><LocationType>Operational Location</LocationType></StorageLocation>${quantity("4", "PCE")}</MaterialLot><MaterialLot><ID>L-2</ID>${scope}<MaterialDefinitionID>4712</MaterialDefinitionID><StorageLocation><Location>RM-01</Location><LocationType>Operational Location</LocationType></StorageLocation>${quantity("99.750", "kg")}</MaterialLot>`;

export const lots = (verb = "Sync"): string => head(`${verb}MaterialLot`, V7, `<${verb}/>${LOTS}`);
export const lotInformation = (verb = "Sync"): string => head(`${verb}MaterialInformation`, V7, `<${verb}/><MaterialInformation>${LOTS}</MaterialInformation>`);

const quantity4 = (value: string, unit: string): string =>
  `<Quantity><QuantityString>${value}</QuantityString><DataType>decimal</DataType><UnitOfMeasure>${unit}</UnitOfMeasure></Quantity>`;

export const production = (verb = "Process"): string =>
  head(
    `${verb}ProductionPerformance`,
    V0401,
    `<${verb}/><ProductionPerformance><Location><EquipmentID>suzhou</EquipmentID><EquipmentElementLevel>Site</EquipmentElementLevel></Location><ProductionResponse><ID>R-4</ID><ProductionRequestID>27942</ProductionRequestID><SegmentResponse><ProcessSegmentID>Weighing</ProcessSegmentID><ActualStartTime>2026-03-02T08:00:00</ActualStartTime><ProductionData><ID>Temperature</ID><Value><ValueString>20</ValueString><DataType>decimal</DataType><UnitOfMeasure>CEL</UnitOfMeasure></Value></ProductionData><MaterialActual><MaterialDefinitionID>4711</MaterialDefinitionID><MaterialLotID>L-1</MaterialLotID><MaterialUse>Consumed</MaterialUse>${quantity4("12.500", "kg")}</MaterialActual><MaterialProducedActual><MaterialDefinitionID>FG-9</MaterialDefinitionID><MaterialLotID>FG-4</MaterialLotID>${quantity4("3", "PCE")}</MaterialProducedActual><SegmentState>Holding</SegmentState></SegmentResponse><ResponseState>Running</ResponseState></ProductionResponse></ProductionPerformance>`,
  );
