import { covers, type Grant } from "../access/grants.ts";
import { digestOf } from "../documents/digest.ts";
import { identifierFault } from "../documents/identifiers.ts";
import type { ConnectionId, DocumentId } from "../documents/ids.ts";
import { keptTextOf } from "../documents/kept-text.ts";
import { matchNumber } from "../documents/match-key.ts";
import type { Part, RouteAnswer, RoutingFields, SourceFormat } from "../documents/source-format.ts";
import { type Arrival, documentIdFor } from "../ledger/new-header.ts";
import { mappingContext } from "../mapping/context.ts";
import { pathInMessage } from "../mapping/split.ts";
import type { Connection, Settings, Site } from "../settings/settings.ts";
import type { Sender } from "./enter.ts";
import { keyProblem } from "./message-id.ts";
import { type Problem, problemOf } from "./problems.ts";

export type RoutedLine = {
  readonly kind: "routed";
  /** Its place in the message, from 1. */
  readonly line: number;
  readonly document: DocumentId;
  readonly arrival: Arrival;
  readonly source: string;
  /** The idempotency key it carries itself, under a bearer token. */
  readonly ownKey?: string;
};
export type RefusedLine = { readonly kind: "refused"; readonly line: number; readonly problem: Problem };

export type Routing = {
  readonly connection: Connection;
  readonly settings: Settings;
  readonly format: SourceFormat;
  readonly sender: Sender;
  /** Of the path. */
  readonly site: string | undefined;
  readonly now: number;
  /** The message's own text: kept where it is one document. */
  readonly text: string;
};

/** What the door reads of one document, and where that sends it; every refusal says by its path why. */
export function routeLine(part: Part, line: number, routing: Routing): RoutedLine | RefusedLine {
  const ownKey = routing.sender.grant === undefined ? undefined : part.key;
  const keyFault = ownKey === undefined ? undefined : keyProblem(ownKey, part.path);
  if (keyFault !== undefined) return { kind: "refused", line, problem: keyFault };
  const answer = routing.format.route(part.document);
  if (answer.kind === "unroutable")
    return { kind: "refused", line, problem: problemOf("document-unroutable", answer.message, { path: pathInMessage(part, answer.path) }) };
  const problem = identifierProblem(part, answer) ?? versionProblem(part, answer, routing);
  if (problem !== undefined) return { kind: "refused", line, problem };
  const site = siteFor(part, answer, routing);
  if (site.kind === "refused") return { kind: "refused", line, problem: site.problem };
  return arrive(part, line, answer, site.site, ownKey, routing);
}

type Routed = Extract<RouteAnswer, { kind: "routed" }>;

function arrive(part: Part, line: number, answer: Routed, site: Site, ownKey: string | undefined, routing: Routing): RoutedLine | RefusedLine {
  const { fields } = answer;
  const target = targetOf(site, fields.type, routing.connection);
  if (target === undefined) return { kind: "refused", line, problem: notRouted(part, fields, site) };
  const problem = directionProblem(part, fields, target, routing) ?? mappingProblem(part, site, routing);
  if (problem !== undefined) return { kind: "refused", line, problem };
  const { connection, settings, now } = routing;
  const digest = digestOf(part.document, [...connection.source.volatile, ...answer.volatile]);
  const unknownFields = routing.format.unknownFields(part.document);
  const arrival: Arrival = {
    site: site.id,
    connection: connection.id,
    target,
    fields,
    matched: { subject: matchNumber(connection.source.matchKey, fields.subject.number), object: matchNumber(connection.source.matchKey, fields.objectId) },
    digest,
    idempotencyKey: ownKey ?? (routing.sender.isKeyLoose === true ? undefined : routing.sender.key) ?? digest,
    mappingVersion: answer.mapping,
    receivedAt: now,
    firstWakeAt: now + settings.limits.receivedWakeSeconds * 1000,
    openShards: settings.limits.openShards,
    ...(unknownFields.length === 0 ? {} : { unknownFields }),
  };
  const source = keptTextOf(part, routing.text);
  return { kind: "routed", line, document: documentIdFor(arrival), arrival, source, ...(ownKey === undefined ? {} : { ownKey }) };
}

