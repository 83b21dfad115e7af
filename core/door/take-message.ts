import { digestOf } from "../documents/digest.ts";
import type { Json } from "../documents/exact-json.ts";
import { laneGroupOf, subjectKeyIn } from "../documents/ids.ts";
import type { Part } from "../documents/source-format.ts";
import type { Connection } from "../settings/settings.ts";
import { answerMessage, type DoorAnswer } from "./answer-message.ts";
import type { Sender } from "./enter.ts";
import { type Problem, problemOf } from "./problems.ts";
import type { TakingPorts } from "./request.ts";
import { type RefusedLine, type RoutedLine, routeLine } from "./route-lines.ts";
import { schemaProblem } from "./schema.ts";
import { sendLines } from "./send-lines.ts";
import { type Kept, storeLines } from "./store-lines.ts";

/** The second half of the door (LANES.md 4), for whoever brings a message: a request that was let in, or our own poller. */

/** A message of a sender who is known, parsed. */
export type Opened = {
  readonly connection: Connection;
  readonly sender: Sender;
  /** Of the address it came to. */
  readonly site: string | undefined;
  readonly value: Json;
  /** As it came: kept where it is one document. */
  readonly text: string;
};

export type Message = {
  readonly kind: "message";
  readonly connection: Connection;
  readonly sender: Sender;
  readonly parts: readonly Part[];
  readonly lines: readonly (RoutedLine | RefusedLine)[];
};

/** Split, each document routed; nothing is stored yet. */
export function openMessage(
  { connection, sender, site, value, text }: Opened,
  ports: TakingPorts,
): Message | { readonly kind: "refused"; readonly problem: Problem } {
  const { linesPerMessage } = ports.settings.limits;
  const format = ports.formatOf(connection);
  const answer = format.split(value);
  if (answer.kind === "unknown-form") return { kind: "refused", problem: problemOf("message-unknown", answer.message) };
  if (answer.kind === "takes-none") return { kind: "refused", problem: problemOf("message-takes-none", answer.message) };
  const broken = answer.isChecked !== true ? undefined : schemaProblem(format, connection, value, text);
  if (broken !== undefined) return { kind: "refused", problem: broken };
  const split = answer.parts;
  if (split.length === 0) return { kind: "refused", problem: problemOf("lines-none", "the message holds no document") };
  if (split.length > linesPerMessage)
    return { kind: "refused", problem: problemOf("lines-too-many", `the message holds ${split.length} documents; at most ${linesPerMessage} are taken`) };
  const routing = { connection, settings: ports.settings, format, sender, site, now: ports.clock.now(), text };
  return { kind: "message", connection, sender, parts: split, lines: split.map((part, at) => routeLine(part, at + 1, routing)) };
}

type From = { readonly connection: string; readonly sourceIp: string };

/** Key → payload → header → queue, each repeatable; 202 only after all that is accepted is durable. */
export async function takeIn(message: Message, from: From, ports: TakingPorts): Promise<DoorAnswer> {
  const refusals = message.lines.filter((line) => line.kind === "refused");
  const toKeep = message.lines.filter((line) => line.kind === "routed");
  const kept = await storeLines(toKeep, message.sender.key, toKeep.length === 0 ? [] : digestsOf(message), ports);
  const sent = await sendLines(outgoing(kept), ports.queue);
  return answerMessage(refusals, kept, sent, from);
}

/** Of the whole message, what is refused of it included: the same key must mean the same message. */
const digestsOf = ({ connection, parts, lines }: Message): string[] =>
  parts.map(({ document }, at) => {
    const line = lines[at];
    return line?.kind === "routed" ? line.arrival.digest : digestOf(document, connection.source.volatile);
  });

/** In the message's order; of a lane only what comes before its first line that could not be stored. */
function outgoing(kept: readonly Kept[]): { document: RoutedLine["document"]; target: RoutedLine["arrival"]["target"] }[] {
  const broken = new Set<string>();
  const ordered = kept.filter((line) => line.kind !== "refused").sort((one, other) => one.routed.line - other.routed.line);
  return ordered.flatMap((line) => {
    const { document, arrival } = line.routed;
    const lane = laneGroupOf(arrival.target, subjectKeyIn(document));
    if (line.kind === "failed") broken.add(lane);
    return line.kind === "stored" && line.send && !broken.has(lane) ? [{ document, target: arrival.target }] : [];
  });
}
