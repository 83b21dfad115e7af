import type { CommandName } from "../lanes/notices.ts";
import { isSettled } from "../lanes/states.ts";
import type { Header } from "../ledger/items.ts";

/**
 * Whether a document could take a command as it stands, read only: what the lane would answer now (core/lanes/commands.ts; test/unit/asking/ holds the two
 * against each other). The lane decides for good, when its turn comes.
 */

const ALL = ["replay", "undo", "skip"] as const satisfies readonly CommandName[];

/** Telling the sender leaves nothing that a skip would abandon, once the document is on its way back. */
const isAnnouncement = (step: string): boolean => step.startsWith("tell-");
const LEAVES_NOTHING: readonly string[] = ["none", "refused", "undone"];

/** Why the command is refused; undefined where it is possible. */
export function commandRefusal(header: Header, command: CommandName): string | undefined {
  switch (command) {
    case "replay":
      return replayRefusal(header);
    case "skip":
      return skipRefusal(header);
    case "undo":
      return undoRefusal(header);
  }
}

function replayRefusal({ state }: Header): string | undefined {
  const isPossible = state === "parked" || state === "rejected" || state === "undone" || state === "skipped";
  return isPossible ? undefined : `a document that is ${state} is not replayed; a parked, rejected, undone or skipped one is`;
}

function skipRefusal(header: Header): string | undefined {
  if (header.state !== "parked") return `only a parked document is skipped, this one is ${header.state}`;
  const trace = Object.entries(header.markers).find(([step, marker]) => {
    const counts = !isAnnouncement(step) || header.mode === "forward";
    return counts && !LEAVES_NOTHING.includes(marker.state);
  });
  return trace === undefined
    ? undefined
    : `its step ${trace[0]} is ${trace[1].state}: something stands, or may stand, in another system; replay or undo it instead`;
}

function undoRefusal(header: Header): string | undefined {
  if (header.cancel) return "a cancel has no undo; replay it, or send the order again under a higher version";
  if (isSettled(header.state)) return `the document is ${header.state}`;
  if (header.state !== "parked") return `only a parked document is undone, this one is ${header.state}`;
  return header.mode === "undo" ? "it is being undone already; replay goes on with it" : undefined;
}

export const possibleCommands = (header: Header): readonly CommandName[] => ALL.filter((command) => commandRefusal(header, command) === undefined);
