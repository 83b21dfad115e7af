import type { Header } from "../ledger/items.ts";
import { connectionOf, type Settings } from "../settings/settings.ts";
import { hasVersions } from "./versions.ts";

/** Several steps are a workflow: the first and the last wait for a plant and are Standard, a report's steps are short and Express (LANES.md 7). */
export type WorkflowName = "release-production-order" | "report-operation" | "hold-lot";

/** One effect in another system needs no workflow; an order does, for what follows its verdict (LANES.md 8). */
export type Flow = WorkflowName | "mailbox" | "post";

export function flowOf(settings: Settings, header: Pick<Header, "target" | "type">): Flow {
  if (connectionOf(settings, header.target).role === "mes") return header.type === "OperationsRequest" ? "release-production-order" : "mailbox";
  if (header.type === "SegmentResponse") return "report-operation";
  return header.type === "TestResult" ? "hold-lot" : "post";
}

/** Which way a document's steps go: its own, back, or taking those of another back. */
export type Direction = "forward" | "undo" | "reverse";

export function directionOf({ mode, takesBack }: Pick<Header, "mode" | "takesBack">): Direction {
  if (mode === "undo") return "undo";
  return takesBack === undefined ? "forward" : "reverse";
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

/** What is entered in an ERP's books, where a newer version does not simply take the older one's place. */
export const isReport = (settings: Settings, { type, target }: Pick<Header, "target" | "type">): boolean =>
  !settings.documentTypes[type].takesOver && connectionOf(settings, target).role === "erp";

/** A cancel, or a version, of a report: what it replaces is taken back first. */
export const takesBackFirst = (settings: Settings, header: Header): boolean => isReport(settings, header) && hasVersions(header);
