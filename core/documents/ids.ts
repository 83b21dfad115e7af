import { createHash } from "node:crypto";
import * as z from "zod";

export const SiteId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/)
  .brand("SiteId");
export type SiteId = z.infer<typeof SiteId>;

export const ConnectionId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/)
  .brand("ConnectionId");
export type ConnectionId = z.infer<typeof ConnectionId>;

/** 26 characters of Crockford base32: 128 bits of a SHA-256. */
const HASH = "[0-9a-hjkmnp-tv-z]{26}";

export const SubjectKey = z
  .string()
  .regex(new RegExp(`^${HASH}$`))
  .brand("SubjectKey");
export type SubjectKey = z.infer<typeof SubjectKey>;

/** `<subject key>.<document key>` */
export const DocumentId = z
  .string()
  .regex(new RegExp(`^${HASH}\\.${HASH}$`))
  .brand("DocumentId");
export type DocumentId = z.infer<typeof DocumentId>;

/** 16 characters of Crockford base32: what SAP's ReferenceDocument field holds. */
export const PostingKey = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{16}$/)
  .brand("PostingKey");
export type PostingKey = z.infer<typeof PostingKey>;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Crockford base32 of the first `characters × 5` bits of the SHA-256 of the parts; parts are length-prefixed, so that no two lists read alike. */
export function hashOf(parts: readonly string[], characters = 26): string {
  const sha = createHash("sha256");
  for (const part of parts) sha.update(`${Buffer.byteLength(part)}:`).update(part);
  const digest = sha.digest();
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of digest) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < characters) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
      buffer &= (1 << bits) - 1;
    }
  }
  return text;
}

/** An even spread over 0 to 2³² − 1 by the SHA-256 of the parts: for shards, and for waits that must not all end at once. */
export const spreadOf = (parts: readonly string[]): number =>
  createHash("sha256")
    .update(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(""))
    .digest()
    .readUInt32BE();

/** LANES.md 2: the partition of everything about one subject of one site. */
export const subjectKeyOf = (site: SiteId, subject: string): SubjectKey => SubjectKey.parse(hashOf(["subject", site, subject]));

/** The lane's message group. */
export const laneGroupOf = (target: ConnectionId, subject: SubjectKey): string => hashOf(["lane", target, subject]);

export const documentIdOf = (subject: SubjectKey, documentKey: string): DocumentId => DocumentId.parse(`${subject}.${documentKey}`);

export const subjectKeyIn = (document: DocumentId): SubjectKey => SubjectKey.parse(document.slice(0, 26));
export const documentKeyIn = (document: DocumentId): string => document.slice(27);

/** LANES.md 6: the same for every attempt; an undo has its own. */
export const postingKeyOf = (document: DocumentId, step: string, generation: number, undo = false): PostingKey =>
  PostingKey.parse(hashOf(["posting", document, step, String(generation), ...(undo ? ["undo"] : [])], 16).toUpperCase());
