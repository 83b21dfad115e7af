import * as z from "zod";
import { DocumentId } from "../../core/documents/ids.ts";
import type { WorkflowName } from "../../core/lanes/flows.ts";

/** The workflow's name in settings, ARNs and code. */
export const REPORT_OPERATION = "report-operation" satisfies WorkflowName;

const StepName = z.enum(["confirm-operation", "post-backflush", "receive-output", "set-order-state", "turn-to-undo"]);

/** Input of an execution: ids, the direction, and until when (clock milliseconds) its caller waits for it. */
export const ReportInput = z.strictObject({
  document: DocumentId,
  attempt: z.number().int().positive(),
  mode: z.enum(["forward", "undo", "reverse"]),
  until: z.number().int(),
});
export type ReportInput = z.infer<typeof ReportInput>;

/** Input of perform-step. */
export const ReportStep = z.strictObject({
  step: StepName,
  direction: z.enum(["forward", "undo", "reverse"]),
  document: DocumentId,
  attempt: z.number().int().positive(),
  until: z.number().int(),
});
export type ReportStep = z.infer<typeof ReportStep>;
