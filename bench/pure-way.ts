import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sourceOf } from "../connectors/registry.ts";
import { Grant } from "../core/access/grants.ts";
import { parseExactJson } from "../core/documents/exact-json.ts";
import { scanJson } from "../core/documents/json-guard.ts";
import type { Sender } from "../core/door/enter.ts";
import { type RoutedLine, type Routing, routeLine } from "../core/door/route-lines.ts";
import { mappingContext } from "../core/mapping/context.ts";
import { connectionOf, type Settings, siteOf } from "../core/settings/settings.ts";
import { settingsFor } from "../infra/settings.ts";
import { median } from "./median.ts";
import { MESSAGES } from "./sample-documents.ts";

/** (a) What the logic costs without any I/O, beside `JSON.parse` + `JSON.stringify` of the same text in the same run. Microseconds of CPU, for one message. */
export type PureWay = {
  readonly message: string;
  readonly documents: number;
  readonly bytes: number;
  /** `JSON.parse` + `JSON.stringify`. */
  readonly floor: number;
  /** Exact JSON: decode, guard, `JSON.parse`. */
  readonly parser: number;
  /** The guard alone, which is part of `parser`. */
  readonly guard: number;
  /** Split, routing fields, identifiers, digest, document id, header's fields. */
  readonly route: number;
  /** Wire to canonical, judged by the strict zod schema. */
  readonly mapping: number;
  /** Canonical text out. */
  readonly text: number;
  /** Parser, route, mapping and text, one after another. */
  readonly whole: number;
};

type Part = Exclude<keyof PureWay, "message" | "documents" | "bytes">;
const PARTS = ["floor", "parser", "guard", "route", "mapping", "text", "whole"] as const satisfies readonly Part[];

export type PureWayOptions = { readonly rounds: number; readonly sliceMs: number; readonly warmUpMs: number };

/** Enough for medians that repeat within a few percent on a quiet machine. */
const THOROUGH: PureWayOptions = { rounds: 40, sliceMs: 8, warmUpMs: 400 };

export const measurePureWay = (options: PureWayOptions = THOROUGH): readonly PureWay[] =>
  Object.entries(MESSAGES).map(([name, { from, documents, body }]) => {
    const text = JSON.stringify(body);
    return { message: name, documents, bytes: Buffer.byteLength(text), ...interleaved(partsOf(from, text), options) };
  });

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
    guard: () => scanJson(text),
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

type Slot = { readonly part: Part; readonly work: () => unknown; readonly often: number; readonly slices: number[] };

/** After warm-up and a collection, every round gives each part one slice, and begins with another part: what disturbs one disturbs all. */
function interleaved(parts: Readonly<Record<Part, () => unknown>>, { rounds, sliceMs, warmUpMs }: PureWayOptions): Record<Part, number> {
  for (const part of PARTS) timesIn(parts[part], warmUpMs, sliceMs);
  const slots = PARTS.map((part): Slot => ({ part, work: parts[part], often: timesIn(parts[part], warmUpMs / 4, sliceMs), slices: [] }));
  collect();
  for (let round = 0; round < rounds; round += 1) {
    const first = round % slots.length;
    for (const { work, often, slices } of [...slots.slice(first), ...slots.slice(0, first)]) slices.push(microsecondsOf(work, often));
  }
  const of = (part: Part): number => median(slots.flatMap((slot) => (slot.part === part ? slot.slices : [])));
  return { floor: of("floor"), parser: of("parser"), guard: of("guard"), route: of("route"), mapping: of("mapping"), text: of("text"), whole: of("whole") };
}

/** Warms up, and answers how often the work fits into a slice. */
function timesIn(work: () => unknown, warmUpMs: number, sliceMs: number): number {
  const begun = performance.now();
  let count = 0;
  do {
    work();
    count += 1;
  } while (performance.now() - begun < warmUpMs);
  return Math.max(1, Math.round((count * sliceMs) / (performance.now() - begun)));
}

/** CPU of this process, its collector and compiler included: what else runs on the machine is not in it. */
function microsecondsOf(work: () => unknown, often: number): number {
  const before = process.cpuUsage();
  for (let count = 0; count < often; count += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / often;
}

setFlagsFromString("--expose-gc");
const collector: unknown = runInNewContext("gc");

/** Between warm-up and measuring only: a forced collection in between would throw compiled code away too. */
function collect(): void {
  if (typeof collector === "function") collector();
}
