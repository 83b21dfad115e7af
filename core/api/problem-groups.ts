import type { ProblemName } from "../door/problems.ts";

/** Problems that several operations have in common. */

/** Of every route that a grant guards. */
export const GUARDED = ["token-refused", "not-found", "internal"] as const satisfies readonly ProblemName[];

/** What can be wrong with a body before it is looked into. */
const HEAD = [
  "body-too-large",
  "encoding-unknown",
  "content-type-refused",
  "charset-refused",
  "compression-damaged",
  "header-repeated",
  "body-empty",
] as const satisfies readonly ProblemName[];

const JSON_TEXT = [
  "json-malformed",
  "json-duplicate-key",
  "json-too-deep",
  "json-too-many-keys",
  "json-string-too-long",
  "json-forbidden-key",
  "json-scalar",
  "json-encoding",
  "json-too-many-values",
] as const satisfies readonly ProblemName[];

const XML_TEXT = [
  "xml-malformed",
  "xml-doctype",
  "xml-encoding",
  "xml-too-deep",
  "xml-too-many-nodes",
  "xml-too-many-attributes",
  "xml-too-many-references",
  "xml-text-too-long",
  "xml-name-too-long",
  "xml-entity-undefined",
  "xml-duplicate-attribute",
  "xml-prefix-unbound",
  "xml-version",
] as const satisfies readonly ProblemName[];

/** Of a route that takes JSON of one shape. */
export const JSON_BODY = [...GUARDED, ...HEAD, ...JSON_TEXT, "request-invalid"] as const satisfies readonly ProblemName[];

/** Of a route that is asked by its query. */
export const QUESTION = [...GUARDED, "request-invalid"] as const satisfies readonly ProblemName[];

/** Of both addresses that documents are posted to. */
export const DOOR = [
  "connection-unknown",
  "address-refused",
  ...HEAD,
  ...JSON_TEXT,
  ...XML_TEXT,
  "key-missing",
  "key-malformed",
  "signatures-too-many",
  "signature-refused",
  "timestamp-refused",
  "credentials-refused",
  "token-refused",
  "not-found",
  "access-unavailable",
  "message-unknown",
  "message-takes-none",
  "schema-broken",
  "lines-none",
  "lines-too-many",
  "identifier-characters",
  "document-unroutable",
  "version-missing",
  "returns-to-sender",
  "not-routed",
  "mapping-refused",
  "key-reused",
  "lines-refused",
  "not-queued",
  "internal",
] as const satisfies readonly ProblemName[];
