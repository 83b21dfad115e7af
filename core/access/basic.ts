import { createHash, timingSafeEqual } from "node:crypto";
import { oneHeader, type RequestHeaders } from "./headers.ts";

/** Basic authentication (RFC 7617), which only TLS makes safe: the gateway takes nothing else. */

const LONGEST_HEADER = 600;
const BASIC = /^basic ([A-Za-z0-9+/]+={0,2})$/i;

/** `user:password` as bytes; undefined where the header is missing, repeated, too long, not strictly base64, or without a colon. */
export function readBasic(headers: RequestHeaders): Buffer | undefined {
  const header = oneHeader(headers, "authorization");
  if (header.kind !== "one" || header.value.length > LONGEST_HEADER) return undefined;
  const base64 = BASIC.exec(header.value)?.[1];
  if (base64 === undefined) return undefined;
  const pair = Buffer.from(base64, "base64");
  return pair.toString("base64") === base64 && pair.includes(":") ? pair : undefined;
}

class DamagedPair extends Error {}

/** Whether it is one of the pairs now valid, in a time that tells neither how much of it is right nor how long ours is. @throws DamagedPair */
export function isPairKnown(pair: Uint8Array, secrets: readonly string[]): boolean {
  const sent = hashOf(pair);
  const ours = secrets.map((secret) => {
    if (!/^[^:]+:./s.test(secret)) throw new DamagedPair("a basic secret is not of the form user:password");
    return hashOf(secret);
  });
  return ours.map((known) => timingSafeEqual(sent, known)).includes(true);
}

const hashOf = (pair: string | Uint8Array): Buffer => createHash("sha256").update(pair).digest();
