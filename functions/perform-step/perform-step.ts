import * as z from "zod";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import type { DocumentId } from "../../core/documents/ids.ts";
import type { MappingAnswer } from "../../core/documents/source-format.ts";
import { type EffectPorts, isCurrent, readHeader } from "../../core/effects/effect.ts";
import { makeEffect } from "../../core/effects/make-effect.ts";
import type { Reason, StepOutcome } from "../../core/effects/outcomes.ts";
import { reasons } from "../../core/effects/reasons.ts";
import type { Action, TargetSystem } from "../../core/effects/target-system.ts";
import { undoEffect } from "../../core/effects/undo-effect.ts";
import type { Direction } from "../../core/lanes/flows.ts";
import { decide, markerOf } from "../../core/ledger/header-change.ts";
import type { Header, Mode } from "../../core/ledger/items.ts";
import type { Workflows } from "../../core/ledger/ports.ts";
import { deliver, takeBackDelivery, withdraw } from "../../core/mailbox/deliver.ts";
import { DELIVER, deliveryOf, noteAnswered } from "../../core/mailbox/mailbox.ts";
import { type Connection, connectionOf } from "../../core/settings/settings.ts";
import { HoldStep } from "../../workflows/hold-lot/steps.ts";
import { StepInput } from "../../workflows/release-production-order/steps.ts";
import { ReportStep } from "../../workflows/report-operation/steps.ts";
import { performTargetStep } from "./target-step.ts";

/** What any of the workflows asks of a step. */
const AnyStep = z.union([StepInput, ReportStep, HoldStep]);
type Step = {
  readonly step: z.infer<typeof AnyStep>["step"];
  readonly direction: Direction;
  readonly document: DocumentId;
  readonly attempt: number;
  readonly until?: number | undefined;
  readonly taskToken?: string | undefined;
};

export type PerformStepPorts = EffectPorts & {
  readonly workflows: Pick<Workflows, "answer">;
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
  readonly targetOf: (connection: Connection) => TargetSystem;
  /** Told of each step once it has an outcome. */
  readonly onStep?: (step: Pick<Step, "step" | "direction" | "document" | "attempt">, outcome: StepOutcome["kind"]) => void;
};

/**
 * One step of a workflow, or its undo: idempotent by its marker, under its attempt and mode; anything else is `stale`.
 * A step that carries a task token answers it itself, unless it waits for the plant's verdict.
 */
export function createPerformStep(ports: PerformStepPorts): (input: unknown, remainingMs: () => number) => Promise<StepOutcome> {
  return async (raw, remainingMs) => {
    const input: Step = AnyStep.parse(raw);
    const outcome = await perform(ports, input, remainingMs);
    ports.onStep?.(input, outcome.kind);
    if (input.taskToken !== undefined && outcome.kind !== "queued") await answer(ports, input.document, input.taskToken, outcome);
    return outcome;
  };
}

/** The delivery is known before the answer: after it the workflow goes on, and the document may stand on another one. */
async function answer(ports: PerformStepPorts, document: DocumentId, token: string, outcome: StepOutcome): Promise<void> {
  const delivery = outcome.kind === "stale" ? undefined : await deliveryOf(ports.ledger, document);
  const taken = (await ports.workflows.answer(token, outcome)) === "taken";
  if (taken && delivery !== undefined) await noteAnswered(ports.ledger, delivery);
}

function perform(ports: PerformStepPorts, input: Step, remainingMs: () => number): Promise<StepOutcome> {
  switch (input.step) {
    case "deliver":
      return intoMailbox(ports, input);
    case "confirm-operation":
    case "post-backflush":
    case "receive-output":
    case "set-order-state":
    case "record-inspection":
    case "block-lot":
    case "release-lot":
      return performTargetStep(ports, { ...input, step: input.step }, remainingMs);
    case "tell-accepted":
    case "tell-rejected":
    case "tell-undone":
      return tell(ports, input, input.step, remainingMs);
    case "turn-to-undo":
      return turnToUndo(ports, input);
  }
}

async function intoMailbox(ports: PerformStepPorts, { document, attempt, taskToken, direction }: Step): Promise<StepOutcome> {
  const token = taskToken === undefined ? {} : { taskToken };
  const header = await readHeader(ports.ledger, document);
  if (header === undefined) return { kind: "stale" };
  switch (direction) {
    case "forward":
      return hasWord(header) ? deliver(ports, { document, attempt, mode: "forward", ...token }) : { kind: "applied" };
    case "undo":
      return withdraw(ports, { document, attempt, mode: "undo", ...token });
    case "reverse":
      return takeBackDelivery(ports, { document, attempt, mode: "forward", ...token });
  }
}

/** A plant hears of an inspection only where it blocked, or released, its lot. */
const hasWord = (header: Header): boolean =>
  header.type !== "TestResult" || ["block-lot", "release-lot"].some((step) => markerOf(header, step).state === "applied");

/** The mode turns in a write of its own, before the first undo; what was told of why it turned stays in the header. */
async function turnToUndo(ports: PerformStepPorts, input: Step): Promise<StepOutcome> {
  for (;;) {
    const header = await readHeader(ports.ledger, input.document);
    if (header === undefined || header.attempt !== input.attempt || header.state !== "delivering") return { kind: "stale" };
    if (header.mode === "undo") return { kind: "applied" };
    const refused = Object.values(header.markers).find(({ state }) => state === "refused");
    const reason = markerOf(header, "tell-accepted").reason ?? refused?.reason ?? reasons.expired();
    const { write } = decide(header, { fields: { mode: "undo", undoReason: reason } }, ports.settings.limits.openShards);
    if ((await ports.ledger.write([write])).kind === "written") return { kind: "applied" };
  }
}

async function tell(ports: PerformStepPorts, input: Step, action: Action, remainingMs: () => number): Promise<StepOutcome> {
  const mode: Mode = input.direction === "forward" ? "forward" : "undo";
  const header = await readHeader(ports.ledger, input.document);
  if (header === undefined || !isCurrent(header, { attempt: input.attempt, mode })) return { kind: "stale" };
  const canonical = await canonicalOf(ports, header);
  if (canonical === undefined) return { kind: "park", reason: reasons.payloadGone() };
  const connection = connectionOf(ports.settings, header.connection);
  const reason = action === "tell-accepted" ? undefined : whyNot(header);
  const effect = {
    document: input.document,
    attempt: input.attempt,
    mode,
    step: input.step,
    action,
    target: ports.targetOf(connection),
    connection,
    canonical,
    remainingMs,
    ...(reason === undefined ? {} : { reason }),
  };
  if (action === "tell-accepted" && mode === "undo") return undoEffect(ports, effect, "covered", header);
  return afterTelling(header, input.step, await makeEffect(ports, effect, header));
}

async function canonicalOf(ports: PerformStepPorts, header: Header): Promise<CanonicalDocument | undefined> {
  const mapped = await ports.map(header);
  return mapped?.kind === "canonical" ? mapped.document : undefined;
}

const whyNot = (header: Header): Reason | undefined => (header.mode === "undo" ? header.undoReason : markerOf(header, DELIVER).reason);

/** Only the acceptance of a release may be refused by its sender; every other refusal is a person's task. */
function afterTelling(header: Header, step: string, outcome: StepOutcome): StepOutcome {
  if (outcome.kind !== "refused" || (step === "tell-accepted" && !header.cancel)) return outcome;
  const { message } = outcome.reason;
  return {
    kind: "park",
    reason: header.cancel && step === "tell-accepted" ? reasons.cancelRefusedBySender(message) : reasons.announcementRefused(step, message),
  };
}
