import { createSourceFormat } from "../../core/mapping/format.ts";
import { MappingTable, MessageForms } from "../../core/mapping/table.ts";
import messages from "./mapping/messages.json" with { type: "json" };
import order from "./mapping/order.json" with { type: "json" };

/** What the poller tells of orders (read-orders.ts): Tryton itself sends nothing. */
export const trytonFormat = createSourceFormat(MessageForms.parse(messages), [MappingTable.parse(order)]);
