import * as z from "zod";
import { itemBytes, readUnits, writeUnits } from "./item-size.ts";

/**
 * What one DynamoDB call consumed. Writes that succeed: the emulator's own `ConsumedCapacity` (table and index; transactions doubled, checks counted). Writes that a
 * condition refuses are charged by AWS and not told by the emulator: by the size of what was to be put, else the least. Reads: from the sizes of the answer's items,
 * since the emulator counts every read as one.
 */
export type Units = { readonly read: number; readonly write: number };

const NONE: Units = { read: 0, write: 0 };
const Item = z.record(z.string(), z.unknown());
const Capacity = z.object({ CapacityUnits: z.number() });
const Written = z.object({ ConsumedCapacity: z.union([Capacity, z.array(Capacity)]) });
const Read = z.object({ ConsistentRead: z.boolean().default(false) });
const Got = z.object({ Item: Item.optional() });
const Found = z.object({ Items: z.array(Item) });
const Asked = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(Item), ConsistentRead: z.boolean().default(false) })) });
const Batch = z.object({ Responses: z.record(z.string(), z.array(Item)) });
const Put = z.object({ Item });
const Transaction = z.object({ TransactItems: z.array(z.object({ Put: Put.optional() })) });

const WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"]);

/** Asks the emulator to say what a write consumes. */
export const askingForCapacity = (operation: string, body: unknown): unknown =>
  WRITES.has(operation) ? { ...Item.parse(body), ReturnConsumedCapacity: "TOTAL" } : body;

/** @throws ZodError where a call is none that the ledger makes */
export function unitsOf(operation: string, request: unknown, answer: { readonly status: number; readonly body: unknown }): Units {
  if (WRITES.has(operation)) return { read: 0, write: answer.status === 200 ? consumed(answer.body) : refusedWrite(request) };
  if (answer.status !== 200) return NONE;
  return { read: readBy(operation, request, answer.body), write: 0 };
}

function consumed(answer: unknown): number {
  const { ConsumedCapacity: capacity } = Written.parse(answer);
  return (Array.isArray(capacity) ? capacity : [capacity]).reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}

function refusedWrite(request: unknown): number {
  const transaction = Transaction.safeParse(request);
  if (transaction.success) return transaction.data.TransactItems.reduce((sum, { Put: put }) => sum + 2 * unitsOfPut(put?.Item), 0);
  return unitsOfPut(Put.safeParse(request).data?.Item);
}

const unitsOfPut = (item: z.infer<typeof Item> | undefined): number => (item === undefined ? 1 : writeUnits(itemBytes(item)));

function readBy(operation: string, request: unknown, answer: unknown): number {
  switch (operation) {
    case "GetItem": {
      const { Item: item = {} } = Got.parse(answer);
      return readUnits(itemBytes(item), Read.parse(request).ConsistentRead);
    }
    case "Query":
      return readUnits(
        Found.parse(answer).Items.reduce((sum, item) => sum + itemBytes(item), 0),
        Read.parse(request).ConsistentRead,
      );
    case "BatchGetItem":
      return batchRead(request, answer);
    default:
      return 0;
  }
}

/** Each item for itself; a key that is not there costs as much as the smallest item. */
function batchRead(request: unknown, answer: unknown): number {
  const { Responses } = Batch.parse(answer);
  return Object.entries(Asked.parse(request).RequestItems).reduce((sum, [table, { Keys, ConsistentRead }]) => {
    const items = Responses[table] ?? [];
    const absent = (Keys.length - items.length) * readUnits(0, ConsistentRead);
    return sum + absent + items.reduce((units, item) => units + readUnits(itemBytes(item), ConsistentRead), 0);
  }, 0);
}
