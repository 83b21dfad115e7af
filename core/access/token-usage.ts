import type { LedgerStore } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Grant } from "./grants.ts";

/** When a grant was last used, to the hour: a write per token and hour, not per request. */
export interface TokenUsage {
  /** Never rejects: that somebody may come in does not hang on whether it can be noted. */
  used(grant: Grant): Promise<void>;
}

export type TokenUsageParts = {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
};

const HOUR = 3_600_000;

export function tokenUsage({ ledger, clock, onTrouble }: TokenUsageParts): TokenUsage {
  return {
    async used({ pk, sk, lastUsedAt }) {
      const now = clock.now();
      if (lastUsedAt !== undefined && now - lastUsedAt < HOUR) return;
      const asRead = lastUsedAt === undefined ? { path: "lastUsedAt", absent: true as const } : { path: "lastUsedAt", is: lastUsedAt };
      try {
        // Refused: another request of this hour has noted it, or the grant is gone.
        await ledger.write([{ kind: "update", key: { pk, sk }, set: { lastUsedAt: now }, if: [{ exists: true }, asRead] }]);
      } catch (error) {
        onTrouble(error);
      }
    },
  };
}
