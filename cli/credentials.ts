import { createHash } from "node:crypto";
import * as z from "zod";
import { signBody } from "../core/access/body-signature.ts";
import { signWebhook } from "../core/access/standard-webhooks.ts";
import { EXIT, Failure, usage } from "./failure.ts";
import type { Reach } from "./reach.ts";

/** How `orderlane send` shows who it is: by each scheme that a connection may ask for (docs/signatures.md). */

export const CredentialOptions = z.object({
  secretEnv: z.string().optional(),
  hmacHeader: z.string().optional(),
  hmacEncoding: z.enum(["base64", "hex"]).default("base64"),
  hmacPrefix: z.string().default(""),
  basicEnv: z.string().optional(),
  token: z.string().optional(),
  key: z.string().optional(),
  keyHeader: z.string().optional(),
});
type CredentialOptions = z.infer<typeof CredentialOptions>;

type Headers = Record<string, string>;

/**
 * What was named on the command line alone; else what is known of this API, both at once: the door takes what the connection's scheme asks for and looks at nothing else.
 * @throws Failure
 */
export function credentials(reach: Reach, options: CredentialOptions, body: Uint8Array, now: number): Headers {
  const { secretEnv, basicEnv, token, hmacHeader } = options;
  if ([secretEnv, basicEnv, token].filter((named) => named !== undefined).length > 1)
    throw usage("the message cannot be sent", "--secret-env, --basic-env and --token are different schemes", "leave only one of them");
  if (hmacHeader !== undefined && secretEnv === undefined)
    throw usage("the message cannot be signed", "--hmac-header signs with a secret, and none is named", "give --secret-env NAME too");
  if (secretEnv !== undefined && hmacHeader !== undefined) return bodySigned(valueIn(secretEnv), hmacHeader, options, body);
  if (secretEnv !== undefined) return signed(valueIn(secretEnv, "whsec_…"), options.key, body, now);
  if (basicEnv !== undefined) return basic(valueIn(basicEnv, "user:password"), options, body);
  return token === undefined ? known(reach, options, body, now) : bearer(token, options, body);
}

function known(reach: Reach, options: CredentialOptions, body: Uint8Array, now: number): Headers {
  const signature = reach.webhookSecret === undefined ? {} : signed(reach.webhookSecret, options.key, body, now);
  const token = reach.token === undefined ? {} : bearer(reach.token, options, body);
  if (reach.webhookSecret === undefined && reach.token === undefined)
    throw usage(
      "the message cannot be sent",
      "neither a secret nor a token is known",
      "give --secret-env NAME or --basic-env NAME, or set ORDERLANE_TOKEN (oauth2: curl gets one from the issuer, docs/signatures.md)",
    );
  return { ...token, ...signature };
}

function valueIn(name: string, form = "…"): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw usage("the message cannot be signed", `the environment variable ${name} is empty`, `export ${name}=${form}, then run the command again`);
}

/** Without a key of its own the same file is the same message: sent twice, it is taken once. */
const keyOf = ({ key }: Pick<CredentialOptions, "key">, body: Uint8Array): string =>
  key === undefined ? `file-${createHash("sha256").update(body).digest("hex").slice(0, 32)}` : key;

function signed(secret: string, key: string | undefined, body: Uint8Array, now: number): Headers {
  const id = keyOf(key === undefined ? {} : { key }, body);
  const timestamp = String(Math.floor(now / 1000));
  try {
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signWebhook(id, timestamp, body, secret) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure({ what: "the message cannot be signed", why, next: "copy the secret again, whsec_ included", exit: EXIT.usage });
  }
}

const bodySigned = (secret: string, header: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  [header]: signBody(body, secret, { encoding: options.hmacEncoding, prefix: options.hmacPrefix }),
  ...keyHeader(options, body),
});

const basic = (pair: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
  ...keyHeader(options, body),
});

const bearer = (token: string, options: CredentialOptions, body: Uint8Array): Headers => ({
  authorization: `Bearer ${token}`,
  ...(options.keyHeader === undefined && options.key !== undefined ? { "idempotency-key": options.key } : keyHeader(options, body)),
});

/** For a connection whose messages bring their id in a header. */
const keyHeader = (options: CredentialOptions, body: Uint8Array): Headers =>
  options.keyHeader === undefined ? {} : { [options.keyHeader]: keyOf(options, body) };
