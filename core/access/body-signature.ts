import { createHmac, timingSafeEqual } from "node:crypto";
import type { Problem, ProblemName } from "../door/problems.ts";
import { problemOf } from "../door/problems.ts";
import { oneHeader, type RequestHeaders } from "./headers.ts";

/** HMAC-SHA256 of the raw body alone, in one header: base64 (Frappe, Shopify), or hex after a prefix (GitHub). It carries no time and no id. */

export type BodySigning = {
  /** The header's name, in any case. */
  readonly header: string;
  readonly encoding: "base64" | "hex";
  readonly prefix: string;
};

export type ReadBodySignature = { readonly kind: "read"; readonly signature: Buffer } | { readonly kind: "refused"; readonly problem: Problem };

const HMAC_BYTES = 32;
const CHARACTERS = { base64: 44, hex: 64 } as const;

/** The signature in the header, exactly of its prefix, length and encoding: checked before any work on the body. */
export function readBodySignature(headers: RequestHeaders, { header, encoding, prefix }: BodySigning): ReadBodySignature {
  const sent = oneHeader(headers, header.toLowerCase());
  if (sent.kind === "repeated") return refused("header-repeated", `the header ${header} came more than once`);
  if (sent.kind === "absent") return refused("signature-refused", `the header ${header} is missing`);
  const { value } = sent;
  const signature =
    value.length === prefix.length + CHARACTERS[encoding] && value.startsWith(prefix) ? decode(value.slice(prefix.length), encoding) : undefined;
  return signature === undefined ? refusedSignature(header) : { kind: "read", signature };
}

/** One text, whatever is wrong with it. */
export const refusedSignature = (header: string): ReadBodySignature & { readonly kind: "refused" } =>
  refused("signature-refused", `the signature in the header ${header} is not right for this body`);

/** Strictly: what decodes to these bytes but is written otherwise is no signature; hex may be in either case. */
function decode(text: string, encoding: "base64" | "hex"): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  const isSame = bytes.toString(encoding) === (encoding === "hex" ? text.toLowerCase() : text);
  return bytes.length === HMAC_BYTES && isSame ? bytes : undefined;
}

const macOf = (body: Uint8Array, secret: string): Buffer => createHmac("sha256", secret).update(body).digest();

/** Whether it is right under one of the secrets now valid. */
export function isBodySigned(signature: Uint8Array, body: Uint8Array, secrets: readonly string[]): boolean {
  return secrets.some((secret) => timingSafeEqual(signature, macOf(body, secret)));
}

/** The header's value for a message of ours: what a sender does. */
export const signBody = (body: Uint8Array, secret: string, { encoding, prefix }: Pick<BodySigning, "encoding" | "prefix">): string =>
  prefix + macOf(body, secret).toString(encoding);

const refused = (name: ProblemName, detail: string): { readonly kind: "refused"; readonly problem: Problem } => ({
  kind: "refused",
  problem: problemOf(name, detail),
});
