import type { CanonicalDocument } from "../documents/canonical.ts";
import { laneGroupOf, subjectKeyIn } from "../documents/ids.ts";
import { readHeader } from "../effects/effect.ts";
import { makeEffect } from "../effects/make-effect.ts";
import { leavesNothing } from "../effects/markers.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { undoEffect } from "../effects/undo-effect.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Lane } from "../ledger/items.ts";
import { deliver, withdraw } from "../mailbox/deliver.ts";
import { connectionOf } from "../settings/settings.ts";
import { conclude, park, waitFor } from "./conclude.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { executionOf, flowOf, POST } from "./flows.ts";
import type { Conclusion } from "./notices.ts";
import { CONFLICT, type LanePorts, QUIET, type Run, type Step } from "./ports.ts";
import { becomeHolder, settle } from "./settle.ts";
import { asPosted } from "./window-members.ts";
import { meetWindows } from "./window-steps.ts";

/** A document of a free lane, or the holder, takes its start in its mode. Repeatable: what was begun goes on. `sequence`: the place of its message in the queue. */
export async function proceed(ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> {
  if (header.mode === "undo") return launch(ports, run, header, lane, undefined);
  const evaluation = await evaluate(ports, header, lane);
  return (await meetWindows(ports, header, lane, evaluation, sequence)) ?? start(ports, run, header, lane, evaluation);
}

function start(ports: LanePorts, run: Run, header: Header, lane: Lane, evaluation: Evaluation): Promise<Step> {
  switch (evaluation.kind) {
    case "superseded":
      return settle(ports, header, lane, { state: "superseded", reason: reasons.older() });
    case "nothing-to-do":
      return settle(ports, header, lane, { state: "delivered", reason: reasons.nothingToDo() });
    case "park":
      return park(ports, header, lane, evaluation.reason);
    case "dependency":
      return waitFor(ports, header, lane, evaluation.on, undefined);
    case "start":
      return launch(ports, run, header, lane, evaluation.canonical);
  }
}

/** A single effect is made in place; one of an object without versions needs no lane as long as it settles at once (rule 1). */
async function launch(ports: LanePorts, run: Run, header: Header, lane: Lane, canonical: CanonicalDocument | undefined): Promise<Step> {
  const flow = flowOf(ports.settings, header);
  if (header.state === "received" && flow !== "post") {
    const taken = await becomeHolder(ports, header, lane, { state: "delivering" });
    return taken.kind === "go-on" ? launch(ports, run, taken.holder, taken.lane, canonical) : taken;
  }
  if (flow === "workflow") return startWorkflow(ports, header);
  const outcome = flow === "mailbox" ? await inMailbox(ports, header) : await inTarget(ports, run, header, canonical);
  if (outcome.kind === "queued") return QUIET;
  const after = await readHeader(ports.ledger, header.id);
  // Another may have settled it, or begun its next attempt, while this one was away.
  if (after === undefined || after.attempt !== header.attempt || after.mode !== header.mode || !isUnderWay(after)) return CONFLICT;
  return conclude(ports, after, lane, conclusionOf(outcome));
}

const isUnderWay = (header: Header): boolean => header.state === "received" || header.state === "delivering";

async function startWorkflow(ports: LanePorts, header: Header): Promise<Step> {
  const connection = connectionOf(ports.settings, header.target);
  await ports.workflows.start(ports.releaseWorkflow, executionOf(header), {
    document: header.id,
    attempt: header.attempt,
    mode: header.mode,
    target: header.target,
    group: laneGroupOf(header.target, subjectKeyIn(header.id)),
    queueUrl: ports.queueUrlOf(connection),
  });
  return QUIET;
}

function inMailbox(ports: LanePorts, header: Header): Promise<StepOutcome> {
  const step = { document: header.id, attempt: header.attempt, mode: header.mode };
  return header.mode === "forward" ? deliver(ports, step) : withdraw(ports, step);
}

async function inTarget(ports: LanePorts, run: Run, header: Header, known: CanonicalDocument | undefined): Promise<StepOutcome> {
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
    action: "post",
    target: ports.targetOf(connection),
    connection,
    canonical: await asPosted(ports, header, mapped.document),
    remainingMs: run.remainingMs,
  } as const;
  return header.mode === "forward" ? makeEffect(ports, effect, header) : undoEffect(ports, effect, "reversal", header);
}

/** What a single step's outcome means for its document. */
function conclusionOf(outcome: Exclude<StepOutcome, { kind: "queued" }>): Conclusion {
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
