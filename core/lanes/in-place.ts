import type { CanonicalDocument } from "../documents/canonical.ts";
import { makeEffect } from "../effects/make-effect.ts";
import { leavesNothing } from "../effects/markers.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { reportTask } from "../effects/report-task.ts";
import { undoEffect } from "../effects/undo-effect.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Marker } from "../ledger/items.ts";
import { deliver, withdraw } from "../mailbox/deliver.ts";
import { connectionOf } from "../settings/settings.ts";
import { POST } from "./flows.ts";
import type { Conclusion } from "./notices.ts";
import type { LanePorts, Run } from "./ports.ts";
import { asPosted } from "./window-members.ts";
import { takeBackPosting } from "./window-take-back.ts";

/** Flows of a single step: made here, by the lane itself, with no workflow. */

export function inMailbox(ports: LanePorts, header: Header): Promise<StepOutcome> {
  const step = { document: header.id, attempt: header.attempt, mode: header.mode };
  return header.mode === "forward" ? deliver(ports, step) : withdraw(ports, step);
}

export async function inTarget(ports: LanePorts, run: Run, header: Header, known: CanonicalDocument | undefined): Promise<StepOutcome> {
  if (header.mode === "forward" && header.takesBack !== undefined) return takeBackPosting(ports, header, run.remainingMs);
  // The undo of what never applied does nothing, and needs no document for it.
  if (header.mode === "undo" && surelyNothing(markerOf(header, POST))) return { kind: "undone" };
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
    canonical: await asPosted(ports, header, mapped.document),
    remainingMs: run.remainingMs,
  } as const;
  return header.mode === "forward" ? reportTask(POST, await makeEffect(ports, effect, header)) : undoEffect(ports, effect, "reversal", header);
}

/** A posting that was in doubt may be there all the same, where the target absorbs repeats and cannot be asked: its undo finds out. */
const surelyNothing = ({ state, doubt }: Marker): boolean => leavesNothing(state) && !(state === "none" && doubt === true);

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
