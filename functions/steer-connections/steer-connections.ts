import { type AccessPorts, authorize, originOf } from "../../core/access/authorize.ts";
import type { Audit } from "../../core/audit/audit.ts";
import { connectionsAnswer } from "../../core/connections/connection-states.ts";
import type { EventSources } from "../../core/connections/event-sources.ts";
import { type Pause, pauseWrite, readPauses, resumeWrite } from "../../core/connections/pauses.ts";
import { type SteerAnswer, SteerRequest } from "../../core/connections/steer-bodies.ts";
import { type GuardedRequest, readBody } from "../../core/door/guarded.ts";
import { type HttpAnswer, jsonAnswer, problemAnswer, problemOf } from "../../core/door/problems.ts";
import { type Connection, type Site, siteOf, targetsAt } from "../../core/settings/settings.ts";

export type SteerPorts = AccessPorts & { readonly audit: Audit; readonly sources: EventSources };

type Request = GuardedRequest & { readonly resource: string; readonly sourceIp: string };
type Steering = { readonly connection: Connection; readonly who: string; readonly from: string; readonly why: string };

/**
 * The routes of steer-connections: a target connection is paused (its queue is not consumed, what comes waits in SQS, in order, at most fourteen days) and
 * resumed; and how each connection of a site stands. Recorded in the audit before it is done; each is repeated by asking again.
 */
export function createSteerConnections(ports: SteerPorts): (request: Request) => Promise<HttpAnswer> {
  return async (request) => {
    const { site, connection } = request.path;
    if (site === undefined) return problemAnswer(problemOf("path-malformed", "the path names no site"));
    if (connection !== undefined) return steer(ports, request, site, connection);
    const authorized = await authorize(request, { action: "read", site }, ports);
    if (authorized.kind === "refused") return problemAnswer(authorized.problem);
    return jsonAnswer(200, await connectionsAnswer(ports, siteOf(ports.settings, site)));
  };
}

async function steer(ports: SteerPorts, request: Request, site: string, id: string): Promise<HttpAnswer> {
  const authorized = await authorize(request, { action: "administer", site, connection: id }, ports);
  if (authorized.kind === "refused") return problemAnswer(authorized.problem);
  const connection = connectionAt(ports, siteOf(ports.settings, site), id);
  if (connection === undefined) return problemAnswer(problemOf("not-found", `${site} has no such connection`));
  const body = readBody(request, ports.settings.limits.bodyBytes, SteerRequest);
  if (body.kind === "refused") return problemAnswer(body.problem);
  const steering = { connection, who: authorized.principal, from: originOf(request), why: body.value.why };
  return request.resource.endsWith("/resumption") ? resume(ports, steering) : pause(ports, steering);
}

/** One that only sends has no queue that could stand still. */
const connectionAt = ({ settings }: SteerPorts, site: Site, id: string): Connection | undefined =>
  settings.connections.find((connection) => connection.id === id && targetsAt(site).includes(connection.id));

/** The pause is known before the queue stands still, so that no timer fills it; who paused first stays named. */
async function pause(ports: SteerPorts, { connection, who, from, why }: Steering): Promise<HttpAnswer> {
  const before = (await readPauses(ports.ledger, [connection.id])).get(connection.id);
  await ports.audit.record({ who, from, action: "pause", what: connection.id, why, details: before === undefined ? {} : { pausedBy: before.by } });
  const paused: Pause = before ?? { by: who, why, at: ports.clock.now() };
  if (before === undefined) await ports.ledger.write([pauseWrite(connection.id, paused)]);
  if ((await ports.sources.set(connection.id, false)) === "busy") return stillChanging();
  return answered({ connection: connection.id, paused: true, by: paused.by, at: new Date(paused.at).toISOString(), changed: before === undefined });
}

/** The queue goes on before the pause is forgotten: what dies in between is asked for again. */
async function resume(ports: SteerPorts, { connection, who, from, why }: Steering): Promise<HttpAnswer> {
  const before = (await readPauses(ports.ledger, [connection.id])).get(connection.id);
  await ports.audit.record({ who, from, action: "resume", what: connection.id, why, details: before === undefined ? {} : { pausedBy: before.by } });
  if ((await ports.sources.set(connection.id, true)) === "busy") return stillChanging();
  await ports.ledger.write([resumeWrite(connection.id)]);
  return answered({ connection: connection.id, paused: false, changed: before !== undefined });
}

const answered = (answer: SteerAnswer): HttpAnswer => jsonAnswer(200, answer);
const stillChanging = (): HttpAnswer =>
  problemAnswer(problemOf("connection-changing", "the queue's event source is still being changed; ask again in a minute"), { retryAfterSeconds: 60 });
