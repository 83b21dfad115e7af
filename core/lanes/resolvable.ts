import type { TargetStep } from "../effects/target-system.ts";
import { markerOf } from "../ledger/header-change.ts";
import type { Header } from "../ledger/items.ts";
import type { Settings } from "../settings/settings.ts";
import { flowOf, POST } from "./flows.ts";

/** What a person can enter by hand in a document's place: a step in its target, or what its sender is told. */
export type ResolvableStep = typeof POST | "tell-accepted" | "tell-rejected" | TargetStep;

const STEPS = {
  post: [POST],
  "report-operation": ["confirm-operation", "post-backflush", "receive-output", "set-order-state"],
  "hold-lot": ["record-inspection", "block-lot", "release-lot"],
  "release-production-order": [],
  mailbox: [],
} as const satisfies Record<ReturnType<typeof flowOf>, readonly ResolvableStep[]>;

/** In their order, what is not in force of it. What goes to a plant nobody enters in its agent's place. */
export function resolvableSteps(settings: Settings, header: Header): readonly ResolvableStep[] {
  const flow = flowOf(settings, header);
  const steps: readonly ResolvableStep[] = flow === "release-production-order" ? announcementsOf(header) : STEPS[flow];
  return steps.filter((step) => markerOf(header, step).state !== "applied");
}

function announcementsOf(header: Header): readonly ResolvableStep[] {
  const { state } = markerOf(header, "deliver");
  if (state === "applied") return ["tell-accepted"];
  return state === "refused" ? ["tell-rejected"] : [];
}

/** Why nothing can be said of a posting by hand as the document stands; undefined where it can. */
export function resolveRefusal(settings: Settings, header: Header, now: number): string | undefined {
  const { takesBack, cancel, rival, mode, markers } = header;
  if (takesBack !== undefined || cancel) return "it takes another document back: reverse that by hand, then replay it; it looks whether that is done";
  if (rival !== undefined) return "another document came under its number before; send it again under a number of its own";
  if (mode === "undo") return "it is being undone: reverse by hand what is left, then replay it; it looks whether that is done";
  const steps = resolvableSteps(settings, header);
  const stopped = stateRefusal(header, steps);
  if (stopped !== undefined) return stopped;
  if (steps.length === 0) return "nothing of it can be entered by hand";
  const busy = steps.find((step) => BUSY.includes(markerOf(header, step).state));
  if (busy !== undefined) return `its step ${busy} is ${markerOf(header, busy).state}: it may still be posted; replay it, or have the target reject it first`;
  const early = Object.entries(markers).find(([, { lookAt }]) => lookAt !== undefined && lookAt > now);
  return early === undefined ? undefined : `its step ${early[0]} may still be posted; look again in a few minutes`;
}

const BUSY: readonly string[] = ["claimed", "queued", "undoing"];

/** Parked; or waiting because nobody knows what became of its call. */
function stateRefusal(header: Header, steps: readonly ResolvableStep[]): string | undefined {
  if (header.state === "parked") return undefined;
  if (header.state === "waiting" && steps.some((step) => markerOf(header, step).state === "unknown")) return undefined;
  return `a document that is ${header.state} is not resolved; a parked one is, or one that waits since its outcome is unknown`;
}
