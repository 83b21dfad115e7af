import { isTakingBack } from "../effects/deed.ts";
import { leavesNothing } from "../effects/markers.ts";
import { isHalfTakenBack } from "../effects/take-back.ts";
import type { Header, Marker } from "../ledger/items.ts";
import type { Settings } from "../settings/settings.ts";
import type { CommandName } from "./notices.ts";
import { resolveRefusal } from "./resolvable.ts";
import { isSettled } from "./states.ts";

/** Whether a document can take a command as it stands. Whoever asks is told at once; the lane asks again, and decides, when the command's turn comes. */

const ALL = ["replay", "resolve", "undo", "skip"] as const satisfies readonly CommandName[];

/** Telling the sender leaves nothing that a skip would abandon, once the document is on its way back. */
const isAnnouncement = (step: string): boolean => step.startsWith("tell-");

/** Why the command is refused; undefined where it is possible. */
export function commandRefusal(settings: Settings, header: Header, command: CommandName, now: number): string | undefined {
  switch (command) {
    case "replay":
      return replayRefusal(header, now);
    case "resolve":
      return resolveRefusal(settings, header, now);
    case "skip":
      return skipRefusal(header);
    case "undo":
      return undoRefusal(header);
  }
}

function replayRefusal({ id, state, markers, carries }: Header, now: number): string | undefined {
  if (carries !== undefined && carries.length > 0 && !carries.includes(id))
    return "the posting of others is in force under its key; send it again under a number of its own";
  if (state === "rejected" || state === "undone" || state === "skipped") return undefined;
  if (state !== "parked") return `a document that is ${state} is not replayed; a parked, rejected, undone or skipped one is`;
  const early = Object.entries(markers).find(([, { lookAt }]) => lookAt !== undefined && lookAt > now);
  return early === undefined ? undefined : `its step ${early[0]} may still be posted; look again in a few minutes`;
}

type Trace = readonly [step: string, marker: Marker];

/** What stands, or may stand, in another system. */
export const tracesOf = (header: Header): Trace[] =>
  Object.entries(header.markers).filter(([step, { state }]) => !leavesNothing(state) && (header.takesBack !== undefined || !isTakingBack(step)));

function skipRefusal(header: Header): string | undefined {
  if (header.state !== "parked") return `only a parked document is skipped, this one is ${header.state}`;
  if (header.lateAcceptance !== undefined) return "the plant accepted it after its undo began; replay withdraws it once more";
  const trace = tracesOf(header).find(([step, { state }]) => !isAnnouncement(step) || header.mode === "forward" || state !== "applied");
  return trace === undefined
    ? undefined
    : `its step ${trace[0]} is ${trace[1].state}: something stands, or may stand, in another system; replay or undo it instead`;
}

function undoRefusal(header: Header): string | undefined {
  if (header.cancel) return "a cancel has no undo; replay it, or send the order again under a higher version";
  if (header.state === "delivered") return undoDeliveredRefusal(header);
  if (isSettled(header.state)) return `the document is ${header.state}`;
  if (header.state !== "parked") return `only a parked or delivered document is undone, this one is ${header.state}`;
  if (header.mode === "undo") return "it is being undone already; replay goes on with it";
  if (isHalfTakenBack(header)) return "it is taking back the version before it; replay goes on with that";
  return tracesOf(header).length > 0 ? undefined : "nothing of it is applied anywhere; skip it instead";
}

function undoDeliveredRefusal(header: Header): string | undefined {
  if (header.postedWith !== undefined || header.carries !== undefined)
    return "it was posted together with others; its sender's cancel takes it out of that posting";
  return tracesOf(header).length > 0 ? undefined : "nothing of it is applied anywhere: nothing is to be reversed";
}

export const possibleCommands = (settings: Settings, header: Header, now: number): readonly CommandName[] =>
  ALL.filter((command) => commandRefusal(settings, header, command, now) === undefined);
