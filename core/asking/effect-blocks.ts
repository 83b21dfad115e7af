import { SECOND } from "../lanes/times.ts";
import type { Delivery, Header, Marker } from "../ledger/items.ts";
import { deadlineOf } from "../mailbox/agent-silence.ts";
import type { Block } from "./answers.ts";
import type { Story } from "./story.ts";
import type { Surroundings } from "./surroundings.ts";
import { instant, stepText, verdictText } from "./words.ts";

const IN_THE_AIR: readonly Marker["state"][] = ["claimed", "queued", "unknown", "undoing"];

/** What a document that is under way waits for: the plant's verdict, the answer of a system, or its own next step. */
export function effectBlock(header: Header, story: Story, around: Surroundings): Block {
  const [open] = Object.entries(header.markers).filter(([, marker]) => IN_THE_AIR.includes(marker.state));
  const lookedAt = header.dueAt === undefined ? {} : { until: instant(header.dueAt) };
  if (open === undefined) return { kind: "steps", text: "its steps are being taken; looked at again if they stand still", ...lookedAt };
  const [step, marker] = open;
  const delivery = story.deliveries.find(({ id }) => id === marker.delivery);
  return delivery === undefined ? systemBlock(header, step, marker) : plantBlock(delivery, around);
}

function plantBlock(delivery: Delivery, around: Surroundings): Block {
  const what = delivery.action === "apply" ? "the delivery" : "the withdrawal";
  if (delivery.verdict !== undefined) return { kind: "steps", text: `${verdictText(delivery.verdict)}; what follows is being done` };
  const silence = silenceText(around);
  if (delivery.firstLeasedAt === undefined)
    return { kind: "plant", text: `${what} waits in the mailbox of ${delivery.site} for the plant's agent${silence}`, ...nextForSilence(silence, delivery) };
  const deadline = deadlineOf(delivery, around.agent, around.site, around.now);
  return {
    kind: "plant",
    text: `${what} was leased at ${instant(delivery.firstLeasedAt)}; the plant has given no verdict yet${silence}`,
    ...(deadline === undefined ? {} : { until: instant(deadline) }),
    ...nextForSilence(silence, delivery),
  };
}

/** Empty while the agent has been heard of lately. */
function silenceText({ agent, site, now }: Surroundings): string {
  if (agent === undefined) return ", which has never been heard of";
  const isSilent = now - agent.heardAt > site.agentSilenceSeconds * SECOND;
  return isSilent ? `; its agent has not been heard of since ${instant(agent.heardAt)}: no deadline runs, nothing is withdrawn` : "";
}

const nextForSilence = (silence: string, delivery: Delivery): { readonly next?: string } =>
  silence === "" ? {} : { next: `see that the agent of ${delivery.site} runs and reaches the API` };

/** A step that tells the sender calls the system that the document came from. */
const calledBy = (header: Header, step: string): string => (step.startsWith("tell-") ? header.connection : header.target);

function systemBlock(header: Header, step: string, marker: Marker): Block {
  const system = calledBy(header, step);
  const phase = marker.state === "undoing" ? marker.phase : marker.state;
  const what = marker.state === "undoing" ? `the undo of ${stepText(step)}` : stepText(step);
  const end = marker.lookAt === undefined ? marker.deadline : marker.lookAt;
  return { kind: "system", text: `${what}: ${phaseText(phase, system)}`, ...(end === undefined ? {} : { until: instant(end) }) };
}

function phaseText(phase: string | undefined, system: string): string {
  switch (phase) {
    case "claimed":
      return `a call of ${system} is under way`;
    case "queued":
      return `${system} has taken it and not confirmed it yet`;
    case "unknown":
      return `whether ${system} did it is unknown; it is asked before anything is repeated`;
    default:
      return `${system} has not answered yet`;
  }
}
