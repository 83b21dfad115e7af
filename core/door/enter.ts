import { isTokenGood, readJwt } from "../access/access-token.ts";
import { isAllowed } from "../access/allowlist.ts";
import { authorize, tokenRefused } from "../access/authorize.ts";
import { isPairKnown, readBasic } from "../access/basic.ts";
import { isBodySigned, readBodySignature, refusedSignature } from "../access/body-signature.ts";
import type { Grant } from "../access/grants.ts";
import { oneHeader, type RequestHeaders } from "../access/headers.ts";
import { isSigned, readWebhookClaims } from "../access/standard-webhooks.ts";
import type { Json } from "../documents/exact-json.ts";
import type { Connection, Source } from "../settings/settings.ts";
import { keyProblem, keyWithin, type NamedKey, nameByHeaders } from "./message-id.ts";
import { type Problem, type ProblemName, problemOf } from "./problems.ts";
import type { DoorPorts, DoorRequest } from "./request.ts";

/** Who sends, and under which key. */
export type Sender = {
  /** Of a bearer, whose lines may carry keys of their own; without one the sender may say all its connection may. */
  readonly grant?: Grant;
  /** The message's. */
  readonly key?: string;
  /** JSON Pointer within the message, where its key stands. */
  readonly keyAt?: string;
  /** No signature covers the key: it tells a repeat of the message, and never makes two documents of one content. */
  readonly isKeyLoose?: boolean;
};

type Refused = { readonly kind: "refused"; readonly problem: Problem };
type Entered = { readonly kind: "entered"; readonly connection: Connection } | Refused;
export type Known = { readonly kind: "known"; readonly sender: Sender } | Refused;

/** The connection that the path names, where it may be spoken for from this address and for this site. */
export function findConnection(request: DoorRequest, ports: DoorPorts): Entered {
  const connection = ports.settings.connections.find((known) => known.id === request.path.connection);
  if (connection === undefined || !serves(connection, request.path.site))
    return refused("connection-unknown", "the address names no connection, or none of this site");
  if (!isAllowed(request.sourceIp, connection.source.allowlist))
    return refused("address-refused", "requests of this connection are taken from its listed addresses only");
  return { kind: "entered", connection };
}

const serves = (connection: Connection, site: string | undefined): boolean => site === undefined || connection.sites.some((served) => served === site);

/** By the connection's scheme, over the raw bytes, before anything is parsed. Rejects where the ledger, the secrets or the keys cannot be asked: fail closed. */
export async function recognise(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const { source } = connection;
  switch (source.scheme) {
    case "standard-webhooks":
      return recogniseSigned(source, request, ports);
    case "hmac-body":
      return recogniseBodySigned(source, request, ports);
    case "basic":
      return recogniseBasic(source, request, ports);
    case "oauth2":
      return recogniseOauth2(source, request, ports);
    case "bearer":
      return recogniseBearer(connection, request, ports);
  }
}

type SourceOf<Scheme extends Source["scheme"]> = Extract<Source, { scheme: Scheme }>;

async function recogniseSigned(source: SourceOf<"standard-webhooks">, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const claims = readWebhookClaims(request.headers, ports.clock.now(), ports.settings.limits.signatureToleranceSeconds);
  if (claims.kind === "refused") return refused(claims.problem, claims.detail);
  const secrets = await ports.secrets.read(source.secret);
  if (!isSigned(claims, request.body, secrets)) return refused("signature-refused", "no signature in the header webhook-signature is right for this body");
  return { kind: "known", sender: { key: claims.id } };
}

async function recogniseBodySigned(source: SourceOf<"hmac-body">, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const read = readBodySignature(request.headers, source);
  if (read.kind === "refused") return read;
  if (!isBodySigned(read.signature, request.body, await ports.secrets.read(source.secret))) return refusedSignature(source.header);
  return known(nameByHeaders(request.headers, source.messageId), { isKeyLoose: "header" in source.messageId });
}

async function recogniseBasic(source: SourceOf<"basic">, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const pair = readBasic(request.headers);
  if (pair === undefined || !isPairKnown(pair, await ports.secrets.read(source.secret)))
    return refused("credentials-refused", "the right user and password are required in the header authorization, by the scheme Basic");
  return known(nameByHeaders(request.headers, source.messageId));
}

async function recogniseOauth2(source: SourceOf<"oauth2">, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const token = readJwt(request.headers);
  if (token === undefined || !(await isTokenGood(token, source, ports))) return { kind: "refused", problem: tokenRefused() };
  return known(nameByHeaders(request.headers, source.messageId));
}

/** Whoever sends is known: only what the message is called is still open. */
function known(named: NamedKey, sender: Sender = {}): Known {
  if (named.kind === "refused") return named;
  const { kind: _kind, ...key } = named;
  return { kind: "known", sender: { ...sender, ...key } };
}

/** The sender with the key that stands in its message, where its connection says that it does. */
export function readKey(sender: Sender, message: Json): Known {
  return sender.keyAt === undefined ? { kind: "known", sender } : known(keyWithin(message, sender.keyAt), sender);
}

async function recogniseBearer(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const { site } = request.path;
  const answer = await authorize({ headers: request.headers }, { action: "post", connection: connection.id, ...(site === undefined ? {} : { site }) }, ports);
  if (answer.kind === "refused") return answer;
  const key = freeKey(request.headers);
  return key.kind === "refused" ? key : { kind: "known", sender: { grant: answer.grant, ...key.key } };
}

function freeKey(headers: RequestHeaders): { readonly kind: "key"; readonly key: { readonly key?: string } } | Refused {
  const header = oneHeader(headers, "idempotency-key");
  if (header.kind === "absent") return { kind: "key", key: {} };
  if (header.kind === "repeated") return refused("header-repeated", "the header idempotency-key came more than once");
  const problem = keyProblem(header.value);
  return problem === undefined ? { kind: "key", key: { key: header.value } } : { kind: "refused", problem };
}

const refused = (name: ProblemName, detail: string): Refused => ({ kind: "refused", problem: problemOf(name, detail) });
