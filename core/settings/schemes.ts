import * as z from "zod";

/** How the system behind a connection shows who it is: one scheme with just its own settings (docs/signatures.md). Secrets are names, never values. */

const HEADER = /^[A-Za-z0-9-]{1,60}$/;
const headerName = z.string().regex(HEADER, "a header's name: 1 to 60 letters, digits and hyphens");

const secret = z.string({ error: ({ input }) => (input === undefined ? "a signed source needs a secret" : undefined) }).min(1);

/**
 * Where a message's id stands, for schemes that bring none of their own. It must be unique for ever: what is known under an id is never forgotten.
 * - `header`: the header must come with every message. No signature of a body covers it, so under `hmac-body` whoever has seen one signed message can send
 *   it again under another id. That doubles nothing: the ledger's own document key is made of the object, its version or own number and its content,
 *   so the repeat finds the document there; and a document with neither (a cancel without a version) takes its content's digest there, never this id.
 *   Where whole types come with neither, that would take a return to an earlier content for a repeat: such a connection must name a `path`.
 *   Under credentials that name the caller (`basic`, `oauth2`) the id is believed, as a bearer's is (LANES.md 4).
 * - `path`: JSON Pointer to a text or number of the message itself, which the signature covers. The message's own id, not an order's number: a second
 *   version under the same id would be refused.
 * - `digest`: the content is the id. The same content sent again is the same message, always.
 */
const MessageId = z.union(
  [
    z.strictObject({ header: headerName }),
    z.strictObject({
      path: z
        .string()
        .max(200)
        .regex(/^(?:\/(?:[^~/]|~[01])+)+$/, "a JSON Pointer such as /meta/messageId"),
    }),
    z.strictObject({ digest: z.literal(true) }),
  ],
  { error: 'one of {"header": NAME}, {"path": "/json/pointer"} and {"digest": true} is expected' },
);
export type MessageId = z.infer<typeof MessageId>;

/** Signatures with a private key: a shared secret or none at all (`HS256`, `none`) can never be chosen here. */
const Algorithm = z.enum(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]);

/** The settings of one connection's source: those of its scheme, and `every` of any scheme. */
export function sourceOf<Every extends z.ZodRawShape>(every: Every) {
  return z.discriminatedUnion("scheme", [
    /** Standard Webhooks 1.0: id, timestamp and body signed by the connection's secrets, each `whsec_` and base64. */
    z.strictObject({ scheme: z.literal("standard-webhooks"), secret, ...every }),
    /** A token of ours with a grant in the ledger. */
    z.strictObject({ scheme: z.literal("bearer"), ...every }),
    /** HMAC-SHA256 of the raw body alone, in a header, under the connection's secrets: any text, its UTF-8 bytes are the key. */
    z.strictObject({
      scheme: z.literal("hmac-body"),
      secret,
      header: headerName,
      encoding: z.enum(["base64", "hex"]),
      /** Before the signature, as `sha256=`; empty: none. */
      prefix: z.string().regex(/^[\x21-\x7e]{0,30}$/, "up to 30 printable ASCII characters"),
      messageId: MessageId,
      ...every,
    }),
    /** RFC 7617: each of the connection's secrets is `user:password`. */
    z.strictObject({ scheme: z.literal("basic"), secret, messageId: MessageId, ...every }),
    /** A JWT access token of OAuth 2.0 client credentials (RFC 9068, RFC 7519), verified by the issuer's published keys (RFC 7517). */
    z.strictObject({
      scheme: z.literal("oauth2"),
      /** https; loopback http on stage `local` only. */
      jwksUrl: z.string().min(1),
      issuer: z.string().min(1),
      audience: z.string().min(1),
      /** Stands in the token's `scope` or `scp`. */
      requiredScope: z
        .string()
        .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "one scope, without spaces")
        .optional(),
      /** One of them is the token's `client_id`, else its `azp`, else its `appid`. */
      clientIds: z.array(z.string().min(1)).min(1).optional(),
      algorithms: z.array(Algorithm).min(1),
      /** Between the issuer's clock and ours, for `exp` and `nbf`. */
      clockToleranceSeconds: z.number().int().min(0).max(300),
      /** The `typ` that RFC 9068 asks for; `any` where the issuer does not write it. */
      tokenType: z.enum(["at+jwt", "any"]),
      messageId: MessageId,
      ...every,
    }),
  ]);
}

/** Secrets Manager name of what the source is checked with; undefined for schemes that need no secret of ours. */
export const secretNameOf = (source: { readonly scheme: string; readonly secret?: string } | undefined): string | undefined => source?.secret;

type Fault = { readonly path: readonly string[]; readonly message: string };
type Source = z.infer<ReturnType<typeof sourceOf<Record<never, never>>>>;

/** Of a connection; `unversioned`: the document types of which it sends neither versions nor own numbers. */
type Sending = { readonly source: Source; readonly unversioned?: readonly string[] | undefined };

/** What no single setting shows to be wrong: `at` is the place among the connections, the path is within the source. */
export function sourceFaults(connections: readonly Sending[]): readonly (Fault & { readonly at: number })[] {
  const sources = connections.map(({ source }) => source);
  return connections.flatMap(({ source, unversioned = [] }, at) => {
    const faults = [faultIn(source), sharedSecret(source, sources.slice(0, at)), unversioned.length === 0 ? undefined : uncoveredId(source)];
    return faults.flatMap((fault) => (fault === undefined ? [] : [{ at, ...fault }]));
  });
}

function faultIn(source: Source): Fault | undefined {
  if (source.scheme === "hmac-body" && "header" in source.messageId && source.messageId.header.toLowerCase() === source.header.toLowerCase())
    return { path: ["messageId", "header"], message: "the signature's header cannot hold the message's id too" };
  if (source.scheme === "oauth2" && source.requiredScope === undefined && source.clientIds === undefined)
    return { path: ["clientIds"], message: "name clientIds or a requiredScope: else every client of the issuer may send" };
  return undefined;
}

/** Documents that have nothing else are told apart by the message's id: by one that nobody vouches for, a message sent again would be another document. */
function uncoveredId(source: Source): Fault | undefined {
  if (source.scheme !== "hmac-body" || !("header" in source.messageId)) return undefined;
  return { path: ["messageId", "header"], message: "documents without versions need an id that the signature covers: name a path in the message" };
}

/** What one connection signed could be sent in the other's name. */
function sharedSecret(source: Source, others: readonly Source[]): Fault | undefined {
  const secret = secretNameOf(source);
  if (secret === undefined || !others.some((other) => secretNameOf(other) === secret)) return undefined;
  return { path: ["secret"], message: "another connection's source has the same secret" };
}
