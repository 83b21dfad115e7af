import { digestOf } from "../../core/documents/digest.ts";
import { laneGroupOf, subjectKeyIn } from "../../core/documents/ids.ts";
import type { Part } from "../../core/documents/source-format.ts";
import { answerMessage, type DoorAnswer, refuseMessage } from "../../core/door/answer-message.ts";
import { checkHead, openBody, type SoundHead } from "../../core/door/body.ts";
import { findConnection, type Known, readKey, recognise, type Sender } from "../../core/door/enter.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import type { DoorPorts, DoorRequest } from "../../core/door/request.ts";
import { type RefusedLine, type RoutedLine, routeLine } from "../../core/door/route-lines.ts";
import { schemaProblem } from "../../core/door/schema.ts";
import { sendLines } from "../../core/door/send-lines.ts";
import { type Kept, storeLines } from "../../core/door/store-lines.ts";
import type { Connection } from "../../core/settings/settings.ts";

/**
 * The door (LANES.md 4): a message of one connection comes in, and each of its documents is stored and queued, or refused, or to be sent again.
 * Connection → address → size and type → who, over the raw bytes → parse → split → route → key → payload → header → queue.
 * 202 only after all that is accepted is durable; what is refused leaves nothing behind. Every answer that is not 202 is a problem of RFC 9457.
 * Rejects only for a defect of ours.
 */
export function createReceiveDocuments(ports: DoorPorts): (request: DoorRequest) => Promise<DoorAnswer> {
  return async (request) => {
    const from = { connection: request.path.connection, sourceIp: request.sourceIp };
    const admitted = await admit(request, ports);
    if (admitted.kind === "refused") return refuseMessage(admitted.problem, from, admitted.error === undefined ? [] : [admitted.error]);
    const message = openMessage(admitted, request, ports);
    if (message.kind === "refused") return refuseMessage(message.problem, from);
    return takeIn(message, from, ports);
  };
}

type Refused = { readonly kind: "refused"; readonly problem: Problem; readonly error?: string };
type Admitted = { readonly kind: "admitted"; readonly connection: Connection; readonly sender: Sender; readonly head: SoundHead };

/** All that is known without reading the body. */
async function admit(request: DoorRequest, ports: DoorPorts): Promise<Admitted | Refused> {
  const entered = findConnection(request, ports);
  if (entered.kind === "refused") return entered;
  const head = checkHead(request.headers, request.body, ports.settings.limits.bodyBytes, ports.formatOf(entered.connection).accepts);
  if (head.kind === "refused") return head;
  const known = await recogniseOrUnavailable(entered.connection, request, ports);
  if (known.kind === "refused") return known;
  return { kind: "admitted", connection: entered.connection, sender: known.sender, head };
}

/** Fail closed: who cannot be checked is not let in, and is told to come again. */
async function recogniseOrUnavailable(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Exclude<Known, Refused> | Refused> {
  try {
    return await recognise(connection, request, ports);
  } catch (error) {
    return { kind: "refused", problem: problemOf("access-unavailable", "nothing was taken"), error: error instanceof Error ? error.message : String(error) };
  }
}

type Message = {
  readonly kind: "message";
  readonly connection: Connection;
  readonly sender: Sender;
  readonly parts: readonly Part[];
  readonly lines: readonly (RoutedLine | RefusedLine)[];
};

/** Parsed, split, each document routed. */
function openMessage({ connection, sender, head }: Admitted, request: DoorRequest, ports: DoorPorts): Message | Refused {
  const { bodyBytes, linesPerMessage } = ports.settings.limits;
  const opened = openBody(request.body, head, bodyBytes);
  if (opened.kind === "refused") return opened;
  const keyed = readKey(sender, opened.value);
  if (keyed.kind === "refused") return keyed;
  const format = ports.formatOf(connection);
  const answer = format.split(opened.value);
  if (answer.kind === "unknown-form") return { kind: "refused", problem: problemOf("message-unknown", answer.message) };
  if (answer.kind === "takes-none") return { kind: "refused", problem: problemOf("message-takes-none", answer.message) };
  const broken = schemaProblem(format, connection, opened.value, opened.text);
  if (broken !== undefined) return { kind: "refused", problem: broken };
  const split = answer.parts;
  if (split.length === 0) return { kind: "refused", problem: problemOf("lines-none", "the message holds no document") };
  if (split.length > linesPerMessage)
    return { kind: "refused", problem: problemOf("lines-too-many", `the message holds ${split.length} documents; at most ${linesPerMessage} are taken`) };
  const routing = { connection, settings: ports.settings, format, sender: keyed.sender, site: request.path.site, now: ports.clock.now(), text: opened.text };
  return { kind: "message", connection, sender: keyed.sender, parts: split, lines: split.map((part, at) => routeLine(part, at + 1, routing)) };
}

type From = { readonly connection: string; readonly sourceIp: string };

async function takeIn(message: Message, from: From, ports: DoorPorts): Promise<DoorAnswer> {
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
