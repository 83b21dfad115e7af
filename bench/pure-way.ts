import { sourceOf } from "../connectors/registry.ts";
import { Grant } from "../core/access/grants.ts";
import { parseExactJson } from "../core/documents/exact-json.ts";
import { surveyOf } from "../core/documents/json-survey.ts";
import type { Sender } from "../core/door/enter.ts";
import { type RoutedLine, type Routing, routeLine } from "../core/door/route-lines.ts";
import { mappingContext } from "../core/mapping/context.ts";
import { connectionOf, type Settings, siteOf } from "../core/settings/settings.ts";
import { settingsFor } from "../infra/settings.ts";
import { interleaved, type Rounds } from "./interleaved.ts";
import { MESSAGES } from "./sample-documents.ts";

/** (a) What the logic costs without any I/O, beside `JSON.parse` + `JSON.stringify` of the same text in the same run. Microseconds of CPU, for one message. */
export type PureWay = {
  readonly message: string;
  readonly documents: number;
  readonly bytes: number;
  /** `JSON.parse` + `JSON.stringify`. */
  readonly floor: number;
  /** Exact JSON: decode, survey, `JSON.parse`, count. */
  readonly parser: number;
  /** The survey of the bytes alone, which is part of `parser`. */
  readonly guard: number;
  /** Split, routing fields, identifiers, digest, document id, header's fields. */
  readonly route: number;
  /** Wire to canonical, judged by the strict canonical schema. */
  readonly mapping: number;
  /** Canonical text out. */
  readonly text: number;
  /** Parser, route, mapping and text, one after another. */
  readonly whole: number;
};

type Part = Exclude<keyof PureWay, "message" | "documents" | "bytes">;

/** Enough for medians that repeat within a few percent on a quiet machine. */
const THOROUGH: Rounds = { rounds: 40, sliceMs: 8, warmUpMs: 400 };

export async function measurePureWay(options: Rounds = THOROUGH): Promise<readonly PureWay[]> {
  const rows: PureWay[] = [];
  for (const [name, { from, documents, body }] of Object.entries(MESSAGES)) {
    const text = JSON.stringify(body);
    const figures = await interleaved(partsOf(from, text), options);
    const of = (part: Part): number => figures.get(part) ?? Number.NaN;
    const costs = {
      floor: of("floor"),
      parser: of("parser"),
      guard: of("guard"),
      route: of("route"),
      mapping: of("mapping"),
      text: of("text"),
      whole: of("whole"),
    };
    rows.push({ message: name, documents, bytes: Buffer.byteLength(text), ...costs });
  }
  return rows;
}

const NO_LIMITS = { depth: 64, values: 1e9, string: 1e9 };

class SampleRefused extends Error {}

/** @throws SampleRefused where a sample does not come through: nothing would be measured */
function partsOf(from: string, text: string): Readonly<Record<Part, () => unknown>> {
  const routing = routingFor(from, text);
  const bytes = Buffer.from(text);
  const parse = () => {
    const parsed = parseExactJson(bytes);
    if (parsed.kind === "refused") throw new SampleRefused(parsed.message);
    return parsed.value;
  };
  const route = (message: ReturnType<typeof parse>) => {
    const answer = routing.format.split(message);
    if (answer.kind !== "parts") throw new SampleRefused(answer.message);
    const lines = answer.parts.map((part, at) => ({ part, line: routeLine(part, at + 1, routing) }));
    return lines.map(({ part, line }) => ({ document: part.document, line: routedOf(line) }));
  };
  const toCanonical = (routed: ReturnType<typeof route>) =>
    routed.map(({ document, line }) => {
      const answer = routing.format.toCanonical(document, mappingContext(routing.connection, siteOf(routing.settings, line.arrival.site)));
      if (answer.kind === "invalid") throw new SampleRefused(answer.reasons.map(({ field, message }) => `${field}: ${message}`).join("; "));
      return answer.document;
    });
  const write = (documents: ReturnType<typeof toCanonical>) => documents.map((document) => JSON.stringify(document));

  const parsed = parse();
  const routed = route(parsed);
  const canonical = toCanonical(routed);
  return {
    floor: () => JSON.stringify(JSON.parse(text)),
    parser: parse,
    guard: () => surveyOf(bytes, NO_LIMITS),
    route: () => route(parsed),
    mapping: () => toCanonical(routed),
    text: () => write(canonical),
    whole: () => write(toCanonical(route(parse()))),
  };
}

function routedOf(line: ReturnType<typeof routeLine>): RoutedLine {
  if (line.kind === "refused") throw new SampleRefused(line.problem.detail);
  return line;
}

function routingFor(from: string, text: string): Routing {
  const settings = settingsFor("local");
  const connection = connectionOf(settings, from);
  const sender: Sender = connection.source.scheme === "bearer" ? { grant: grantFor(settings) } : { key: "msg_2026" };
  return { connection, settings, format: sourceOf(connection), sender, site: "hamburg", now: Date.UTC(2026, 2, 2), text };
}

const grantFor = ({ sites, connections }: Settings): Grant =>
  Grant.parse({
    pk: "ACCESS#bench",
    sk: "ACCESS",
    principal: "agent",
    sites: sites.map(({ id }) => id),
    connections: connections.map(({ id }) => id),
    types: ["MaterialActual"],
    actions: ["post"],
    expiresAt: Date.UTC(2100, 0),
    revoked: false,
  });
