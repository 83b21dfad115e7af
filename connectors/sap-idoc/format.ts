import { type TableFiles, tableFormat } from "../../core/mapping/table-set.ts";
import material from "./mapping/material.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import order from "./mapping/order.json" with { type: "json" };
import workCenter from "./mapping/work-center.json" with { type: "json" };

/** IDocs in XML as SAP sends them over HTTP (README.md of this folder): one or many in a message, each a document. */
export const SAP_IDOC_TABLES: TableFiles = { messages, tables: [order, material, workCenter] };

export const sapIdocFormat = tableFormat([SAP_IDOC_TABLES]);
