import * as z from "zod";
import { identifierFault } from "../documents/identifiers.ts";
import { secretNameOf } from "../settings/schemes.ts";
import type { Connection } from "../settings/settings.ts";

/** Which of a connection's two secrets: `source`, what it signs with or shows to us; `call`, what we show to it. */
export const WhichSecret = z.enum(["source", "call"]);
export type WhichSecret = z.infer<typeof WhichSecret>;

/** The secret's name in the store; undefined where the connection needs none. */
export const nameOfSecret = (connection: Connection, which: WhichSecret): string | undefined =>
  which === "source" ? secretNameOf(connection.source) : connection.callSecret;

const WEBHOOK = /^whsec_[A-Za-z0-9+/]{8,}={0,2}$/;
const PAIR = /^[^:]+:./;

/** What is wrong with a value, by the scheme that will use it: a damaged one would stop the connection once it is in. Never quotes the value. */
export function secretFault(connection: Connection, which: WhichSecret, value: string): string | undefined {
  const fault = identifierFault(value);
  if (fault !== undefined) return `holds ${fault}`;
  const scheme = which === "source" ? connection.source.scheme : connection.callScheme;
  if (scheme === "standard-webhooks") return WEBHOOK.test(value) ? undefined : "is not of the form whsec_ and base64";
  if (scheme === "basic") return PAIR.test(value) ? undefined : "is not of the form user:password";
  return value.trim() === value ? undefined : "begins or ends with a space";
}

/** Answer of POST /v1/connections/{connection}/secrets/{which}: the value is told nowhere. */
export const SecretReplaced = z.strictObject({ secret: z.string(), version: z.string(), valid: z.number().int() });
export type SecretReplaced = z.infer<typeof SecretReplaced>;
