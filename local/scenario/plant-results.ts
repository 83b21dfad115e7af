import type { Result } from "../agent-wire.ts";
import type { Plant } from "./plant.ts";

/** What became of what the plant posted, as its agent reads it. */

const SETTLED: readonly (string | undefined)[] = ["delivered", "rejected", "undone", "superseded", "skipped", "resolved"];
const isSettledState = (state: string | undefined): boolean => SETTLED.includes(state);

export type Results = {
  /** Reads what is new. */
  refresh(): Promise<void>;
  of(document: string): Result | undefined;
  isSettled(document: string): boolean;
};

export function openResults({ agent, connection }: Plant): Results {
  const last = new Map<string, Result>();
  return {
    refresh: async () => {
      await agent.readResults(connection, async (result) => {
        const before = last.get(result.document);
        if (before === undefined || before.at <= result.at) last.set(result.document, result);
      });
    },
    of: (document) => last.get(document),
    isSettled: (document) => isSettledState(last.get(document)?.state),
  };
}
