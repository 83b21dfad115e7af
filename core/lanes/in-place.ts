import type { CanonicalDocument } from "../documents/canonical.ts";
import { makeEffect } from "../effects/make-effect.ts";
import { leavesNothing } from "../effects/markers.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { takeBackStep } from "../effects/take-back.ts";
import { undoEffect } from "../effects/undo-effect.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header } from "../ledger/items.ts";
import { deliver, withdraw } from "../mailbox/deliver.ts";
import { connectionOf } from "../settings/settings.ts";
import type { Conclusion } from "./notices.ts";
import type { LanePorts, Run } from "./ports.ts";

/** Flows of a single step: made here, by the lane itself, with no workflow. */

/** The step whose effect is a posting. */
const POST = "post";

export function inMailbox(ports: LanePorts, header: Header): Promise<StepOutcome> {
  const step = { document: header.id, attempt: header.attempt, mode: header.mode };
  return header.mode === "forward" ? deliver(ports, step) : withdraw(ports, step);
}

export async function inTarget(ports: LanePorts, run: Run, header: Header, known: CanonicalDocument | undefined): Promise<StepOutcome> {
  if (header.mode === "forward" && header.takesBack !== undefined) return takeBackStep(ports, header, POST, POST, run.remainingMs);
  // The undo of what never applied does nothing, and needs no document for it.
  if (header.mode === "undo" && leavesNothing(markerOf(header, POST).state)) return { kind: "undone" };
  const connection = connectionOf(ports.settings, header.target);
  const mapped = known === undefined ? await ports.map(header) : ({ kind: "canonical", document: known } as const);
  if (mapped?.kind !== "canonical") return { kind: "park", reason: reasons.payloadGone() };
  const effect = {
    document: header.id,
    attempt: header.attempt,
    mode: header.mode,
    step: POST,
    action: POST,
    target: ports.targetOf(connection),
    connection,
    canonical: mapped.document,
    remainingMs: run.remainingMs,
  } as const;
  return header.mode === "forward" ? makeEffect(ports, effect, header) : undoEffect(ports, effect, "reversal", header);
}

/** What a single step's outcome means for its document. */
export function conclusionOf(outcome: Exclude<StepOutcome, { kind: "queued" }>): Conclusion {
  switch (outcome.kind) {
    case "applied":
      return { kind: "delivered" };
    case "refused":
      return { kind: "rejected" };
    case "expired":
      return { kind: "park", reason: outcome.reason };
    case "undone":
    case "wait":
    case "dependency":
    case "park":
    case "stale":
      return outcome;
  }
}
