import type { RequestHeaders } from "../access/headers.ts";
import type { KeySets } from "../access/key-sets.ts";
import type { TokenUsage } from "../access/token-usage.ts";
import type { SourceFormat } from "../documents/source-format.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock, LaneQueue, PayloadStore, Secrets } from "../ledger/ports.ts";
import type { Connection, Settings } from "../settings/settings.ts";

export type DoorRequest = {
  /** As the path has them, checked by nobody yet. */
  readonly path: { readonly site?: string; readonly connection: string };
  readonly headers: RequestHeaders;
  /** The raw bytes of the body, as they were sent. */
  readonly body: Uint8Array;
  /** The gateway's own knowledge, never a header. */
  readonly sourceIp: string;
};

/** What taking in a message needs, once its sender is known. */
export type TakingPorts = {
  readonly ledger: LedgerStore;
  readonly payloads: PayloadStore;
  readonly queue: LaneQueue;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly formatOf: (connection: Connection) => SourceFormat;
};

export type DoorPorts = TakingPorts & { readonly secrets: Secrets; readonly keySets: KeySets; readonly usage?: TokenUsage };
