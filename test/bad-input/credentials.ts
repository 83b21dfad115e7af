import { signBody } from "../../core/access/body-signature.ts";
import { signWebhook } from "../../core/access/standard-webhooks.ts";
import type { Source } from "../../core/settings/settings.ts";

/** What a sender of any scheme puts into its headers, right or spoilt. */

export type Presenting = {
  readonly source: Source;
  /** The secret's value, or the token. */
  readonly secret: string;
  /** Of the message. */
  readonly id: string;
  readonly nowSeconds: number;
  readonly body: Uint8Array;
};
type Headers = Readonly<Record<string, readonly string[]>>;
/** Of the header that shows who sends. */
export type Spoil = (right: string) => readonly string[];

/** Headers of a request; `spoil` works on the one that proves who sends. */
export function credentialsOf(presenting: Presenting, spoil: Spoil = (right) => [right]): Headers {
  const { source, secret, id, nowSeconds, body } = presenting;
  switch (source.scheme) {
    case "standard-webhooks": {
      const timestamp = String(nowSeconds);
      return { "webhook-id": [id], "webhook-timestamp": [timestamp], "webhook-signature": spoil(signWebhook(id, timestamp, body, secret)) };
    }
    case "hmac-body":
      return { ...idHeader(source, id), [source.header.toLowerCase()]: spoil(signBody(body, secret, source)) };
    case "basic":
      return { ...idHeader(source, id), authorization: spoil(`Basic ${Buffer.from(secret).toString("base64")}`) };
    case "oauth2":
      return { ...idHeader(source, id), authorization: spoil(`Bearer ${secret}`) };
    case "bearer":
      return { authorization: spoil(`Bearer ${secret}`) };
  }
}

function idHeader({ messageId }: Extract<Source, { messageId: unknown }>, id: string): Headers {
  return "header" in messageId ? { [messageId.header.toLowerCase()]: [id] } : {};
}

/** The code with which each scheme refuses who is not known. */
export const UNKNOWN_SENDER: Readonly<Record<Source["scheme"], string>> = {
  "standard-webhooks": "ORL-DOOR-012",
  "hmac-body": "ORL-DOOR-012",
  basic: "ORL-DOOR-047",
  oauth2: "ORL-DOOR-014",
  bearer: "ORL-DOOR-014",
};
