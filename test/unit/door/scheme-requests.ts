import { createHmac } from "node:crypto";
import { ProblemBody } from "../../../core/door/problems.ts";
import { json, order } from "../../bad-input/documents.ts";
import { type DoorWorld, doorWorld, type SourceChanges } from "./door-world.ts";

/** Requests of a connection with another scheme than Standard Webhooks, and what became of them. */

export type Headers = Readonly<Record<string, string | readonly string[]>>;

export const KEY = "a shared secret of the door's own tests";
export const HMAC = { scheme: "hmac-body", secret: "erp-webhook", header: "X-Frappe-Webhook-Signature", encoding: "base64", prefix: "" } as const;
export const BY_DIGEST = { messageId: { digest: true } } as const;

/** Written apart from the door's own. */
export const macOf = (body: Uint8Array, encoding: "base64" | "hex", key = KEY): string => createHmac("sha256", key).update(body).digest(encoding);

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Base64 that decodes to the same bytes and is written otherwise: a bit is set that stands for nothing. */
export const withStrayBit = (base64: string): string => base64.replace(/.(?==+$)/, (last) => ALPHABET.charAt(ALPHABET.indexOf(last) + 1));

export async function schemeWorld(scheme: Readonly<Record<string, unknown>>, secrets: readonly string[] = [KEY], more: SourceChanges = {}) {
  const world = await doorWorld({ ...more, scheme });
  world.secrets.set("erp-webhook", secrets);
  return world;
}

export function send(world: DoorWorld, headers: Headers, body: Uint8Array = json(order("1"))) {
  const lists = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), typeof value === "string" ? [value] : value]);
  return world.receive({
    path: { connection: "erp" },
    headers: { "content-type": ["application/json"], ...Object.fromEntries(lists) },
    body,
    sourceIp: "192.0.2.1",
  });
}

/** Status and code; and the proof that what is refused left nothing behind. */
export async function outcome(world: DoorWorld, headers: Headers, body?: Uint8Array): Promise<string> {
  const before = world.written().length;
  const answer = await send(world, headers, body);
  if (answer.status === 202) return "202";
  const { code } = ProblemBody.parse(JSON.parse(answer.body));
  const traces = world.written().length - before;
  return `${answer.status} ${code}${traces === 0 ? "" : ` and ${traces} items`}`;
}
