import * as z from "zod";
import { LineResult } from "./line-results.ts";

/** Every refusal of the API, in one place: RFC 9457 problem details with a stable code. */

const PROBLEMS = {
  "connection-unknown": { code: "ORL-DOOR-001", status: 404, title: "There is no such connection" },
  "address-refused": { code: "ORL-DOOR-002", status: 403, title: "The source address is not on the connection's list" },
  "body-too-large": { code: "ORL-DOOR-003", status: 413, title: "The body is too large" },
  "encoding-unknown": { code: "ORL-DOOR-004", status: 415, title: "The content encoding is not supported" },
  "content-type-refused": { code: "ORL-DOOR-005", status: 415, title: "The content type is not supported" },
  "charset-refused": { code: "ORL-DOOR-006", status: 415, title: "The character set is not supported" },
  "compression-damaged": { code: "ORL-DOOR-007", status: 400, title: "The compressed body is damaged" },
  "header-repeated": { code: "ORL-DOOR-008", status: 400, title: "A header came more than once" },
  "key-missing": { code: "ORL-DOOR-009", status: 400, title: "The idempotency key is missing" },
  "key-malformed": { code: "ORL-DOOR-010", status: 400, title: "The idempotency key is malformed" },
  "signatures-too-many": { code: "ORL-DOOR-011", status: 400, title: "There are too many signatures" },
  "signature-refused": { code: "ORL-DOOR-012", status: 401, title: "The signature is not valid" },
  "timestamp-refused": { code: "ORL-DOOR-013", status: 401, title: "The timestamp is not valid" },
  "token-refused": { code: "ORL-DOOR-014", status: 401, title: "The token is not valid" },
  "not-found": { code: "ORL-DOOR-015", status: 404, title: "Not found" },
  "body-empty": { code: "ORL-DOOR-016", status: 400, title: "The body is empty" },
  "json-malformed": { code: "ORL-DOOR-017", status: 400, title: "The body is not JSON" },
  "json-duplicate-key": { code: "ORL-DOOR-018", status: 400, title: "A key stands twice in one object" },
  "json-too-deep": { code: "ORL-DOOR-019", status: 400, title: "The body nests too deep" },
  "json-too-many-keys": { code: "ORL-DOOR-020", status: 400, title: "An object has too many keys" },
  "json-string-too-long": { code: "ORL-DOOR-021", status: 413, title: "A string is too long" },
  "json-forbidden-key": { code: "ORL-DOOR-022", status: 400, title: "A key is not allowed" },
  "json-scalar": { code: "ORL-DOOR-023", status: 400, title: "The body is neither an object nor an array" },
  "json-encoding": { code: "ORL-DOOR-024", status: 400, title: "The body is not UTF-8" },
  "json-too-many-values": { code: "ORL-DOOR-038", status: 413, title: "The body has too many values" },
  "identifier-characters": { code: "ORL-DOOR-025", status: 400, title: "An identifier holds what no identifier may" },
  "document-unroutable": { code: "ORL-DOOR-026", status: 422, title: "The document does not say what it is about" },
  "site-differs": { code: "ORL-DOOR-027", status: 422, title: "The document names another site than the address" },
  "site-not-served": { code: "ORL-DOOR-028", status: 422, title: "The connection does not speak for this site" },
  "version-missing": { code: "ORL-DOOR-029", status: 422, title: "The document has no version" },
  "returns-to-sender": { code: "ORL-DOOR-030", status: 422, title: "Documents of this type go to this connection, not from it" },
  "not-routed": { code: "ORL-DOOR-039", status: 422, title: "Documents of this type are not taken here" },
  "message-unknown": { code: "ORL-DOOR-044", status: 400, title: "The message is of no form that this connection knows" },
  "lines-too-many": { code: "ORL-DOOR-031", status: 413, title: "The message has too many documents" },
  "lines-none": { code: "ORL-DOOR-032", status: 422, title: "The message has no document" },
  "key-reused": { code: "ORL-DOOR-033", status: 422, title: "The idempotency key was used for other content" },
  "mapping-refused": { code: "ORL-DOOR-034", status: 422, title: "The document's content is not valid" },
  "lines-refused": { code: "ORL-DOOR-035", status: 422, title: "Every document of the message is refused" },
  "not-queued": { code: "ORL-DOOR-036", status: 503, title: "Not everything could be taken; send the same message again" },
  "access-unavailable": { code: "ORL-DOOR-037", status: 503, title: "Access cannot be checked now; send the same message again" },
  "path-malformed": { code: "ORL-DOOR-040", status: 404, title: "There is nothing at this address" },
  "request-invalid": { code: "ORL-DOOR-041", status: 422, title: "The request's content is not valid" },
  "verdict-differs": { code: "ORL-DOOR-042", status: 409, title: "The delivery has another verdict" },
  "command-refused": { code: "ORL-DOOR-043", status: 409, title: "The command cannot be carried out now" },
  "xml-malformed": { code: "ORL-DOOR-051", status: 400, title: "The body is not well-formed XML" },
  "xml-doctype": { code: "ORL-DOOR-052", status: 400, title: "The body has a document type declaration" },
  "xml-encoding": { code: "ORL-DOOR-053", status: 400, title: "The body does not fit its character set" },
  "xml-too-deep": { code: "ORL-DOOR-054", status: 400, title: "The body nests too deep" },
  "xml-too-many-nodes": { code: "ORL-DOOR-055", status: 413, title: "The body has too many elements and attributes" },
  "xml-too-many-attributes": { code: "ORL-DOOR-056", status: 400, title: "An element has too many attributes" },
  "xml-too-many-references": { code: "ORL-DOOR-057", status: 400, title: "The body has too many character references" },
  "xml-text-too-long": { code: "ORL-DOOR-058", status: 413, title: "A text is too long" },
  "xml-name-too-long": { code: "ORL-DOOR-059", status: 400, title: "A name is too long" },
  "xml-entity-undefined": { code: "ORL-DOOR-060", status: 400, title: "An entity is not defined" },
  "xml-duplicate-attribute": { code: "ORL-DOOR-061", status: 400, title: "An attribute stands twice in one element" },
  "xml-prefix-unbound": { code: "ORL-DOOR-062", status: 400, title: "A namespace prefix is not declared" },
  "xml-version": { code: "ORL-DOOR-063", status: 400, title: "The body is not XML 1.0" },
  "schema-broken": { code: "ORL-DOOR-064", status: 422, title: "The message breaks its own schema" },
  "books-none": { code: "ORL-DOOR-071", status: 422, title: "The ERP's books cannot be asked for" },
  "books-unreachable": { code: "ORL-DOOR-072", status: 503, title: "The ERP did not tell its books" },
  "credentials-refused": { code: "ORL-DOOR-047", status: 401, title: "The user and password are not valid" },
  "message-takes-none": { code: "ORL-DOOR-070", status: 422, title: "A message of this kind carries no documents" },
  "grant-beyond-own": { code: "ORL-DOOR-080", status: 403, title: "One can give only what one holds" },
  "grant-exists": { code: "ORL-DOOR-081", status: 409, title: "The identity has a grant" },
  "connection-changing": { code: "ORL-DOOR-080", status: 503, title: "The connection is being paused or resumed" },
  internal: { code: "ORL-DOOR-050", status: 500, title: "A defect of ours; it is recorded" },
} as const satisfies Record<string, { code: string; status: number; title: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** The body of every answer that is not 2xx. */
export const ProblemBody = z.strictObject({
  type: z.string().meta({ description: "urn:orderlane:problem:<name>" }),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().regex(/^ORL-DOOR-\d{3}$/),
  /** JSON Pointer into the message. */
  path: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  lines: z.array(LineResult).optional(),
});

export type Where = { readonly path?: string; readonly line?: number; readonly column?: number };

export type Problem = Where & {
  readonly name: ProblemName;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
};

/** Longer than any sentence of ours; a detail that shows what was sent is cut. */
const DETAIL_CHARACTERS = 500;

export function problemOf(name: ProblemName, detail: string, where: Where = {}): Problem {
  return { name, ...PROBLEMS[name], detail: detail.slice(0, DETAIL_CHARACTERS), ...where };
}

export type HttpAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

export type ProblemExtras = { readonly lines?: readonly LineResult[]; readonly retryAfterSeconds?: number };

/** The HTTP answer; what came from outside stands only in its JSON body, where it is escaped, never in a header. */
export function problemAnswer(problem: Problem, extras: ProblemExtras = {}): HttpAnswer {
  const { name, title, status, detail, code, path, line, column } = problem;
  const body = { type: `urn:orderlane:problem:${name}`, title, status, detail, code, path, line, column, lines: extras.lines };
  return { status, headers: { "content-type": "application/problem+json", ...extraHeaders(problem, extras.retryAfterSeconds) }, body: JSON.stringify(body) };
}

function extraHeaders(problem: Problem, retryAfterSeconds: number | undefined): Record<string, string> {
  return {
    ...challengeOf(problem.name),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  };
}

function challengeOf(name: ProblemName): Record<string, string> {
  if (name === "token-refused") return { "www-authenticate": "Bearer" };
  return name === "credentials-refused" ? { "www-authenticate": 'Basic realm="orderlane", charset="UTF-8"' } : {};
}

/** Of a 2xx. */
export const jsonAnswer = (status: number, value: unknown): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
