import { createSourceFormat } from "../../core/mapping/format.ts";
import { MappingTable, MessageForms } from "../../core/mapping/table.ts";
import definition from "./mapping/definition.json" with { type: "json" };
import definitionInformation from "./mapping/definition-information.json" with { type: "json" };
import equipment from "./mapping/equipment.json" with { type: "json" };
import equipmentInformation from "./mapping/equipment-information.json" with { type: "json" };
import material from "./mapping/material.json" with { type: "json" };
import materialInformation from "./mapping/material-information.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import orderV7 from "./mapping/order-v7.json" with { type: "json" };
import orderV0401 from "./mapping/order-v0401.json" with { type: "json" };
import segment from "./mapping/segment.json" with { type: "json" };
import segmentInformation from "./mapping/segment-information.json" with { type: "json" };

const READING = [
  orderV7,
  orderV0401,
  material,
  materialInformation,
  equipment,
  equipmentInformation,
  segment,
  segmentInformation,
  definition,
  definitionInformation,
];

export const B2MML_READING: readonly MappingTable[] = READING.map((table) => MappingTable.parse(table));

/** B2MML V7 and V0401 (README.md of this folder): a message is split into one document for each of its objects. */
export const b2mmlFormat = createSourceFormat(MessageForms.parse(messages), B2MML_READING);
