import { isAllowed } from "../access/allowlist.ts";
import { authorize } from "../access/authorize.ts";
import type { Grant } from "../access/grants.ts";
import { oneHeader, type RequestHeaders } from "../access/headers.ts";
import { isSigned, readWebhookClaims } from "../access/standard-webhooks.ts";
import type { Connection } from "../settings/settings.ts";
import { type Problem, type ProblemName, problemOf } from "./problems.ts";
import type { DoorPorts, DoorRequest } from "./request.ts";

/** Who sends, and under which key: `grant` of a bearer, whose lines may carry keys of their own; none of a signed message, which may say all its connection may. */
export type Sender = { readonly grant?: Grant; readonly key?: string };

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

/** By the connection's scheme, over the raw bytes, before anything is parsed. Rejects where the ledger or the secrets cannot be asked: fail closed. */
export async function recognise(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  switch (connection.source.scheme) {
    case "standard-webhooks":
      return recogniseSigned(connection, request, ports);
    case "bearer":
      return recogniseBearer(connection, request, ports);
  }
}

class UnsignedConnection extends Error {}

async function recogniseSigned(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const claims = readWebhookClaims(request.headers, ports.clock.now(), ports.settings.limits.signatureToleranceSeconds);
  if (claims.kind === "refused") return refused(claims.problem, claims.detail);
  if (connection.source.secret === undefined) throw new UnsignedConnection(`connection ${connection.id} has no secret`);
  const secrets = await ports.secrets.read(connection.source.secret);
  if (!isSigned(claims, request.body, secrets)) return refused("signature-refused", "no signature in the header webhook-signature is right for this body");
  return { kind: "known", sender: { key: claims.id } };
}

async function recogniseBearer(connection: Connection, request: DoorRequest, ports: DoorPorts): Promise<Known> {
  const { site } = request.path;
  const answer = await authorize(request.headers, { action: "post", connection: connection.id, ...(site === undefined ? {} : { site }) }, ports);
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

const LONGEST_KEY = 200;

/** Of a key that is no webhook id: an agent's line has one, a bearer's message may. */
export function keyProblem(key: string, path?: string): Problem | undefined {
  const where = path === undefined ? {} : { path };
  if (key.trim() === "") return problemOf("key-missing", "the idempotency key is blank, or no text", where);
  if (key.length > LONGEST_KEY || /[^\x21-\x7e]/.test(key))
    return problemOf("key-malformed", `an idempotency key has 1 to ${LONGEST_KEY} printable ASCII characters`, where);
  return undefined;
}

const refused = (name: ProblemName, detail: string): Refused => ({ kind: "refused", problem: problemOf(name, detail) });
