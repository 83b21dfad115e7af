import * as z from "zod";
import { ConnectionId, DocumentId } from "../../core/documents/ids.ts";
import type { WorkflowName } from "../../core/lanes/flows.ts";

/** The workflow's name in settings, ARNs and code. */
export const HOLD_LOT = "hold-lot" satisfies WorkflowName;

const StepName = z.enum(["record-inspection", "block-lot", "release-lot", "deliver"]);

/** Input of an execution: ids and the direction. */
export const HoldInput = z.strictObject({
  document: DocumentId,
  attempt: z.number().int().positive(),
  mode: z.enum(["forward", "undo", "reverse"]),
  target: ConnectionId,
  group: z.string(),
  queueUrl: z.string(),
});
export type HoldInput = z.infer<typeof HoldInput>;

/** Input of perform-step; the steps that wait for the plant carry a task token. */
export const HoldStep = z.strictObject({
  step: StepName,
  direction: z.enum(["forward", "undo", "reverse"]),
  document: DocumentId,
  attempt: z.number().int().positive(),
  taskToken: z.string().optional(),
});
export type HoldStep = z.infer<typeof HoldStep>;
