import type { CanonicalDocument } from "../documents/canonical.ts";
import { laneGroupOf, subjectKeyIn } from "../documents/ids.ts";
import { readHeader } from "../effects/effect.ts";
import { reasons } from "../effects/reasons.ts";
import type { Header, Lane } from "../ledger/items.ts";
import type { Write } from "../ledger/ledger-store.ts";
import { connectionOf } from "../settings/settings.ts";
import { conclude, park, waitFor } from "./conclude.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { directionOf, executionOf, flowOf, takesBackFirst, type WorkflowName } from "./flows.ts";
import { formerOf } from "./former.ts";
import { conclusionOf, inMailbox, inTarget } from "./in-place.ts";
import { Conclusion } from "./notices.ts";
import { CONFLICT, type LanePorts, QUIET, type Run, type Step } from "./ports.ts";
import { becomeHolder, settle } from "./settle.ts";
import { beginTakingBack, goBack, mustGoBack, nothingToTakeBack, supersedeFormer, turnFormer } from "./take-back.ts";
import { SECOND } from "./times.ts";
import { meetWindows } from "./window-steps.ts";

/** How soon a cancel looks again at a report that somebody is at. */
const FORMER_SETTLES_MS = 5 * SECOND;

/** A document of a free lane, or the holder, takes its start in its mode. Repeatable: what was begun goes on. `sequence`: the place of its message in the queue. */
export async function proceed(ports: LanePorts, run: Run, header: Header, lane: Lane, sequence: string): Promise<Step> {
  if (header.mode === "undo") return launch(ports, run, header, lane, undefined);
  const evaluation = await evaluate(ports, header, lane);
  return (await meetWindows(ports, header, lane, evaluation, sequence)) ?? start(ports, run, header, lane, evaluation);
}

function start(ports: LanePorts, run: Run, header: Header, lane: Lane, evaluation: Evaluation): Promise<Step> {
  switch (evaluation.kind) {
    case "superseded":
      return mustGoBack(ports.settings, header) ? goBack(ports, header, lane) : settle(ports, header, lane, { state: "superseded", reason: reasons.older() });
    case "nothing-to-do":
      return settle(ports, header, lane, { state: "delivered", reason: reasons.nothingToDo() });
    case "park":
      return park(ports, header, lane, evaluation.reason);
    case "dependency":
      return waitFor(ports, header, lane, evaluation.on, undefined);
    case "cancel":
      return replace(ports, run, header, lane, undefined);
    case "start":
      return takesBackFirst(ports.settings, header)
        ? replace(ports, run, header, lane, evaluation.canonical)
        : launch(ports, run, header, lane, evaluation.canonical);
  }
}

/** What the document cancels or corrects is taken back first; where nothing of it is in force, a cancel has nothing to do, and a newer version goes its own way. */
async function replace(ports: LanePorts, run: Run, header: Header, lane: Lane, canonical: CanonicalDocument | undefined): Promise<Step> {
  const former = await formerOf(ports, header, lane);
  switch (former.kind) {
    case "gone":
      return header.cancel ? nothingToTakeBack(ports, header, lane, former) : launchAsHolder(ports, run, header, lane, canonical, former.check);
    case "forgotten":
      return park(ports, header, lane, reasons.formerForgotten());
    case "untouched":
      return supersedeFormer(ports, former.original);
    case "under-way":
      return waitsForFormer(ports, header, lane);
    case "stopped":
      return turnFormer(ports, header, former.original, lane);
    case "in-force": {
      if (header.takesBack === former.original.id) return launch(ports, run, header, lane, canonical);
      const begun = await beginTakingBack(ports, header, lane, former.original);
      return begun.kind === "go-on" ? launch(ports, run, begun.holder, begun.lane, canonical) : begun;
    }
  }
}

const waitsForFormer = (ports: LanePorts, header: Header, lane: Lane): Promise<Step> =>
  conclude(ports, header, lane, { kind: "wait", until: ports.clock.now() + FORMER_SETTLES_MS, reason: reasons.waitsForFormer() });

