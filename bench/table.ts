import { usageOf } from "../infra/bill/usage.ts";
import type { BundleCost } from "./bundles.ts";
import type { CallAccount } from "./call-account.ts";
import { priceOf } from "./document-price.ts";
import { DESIGN, type Figures } from "./figures.ts";
import { markdownTable, round } from "./markdown-table.ts";
import { ASSUMPTIONS, aggregationTable, PRICE_TITLE, priceTable, usageTable } from "./price-tables.ts";
import type { PureWay } from "./pure-way.ts";
import type { Refusals } from "./refusals.ts";
import type { Throughput } from "./throughput.ts";

const times = (number: number): string => `${round(number)} ×`;
const kilobytes = (bytes: number): string => round(bytes / 1024);

const pureWayTable = (rows: readonly PureWay[]): string =>
  markdownTable(
    ["message", "bytes", "documents", "JSON floor", "parser", "of it guard", "route", "mapping", "text out", "whole", "whole / floor", "whole per document"],
    rows.map((row) => [
      row.message,
      row.bytes,
      row.documents,
      round(row.floor),
      round(row.parser),
      round(row.guard),
      round(row.route),
      round(row.mapping),
      round(row.text),
      round(row.whole),
      times(row.whole / row.floor),
      round(row.whole / row.documents),
    ]),
  );

const refusalTable = ({ cases, medianMs, slowestMs, slowest }: Refusals): string =>
  markdownTable(["refused requests", "median", "slowest", "which"], [[cases, round(medianMs, 2), round(slowestMs), slowest]]);

const bundleTable = (rows: readonly BundleCost[]): string =>
  markdownTable(
    ["function", "KB", "KB gzip", "import CPU ms", "least", "most"],
    rows.map((row) => [row.name, kilobytes(row.bytes), kilobytes(row.gzipBytes), round(row.importMs, 0), round(row.leastMs, 0), round(row.mostMs, 0)]),
  );

const callTable = (rows: readonly CallAccount[]): string =>
  markdownTable(
    ["for one", "AWS calls", "write units", "read units", "transitions", "API requests", "ERP calls", "USD a million"],
    rows.map((row) => [
      row.what,
      round(row.calls),
      round(row.write),
      round(row.read),
      round(row.transitions),
      row.requests,
      round(row.erpCalls),
      round(priceOf(usageOf(row)).total),
    ]),
  );

const lineTable = (rows: readonly CallAccount[]): string =>
  markdownTable(
    ["for one", "function", "call", "about", "times", "write units", "read units"],
    rows.flatMap(({ what, lines }) =>
      lines.map((line) => [
        what,
        line.function,
        `${line.service} ${line.operation}${line.refused ? " (refused)" : ""}`,
        line.about,
        round(line.calls),
        round(line.write),
        round(line.read),
      ]),
    ),
  );

const cores = (number: number | undefined): string => (number === undefined ? "–" : round(number, 2));

const throughputTable = (rows: readonly Throughput[]): string =>
  markdownTable(
    [
      "documents",
      "ERP calls/s allowed",
      "sent",
      "delivered",
      "s at the door",
      "s in all",
      "per second",
      "transitions each",
      "cores: emulator",
      "functions",
      "bench",
    ],
    rows.map((row) => [
      row.what,
      row.callsPerSecond,
      row.documents,
      row.delivered,
      round(row.doorSeconds),
      round(row.seconds),
      round(row.perSecond),
      round(row.transitions),
      cores(row.emulatorCores),
      cores(row.functionCores),
      cores(row.benchCores),
    ]),
  );

/** Every table that there are figures for, with what it shows in a line above it. */
export function report(figures: Figures, details: boolean): string {
  const { pureWay, refusals, bundles, calls, prices, aggregation, throughput } = figures;
  const parts = [
    `Taken ${figures.takenAt} on Node ${figures.node}, ${figures.cores} cores, load ${round(figures.loadBefore)} before and ${round(figures.loadAfter)} after. What the figures cannot say: docs/benchmarks.md.`,
    ...(pureWay === undefined ? [] : ["## Pure way: µs of CPU for one message, medians of interleaved rounds", pureWayTable(pureWay)]),
    ...(refusals === undefined ? [] : ["## Bad input: ms of CPU until it is refused (BAD-INPUT.md: under 50)", refusalTable(refusals)]),
    ...(bundles === undefined ? [] : [`## Bundles: size, and CPU of loading one (design: ${DESIGN.importMs} ms)`, bundleTable(bundles)]),
    ...(calls === undefined ? [] : [callsTitle, callTable(calls), ...(details ? ["### By function and call", lineTable(calls)] : [])]),
    ...(prices === undefined ? [] : [PRICE_TITLE, priceTable(prices), "### What is billed for one document", usageTable(prices), ASSUMPTIONS]),
    ...(aggregation === undefined ? [] : ["## Calls of the ERP for consumption of one kind, reported line by line", aggregationTable(aggregation)]),
    ...(throughput === undefined ? [] : ["## Through the local cloud: door to the ERP's book", throughputTable(throughput)]),
  ];
  return parts.join("\n\n");
}

const callsTitle = `## AWS calls, counted on the wire (design: ${DESIGN.singleStepWriteUnits} write units for a single-step document, ${DESIGN.workflowTransitions} transitions for a workflow)`;