/** Master data of a plant goes up, the ERP's goes down. */
const targetOf = (site: Site, type: RoutingFields["type"], { role }: Connection): ConnectionId | undefined =>
  (role === "mes" ? site.routesFromPlant?.[type] : undefined) ?? site.routes[type];

const notRouted = (part: Part, fields: RoutingFields, site: Site): Problem =>
  problemOf("not-routed", `documents of type ${fields.type} go nowhere from here at site ${site.id}`, { path: part.path });

/** BAD-INPUT.md 18 to 20: the door keeps no identifier that nothing can store or show. */
function identifierProblem(part: Part, { fields, places }: Routed): Problem | undefined {
  const read = [
    { text: fields.objectId, place: places.object },
    { text: fields.subject.number, place: places.subject },
    ...(fields.site === undefined ? [] : [{ text: fields.site, place: places.site }]),
  ];
  for (const { text, place } of read) {
    const fault = identifierFault(text);
    if (fault !== undefined) return problemOf("identifier-characters", `an identifier holds ${fault}`, { path: pathInMessage(part, place) });
  }
  return undefined;
}

/** A cancel comes without a version where its sender has none. */
function versionProblem(part: Part, { fields, places }: Routed, { settings, connection }: Routing): Problem | undefined {
  if (fields.version !== undefined || fields.cancel || !settings.documentTypes[fields.type].versioned) return undefined;
  if (connection.unversioned?.includes(fields.type) === true) return undefined;
  return problemOf("version-missing", `a ${fields.type} needs a version`, { path: pathInMessage(part, places.version) });
}

type SiteAnswer = { readonly kind: "site"; readonly site: Site } | { readonly kind: "refused"; readonly problem: Problem };

function siteFor(part: Part, { fields, places }: Routed, { connection, settings, site: ofPath, sender }: Routing): SiteAnswer {
  const path = fields.site === undefined ? part.path : pathInMessage(part, places.site);
  const named = fields.site === undefined ? undefined : siteNamed(connection, fields.site);
  if (ofPath !== undefined && named !== undefined && named !== ofPath)
    return { kind: "refused", problem: problemOf("site-differs", `the address names site ${ofPath}, the document another`, { path }) };
  const name = ofPath ?? named;
  if (name === undefined) return { kind: "refused", problem: problemOf("document-unroutable", "neither the address nor the document names a site", { path }) };
  const site = settings.sites.find((known) => known.id === name && connection.sites.includes(known.id));
  if (site === undefined) return { kind: "refused", problem: problemOf("site-not-served", "the connection does not speak for the document's site", { path }) };
  if (mayPost(sender.grant, { site: name, type: fields.type })) return { kind: "site", site };
  return { kind: "refused", problem: problemOf("not-found", "there is nothing here, or not for this token", { path: part.path }) };
}

/** By the system's own code of the site, where it has one. */
const siteNamed = ({ siteCodes }: Connection, sent: string): string =>
  siteCodes === undefined ? sent : Object.hasOwn(siteCodes, sent) ? String(siteCodes[sent]) : sent;

const mayPost = (grant: Grant | undefined, wanted: { readonly site: string; readonly type: string }): boolean =>
  grant === undefined || covers(grant, { action: "post", ...wanted });

function directionProblem(part: Part, fields: RoutingFields, target: string, { connection }: Routing): Problem | undefined {
  if (target !== connection.id) return undefined;
  return problemOf("returns-to-sender", `documents of type ${fields.type} are for this connection, not from it`, { path: part.path });
}

/** Where the connection wants to know at once what would park. */
function mappingProblem(part: Part, site: Site, { connection, format, now }: Routing): Problem | undefined {
  if (!connection.source.validateAtDoor) return undefined;
  const answer = format.toCanonical(part.document, mappingContext(connection, site, now));
  const [first] = answer.kind === "invalid" ? answer.reasons : [];
  if (first === undefined) return undefined;
  return problemOf("mapping-refused", `${first.code}: ${first.message}`, { path: first.field === undefined ? part.path : pathInMessage(part, first.field) });
}
