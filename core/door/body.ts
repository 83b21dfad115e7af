import { gunzipSync } from "node:zlib";
import { oneHeader, type RequestHeaders } from "../access/headers.ts";
import { type JsonProblem, type ParsedJson, parseExactJson } from "../documents/exact-json.ts";
import { type ParsedXml, parseExactXml, type XmlFault, type XmlProblem } from "../documents/exact-xml.ts";
import type { JsonFault } from "../documents/json-guard.ts";
import type { Media } from "../documents/source-format.ts";
import { charsetOf, KNOWN_CHARSETS } from "../documents/xml-charset.ts";
import { type Problem, type ProblemName, problemOf } from "./problems.ts";

/** What the head says of the body; `charset`: of XML, where the content type names one. */
export type SoundHead = { readonly kind: "sound"; readonly gzip: boolean; readonly media: Media; readonly charset?: string };
export type CheckedHead = SoundHead | Refused;
type Refused = { readonly kind: "refused"; readonly problem: Problem };

/** What can be refused without looking into the body: its size, how it is encoded, what it says it is (BAD-INPUT.md 30, 31, 33, 35 to 37, 43). */
export function checkHead(headers: RequestHeaders, body: Uint8Array, limitBytes: number, accepts: readonly Media[]): CheckedHead {
  if (body.length > limitBytes) return refused("body-too-large", `the body has ${body.length} bytes; at most ${limitBytes} are taken`);
  const type = oneHeader(headers, "content-type");
  const encoding = oneHeader(headers, "content-encoding");
  if (type.kind === "repeated" || encoding.kind === "repeated") return refused("header-repeated", "content-type or content-encoding came more than once");
  if (type.kind === "absent") return refused("content-type-refused", `the header content-type is missing; ${expected(accepts)}`);
  const typed = readType(type.value, accepts);
  if (typed.kind === "refused") return typed;
  const coding = encoding.kind === "absent" ? "identity" : encoding.value.trim().toLowerCase();
  if (coding !== "identity" && coding !== "gzip") return refused("encoding-unknown", "only gzip is supported as content-encoding");
  return { ...typed, kind: "sound", gzip: coding === "gzip" };
}

const TYPES: Readonly<Record<Media, RegExp>> = {
  json: /^application\/(?:[a-z0-9.-]{1,60}\+)?json$/,
  /** RFC 7303 */
  xml: /^(?:text\/xml|application\/(?:[a-z0-9.-]{1,60}\+)?xml)$/,
};
const LONGEST_TYPE = 200;

const expected = (accepts: readonly Media[]): string => `${accepts.map((media) => `application/${media}`).join(" or ")} is expected`;

type Typed = { readonly kind: "typed"; readonly media: Media; readonly charset?: string } | Refused;

function readType(header: string, accepts: readonly Media[]): Typed {
  if (header.length > LONGEST_TYPE) return refused("content-type-refused", `the content-type has more than ${LONGEST_TYPE} characters`);
  const [type, ...parameters] = header.toLowerCase().split(";");
  const media = accepts.find((accepted) => type !== undefined && TYPES[accepted].test(type.trim()));
  if (media === undefined) return refused("content-type-refused", `${expected(accepts)} as content-type`);
  const [charset, second] = parameters.map((parameter) => parameter.trim()).filter((parameter) => parameter.startsWith("charset"));
  if (second !== undefined) return refused("charset-refused", "the content-type names a charset more than once");
  return charset === undefined ? { kind: "typed", media } : readCharset(media, charset);
}

/** Of XML a name that we know, with or without quotes; JSON is UTF-8 (RFC 8259, 8.1). */
function readCharset(media: Media, parameter: string): Typed {
  const name = /^charset=(?:"([^"]*)"|([^"]*))$/
    .exec(parameter)
    ?.slice(1)
    .find((group) => group !== undefined);
  const charset = name === undefined ? undefined : charsetOf(name);
  if (media === "json" && charset !== "utf-8") return refused("charset-refused", "JSON is UTF-8; no other charset is taken");
  if (name === undefined || charset === undefined) return refused("charset-refused", `the charset is none of those taken: ${KNOWN_CHARSETS}`);
  return { kind: "typed", media, charset: name };
}

export type OpenedBody = Extract<ParsedJson | ParsedXml, { kind: "parsed" }> | Refused;

/** Uncompresses, within the same limit, and parses. */
export function openBody(body: Uint8Array, head: SoundHead, limitBytes: number): OpenedBody {
  const plain = head.gzip ? gunzip(body, limitBytes) : body;
  if (!(plain instanceof Uint8Array)) return plain;
  switch (head.media) {
    case "json": {
      const parsed = parseExactJson(plain);
      return parsed.kind === "parsed" ? parsed : { kind: "refused", problem: jsonProblem(parsed) };
    }
    case "xml": {
      const parsed = parseExactXml(plain, head.charset);
      return parsed.kind === "parsed" ? parsed : { kind: "refused", problem: xmlProblem(parsed) };
    }
  }
}

function gunzip(body: Uint8Array, limitBytes: number): Uint8Array | Refused {
  try {
    return gunzipSync(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) return refused("body-too-large", `the body has more than ${limitBytes} bytes when uncompressed`);
    return refused("compression-damaged", "the body cannot be uncompressed");
  }
}

const JSON_FAULTS: Readonly<Record<JsonFault, ProblemName>> = {
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

const jsonProblem = ({ fault, message, line, column }: JsonProblem): Problem => problemOf(JSON_FAULTS[fault], message, { line, column });

const XML_FAULTS: Readonly<Record<XmlFault, ProblemName>> = {
  empty: "body-empty",
  charset: "charset-refused",
  encoding: "xml-encoding",
  doctype: "xml-doctype",
  syntax: "xml-malformed",
  character: "xml-malformed",
  entity: "xml-entity-undefined",
  "duplicate-attribute": "xml-duplicate-attribute",
  prefix: "xml-prefix-unbound",
  version: "xml-version",
  depth: "xml-too-deep",
  nodes: "xml-too-many-nodes",
  attributes: "xml-too-many-attributes",
  references: "xml-too-many-references",
  text: "xml-text-too-long",
  name: "xml-name-too-long",
};

const xmlProblem = ({ fault, message, line, column }: XmlProblem): Problem => problemOf(XML_FAULTS[fault], message, { line, column });

const refused = (name: ProblemName, detail: string): Refused => ({ kind: "refused", problem: problemOf(name, detail) });
