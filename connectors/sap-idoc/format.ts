import { createSourceFormat } from "../../core/mapping/format.ts";
import { MappingTable, MessageForms } from "../../core/mapping/table.ts";
import material from "./mapping/material.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import order from "./mapping/order.json" with { type: "json" };
import workCenter from "./mapping/work-center.json" with { type: "json" };

const TABLES = [order, material, workCenter];

/** IDocs in XML as SAP sends them over HTTP (README.md of this folder): one or many in a message, each a document. */
export const sapIdocFormat = createSourceFormat(
  MessageForms.parse(messages),
  TABLES.map((table) => MappingTable.parse(table)),
);
