import type { Reason, StepOutcome } from "../../core/effects/outcomes.ts";
import type { Conclusion } from "../../core/lanes/notices.ts";

/** What perform-step does in one call of a step. */
export type Doing =
  /** Answers at once; a step with a task token answers that itself. */
  | { readonly kind: "answers"; readonly outcome: StepOutcome }
  /** Puts it into the mailbox; the token is answered by the plant's verdict. */
  | { readonly kind: "verdict"; readonly outcome: StepOutcome }
  | { readonly kind: "throws" }
  /** The task fails by its token: what AWS makes of a function that throws before it waits (here it waits on; see the test of that name). */
  | { readonly kind: "fails" };

export type Call =
  | "deliver forward"
  | "tell-accepted forward"
  | "tell-rejected forward"
  | "turn-to-undo forward"
  | "tell-accepted undo"
  | "deliver undo"
  | "tell-undone undo";

/** In the order of the calls; the last one stands for all that follow. */
export type Script = Partial<Record<Call, readonly Doing[]>>;

export type Case = {
  readonly name: string;
  readonly mode: "forward" | "undo";
  readonly script: Script;
  /** The calls of perform-step, in their order. */
  readonly calls: readonly Call[];
  readonly conclusion: Conclusion;
};

/** Text that would break a message built by hand. */
export const REASON: Reason = {
  code: "ORL-TEST-001",
  message: 'a "quoted" \\ reason\nof two lines, 原因 {% $states.input.kind %}',
  owner: "planner",
  next: "ask the plant",
};

export const applied: StepOutcome = { kind: "applied", reference: "4711" };
const refused: StepOutcome = { kind: "refused", reason: REASON };
export const undone: StepOutcome = { kind: "undone" };
const expired: StepOutcome = { kind: "expired", reason: REASON };
/** Milliseconds that a float with ten digits would round. */
const UNTIL = 1_798_765_432_109;

export const answers = (outcome: StepOutcome): Doing => ({ kind: "answers", outcome });
export const verdict = (outcome: StepOutcome): Doing => ({ kind: "verdict", outcome });

const DELIVERED: readonly Call[] = ["deliver forward"];
const UNDO_IN_REVERSE: readonly Call[] = ["tell-accepted undo", "deliver undo", "tell-undone undo"];
const UNDOING: Script = {
  "turn-to-undo forward": [answers(applied)],
  "tell-accepted undo": [answers(undone)],
  "deliver undo": [verdict(undone)],
  "tell-undone undo": [answers(applied)],
};

/** Each way from the beginning to a document's end. */
const WAYS: readonly Case[] = [
  {
    name: "the plant accepts, the sender hears it: delivered",
    mode: "forward",
    script: { "deliver forward": [verdict(applied)], "tell-accepted forward": [answers(applied)] },
    calls: ["deliver forward", "tell-accepted forward"],
    conclusion: { kind: "delivered" },
  },
  {
    name: "the verdict was there before the step was repeated: delivered",
    mode: "forward",
    script: { "deliver forward": [answers(applied)], "tell-accepted forward": [answers(applied)] },
    calls: ["deliver forward", "tell-accepted forward"],
    conclusion: { kind: "delivered" },
  },
  {
    name: "the plant refuses, the sender hears it: rejected, nothing to undo",
    mode: "forward",
    script: { "deliver forward": [verdict(refused)], "tell-rejected forward": [answers(applied)] },
    calls: ["deliver forward", "tell-rejected forward"],
    conclusion: { kind: "rejected" },
  },
  {
    name: "the sender refuses what the plant accepted: undone in reverse order",
    mode: "forward",
    script: { "deliver forward": [verdict(applied)], "tell-accepted forward": [answers(refused)], ...UNDOING },
    calls: ["deliver forward", "tell-accepted forward", "turn-to-undo forward", ...UNDO_IN_REVERSE],
    conclusion: { kind: "undone" },
  },
  {
    name: "the business deadline passes: undone in reverse order",
    mode: "forward",
    script: { "deliver forward": [verdict(expired)], ...UNDOING },
    calls: ["deliver forward", "turn-to-undo forward", ...UNDO_IN_REVERSE],
    conclusion: { kind: "undone" },
  },
  {
    name: "started in the middle of its undo: goes on in that mode, nothing forward",
    mode: "undo",
    script: UNDOING,
    calls: UNDO_IN_REVERSE,
    conclusion: { kind: "undone" },
  },
  {
    name: "a delivery taken back before its lease: undone without a verdict",
    mode: "undo",
    script: { ...UNDOING, "deliver undo": [answers(undone)] },
    calls: UNDO_IN_REVERSE,
    conclusion: { kind: "undone" },
  },
];

type Step = { readonly call: Call; readonly mode: "forward" | "undo"; readonly before: Script; readonly calls: readonly Call[]; readonly token: boolean };

/** Every step, and the shortest way to it. */
const STEPS: readonly Step[] = [
  { call: "deliver forward", mode: "forward", before: {}, calls: [], token: true },
  { call: "tell-accepted forward", mode: "forward", before: { "deliver forward": [answers(applied)] }, calls: DELIVERED, token: false },
  { call: "tell-rejected forward", mode: "forward", before: { "deliver forward": [answers(refused)] }, calls: DELIVERED, token: false },
  { call: "turn-to-undo forward", mode: "forward", before: { "deliver forward": [answers(expired)] }, calls: DELIVERED, token: false },
  { call: "tell-accepted undo", mode: "undo", before: {}, calls: [], token: false },
  { call: "deliver undo", mode: "undo", before: UNDOING, calls: ["tell-accepted undo"], token: true },
  { call: "tell-undone undo", mode: "undo", before: UNDOING, calls: ["tell-accepted undo", "deliver undo"], token: false },
];

/** Outcomes that end the execution wherever they come: the lane decides how it goes on. */
const ENDING = [
  { kind: "wait", until: UNTIL, reason: REASON },
  { kind: "dependency", on: "material:4711", reason: REASON },
  { kind: "park", reason: REASON },
  { kind: "stale" },
] as const satisfies readonly StepOutcome[];

const endingAt = (step: Step): readonly Case[] =>
  ENDING.map((outcome) => ({
    name: `${step.call} answers ${outcome.kind}: the lane is told so, no further step`,
    mode: step.mode,
    script: { ...step.before, [step.call]: [answers(outcome)] },
    calls: [...step.calls, step.call],
    conclusion: outcome,
  }));

/** The first try and four retries. */
const TRIES = 5;

const failing = (step: Step): Doing => (step.token ? { kind: "fails" } : { kind: "throws" });

/** A function's own error name is lost here (Runtime.HandlerError; ARCHITECTURE.md 9). */
const crashing = (step: Step): Case => ({
  name: `${step.call} fails again and again: tried ${TRIES} times, then the lane is told crashed`,
  mode: step.mode,
  script: { ...step.before, [step.call]: [failing(step)] },
  calls: [...step.calls, ...Array.from({ length: TRIES }, () => step.call)],
  conclusion: { kind: "crashed", error: step.token ? "TestFailure" : "Runtime.HandlerError" },
});

const recovering = (step: Step): Case => ({
  name: `${step.call} fails twice, then comes right: goes on as if nothing had been`,
  mode: step.mode,
  script: { ...step.before, [step.call]: [failing(step), failing(step), answers({ kind: "park", reason: REASON })] },
  calls: [...step.calls, step.call, step.call, step.call],
  conclusion: { kind: "park", reason: REASON },
});

export const CASES: readonly Case[] = [...WAYS, ...STEPS.flatMap(endingAt), ...STEPS.map(crashing), ...STEPS.map(recovering)];
