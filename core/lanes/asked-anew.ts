import { takingBack } from "../effects/deed.ts";
import type { Header, Marker } from "../ledger/items.ts";
import { DELIVER } from "../mailbox/mailbox.ts";

/** Announcements to the sender: a replay makes them anew. */
export const ANNOUNCEMENTS = ["tell-accepted", "tell-rejected", "tell-undone"];

/** What a settled document's next try asks anew: all that was refused, and what its sender was told. */
export function askedAnew(header: Header): Record<string, Marker> {
  const attempt = header.attempt + 1;
  const told = Object.entries(header.markers).filter(([step, marker]) => ANNOUNCEMENTS.includes(step) && marker.state === "applied");
  const anew = told.map(([step, marker]) => [step, { state: "undone", generation: marker.generation + 1, attempt } as const]);
  return { ...refusedAnew(header), ...Object.fromEntries(anew) };
}

/** Only a person asks again what was refused, or reversed behind our back. A plant's verdict belongs to its delivery, so that another one needs the next generation. */
export function refusedAnew(header: Header): Record<string, Marker> {
  const attempt = header.attempt + 1;
  const refused = Object.entries(header.markers).filter(([, marker]) => marker.state === "refused");
  const reversed = Object.entries(header.markers).filter(([, marker]) => marker.state === "undone" && marker.reason !== undefined);
  return {
    ...Object.fromEntries(refused.map(([step, marker]) => [step, askAgain(step, marker, attempt)])),
    ...Object.fromEntries(reversed.map(([step, { state, generation }]) => [step, { state, generation, attempt }])),
  };
}

const IN_MAILBOX = [DELIVER, takingBack(DELIVER)];
const askAgain = (step: string, { generation, doubt }: Marker, attempt: number): Marker => ({
  state: "none",
  generation: IN_MAILBOX.includes(step) ? generation + 1 : generation,
  attempt,
  doubt,
});
