import type { EffectCall, TargetSystem } from "../core/effects/target-system.ts";
import type { Wording } from "../core/effects/wording.ts";
import type { Clock } from "../core/ledger/ports.ts";
import type { TableFormat } from "../core/mapping/format.ts";
import type { Poller } from "../core/polling/poller.ts";
import type { Connection } from "../core/settings/settings.ts";

/** What a target needs of the function it runs in. */
export type CallParts = {
  /** The bearer token now valid for the connection; throws where the secrets cannot be asked. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  /** True on stage `local` only (BAD-INPUT 63). */
  readonly allowLoopbackHttp: boolean;
};

/**
 * What every system must do: read its own documents, and be called for effects. `test/connectors/` holds the behaviours each must survive.
 * Of a connection with role `mes` only the source is used: a plant is never called, its agent pulls.
 */
export interface Connector {
  readonly system: Connection["system"];
  /**
   * How its messages are read; `sourceOf` of registry.ts keeps it.
   * @param tables what a connection's `tables` name; absent: all of the system
   * @throws TablesRefused for a name that is none
   */
  source(tables: readonly string[] | undefined): TableFormat;
  /** @param url the connection's `url` */
  createTarget(url: string, parts: CallParts, connection: Connection): TargetSystem;
  /** What an effect says there, made without a call and without credentials. @param at the moment a message says it was made (clock milliseconds) */
  wording(call: EffectCall, connection: Connection, at: number): Wording;
  /** Of a system without webhooks: asks it for what is new. @param callSeconds the longest that one question may take */
  readonly createPoller?: (url: string, parts: CallParts & { readonly callSeconds: number }) => Poller;
}
