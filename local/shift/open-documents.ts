import * as z from "zod";

/** What the ledger still has open. */

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
