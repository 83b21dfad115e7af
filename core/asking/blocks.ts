import { FOREVER, SECOND } from "../lanes/times.ts";
import { isInWindow } from "../lanes/windows.ts";
import type { Header } from "../ledger/items.ts";
import type { Block } from "./answers.ts";
import { effectBlock } from "./effect-blocks.ts";
import { holderOf, laneOf, type Story } from "./story.ts";
import type { Surroundings } from "./surroundings.ts";
import { currentReason, instant, nameOf, stateText } from "./words.ts";

/** What stands between a document and its end, and why; undefined once it is settled. */
export function blockOf(header: Header, story: Story, around: Surroundings): Block | undefined {
  switch (header.state) {
    case "received":
      return receivedBlock(header, story);
    case "held":
      return heldBlock(header, story);
    case "waiting":
      if (isInWindow(header)) return windowBlock(header, story);
      return header.dependsOn === undefined ? timeBlock(header) : dependencyBlock(header, header.dependsOn, around);
    case "parked":
      return personBlock(header);
    case "delivering":
      return effectBlock(header, story, around);
    case "delivered":
    case "rejected":
    case "undone":
    case "superseded":
    case "skipped":
    case "resolved":
      return undefined;
  }
}

/** When a document is looked at again; held and parked ones are due never. */
const until = (at: number | undefined): { readonly until?: string } => (at === undefined || at >= FOREVER ? {} : { until: instant(at) });

/** Who holds the lane and how it stands: `OperationsRequest 1000123 version 1, parked: …`. */
function told(header: Header): string {
  const reason = currentReason(header);
  return `${nameOf(header)}, ${header.state}: ${reason === undefined ? stateText(header) : reason.message}`;
}

function receivedBlock(header: Header, story: Story): Block {
  const holder = holderOf(story, header);
  if (holder !== undefined)
    return { kind: "holder", text: `stored and queued; its lane is held by ${told(holder)}`, document: holder.id, ...until(header.dueAt) };
  return { kind: "queue", text: `stored, on its way to its lane in the queue of ${header.target}; queued again if it does not arrive`, ...until(header.dueAt) };
}

function heldBlock(header: Header, story: Story): Block {
  const lane = laneOf(story, header);
  const line = story.held.filter((held) => held.sk.startsWith(`HELD#${header.target}#`));
  const at = line.findIndex((held) => held.document === header.id);
  const place = at < 0 || lane === undefined ? "" : `, ${at + 1} of the ${Math.max(lane.heldCount, line.length)} held`;
  const holder = holderOf(story, header);
  if (holder === undefined) return { kind: "queue", text: `waits its turn${place}; its lane is being handed on` };
  return { kind: "holder", text: `waits its turn${place}, behind ${told(holder)}`, document: holder.id };
}

/** Posted with others of its kind when their window closes, or as soon as the lane comes to it. */
function windowBlock(header: Header, story: Story): Block {
  const holder = holderOf(story, header);
  if (holder !== undefined) return { kind: "holder", text: `waits to be posted, behind ${told(holder)}`, document: holder.id };
  const window = laneOf(story, header)?.windows.find(({ members }) => members.includes(header.id));
  const count = window === undefined ? "" : `; ${window.members.length} of them so far`;
  return { kind: "time", text: `waits for others of its kind, to be posted with them${count}`, ...until(window?.closesAt) };
}

function timeBlock(header: Header): Block {
  const text = header.reason === undefined ? "waits until it is tried again" : header.reason.message;
  return { kind: "time", text, ...until(header.dueAt) };
}

function dependencyBlock(header: Header, name: string, around: Surroundings): Block {
  const seconds = around.settings.documentTypes[header.type].dependencySeconds;
  const end = header.dependencySince === undefined ? undefined : header.dependencySince + seconds * SECOND;
  const awaited = around.awaited.get(name);
  const parks = end === undefined ? "" : "; without it the document parks";
  if (awaited?.isThere === true) return { kind: "dependency", text: `waited for ${name}, which is there by now: it is being woken`, ...until(header.dueAt) };
  if (awaited?.bringer === undefined)
    return { kind: "dependency", text: `waits for ${name}, of which nothing has arrived${parks}`, ...until(end), next: `send ${name} to ${header.site}` };
  return { kind: "dependency", text: `waits for ${name}${parks}; it would come with ${told(awaited.bringer)}`, document: awaited.bringer.id, ...until(end) };
}

function personBlock(header: Header): Block {
  const reason = header.reason;
  if (reason === undefined) return { kind: "person", text: stateText(header) };
  const { owner, next } = reason;
  return { kind: "person", text: reason.message, ...(owner === undefined ? {} : { owner }), ...(next === undefined ? {} : { next }) };
}