/** A single effect is made in place; one of an object without versions needs no lane as long as it settles at once (rule 1). */
async function launch(ports: LanePorts, run: Run, header: Header, lane: Lane, canonical: CanonicalDocument | undefined): Promise<Step> {
  const flow = flowOf(ports.settings, header);
  switch (flow) {
    case "release-production-order":
    case "hold-lot":
      return header.state === "received" ? launchAsHolder(ports, run, header, lane, canonical) : startWorkflow(ports, header, flow);
    case "report-operation":
      return concludeAfter(ports, header, lane, await runReport(ports, run, header));
    case "mailbox": {
      if (header.state === "received") return launchAsHolder(ports, run, header, lane, canonical);
      const outcome = await inMailbox(ports, header);
      return outcome.kind === "queued" ? QUIET : concludeAfter(ports, header, lane, conclusionOf(outcome));
    }
    case "post": {
      const outcome = await inTarget(ports, run, header, canonical);
      return outcome.kind === "queued" ? QUIET : concludeAfter(ports, header, lane, conclusionOf(outcome));
    }
  }
}

/** Another may have settled it, or begun its next attempt, while this one was away; a workflow may have turned its own mode. */
async function concludeAfter(ports: LanePorts, header: Header, lane: Lane, conclusion: Conclusion): Promise<Step> {
  const after = await readHeader(ports.ledger, header.id);
  if (after === undefined || after.attempt !== header.attempt || !isUnderWay(after)) return CONFLICT;
  if (after.mode !== header.mode && !isOfReport(ports, header)) return CONFLICT;
  return conclude(ports, after, lane, conclusion);
}

const isOfReport = ({ settings }: LanePorts, header: Header): boolean => flowOf(settings, header) === "report-operation";

/** Left for what the lane has to write after the run. */
const LANE_NEEDS_MS = SECOND / 2;

/** Called, and waited for no longer than this invocation lasts; what is not done by then is done in the next attempt. */
async function runReport(ports: LanePorts, run: Run, header: Header): Promise<Conclusion> {
  const timeoutMs = Math.max(0, Math.floor(run.remainingMs()) - LANE_NEEDS_MS);
  const input = { document: header.id, attempt: header.attempt, mode: directionOf(header), until: ports.clock.now() + timeoutMs };
  const answer = await ports.workflows.run("report-operation", executionOf(header), input, timeoutMs);
  if (answer.kind === "cut") return { kind: "crashed", error: "its run was cut off" };
  const conclusion = Conclusion.safeParse(answer.output);
  return conclusion.success ? conclusion.data : { kind: "crashed", error: "its run ended without an outcome" };
}

/** What has versions, or needs longer than its message, takes the lane before it does anything. */
async function launchAsHolder(
  ports: LanePorts,
  run: Run,
  header: Header,
  lane: Lane,
  canonical: CanonicalDocument | undefined,
  also: readonly Write[] = [],
): Promise<Step> {
  if (header.state !== "received") return launch(ports, run, header, lane, canonical);
  const taken = await becomeHolder(ports, header, lane, { state: "delivering" }, also);
  return taken.kind === "go-on" ? launch(ports, run, taken.holder, taken.lane, canonical) : taken;
}

const isUnderWay = (header: Header): boolean => header.state === "received" || header.state === "delivering";

async function startWorkflow(ports: LanePorts, header: Header, workflow: WorkflowName): Promise<Step> {
  const connection = connectionOf(ports.settings, header.target);
  await ports.workflows.start(workflow, executionOf(header), {
    document: header.id,
    attempt: header.attempt,
    mode: directionOf(header),
    target: header.target,
    group: laneGroupOf(header.target, subjectKeyIn(header.id)),
    queueUrl: ports.queueUrlOf(connection),
  });
  return QUIET;
}
