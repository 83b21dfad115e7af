import { isTakingBack, takenStepOf } from "../effects/deed.ts";
import type { TargetStep } from "../effects/target-system.ts";
import { isSettled } from "../lanes/states.ts";
import type { Header } from "../ledger/items.ts";
import type { Connection } from "../settings/settings.ts";

/** Whether a step of a document is in the ERP's books by what its markers say: a report may be half posted while it waits, and half taken back while its cancel does. */
export type InBooks = (header: Header, step: string) => "posted" | "not-yet" | "taken-back";
type BookingStep = "post" | TargetStep;

const POST = "post";

/** The step that enters a report's line: what the ERP backflushes or receives by itself comes with the confirmation. */
export function stepOfLine(type: "MaterialActual" | "SegmentResponse", use: "Consumed" | "Produced", { backflush, receipt }: Connection): BookingStep {
  if (type === "MaterialActual") return POST;
  if (use === "Consumed") return backflush === "orderlane" ? "post-backflush" : "confirm-operation";
  return receipt === "orderlane" ? "receive-output" : "confirm-operation";
}

/** @param headers all documents of the order: among them who carries a posting of many, and who takes one back */
export function inBooksOf(headers: readonly Header[]): InBooks {
  const isApplied = ({ markers }: Header, step: string): boolean => markers[step]?.state === "applied";
  const carried = new Set(headers.filter((header) => isApplied(header, POST)).flatMap(({ window }) => (window?.members === undefined ? [] : window.members)));
  const takenBack = new Set(
    headers.flatMap(({ takesBack, markers }) =>
      takesBack === undefined
        ? []
        : Object.entries(markers).flatMap(([name, { state }]) => (isTakingBack(name) && state === "applied" ? [`${takesBack} ${takenStepOf(name)}`] : [])),
    ),
  );
  return (header, step) => {
    if (takenBack.has(`${header.id} ${step}`)) return "taken-back";
    return isSettled(header.state) || isApplied(header, step) || carried.has(header.id) ? "posted" : "not-yet";
  };
}
