import { createHmac } from "node:crypto";
import type { Source } from "../core/settings/settings.ts";

/** What a sender puts into its headers, by the scheme of its connection. Written apart from the door's own, so that one mistake is not made twice. */

/** One message of a sender. */
export type Outgoing = { readonly id: string; readonly timestampSeconds: number; readonly body: string };

/** The headers that let a message in. */
export type Credentials = (message: Outgoing) => Readonly<Record<string, string>>;

/** The `webhook-signature` of one message (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`. */
export function signatureOf(secret: string, id: string, timestampSeconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestampSeconds}.${body}`).digest("base64")}`;
}

export const standardWebhooks =
  (secret: string): Credentials =>
  ({ id, timestampSeconds, body }) => ({
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": signatureOf(secret, id, timestampSeconds, body),
  });

/**
 * As a connection's settings ask for it. `held`: what the sender holds of it: the secret's value (`basic`: user:password), else a token,
 * for `oauth2` one that its issuer gave out. Where the message's id stands in the message, that is the message's own affair.
 */
export function credentialsFor(source: Source, held: string): Credentials {
  switch (source.scheme) {
    case "standard-webhooks":
      return standardWebhooks(held);
    case "hmac-body":
      return ({ id, body }) => {
        const signature = createHmac("sha256", Buffer.from(held, "utf8")).update(Buffer.from(body, "utf8")).digest(source.encoding);
        return { [source.header.toLowerCase()]: source.prefix + signature, ...idHeader(source.messageId, id) };
      };
    case "basic":
      return ({ id }) => ({ authorization: `Basic ${Buffer.from(held, "utf8").toString("base64")}`, ...idHeader(source.messageId, id) });
    case "oauth2":
      return ({ id }) => ({ authorization: `Bearer ${held}`, ...idHeader(source.messageId, id) });
    case "bearer":
      return ({ id }) => ({ authorization: `Bearer ${held}`, "idempotency-key": id });
  }
}

type Named = Extract<Source, { scheme: "hmac-body" }>["messageId"];

const idHeader = (messageId: Named, id: string): Record<string, string> => ("header" in messageId ? { [messageId.header.toLowerCase()]: id } : {});
