import * as z from "zod";
import type { Installation } from "./installation.ts";
import type { Sent } from "./sent-log.ts";

/** What the API says of a document: for the counts of the table, for what still is under way, and for the right moment in an act. The verdict is the books'. */

const Answer = z.object({
  state: z.string(),
  attempt: z.number(),
  timeline: z.array(z.object({ what: z.string() })),
  deliveries: z.array(z.unknown()),
});
export type LedgerAnswer = z.infer<typeof Answer>;

export type Told = { readonly sent: Sent; readonly state: string; readonly waited: boolean };

const SETTLED = ["delivered", "rejected", "undone", "superseded", "skipped", "resolved"] as const;
const AT_ONCE = 4;

export async function askStates(installation: Installation, sent: readonly Sent[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    told.push(...(await Promise.all(sent.slice(from, from + AT_ONCE).map((document) => askState(installation, document)))));
  }
  return told;
}

/** A wait that ended begins the next attempt, and nobody replays anything here: more than one attempt means that it waited. */
async function askState(installation: Installation, sent: Sent): Promise<Told> {
  const answer = await askDocument(installation, sent);
  if (answer === undefined) return { sent, state: "unknown to the API", waited: false };
  const { state, attempt, timeline } = answer;
  return { sent, state, waited: attempt > 1 || state === "waiting" || timeline.some(({ what }) => what === "waits-for") };
}

/** Undefined where the API does not answer 200. */
export async function askDocument({ cloud, token }: Installation, { wire, document }: Sent): Promise<LedgerAnswer | undefined> {
  const response = await fetch(`${cloud.apiUrl}/v1/sites/${wire.hierarchyScope}/documents/${document}`, { headers: { authorization: `Bearer ${token}` } });
  return response.ok ? Answer.parse(await response.json()) : undefined;
}

/** Still on its way, or stopped without a cause that was planted. */
export function isStuck({ sent, state }: Told): boolean {
  if (state === "parked") return sent.parks === undefined;
  return !SETTLED.some((settled) => settled === state);
}
