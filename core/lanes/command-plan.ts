import * as z from "zod";
import { isTakingBack } from "../effects/deed.ts";
import { leavesNothing, MarkerState } from "../effects/markers.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header, Lane, Marker } from "../ledger/items.ts";
import { DELIVER } from "../mailbox/mailbox.ts";
import type { Settings } from "../settings/settings.ts";
import { ANNOUNCEMENTS, askedAnew, refusedAnew } from "./asked-anew.ts";
import { flowOf, isIndependent, POST } from "./flows.ts";
import { holds, isFree } from "./lane-state.ts";
import { CommandName, type Notice } from "./notices.ts";
import { tracesOf } from "./possible-commands.ts";
import { resolvableSteps } from "./resolvable.ts";
import { DocumentState, isSettled } from "./states.ts";

/** What a command would do, from the very rules by which the lane does it; for one that no rule refuses. */

const PlannedStep = z.strictObject({
  step: z.string(),
  /** `reverse` and `make` call the other system; `find` looks there first; `by-hand` is a person's; `stays` is left as it is. */
  does: z.enum(["reverse", "make", "find", "by-hand", "stays"]),
  /** Where its marker stands now. */
  state: MarkerState,
  reference: z.string().optional(),
  text: z.string(),
});
type PlannedStep = z.infer<typeof PlannedStep>;

/** Body of the 200 to a command with `plan`. Nothing was written. */
export const CommandPlan = z.strictObject({
  document: z.string(),
  command: CommandName,
  /** What the document stands at: the command names both, so that it is not given for another state than was looked at. */
  attempt: z.number().int(),
  revision: z.number().int(),
  state: DocumentState,
  /** `behind`: its turn in its lane comes later. */
  turn: z.enum(["now", "behind"]),
  /** The document that has the lane. */
  holder: z.string().optional(),
  /** How many wait in its lane. */
  waiting: z.number().int(),
  /** How it ends where nothing refuses it. */
  becomes: DocumentState,
  steps: z.array(PlannedStep),
  text: z.array(z.string()),
});
export type CommandPlan = z.infer<typeof CommandPlan>;

type Order = Pick<Extract<Notice, { kind: "command" }>, "command" | "postedAs" | "unchecked">;

const FLOW_STEPS = {
  post: [POST],
  mailbox: [DELIVER],
  "report-operation": ["confirm-operation", "post-backflush", "receive-output", "set-order-state"],
  "hold-lot": ["record-inspection", "block-lot", "release-lot", DELIVER],
  "release-production-order": [DELIVER, "tell-accepted"],
} as const satisfies Record<ReturnType<typeof flowOf>, readonly string[]>;

export function planOf(settings: Settings, header: Header, lane: Lane, order: Order): CommandPlan {
  const { command } = order;
  const steps = stepsOf(settings, header, order);
  const turn = isFree(lane) || holds(lane, header) || (command !== "undo" && isIndependent(settings, header)) ? "now" : "behind";
  const holder = lane.holder === undefined || lane.holder === header.id ? {} : { holder: lane.holder };
  const becomes = endOf(header, command);
  const text = [
    ...(turn === "behind" ? ["its turn comes after what its lane has before it"] : []),
    ...steps.map((step) => step.text),
    `then it is ${becomes}${lane.heldCount > 0 ? `, and ${lane.heldCount} waiting in its lane go on` : ""}`,
  ];
  const { id, attempt, revision, state } = header;
  return { document: id, command, attempt, revision, state, turn, ...holder, waiting: lane.heldCount, becomes, steps, text };
}

function endOf({ mode }: Header, command: CommandPlan["command"]): DocumentState {
  switch (command) {
    case "skip":
      return "skipped";
    case "undo":
      return "undone";
    case "replay":
      return mode === "undo" ? "undone" : "delivered";
    case "resolve":
      return "delivered";
  }
}

function stepsOf(settings: Settings, header: Header, order: Order): PlannedStep[] {
  switch (order.command) {
    case "skip":
      return [];
    case "undo":
      return backwards(settings, header, header.markers);
    case "replay": {
      const markers = { ...header.markers, ...(isSettled(header.state) ? askedAnew(header) : refusedAnew(header)) };
      return header.mode === "undo" ? backwards(settings, header, markers) : forwards(settings, header, markers);
    }
    case "resolve":
      return resolved(settings, header, order);
  }
}

type Markers = Header["markers"];

/** The last step first; what is told to the sender last comes last. */
function backwards(settings: Settings, header: Header, markers: Markers): PlannedStep[] {
  const order: readonly string[] = FLOW_STEPS[flowOf(settings, header)];
  const traces = tracesOf({ ...header, markers })
    .filter(([step]) => !ANNOUNCEMENTS.includes(step))
    .sort(([one], [other]) => order.indexOf(other) - order.indexOf(one));
  const steps = traces.map(([step, marker]) => planned(step, marker, backOf(marker)));
  const isTold = flowOf(settings, header) === "release-production-order" && markerOf({ ...header, markers }, "tell-undone").state !== "applied";
  return isTold ? [...steps, planned("tell-undone", markerOf(header, "tell-undone"), "make")] : steps;
}

function backOf({ state, byHand }: Marker): PlannedStep["does"] {
  if (byHand !== undefined) return "by-hand";
  return state === "applied" ? "reverse" : "find";
}

function forwards(settings: Settings, header: Header, markers: Markers): PlannedStep[] {
  const after = { ...header, markers };
  const begun = Object.keys(markers).filter(isTakingBack);
  return [...begun, ...FLOW_STEPS[flowOf(settings, header)]].map((step) => {
    const { state } = markerOf(after, step);
    if (state === "applied") return planned(step, markerOf(header, step), "stays");
    return planned(step, markerOf(header, step), leavesNothing(state) ? "make" : "find");
  });
}

function resolved(settings: Settings, header: Header, { postedAs, unchecked }: Order): PlannedStep[] {
  const [step, ...later] = resolvableSteps(settings, header);
  if (step === undefined) return [];
  const marker = markerOf(header, step);
  const how = unchecked === true ? "looked up there, where it can be, else taken on your word" : "looked up there";
  const text = `${step}: ${postedAs ?? "the number"} is ${how}: of this kind, for this order, with these quantities and lots, in force, and no other document's`;
  return [{ step, does: "find", state: marker.state, text }, ...later.map((each) => planned(each, markerOf(header, each), "make"))];
}

const WORDS: Readonly<Record<PlannedStep["does"], string>> = {
  reverse: "is reversed",
  make: "is made, where the document has it to do",
  find: "is looked up first, since what became of it is not known",
  "by-hand": "was entered by hand: you reverse it by hand, and it is looked up",
  stays: "stays as it is",
};

function planned(step: string, { state, reference }: Marker, does: PlannedStep["does"]): PlannedStep {
  const named = reference === undefined ? "" : ` (${reference})`;
  return { step, does, state, ...(reference === undefined ? {} : { reference }), text: `${step}${named} ${WORDS[does]}` };
}
