import { SendTaskSuccessCommand, TaskDoesNotExist, TestStateCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { StepOutcome } from "../../core/effects/outcomes.ts";
import { Notice } from "../../core/lanes/notices.ts";
import { ReleaseInput, StepInput } from "../../workflows/release-production-order/steps.ts";
import { answers, applied, CASES, type Case, REASON, undone, verdict } from "./cases.ts";
import { edgesOf, edgesTaken } from "./definition.ts";
import { type Execution, type Input, ROLE, TARGET, type WorkflowRig, workflowRig } from "./workflow-rig.ts";

let rig: WorkflowRig;
const edges = new Set<string>();

beforeAll(async () => {
  rig = await workflowRig("release-production-order", StepInput, ReleaseInput);
});
afterAll(async () => {
  await rig.stop();
});

const took = (execution: Execution): Execution => {
  for (const edge of edgesTaken(rig.machine, execution.visits)) edges.add(edge);
  return execution;
};

type Outcome = { readonly input: Input; readonly execution: Execution; readonly calls: readonly string[]; readonly queueUrl: string };
const done = new Map<string, Promise<Outcome>>();

/** Runs a case once, whichever test asks for it first. */
function run(one: Case, number: number): Promise<Outcome> {
  const before = done.get(one.name);
  if (before !== undefined) return before;
  const now = runOnce(one, number);
  done.set(one.name, now);
  return now;
}

async function runOnce(one: Case, number: number): Promise<Outcome> {
  const queueUrl = await rig.queue(`case-${number}`);
  const input = rig.input(one.name, one.mode, queueUrl);
  rig.steps.give(input.document, input.attempt, one.script);
  const execution = took(await rig.ended(await rig.start(input)));
  return { input, execution, calls: rig.steps.calls(input.document), queueUrl };
}

describe("every way through the workflow", () => {
  it.each(CASES.map((one, number) => ({ ...one, number })))("$name", async ({ number, ...one }) => {
    const { input, execution, calls, queueUrl } = await run(one, number);
    expect(rig.steps.troubles()).toEqual([]);
    expect(calls).toEqual(one.calls);
    expect(execution).toMatchObject({ status: "SUCCEEDED", output: one.conclusion });
    const [message, ...others] = await rig.messages(queueUrl);
    expect({ notice: Notice.parse(message?.body), group: message?.group, others }).toEqual({
      notice: { kind: "finished", target: TARGET, document: input.document, attempt: input.attempt, conclusion: one.conclusion },
      group: input.group,
      others: [],
    });
  });
});

describe("the way back into the lane", () => {
  const script = { "deliver forward": [answers({ kind: "stale" })] } as const;

  it("is tried again while the queue is away, and told once", async () => {
    const input = rig.input("queue away", "forward", rig.queueUrl("away"));
    rig.steps.give(input.document, input.attempt, script);
    const execution = await rig.start(input);
    await vi.waitFor(async () => expect((await rig.visits(execution)).find((visit) => visit.state === "Finish")?.failures).toBeGreaterThan(0), {
      timeout: 10_000,
      interval: 10,
    });
    const queueUrl = await rig.queue("away");
    expect(took(await rig.ended(execution))).toMatchObject({ status: "SUCCEEDED", output: { kind: "stale" } });
    expect(await rig.messages(queueUrl)).toHaveLength(1);
  });

  it("fails the execution when the queue stays away: the lane finds its holder's execution ended", async () => {
    const input = rig.input("queue gone", "forward", rig.queueUrl("gone"));
    rig.steps.give(input.document, input.attempt, script);
    const execution = took(await rig.ended(await rig.start(input)));
    expect(execution.status).toBe("FAILED");
    expect(execution.error).toBe("SQS.QueueDoesNotExist");
  });
});

describe("task tokens", () => {
  it("a second answer to a token is refused, and changes nothing", async () => {
    const queueUrl = await rig.queue("token-twice");
    const input = rig.input("token twice", "undo", queueUrl);
    rig.steps.give(input.document, input.attempt, {
      "tell-accepted undo": [answers(undone)],
      "deliver undo": [verdict(undone)],
      "tell-undone undo": [answers(applied)],
    });
    const { output } = took(await rig.ended(await rig.start(input)));
    const [taskToken] = rig.steps.tokens(input.document);
    const again = rig.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ kind: "park", reason: REASON }) }));
    await expect(again).rejects.toThrow(TaskDoesNotExist);
    expect(output).toEqual({ kind: "undone" });
    expect(await rig.messages(queueUrl)).toHaveLength(1);
  });

  it("a step that throws before it waits for its token fails its task, and is tried again (as on AWS; mended in local/emulator.py)", async () => {
    const queueUrl = await rig.queue("throws-waiting");
    const input = rig.input("throws waiting", "forward", queueUrl);
    rig.steps.give(input.document, input.attempt, {
      "deliver forward": [{ kind: "throws" }, answers(applied)],
      "tell-accepted forward": [answers(applied)],
    });
    const { status, visits } = took(await rig.ended(await rig.start(input)));
    expect({ status, failures: visits.find((visit) => visit.state === "Deliver")?.failures }).toEqual({ status: "SUCCEEDED", failures: 1 });
    expect(rig.steps.calls(input.document)).toEqual(["deliver forward", "deliver forward", "tell-accepted forward"]);
  });
});

