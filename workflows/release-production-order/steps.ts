import * as z from "zod";
import { ConnectionId, DocumentId } from "../../core/documents/ids.ts";

import type { WorkflowName } from "../../core/lanes/flows.ts";

/** The workflow's name in settings, ARNs and code. */
export const RELEASE_PRODUCTION_ORDER = "release-production-order" satisfies WorkflowName;

const StepName = z.enum(["deliver", "tell-accepted", "tell-rejected", "turn-to-undo", "tell-undone"]);
export type StepName = z.infer<typeof StepName>;

/** Input of an execution: ids only. */
export const ReleaseInput = z.strictObject({
  document: DocumentId,
  attempt: z.number().int().positive(),
  mode: z.enum(["forward", "undo"]),
  target: ConnectionId,
  group: z.string(),
  queueUrl: z.string(),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;

/** Input of perform-step; the steps that wait for a verdict carry a task token. */
export const StepInput = z.strictObject({
  step: StepName,
  direction: z.enum(["forward", "undo"]),
  document: DocumentId,
  attempt: z.number().int().positive(),
  taskToken: z.string().optional(),
});
export type StepInput = z.infer<typeof StepInput>;
