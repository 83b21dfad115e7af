import { createHash } from "node:crypto";
import { plainJsonFormat } from "../../../connectors/plain-json/format.ts";
import type { RequestHeaders } from "../../../core/access/headers.ts";
import { signWebhook } from "../../../core/access/standard-webhooks.ts";
import { digestOf } from "../../../core/documents/digest.ts";
import { parseExactJson } from "../../../core/documents/exact-json.ts";
import { ConnectionId, type DocumentId, SiteId } from "../../../core/documents/ids.ts";
import { matchNumber } from "../../../core/documents/match-key.ts";
import type { DoorRequest } from "../../../core/door/request.ts";
import { documentIdFor } from "../../../core/ledger/new-header.ts";
import type { PlannedDocument } from "./planned-documents.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** One posting of a document that a sender means to make, with its retries. */
export type PlannedSend = {
  readonly document: PlannedDocument;
  /** Milliseconds from the world's start. */
  readonly at: number;
  readonly key: string;
  /** Stops after the first answer that is none or a 5xx: whatever is stored by then must be completed without it. */
  readonly givesUp: boolean;
};

/** The sender's own log. */
export type SentLine = {
  readonly document: PlannedDocument;
  readonly key: string;
  /** When the first byte of it reached the door. */
  readonly firstArrivedAt: number;
  readonly id: DocumentId;
  /** When a 202 for it came back: from then on it is ours. */
  acceptedAt?: number;
  /** What a refusal said. */
  refused?: string;
};

export type Door = (request: DoorRequest) => Promise<{ readonly status: number; readonly body: string } | undefined>;

export type Senders = {
  start(send: PlannedSend): void;
  log(): readonly SentLine[];
  isDone(): boolean;
};

export type SenderOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly door: Door;
  readonly webhookSecret: string;
  readonly tokens: Readonly<Record<string, string>>;
};

export function createSenders({ scheduler, random, door, webhookSecret, tokens }: SenderOptions): Senders {
  const log: SentLine[] = [];
  let open = 0;

  function requestOf({ document, key }: PlannedSend): DoorRequest {
    const body = new TextEncoder().encode(JSON.stringify(document.wire));
    return { path: { connection: document.connection, site: document.site }, headers: headersOf(document, key, body), body, sourceIp: "192.0.2.1" };
  }

  function headersOf(document: PlannedDocument, key: string, body: Uint8Array): RequestHeaders {
    const token = tokens[document.connection];
    const type = { "content-type": ["application/json"] };
    if (token !== undefined) return { ...type, authorization: [`Bearer ${token}`], "idempotency-key": [key] };
    const timestamp = String(Math.floor(scheduler.now() / 1000));
    return { ...type, "webhook-id": [key], "webhook-timestamp": [timestamp], "webhook-signature": [signWebhook(key, timestamp, body, webhookSecret)] };
  }

  async function deliver(send: PlannedSend): Promise<void> {
    const line: SentLine = { document: send.document, key: send.key, id: idOf(send.document, send.key), firstArrivedAt: scheduler.now() };
    log.push(line);
    for (let attempt = 1; !(await post(send, line, attempt)) && !send.givesUp; attempt += 1) {
      await scheduler.sleep(Math.min(2_000 * 2 ** attempt, 300_000) * (0.5 + random.next() / 2));
    }
  }

  /** True: it is answered for good. */
  async function post(send: PlannedSend, line: SentLine, attempt: number): Promise<boolean> {
    scheduler.note(() => `sender posts ${send.document.name} under ${send.key}, attempt ${attempt}`);
    const answer = await door(requestOf(send));
    if (answer === undefined || answer.status >= 500) return false;
    if (answer.status === 202) line.acceptedAt = scheduler.now();
    else line.refused = `${answer.status} ${answer.body}`;
    return true;
  }

  return {
    start: (send) => {
      open += 1;
      scheduler.after(send.at, () => {
        // A sender that fails is a defect of the world: let it be seen.
        deliver(send).then(
          () => {
            open -= 1;
          },
          (error: unknown) => scheduler.crash(error),
        );
      });
    },
    log: () => log,
    isDone: () => open === 0,
  };
}

/** A webhook id or an agent's key for a document: the same every time it is sent under it. */
export const keyFor = (document: PlannedDocument, variant: string): string =>
  createHash("sha256").update(`${document.name} ${document.tag} ${variant}`).digest("hex").slice(0, 24);

class Unroutable extends Error {}

/** The id that the door must give a document: by it a sender's log, the books and an operator's command speak of the same one. */
export function idOf(document: PlannedDocument, key: string): DocumentId {
  const parsed = parseExactJson(new TextEncoder().encode(JSON.stringify(document.wire)));
  const routed = parsed.kind === "parsed" ? plainJsonFormat.route(parsed.value) : undefined;
  if (parsed.kind !== "parsed" || routed?.kind !== "routed") throw new Unroutable(`${document.name} cannot be routed`);
  const { fields } = routed;
  const match = (number: string): string => matchNumber("strip-leading-zeros", number);
  return documentIdFor({
    site: SiteId.parse(document.site),
    connection: ConnectionId.parse(document.connection),
    fields,
    matched: { subject: match(fields.subject.number), object: match(fields.objectId) },
    digest: digestOf(parsed.value, []),
    idempotencyKey: key,
  });
}
