import type { Header } from "../ledger/items.ts";

/** Of two operators who command one document, what the loser is told: who won, when, with what, and what became of it. */
export function whoCameFirst({ attempt, state, mode, commanded }: Header): string {
  const stands = `the document is in attempt ${attempt}, ${state}${mode === "undo" ? " (undo)" : ""}`;
  if (commanded === undefined) return stands;
  return `${commanded.who} gave ${commanded.command} at ${new Date(commanded.at).toISOString()} (${commanded.result}); now ${stands}`;
}

/** It was decided on since it was seen as this revision. One that waits is woken by itself all the time: there the attempt alone counts. */
export const isOvertaken = (header: Pick<Header, "revision" | "state">, revision: number | undefined): boolean =>
  revision !== undefined && revision !== header.revision && header.state !== "waiting";
