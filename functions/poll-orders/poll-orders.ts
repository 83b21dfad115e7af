import { type JsonObject, writeExactJson } from "../../core/documents/exact-json.ts";
import type { TakingPorts } from "../../core/door/request.ts";
import { openMessage, takeIn } from "../../core/door/take-message.ts";
import type { Ids } from "../../core/ledger/ports.ts";
import { ledgerMemory } from "../../core/polling/ledger-memory.ts";
import type { Poller, PollOutcome, Taken } from "../../core/polling/poller.ts";
import type { Connection } from "../../core/settings/settings.ts";

export type PollOrdersPorts = TakingPorts & { readonly ids: Ids; readonly pollerOf: (connection: Connection) => Poller };

/** By connection; `crashed`: its poller threw, which is a defect, and no other connection's trouble. */
export type PollReport = Readonly<Record<string, PollOutcome | { readonly kind: "crashed"; readonly why: string }>>;

/** Of the function's time: the rest is for the slice under way. */
const BEGIN_WITHIN = 0.6;

/**
 * Asks every connection with `pollSeconds` for its orders, side by side, each by one poller at a time, and gives what is new to the door: from there it goes the way of
 * any document, so a thing told twice is one document. What a killed poller had not told is told by the next.
 */
export function createPollOrders(ports: PollOrdersPorts): (remainingMs: () => number) => Promise<PollReport> {
  return async (remainingMs) => {
    const stopAt = ports.clock.now() + remainingMs() * BEGIN_WITHIN;
    const polled = ports.settings.connections.flatMap((connection) => {
      const { pollSeconds } = connection;
      return pollSeconds === undefined ? [] : [pollOne(ports, connection, pollSeconds, stopAt)];
    });
    return Object.fromEntries(await Promise.all(polled));
  };
}

async function pollOne(ports: PollOrdersPorts, connection: Connection, pollSeconds: number, stopAt: number): Promise<[string, PollReport[string]]> {
  const { ledger, clock, ids, settings } = ports;
  // A claim outlives the function (LANES.md 6).
  const leaseMs = settings.limits.claimSeconds * 1000;
  try {
    const memory = ledgerMemory({ ledger, clock, connection: connection.id, poller: ids.next(), leaseMs, pollSeconds });
    const options = { now: () => clock.now(), stopAt, overlapSeconds: connection.target.commitSeconds };
    return [connection.id, await ports.pollerOf(connection)(memory, (document) => tell(ports, connection, document), options)];
  } catch (error) {
    return [connection.id, { kind: "crashed", why: error instanceof Error ? error.message : String(error) }];
  }
}

/** Through the door, behind its check of who sends: we asked the system ourselves. */
async function tell(ports: PollOrdersPorts, connection: Connection, document: JsonObject): Promise<Taken> {
  // Its settings are checked to have exactly one site.
  const opened = { connection, sender: {}, site: connection.sites[0], value: document, text: writeExactJson(document) };
  const message = openMessage(opened, ports);
  if (message.kind === "refused") return { kind: "refused", why: `${message.problem.code}: ${message.problem.detail}` };
  const { status, audit } = await takeIn(message, { connection: connection.id, sourceIp: "poll-orders" }, ports);
  if (status === 202) return { kind: "taken" };
  const why = [audit.code, audit.detail, ...audit.errors].filter((part) => part !== undefined).join(": ");
  return { kind: status >= 500 ? "later" : "refused", why };
}
