import * as z from "zod";

/** LANES.md 3. Forward-only within an attempt; a replay begins the next one. */
export const DocumentState = z.enum([
  "received",
  "held",
  "delivering",
  "waiting",
  "parked",
  "delivered",
  "rejected",
  "undone",
  "superseded",
  "skipped",
  "resolved",
]);
export type DocumentState = z.infer<typeof DocumentState>;

export const SETTLED = ["delivered", "rejected", "undone", "superseded", "skipped", "resolved"] as const satisfies readonly DocumentState[];
export type Settled = (typeof SETTLED)[number];

export const isSettled = (state: DocumentState): state is Settled => SETTLED.some((settled) => settled === state);

type Row = { readonly from: DocumentState; readonly to: DocumentState; readonly when: string };

/** Every change of state there is: the code asks it before each write, the writes are conditional on `from`, docs/states.md is drawn from it, the tests count it. */
export const TRANSITIONS = [
  { from: "received", to: "delivering", when: "the lane is free" },
  { from: "received", to: "held", when: "the lane is blocked" },
  { from: "received", to: "waiting", when: "the lane is free, and what it depends on is not there" },
  { from: "received", to: "parked", when: "the lane is free, and it means something a machine must not guess" },
  { from: "received", to: "superseded", when: "a newer version is in force or before it" },
  { from: "received", to: "delivered", when: "a cancel of what is not in force" },
  { from: "held", to: "delivering", when: "the lane is handed to it" },
  { from: "held", to: "superseded", when: "a newer version or a cancel of its object arrives" },
  { from: "delivering", to: "delivered", when: "all its steps are applied" },
  { from: "delivering", to: "rejected", when: "the target refused, the sender was told" },
  { from: "delivering", to: "undone", when: "what was applied was reversed, the sender was told" },
  { from: "delivering", to: "superseded", when: "an older version at its start, or withdrawn before it was leased" },
  { from: "delivering", to: "held", when: "another took its lane before anything of it was done" },
  { from: "delivering", to: "waiting", when: "for a time, a dependency, a lookup" },
  { from: "delivering", to: "parked", when: "a person must decide" },
  { from: "waiting", to: "delivering", when: "woken, or resolved" },
  { from: "waiting", to: "parked", when: "what it depends on never came" },
  { from: "waiting", to: "superseded", when: "a newer version or a cancel takes its place" },
  { from: "waiting", to: "delivered", when: "posted with its window, or resolved" },
  { from: "waiting", to: "undone", when: "the posting of its window was reversed by command" },
  { from: "waiting", to: "skipped", when: "its window was skipped by command" },
  { from: "parked", to: "delivering", when: "replayed, resolved, or undone by command or intent" },
  { from: "parked", to: "delivered", when: "resolved: its posting was entered by hand" },
  { from: "parked", to: "superseded", when: "a newer version or a cancel takes its place" },
  { from: "parked", to: "skipped", when: "skipped by command" },
  { from: "delivered", to: "undone", when: "a cancel, or a newer version, took back what it posted" },
  { from: "delivered", to: "delivering", when: "undone by command on a free lane" },
  { from: "delivered", to: "held", when: "undone by command on a blocked lane" },
  { from: "rejected", to: "delivering", when: "replayed on a free lane" },
  { from: "rejected", to: "held", when: "replayed on a blocked lane" },
  { from: "undone", to: "delivering", when: "replayed on a free lane" },
  { from: "undone", to: "held", when: "replayed on a blocked lane" },
  { from: "undone", to: "parked", when: "the plant keeps what was withdrawn after settling" },
  { from: "skipped", to: "delivering", when: "replayed on a free lane" },
  { from: "skipped", to: "held", when: "replayed on a blocked lane" },
] as const satisfies readonly Row[];

const mayBecome = (from: DocumentState, to: DocumentState): boolean => TRANSITIONS.some((row) => row.from === from && row.to === to);

class ForbiddenTransition extends Error {}

/** @throws ForbiddenTransition: a defect of ours, never an input's fault. */
export function assertTransition(from: DocumentState, to: DocumentState): void {
  if (!mayBecome(from, to)) throw new ForbiddenTransition(`a document that is ${from} does not become ${to}`);
}
