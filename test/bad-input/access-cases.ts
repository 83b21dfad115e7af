import type { BadInputCase, Signing, TokenKind } from "./build-request.ts";
import { bytesOf, consumption, json, order } from "./documents.ts";

const goodOrder = (unique: string): Uint8Array => json(order(unique));
const signed = (group: string, name: string, signing: Signing, expected: BadInputCase["expected"]): BadInputCase => ({
  class: group,
  name,
  by: "signed",
  body: goodOrder,
  signing,
  expected,
});
const withHeaders = (group: string, name: string, headers: Readonly<Record<string, readonly string[]>>, expected: BadInputCase["expected"]): BadInputCase => ({
  class: group,
  name,
  by: "signed",
  body: goodOrder,
  headers,
  expected,
});
const bearer = (group: string, name: string, token: TokenKind, expected: BadInputCase["expected"]): BadInputCase => ({
  class: group,
  name,
  by: "bearer",
  token,
  body: (unique) => json(consumption(unique)),
  expected,
});

const accepted = { status: 202, lines: [{ result: "accepted" }] } as const;
const UNSIGNED = { status: 401, code: "ORL-DOOR-012" };
const UNTIMELY = { status: 401, code: "ORL-DOOR-013" };
const NO_TOKEN = { status: 401, code: "ORL-DOOR-014" };
const NOT_THERE = { status: 404, code: "ORL-DOOR-015" };
const secondsAway = (seconds: number): Signing => ({ timestamp: (now) => String(now + seconds) });

export const ACCESS_CASES: readonly BadInputCase[] = [
  withHeaders("29", "no webhook id", { "webhook-id": [] }, { status: 400, code: "ORL-DOOR-009" }),
  withHeaders("29", "a blank webhook id", { "webhook-id": [" "] }, { status: 400, code: "ORL-DOOR-009" }),
  { ...bearer("29", "a blank idempotency key", "valid", { status: 400, code: "ORL-DOOR-009" }), headers: { "idempotency-key": [" "] } },
  {
    ...bearer("29", "a line whose key is blank", "valid", {
      status: 400,
      code: "ORL-DOOR-009",
      path: "/lines/0/document",
      lines: [{ result: "refused", code: "ORL-DOOR-009" }],
    }),
    body: (unique) => json({ lines: [{ key: "", document: consumption(unique) }] }),
  },
  withHeaders("38", "no signature", { "webhook-signature": [] }, UNSIGNED),
  signed("38", "a signature over another body", { over: bytesOf("{}") }, UNSIGNED),
  signed("38", "a signature with one letter changed", { header: (right) => [right.replace(/^v1,./, right.startsWith("v1,A") ? "v1,B" : "v1,A")] }, UNSIGNED),
  signed("38", "a signature cut short", { header: (right) => [right.slice(0, -8)] }, UNSIGNED),
  signed("38", "a signature too long", { header: (right) => [`${right}AAAA`] }, UNSIGNED),
  signed("38", "a signature that is not base64", { header: () => ["v1,!!!"] }, UNSIGNED),
  signed("38", "a signature of no version", { header: (right) => [right.slice(3)] }, UNSIGNED),
  signed("38", "an empty signature", { header: () => [""] }, UNSIGNED),
  signed("39", "junk after the timestamp's digits", { timestamp: (now) => `${now}abc` }, UNTIMELY),
  signed("39", "a timestamp with a fraction", { timestamp: (now) => `${now}.0` }, UNTIMELY),
  signed("40", "milliseconds for seconds", { timestamp: (now) => String(now * 1000) }, UNTIMELY),
  signed("41", "299 s ago", secondsAway(-299), accepted),
  signed("41", "299 s ahead", secondsAway(299), accepted),
  signed("41", "301 s ago", secondsAway(-301), UNTIMELY),
  signed("41", "301 s ahead", secondsAway(301), UNTIMELY),
  signed(
    "42",
    "50 signatures, the right one among them",
    { header: (right) => [[...Array.from({ length: 49 }, () => "v1,AAAA"), right].join(" ")] },
    {
      status: 400,
      code: "ORL-DOOR-011",
    },
  ),
  signed(
    "42",
    "three signatures while a key rotates, the last one right",
    { header: (right) => [`v1a,AAAA v1,${Buffer.alloc(32).toString("base64")} ${right}`] },
    accepted,
  ),
  signed("43", "two signature headers", { header: (right) => [right, right] }, { status: 400, code: "ORL-DOOR-008" }),
  withHeaders("43", "two content types", { "content-type": ["application/json", "text/plain"] }, { status: 400, code: "ORL-DOOR-008" }),
  { ...bearer("43", "two idempotency keys", "valid", { status: 400, code: "ORL-DOOR-008" }), headers: { "idempotency-key": ["a", "b"] } },
  signed("44", "an id with a dot", { id: "msg.1" }, { status: 400, code: "ORL-DOOR-010" }),
  signed("44", "an id of 201 characters", { id: "m".repeat(201) }, { status: 400, code: "ORL-DOOR-010" }),
  {
    class: "45",
    name: "a signature over the re-stringified body",
    by: "signed",
    body: (unique) => bytesOf(JSON.stringify(order(unique), undefined, 2)),
    signing: { over: bytesOf(JSON.stringify(order("x"))) },
    expected: UNSIGNED,
  },
  {
    class: "45",
    name: "the raw bytes signed, whatever they are",
    by: "signed",
    body: () => Uint8Array.from([0xb2, 0xc4, 0xc1, 0xcf]),
    expected: { status: 400, code: "ORL-DOOR-024" },
  },
  { ...bearer("68", "another connection", "valid", NOT_THERE), path: { connection: "mes-suzhou", site: "suzhou" } },
  {
    ...bearer("68", "another site of no such connection", "valid", { status: 404, code: "ORL-DOOR-001" }),
    path: { connection: "mes-hamburg", site: "suzhou" },
  },
  { ...bearer("68", "a connection that is not there", "valid", { status: 404, code: "ORL-DOOR-001" }), path: { connection: "nobody", site: "hamburg" } },
  {
    ...bearer("68", "another site in the document", "valid", { status: 422, code: "ORL-DOOR-027" }),
    body: (unique) => json(consumption(unique, { hierarchyScope: "suzhou" })),
  },
  bearer("77", "no token", "none", NO_TOKEN),
  bearer("77", "a malformed token", "malformed", NO_TOKEN),
  bearer("77", "a token nobody gave out", "unknown", NO_TOKEN),
  bearer("77", "an expired token", "expired", NO_TOKEN),
  bearer("77", "a revoked token", "revoked", NO_TOKEN),
  bearer("77", "a token 10 KB long", "long", NO_TOKEN),
  bearer("78", "another site's token", "other-site", NOT_THERE),
  bearer("78", "a token that may not post", "without-action", NOT_THERE),
  bearer("78", "a token that may not post this type", "without-type", { ...NOT_THERE, lines: [{ result: "refused", code: "ORL-DOOR-015" }] }),
];
