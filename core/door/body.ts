import { gunzipSync } from "node:zlib";
import { oneHeader, type RequestHeaders } from "../access/headers.ts";
import { type JsonProblem, type ParsedJson, parseExactJson } from "../documents/exact-json.ts";
import type { JsonFault } from "../documents/json-guard.ts";
import { type Problem, type ProblemName, problemOf } from "./problems.ts";

export type CheckedHead = { readonly kind: "sound"; readonly gzip: boolean } | { readonly kind: "refused"; readonly problem: Problem };

/** What can be refused without looking into the body: its size, how it is encoded, what it says it is (BAD-INPUT.md 30, 31, 33, 35 to 37, 43). */
export function checkHead(headers: RequestHeaders, body: Uint8Array, limitBytes: number): CheckedHead {
  if (body.length > limitBytes) return refused("body-too-large", `the body has ${body.length} bytes; at most ${limitBytes} are taken`);
  const type = oneHeader(headers, "content-type");
  const encoding = oneHeader(headers, "content-encoding");
  if (type.kind === "repeated" || encoding.kind === "repeated") return refused("header-repeated", "content-type or content-encoding came more than once");
  if (type.kind === "absent") return refused("content-type-refused", "the header content-type is missing; application/json is expected");
  const problem = typeProblem(type.value);
  if (problem !== undefined) return { kind: "refused", problem };
  const coding = encoding.kind === "absent" ? "identity" : encoding.value.trim().toLowerCase();
  if (coding !== "identity" && coding !== "gzip") return refused("encoding-unknown", "only gzip is supported as content-encoding");
  return { kind: "sound", gzip: coding === "gzip" };
}

const JSON_TYPE = /^application\/(?:[a-z0-9.-]{1,60}\+)?json$/;
const LONGEST_TYPE = 200;

function typeProblem(header: string): Problem | undefined {
  const [type, ...parameters] = header.slice(0, LONGEST_TYPE).toLowerCase().split(";");
  if (type === undefined || !JSON_TYPE.test(type.trim())) return problemOf("content-type-refused", "application/json is expected as content-type");
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("charset"));
  if (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) return undefined;
  return problemOf("charset-refused", "JSON is UTF-8; no other charset is taken");
}

export type OpenedBody = Extract<ParsedJson, { kind: "parsed" }> | { readonly kind: "refused"; readonly problem: Problem };

/** Uncompresses, within the same limit, and parses. */
export function openBody(body: Uint8Array, gzip: boolean, limitBytes: number): OpenedBody {
  const plain = gzip ? gunzip(body, limitBytes) : body;
  if (!(plain instanceof Uint8Array)) return plain;
  const parsed = parseExactJson(plain);
  return parsed.kind === "parsed" ? parsed : { kind: "refused", problem: jsonProblem(parsed) };
}

function gunzip(body: Uint8Array, limitBytes: number): Uint8Array | { readonly kind: "refused"; readonly problem: Problem } {
  try {
    return gunzipSync(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) return refused("body-too-large", `the body has more than ${limitBytes} bytes when uncompressed`);
    return refused("compression-damaged", "the body cannot be uncompressed");
  }
}

const BY_FAULT: Readonly<Record<JsonFault, ProblemName>> = {
  empty: "body-empty",
  encoding: "json-encoding",
  scalar: "json-scalar",
  syntax: "json-malformed",
  "duplicate-key": "json-duplicate-key",
  "forbidden-key": "json-forbidden-key",
  depth: "json-too-deep",
  keys: "json-too-many-keys",
  values: "json-too-many-values",
  string: "json-string-too-long",
};

const jsonProblem = ({ fault, message, line, column }: JsonProblem): Problem => problemOf(BY_FAULT[fault], message, { line, column });

const refused = (name: ProblemName, detail: string): { readonly kind: "refused"; readonly problem: Problem } => ({
  kind: "refused",
  problem: problemOf(name, detail),
});
