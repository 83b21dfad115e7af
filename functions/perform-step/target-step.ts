import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { DocumentId } from "../../core/documents/ids.ts";
import { isCurrent, readHeader } from "../../core/effects/effect.ts";
import { isDue, refusedStep } from "../../core/effects/flow-steps.ts";
import { makeEffect } from "../../core/effects/make-effect.ts";
import type { StepOutcome } from "../../core/effects/outcomes.ts";
import { reasons } from "../../core/effects/reasons.ts";
import { reportTask } from "../../core/effects/report-task.ts";
import { type TakeBackPorts, takeBackStep } from "../../core/effects/take-back.ts";
import type { TargetStep } from "../../core/effects/target-system.ts";
import { undoEffect } from "../../core/effects/undo-effect.ts";
import { directionOf } from "../../core/lanes/flows.ts";
import { readHold } from "../../core/lanes/holding.ts";
import { markerOf } from "../../core/ledger/header-change.ts";
import type { Header } from "../../core/ledger/items.ts";
import { type Connection, connectionOf } from "../../core/settings/settings.ts";

export type TargetStepInput = {
  readonly step: TargetStep;
  readonly direction: "forward" | "undo" | "reverse";
  readonly document: DocumentId;
  readonly attempt: number;
  /** Until when its caller waits for it, in clock milliseconds. */
  readonly until?: number | undefined;
};

/** One step of a report or of an inspection's result in the ERP, its undo, or taking another document's back. A step with nothing to do is `applied` without a marker. */
export async function performTargetStep(ports: TakeBackPorts, input: TargetStepInput, functionMs: () => number): Promise<StepOutcome> {
  const { step, direction, document, attempt, until } = input;
  const remainingMs = until === undefined ? functionMs : () => Math.min(functionMs(), until - ports.clock.now());
  // A call that would be cut off is not begun: what became of it would have to be looked up.
  if (remainingMs() < (ports.settings.limits.callSeconds * 1000) / 2) return { kind: "wait", until: ports.clock.now(), reason: reasons.outOfTime(step) };
  const mode = direction === "undo" ? "undo" : "forward";
  const header = await readHeader(ports.ledger, document);
  if (header === undefined || !isCurrent(header, { attempt, mode }) || directionOf(header) !== direction) return { kind: "stale" };
  if (direction === "reverse") return takeBackStep(ports, header, step, step, remainingMs);
  return ownStep(ports, header, step, remainingMs);
}

async function ownStep(ports: TakeBackPorts, header: Header, step: TargetStep, remainingMs: () => number): Promise<StepOutcome> {
  const mapped = await ports.map(header);
  if (mapped?.kind !== "canonical") return { kind: "park", reason: reasons.payloadGone() };
  const connection = connectionOf(ports.settings, header.target);
  const { mode, attempt, id } = header;
  const effect = {
    document: id,
    attempt,
    mode,
    step,
    action: step,
    target: ports.targetOf(connection),
    connection,
    canonical: mapped.document,
    remainingMs,
  } as const;
  if (mode === "undo") return undoEffect(ports, effect, "reversal", header);
  const of = { ports, header, document: mapped.document, connection };
  if (!(await isToDo(of, step))) return { kind: "applied" };
  const outcome = refusedStep(step, reportTask(step, await makeEffect(ports, effect, header)));
  return step === "record-inspection" && outcome.kind === "applied" ? { ...outcome, due: await dueOf(of) } : outcome;
}

type Of = { readonly ports: TakeBackPorts; readonly header: Header; readonly document: CanonicalDocument; readonly connection: Connection };

/** What was begun goes on, whatever is held by now. */
async function isToDo({ ports, header, document, connection }: Of, step: TargetStep): Promise<boolean> {
  if (markerOf(header, step).state !== "none") return true;
  const hold = step === "release-lot" ? await readHold(ports.ledger, header) : undefined;
  return isDue(step, document, connection, hold);
}

async function dueOf(of: Of): Promise<"block-lot" | "release-lot" | "none"> {
  if (await isToDo(of, "block-lot")) return "block-lot";
  return (await isToDo(of, "release-lot")) ? "release-lot" : "none";
}
