import type { Header } from "../ledger/items.ts";
import { connectionOf, type Settings } from "../settings/settings.ts";
import { hasVersions } from "./versions.ts";

/** One effect in another system needs no workflow; an order does, for what follows its verdict (LANES.md 8). */
export type Flow = "workflow" | "mailbox" | "post";

export function flowOf(settings: Settings, header: Header): Flow {
  if (connectionOf(settings, header.target).role === "erp") return "post";
  return header.type === "OperationsRequest" ? "workflow" : "mailbox";
}

/** The step, and the marker, of a posting that is a single effect. */
export const POST = "post";

/** The name of the workflow's execution: document and attempt, so that a second start finds the first. */
export const executionOf = (header: Header): string => `${header.id}-${header.attempt}`;

/**
 * `ordering: independent`: parks alone and holds nobody (LANES.md 5, rule 7). What takes another document back has to be alone with it: a cancel or a newer version
 * takes its lane in any case.
 */
export const isIndependent = (settings: Settings, header: Header): boolean =>
  !takesBackFirst(settings, header) && settings.documentTypes[header.type].ordering === "independent";

/** A cancel, or a version, of a document whose effects do not simply give way to it: what it replaces is taken back first. */
export const takesBackFirst = (settings: Settings, header: Header): boolean => !settings.documentTypes[header.type].takesOver && hasVersions(header);
