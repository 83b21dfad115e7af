import { type TableFiles, tableFormat } from "../../core/mapping/table-set.ts";
import material from "./mapping/material.json" with { type: "json" };
import messages from "./mapping/messages.json" with { type: "json" };
import order from "./mapping/order.json" with { type: "json" };

/** What the poller tells of orders and their materials (read-orders.ts): Tryton itself sends nothing. */
export const TRYTON_TABLES: TableFiles = { messages, tables: [order, material] };

export const trytonFormat = tableFormat([TRYTON_TABLES]);
