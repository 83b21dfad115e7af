import type { CanonicalDocument, SegmentResponse, TestResult } from "../documents/canonical.ts";
import type { Hold } from "../ledger/items.ts";
import type { Connection } from "../settings/settings.ts";
import type { StepOutcome } from "./outcomes.ts";
import { reasons } from "./reasons.ts";
import type { TargetStep } from "./target-system.ts";

/** Whether a document has anything to do in a step: by what it says, by who does it for this ERP, and by what of its lot we hold. */
export function isDue(step: TargetStep, document: CanonicalDocument, connection: Connection, hold: Hold | undefined): boolean {
  switch (document.type) {
    case "SegmentResponse":
      return isDueOfReport(step, document, connection);
    case "TestResult":
      return isDueOfInspection(step, document, hold);
    default:
      return false;
  }
}

function isDueOfReport(step: TargetStep, { materialActuals, responseState }: SegmentResponse, { backflush, receipt }: Connection): boolean {
  switch (step) {
    case "confirm-operation":
      return true;
    case "post-backflush":
      return backflush === "orderlane" && materialActuals.some(({ materialUse }) => materialUse === "Consumed");
    case "receive-output":
      return receipt === "orderlane" && materialActuals.some(({ materialUse }) => materialUse === "Produced");
    default:
      return step === "set-order-state" && responseState === "Completed";
  }
}

function isDueOfInspection(step: TargetStep, { evaluatedCriterionResult }: TestResult, hold: Hold | undefined): boolean {
  switch (step) {
    case "record-inspection":
      return true;
    case "block-lot":
      return evaluatedCriterionResult === "Fail";
    default:
      return step === "release-lot" && evaluatedCriterionResult === "Pass" && isHeld(hold);
  }
}

/** By what failed and was not released since. */
const isHeld = (hold: Hold | undefined): boolean => hold !== undefined && hold.failed.length > 0;

/** A lot that failed must be blocked, and one that passed released: what the ERP refuses there is a person's task, while the inspection stands recorded. */
export function refusedStep(step: TargetStep, outcome: StepOutcome): StepOutcome {
  if (outcome.kind !== "refused" || (step !== "block-lot" && step !== "release-lot")) return outcome;
  return { kind: "park", reason: reasons.lotStepRefused(step, outcome.reason.message) };
}
