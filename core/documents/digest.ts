import { createHash } from "node:crypto";
import { isJsonObject, type Json, writeExactJson } from "./exact-json.ts";

/**
 * What makes two documents the same content (LANES.md 4): SHA-256, in hex, of the parsed wire document with sorted keys and numbers as sent
 * (`1.0` is not `1.00`), without the connection's volatile top-level fields.
 */
export function digestOf(document: Json, volatile: readonly string[]): string {
  return sha256(writeExactJson(withoutVolatile(document, volatile), true));
}

/** The content of a message of several documents, from theirs, in their order. */
export const digestOfAll = (digests: readonly string[]): string => sha256(digests.join("\n"));

function withoutVolatile(document: Json, volatile: readonly string[]): Json {
  if (!isJsonObject(document) || volatile.length === 0) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => !volatile.includes(name)));
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
