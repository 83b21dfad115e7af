import * as z from "zod";
import type { Result } from "../agent-wire.ts";
import type { Plant } from "../scenario/plant.ts";

/** What became of what the plant posted, as its agent reads it, and of what the ledger still has open. */

const SETTLED = ["delivered", "rejected", "undone", "superseded", "skipped", "resolved"];
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
    isSettled: (document) => SETTLED.includes(last.get(document)?.state ?? "open"),
  };
}

const Open = z.object({
  documents: z.array(z.object({ id: z.string(), type: z.string(), objectId: z.string(), state: z.string(), cause: z.string(), owner: z.string().optional() })),
});
export type OpenDocument = z.infer<typeof Open>["documents"][number];

/** @throws Error where the API does not answer 200 */
export async function openDocuments(api: string, site: string, token: string): Promise<readonly OpenDocument[]> {
  const response = await fetch(`${api}/v1/sites/${site}/open`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`GET /open answered ${response.status}`);
  return Open.parse(await response.json()).documents;
}
