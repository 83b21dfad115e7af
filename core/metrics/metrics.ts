import type { ConnectionId, DocumentId } from "../documents/ids.ts";
import type { DocumentState } from "../lanes/states.ts";

/** What a document has just become: settled, or parked, or waiting. Ids, states and codes only: never content. */
export type Became = {
  readonly document: DocumentId;
  readonly target: ConnectionId;
  readonly connection: ConnectionId;
  readonly type: string;
  readonly attempt: number;
  readonly state: DocumentState;
  /** The reason's code, where there is one. */
  readonly reason?: string;
  readonly secondsSinceReceipt: number;
};

/** What is open for one target at a time. */
export type OpenNow = {
  readonly target: ConnectionId;
  readonly parked: number;
  readonly waiting: number;
  /** Age of the oldest document that is neither settled nor parked; 0 where there is none. */
  readonly oldestOpenSeconds: number;
  readonly breakerOpen: boolean;
  /** More documents are open than were looked at: the counts are lower bounds. */
  readonly incomplete: boolean;
};

/** What the product says of itself; aws/metrics.ts writes it as embedded metric format. Never throws, never waits: no document's fate hangs on it. */
export interface Metrics {
  became(what: Became): void;
  openNow(targets: readonly OpenNow[]): void;
}
