import type { ConnectionId } from "../documents/ids.ts";

/** Whether the queue of a target connection is consumed. */
export interface EventSources {
  /** Asked for again it is the same. `busy`: it is being changed; ask again. */
  set(connection: ConnectionId, isConsumed: boolean): Promise<"set" | "busy">;
}
