import type { Header } from "../ledger/items.ts";
import { connectionOf, type Settings } from "../settings/settings.ts";

/** One effect in another system needs no workflow; an order does, for what follows its verdict (LANES.md 8). */
export type Flow = "workflow" | "mailbox" | "post";

export function flowOf(settings: Settings, header: Header): Flow {
  if (connectionOf(settings, header.target).role === "erp") return "post";
  return header.type === "OperationsRequest" ? "workflow" : "mailbox";
}

/** The step, and the marker, of a single effect in an ERP. */
export const POST = "post";

/** The name of the workflow's execution: document and attempt, so that a second start finds the first. */
export const executionOf = (header: Header): string => `${header.id}-${header.attempt}`;

/** `ordering: independent`: parks alone and holds nobody (LANES.md 5, rule 7). */
export const isIndependent = (settings: Settings, header: Header): boolean => settings.documentTypes[header.type].ordering === "independent";
