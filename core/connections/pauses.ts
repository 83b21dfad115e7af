import * as z from "zod";
import type { ConnectionId } from "../documents/ids.ts";
import { itemOf, parseIfThere } from "../ledger/items.ts";
import { pauseKey } from "../ledger/keys.ts";
import type { LedgerStore, Write } from "../ledger/ledger-store.ts";

/** That an operator paused a target connection: its queue is not consumed, and no timer wakes its documents (LANES.md 4, 6). An item beside the budget's, which every call rewrites. */
const Pause = z.object({ pk: z.string(), sk: z.string(), by: z.string(), why: z.string(), at: z.number().int() });
export type Pause = Pick<z.infer<typeof Pause>, "by" | "why" | "at">;

export const pauseWrite = (connection: ConnectionId, { by, why, at }: Pause): Write => ({ kind: "put", item: itemOf(pauseKey(connection), { by, why, at }) });
export const resumeWrite = (connection: ConnectionId): Write => ({ kind: "delete", key: pauseKey(connection) });

/** Those of these connections that are paused. */
export async function readPauses(ledger: LedgerStore, connections: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, Pause>> {
  const items = connections.length === 0 ? [] : await ledger.readMany(connections.map(pauseKey));
  return new Map(
    connections.flatMap((id, at) => {
      const pause = parseIfThere(Pause, items[at]);
      return pause === undefined ? [] : [[id, { by: pause.by, why: pause.why, at: pause.at }] as const];
    }),
  );
}
