import { createHmac, timingSafeEqual } from "node:crypto";
import type { ProblemName } from "../door/problems.ts";
import { oneHeader, type RequestHeaders } from "./headers.ts";

/** Standard Webhooks 1.0 (github.com/standard-webhooks): HMAC-SHA256 over `id.timestamp.body`, the raw bytes. */

export type WebhookClaims = {
  readonly kind: "claims";
  /** The message's idempotency key, once the signature holds. */
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: readonly Buffer[];
};
export type WebhookRefusal = { readonly kind: "refused"; readonly problem: ProblemName; readonly detail: string };

const ID = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
/** Two while a key rotates; ten is generous, and bounds the work a stranger can cause. */
const MAX_SIGNATURES = 10;
const LONGEST_SIGNATURES = 2000;
const HMAC_BYTES = 32;
const SHARED_SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** What the headers claim, checked as far as it can be without the secret: cheap refusals first. */
export function readWebhookClaims(headers: RequestHeaders, nowMs: number, toleranceSeconds: number): WebhookClaims | WebhookRefusal {
  const id = oneHeader(headers, "webhook-id");
  const timestamp = oneHeader(headers, "webhook-timestamp");
  const signature = oneHeader(headers, "webhook-signature");
  if (id.kind === "repeated" || timestamp.kind === "repeated" || signature.kind === "repeated")
    return refused("header-repeated", "a webhook header came more than once");
  if (id.kind === "absent" || id.value.trim() === "") return refused("key-missing", "the header webhook-id is missing or blank");
  if (!ID.test(id.value))
    return refused("key-malformed", "the header webhook-id is longer than 200 characters, or holds a dot or a character that is not printable ASCII");
  if (timestamp.kind === "absent" || !isTimely(timestamp.value, nowMs, toleranceSeconds))
    return refused("timestamp-refused", `the header webhook-timestamp must be whole seconds since 1970, within ${toleranceSeconds} s of now`);
  if (signature.kind === "absent") return refused("signature-refused", "the header webhook-signature is missing");
  const signatures = signaturesIn(signature.value);
  if (signatures === undefined) return refused("signatures-too-many", `the header webhook-signature holds more than ${MAX_SIGNATURES} signatures`);
  return { kind: "claims", id: id.value, timestamp: timestamp.value, signatures };
}

function signaturesIn(header: string): Buffer[] | undefined {
  const texts = header.length > LONGEST_SIGNATURES ? [] : header.split(" ");
  return texts.length === 0 || texts.length > MAX_SIGNATURES ? undefined : texts.flatMap(signatureIn);
}

/** Whether one of the signatures is right under one of the secrets now valid. */
export function isSigned(claims: WebhookClaims, body: Uint8Array, secrets: readonly string[]): boolean {
  return secrets.map(keyIn).some((key) => {
    const right = createHmac("sha256", key).update(`${claims.id}.${claims.timestamp}.`).update(body).digest();
    return claims.signatures.some((signature) => timingSafeEqual(signature, right));
  });
}

/** The header `webhook-signature` for a message of ours: what a sender does. */
export function signWebhook(id: string, timestamp: string, body: Uint8Array, secret: string): string {
  return `v1,${createHmac("sha256", keyIn(secret)).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
}

export class DamagedSecret extends Error {}

/** @throws DamagedSecret: a secret of ours that is not `whsec_` and base64 is a fault of the set-up; nothing is let in by it. */
function keyIn(secret: string): Buffer {
  const base64 = SHARED_SECRET.exec(secret)?.[1];
  if (base64 === undefined) throw new DamagedSecret("a webhook secret is not of the form whsec_<base64>");
  return Buffer.from(base64, "base64");
}

function isTimely(timestamp: string, nowMs: number, toleranceSeconds: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) <= toleranceSeconds;
}

/** Of version 1, whole and strictly base64; others are passed over, as the standard asks. */
function signatureIn(text: string): Buffer[] {
  if (!text.startsWith("v1,")) return [];
  const bytes = Buffer.from(text.slice(3), "base64");
  return bytes.length === HMAC_BYTES && bytes.toString("base64") === text.slice(3) ? [bytes] : [];
}

const refused = (problem: ProblemName, detail: string): WebhookRefusal => ({ kind: "refused", problem, detail });
