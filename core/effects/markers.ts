import * as z from "zod";

/** LANES.md 6: the record of one change in another system. */
export const MarkerState = z.enum(["none", "claimed", "applied", "queued", "refused", "unknown", "undoing", "undone"]);
export type MarkerState = z.infer<typeof MarkerState>;

/** Nothing stands, or may stand, in the other system. */
export const leavesNothing = (state: MarkerState): boolean => state === "none" || state === "refused" || state === "undone";

type Row = { readonly from: MarkerState; readonly to: MarkerState; readonly when: string };

export const MARKER_TRANSITIONS = [
  { from: "none", to: "claimed", when: "before the call" },
  { from: "undone", to: "claimed", when: "before the call, in the next generation" },
  { from: "none", to: "queued", when: "put into the mailbox, one transaction" },
  { from: "undone", to: "queued", when: "put into the mailbox again, in the next generation" },
  { from: "none", to: "applied", when: "entered, or reversed, by hand, and looked up" },
  { from: "refused", to: "applied", when: "entered by hand, and looked up" },
  { from: "claimed", to: "applied", when: "the answer says so" },
  { from: "claimed", to: "queued", when: "the target took it and will tell" },
  { from: "claimed", to: "refused", when: "the answer says no" },
  { from: "claimed", to: "none", when: "surely not processed, and never unknown before" },
  { from: "claimed", to: "unknown", when: "a 500, a cut or late answer, or its owner died" },
  { from: "unknown", to: "applied", when: "looked up: found, by our key or by the number of what a person entered" },
  { from: "unknown", to: "none", when: "looked up, by us or by the person who replays: not there" },
  { from: "unknown", to: "undone", when: "looked up: found, and reversed by another" },
  { from: "queued", to: "undone", when: "looked up: found, and reversed by another" },
  { from: "queued", to: "applied", when: "the target's feedback" },
  { from: "queued", to: "refused", when: "the target's feedback, or withdrawn before it was leased" },
  { from: "queued", to: "undoing", when: "its undo begins before the verdict" },
  { from: "refused", to: "none", when: "replayed by a person: asked anew" },
  { from: "applied", to: "undoing", when: "its undo begins" },
  {
    from: "applied",
    to: "undone",
    when: "an announcement of a former try, at replay, or one that a later announcement covers; or reversed by a cancel or a newer version",
  },
  { from: "undoing", to: "undone", when: "its undo is done" },
  { from: "undoing", to: "applied", when: "its undo is refused, or surely did not happen" },
  { from: "undone", to: "applied", when: "the plant accepted it after its undo began: withdrawn once more; or entered by hand" },
] as const satisfies readonly Row[];

class ForbiddenMarker extends Error {}

/** @throws ForbiddenMarker: a defect of ours. */
export function assertMarker(from: MarkerState, to: MarkerState): void {
  if (!MARKER_TRANSITIONS.some((row) => row.from === from && row.to === to)) throw new ForbiddenMarker(`a marker that is ${from} does not become ${to}`);
}
