import { type TableFiles, tableFormat } from "../../core/mapping/table-set.ts";
import { b2mmlComplaints } from "./complaints.ts";
import definition from "./mapping/definition.json" with { type: "json" };
import definitionInformation from "./mapping/definition-information.json" with { type: "json" };
import equipment from "./mapping/equipment.json" with { type: "json" };
import equipmentInformation from "./mapping/equipment-information.json" with { type: "json" };
import inspectionInformationV7 from "./mapping/inspection-information-v7.json" with { type: "json" };
import inspectionV7 from "./mapping/inspection-v7.json" with { type: "json" };
import lotInformationV7 from "./mapping/lot-information-v7.json" with { type: "json" };
import lotV7 from "./mapping/lot-v7.json" with { type: "json" };
import material from "./mapping/material.json" with { type: "json" };
import materialInformation from "./mapping/material-information.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import operationReportV7 from "./mapping/operation-report-v7.json" with { type: "json" };
import operationReportV0401 from "./mapping/operation-report-v0401.json" with { type: "json" };
import orderV7 from "./mapping/order-v7.json" with { type: "json" };
import orderV0401 from "./mapping/order-v0401.json" with { type: "json" };
import segment from "./mapping/segment.json" with { type: "json" };
import segmentInformation from "./mapping/segment-information.json" with { type: "json" };

/** B2MML V7 and V0401 (README.md of this folder): a message is split into one document for each of its objects. */
export const B2MML_TABLES: TableFiles = {
  messages,
  tables: [
    orderV7,
    orderV0401,
    // Lots without materials, before what reads materials.
    lotInformationV7,
    material,
    materialInformation,
    equipment,
    equipmentInformation,
    segment,
    segmentInformation,
    definition,
    definitionInformation,
    operationReportV7,
    operationReportV0401,
    inspectionV7,
    inspectionInformationV7,
    lotV7,
  ],
};

export const b2mmlFormat = tableFormat([B2MML_TABLES], undefined, b2mmlComplaints);
