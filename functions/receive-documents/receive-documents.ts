import { type DoorAnswer, refuseMessage } from "../../core/door/answer-message.ts";
import { checkHead, openBody, type SoundHead } from "../../core/door/body.ts";
import { findConnection, type Known, readKey, recognise, type Sender } from "../../core/door/enter.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import type { DoorPorts, DoorRequest } from "../../core/door/request.ts";
import { type Message, openMessage, takeIn } from "../../core/door/take-message.ts";
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
    const message = openDoor(admitted, request, ports);
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

/** Parsed, and its key read where that stands within. */
function openDoor({ connection, sender, head }: Admitted, request: DoorRequest, ports: DoorPorts): Message | Refused {
  const opened = openBody(request.body, head, ports.settings.limits.bodyBytes);
  if (opened.kind === "refused") return opened;
  const keyed = readKey(sender, opened.value);
  if (keyed.kind === "refused") return keyed;
  return openMessage({ connection, sender: keyed.sender, site: request.path.site, value: opened.value, text: opened.text }, ports);
}
