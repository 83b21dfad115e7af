import { namedTables, type TableFiles } from "../../core/mapping/table-set.ts";
import kingdeeAcknowledgement from "./mapping/kingdee/acknowledgement.json" with { type: "json" };
import kingdeeMaterial from "./mapping/kingdee/material.json" with { type: "json" };
import kingdeeMessages from "./mapping/kingdee/messages.json" with { type: "json" };
import kingdeeOrder from "./mapping/kingdee/production-order.json" with { type: "json" };
import kingdeeTarget from "./mapping/kingdee/target.json" with { type: "json" };
import orderListMessages from "./mapping/order-list/messages.json" with { type: "json" };
import orderListOrder from "./mapping/order-list/production-order.json" with { type: "json" };
import yonbipAcknowledgement from "./mapping/yonbip/acknowledgement.json" with { type: "json" };
import yonbipMessages from "./mapping/yonbip/messages.json" with { type: "json" };
import yonbipProduct from "./mapping/yonbip/product.json" with { type: "json" };
import yonbipOrder from "./mapping/yonbip/production-order.json" with { type: "json" };
import yonbipTarget from "./mapping/yonbip/target.json" with { type: "json" };

/** What one system is: its messages, its tables, and where it is told something, how. */
export type TableSet = TableFiles & { readonly target?: unknown };

/** Every system of nothing but tables. Another one is a folder below `mapping/` and a line here. */
export const TABLE_SETS: readonly TableSet[] = [
  { messages: kingdeeMessages, tables: [kingdeeOrder, kingdeeMaterial, kingdeeAcknowledgement], target: kingdeeTarget },
  { messages: yonbipMessages, tables: [yonbipOrder, yonbipProduct, yonbipAcknowledgement], target: yonbipTarget },
  { messages: orderListMessages, tables: [orderListOrder] },
];

class TwoTargets extends Error {
  override readonly name = "TwoTargets";
}

/**
 * The set that a connection is told things by.
 * @throws TablesRefused for a name that is none
 * @throws TwoTargets where its tables are of several sets that each say how: a connection is one system
 */
export function tellingSet(sets: readonly TableSet[], names: readonly string[] | undefined): TableSet {
  const telling = namedTables(sets, names).filter(({ target }) => target !== undefined);
  if (telling.length > 1) throw new TwoTargets("a connection's `tables` are of several systems, and each says how it is called");
  const [only] = telling;
  const whole = sets.find(({ target }) => only !== undefined && target === only.target);
  return whole ?? { messages: undefined, tables: [] };
}