/** Where each choice goes by the outcome's kind; by every other kind it goes to Finish. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Verdict: { applied: "Tell accepted", refused: "Tell rejected", expired: "Turn to undo" },
  "Accepted?": { refused: "Turn to undo" },
  "Rejected?": {},
  "Turned?": { applied: "Cover the acceptance" },
  "Covered?": { undone: "Withdraw" },
  "Withdrawn?": { undone: "Tell undone" },
  "Told undone?": {},
};
/** Where `applied` ends the document well. */
const ENDS: Readonly<Record<string, string>> = { "Accepted?": "delivered", "Rejected?": "rejected", "Told undone?": "undone" };
const after = (choice: string, kind: string): { next: string; output: unknown } => {
  const next = ROUTES[choice]?.[kind];
  const ends = kind === "applied" ? ENDS[choice] : undefined;
  return { next: next === undefined ? "Finish" : next, output: { kind: ends === undefined ? kind : ends } };
};
const KINDS = StepOutcome.options.map((option) => option.shape.kind.value);
const CHOICES = Object.keys(ROUTES);

const State = z.looseObject({ Type: z.string() });

describe("every choice by itself, for every outcome that a step knows", () => {
  it("the choices are those of the file", () => {
    const written = Object.entries(rig.machine.States).flatMap(([name, state]) => (state.Type === "Choice" && name !== "Begin" ? [name] : []));
    expect(written.sort()).toEqual([...CHOICES].sort());
  });

  it.each(CHOICES)("%s", async (choice) => {
    const definition = JSON.stringify({ QueryLanguage: "JSONata", ...State.parse(rig.machine.States[choice]) });
    for (const kind of KINDS) {
      const tested = await rig.sfn.send(new TestStateCommand({ definition, roleArn: ROLE, input: JSON.stringify({ kind }) }));
      expect({ kind, status: tested.status, next: tested.nextState, output: JSON.parse(String(tested.output)) }).toEqual({
        kind,
        status: "SUCCEEDED",
        ...after(choice, kind),
      });
    }
  });
});

it("no edge of the file is left untaken: rule, default, next, retry, catch, end, failure", async () => {
  for (const [number, one] of CASES.entries()) await run(one, number);
  const written = edgesOf(rig.machine);
  expect([...new Set(written)]).toEqual(written);
  console.log(`release-production-order: ${written.length} edges, ${written.filter((edge) => edges.has(edge)).length} taken, ${CASES.length} ways`);
  expect(written.filter((edge) => !edges.has(edge))).toEqual([]);
  expect([...edges].filter((edge) => !written.includes(edge))).toEqual([]);
});
