import { type TableFiles, tableFormat } from "../../core/mapping/table-set.ts";
import consumption from "./mapping/consumption.json" with { type: "json" };
import equipment from "./mapping/equipment.json" with { type: "json" };
import inspection from "./mapping/inspection.json" with { type: "json" };
import lot from "./mapping/lot.json" with { type: "json" };
import material from "./mapping/material.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import operation from "./mapping/operation.json" with { type: "json" };
import operationReport from "./mapping/operation-report.json" with { type: "json" };
import order from "./mapping/order.json" with { type: "json" };
import person from "./mapping/person.json" with { type: "json" };
import reason from "./mapping/reason.json" with { type: "json" };
import routing from "./mapping/routing.json" with { type: "json" };
import scheduleFeedback from "./mapping/schedule-feedback.json" with { type: "json" };
import unit from "./mapping/unit.json" with { type: "json" };

/** Our own JSON (README.md of this folder): a message is one document, `{"documents": […]}`, or an agent's batch `{"lines": [{"key": "…", "document": {…}}]}`. */
export const PLAIN_JSON_TABLES: TableFiles = {
  messages,
  tables: [
    // What a plant says of an order's state is read before an order as such.
    scheduleFeedback,
    order,
    material,
    consumption,
    operationReport,
    inspection,
    lot,
    equipment,
    operation,
    routing,
    person,
    reason,
    unit,
  ],
};

export const plainJsonFormat = tableFormat([PLAIN_JSON_TABLES]);
