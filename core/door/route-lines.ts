import { covers, type Grant } from "../access/grants.ts";
import { digestOf } from "../documents/digest.ts";
import { isJsonObject, type Json, writeExactJson } from "../documents/exact-json.ts";
import { identifierFault } from "../documents/identifiers.ts";
import type { DocumentId } from "../documents/ids.ts";
import { pointerOf } from "../documents/json-pointer.ts";
import { matchNumber } from "../documents/match-key.ts";
import type { RoutingFields, SourceFormat } from "../documents/source-format.ts";
import { type Arrival, documentIdFor } from "../ledger/new-header.ts";
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

export type Part = {
  readonly document: Json;
  readonly key?: string;
  /** JSON Pointer within the message; empty where the message is the document. */
  readonly path: string;
};

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
    return { kind: "refused", line, problem: problemOf("document-unroutable", answer.message, { path: part.path + answer.path }) };
  const problem = identifierProblem(part, answer.fields) ?? versionProblem(part, answer.fields, routing.settings);
  if (problem !== undefined) return { kind: "refused", line, problem };
  const site = siteFor(part, answer.fields, routing);
  if (site.kind === "refused") return { kind: "refused", line, problem: site.problem };
  return arrive(part, line, answer.fields, site.site, ownKey, routing);
}

function arrive(part: Part, line: number, fields: RoutingFields, site: Site, ownKey: string | undefined, routing: Routing): RoutedLine | RefusedLine {
  const target = site.routes[fields.type];
  const problem = directionProblem(part, fields, target, routing) ?? mappingProblem(part, site, routing);
  if (problem !== undefined) return { kind: "refused", line, problem };
  const { connection, settings, now } = routing;
  const digest = digestOf(part.document, connection.source.volatile);
  const unknownFields = routing.format.unknownFields(part.document);
  const arrival: Arrival = {
    site: site.id,
    connection: connection.id,
    target,
    fields,
    matched: { subject: matchNumber(connection.source.matchKey, fields.subject.number), object: matchNumber(connection.source.matchKey, fields.objectId) },
    digest,
    idempotencyKey: ownKey ?? (routing.sender.isKeyLoose === true ? undefined : routing.sender.key) ?? digest,
    mappingVersion: routing.format.mappingVersion,
    receivedAt: now,
    firstWakeAt: now + settings.limits.receivedWakeSeconds * 1000,
    openShards: settings.limits.openShards,
    ...(unknownFields.length === 0 ? {} : { unknownFields }),
  };
  const source = part.path === "" ? routing.text : writeExactJson(part.document);
  return { kind: "routed", line, document: documentIdFor(arrival), arrival, source, ...(ownKey === undefined ? {} : { ownKey }) };
}

/** BAD-INPUT.md 18 to 20: the door keeps no identifier that nothing can store or show. */
function identifierProblem(part: Part, fields: RoutingFields): Problem | undefined {
  for (const text of [fields.objectId, fields.subject.number, ...(fields.site === undefined ? [] : [fields.site])]) {
    const fault = identifierFault(text);
    if (fault !== undefined) return problemOf("identifier-characters", `an identifier holds ${fault}`, { path: part.path + placeOf(part.document, text) });
  }
  return undefined;
}

function placeOf(document: Json, text: string): string {
  const name = isJsonObject(document) ? Object.entries(document).find(([, value]) => value === text)?.[0] : undefined;
  return name === undefined ? "" : pointerOf([name]);
}

/** A cancel comes without a version where its sender has none. */
function versionProblem(part: Part, fields: RoutingFields, settings: Settings): Problem | undefined {
  if (fields.version !== undefined || fields.cancel || !settings.documentTypes[fields.type].versioned) return undefined;
  return problemOf("version-missing", `a ${fields.type} needs a version`, { path: `${part.path}/version` });
}

type SiteAnswer = { readonly kind: "site"; readonly site: Site } | { readonly kind: "refused"; readonly problem: Problem };

function siteFor(part: Part, fields: RoutingFields, { connection, settings, site: ofPath, sender }: Routing): SiteAnswer {
  const path = fields.site === undefined ? part.path : part.path + placeOf(part.document, fields.site);
  if (ofPath !== undefined && fields.site !== undefined && fields.site !== ofPath)
    return { kind: "refused", problem: problemOf("site-differs", `the address names site ${ofPath}, the document another`, { path }) };
  const name = ofPath ?? fields.site;
  if (name === undefined) return { kind: "refused", problem: problemOf("document-unroutable", "neither the address nor the document names a site", { path }) };
  const site = settings.sites.find((known) => known.id === name && connection.sites.includes(known.id));
  if (site === undefined) return { kind: "refused", problem: problemOf("site-not-served", "the connection does not speak for the document's site", { path }) };
  if (mayPost(sender.grant, { site: name, type: fields.type })) return { kind: "site", site };
  return { kind: "refused", problem: problemOf("not-found", "there is nothing here, or not for this token", { path: part.path }) };
}

const mayPost = (grant: Grant | undefined, wanted: { readonly site: string; readonly type: string }): boolean =>
  grant === undefined || covers(grant, { action: "post", ...wanted });

function directionProblem(part: Part, fields: RoutingFields, target: string, { connection }: Routing): Problem | undefined {
  if (target !== connection.id) return undefined;
  return problemOf("returns-to-sender", `documents of type ${fields.type} are for this connection, not from it`, { path: part.path });
}

/** Where the connection wants to know at once what would park. */
function mappingProblem(part: Part, site: Site, { connection, format }: Routing): Problem | undefined {
  if (!connection.source.validateAtDoor) return undefined;
  const answer = format.toCanonical(part.document, { site: site.id, timeZone: connection.source.timeZone });
  const [first] = answer.kind === "invalid" ? answer.reasons : [];
  if (first === undefined) return undefined;
  return problemOf("mapping-refused", `${first.code}: ${first.message}`, { path: first.field === undefined ? part.path : part.path + first.field });
}
