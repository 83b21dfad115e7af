import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";
import { interleaved, type Rounds } from "../interleaved.ts";
import { markdownTable } from "../markdown-table.ts";
import { median } from "../median.ts";
import { jsonWays, sizeWays, type Ways, xmlWays } from "./ways.ts";

/**
 * `npm run bench:mapping`: what mapping tables cost, beside `JSON.parse` + `JSON.stringify`, JSONata and the XML parser in the same run. Prints tables and last one
 * line of JSON, with `--json` and without. It judges nothing.
 */

const ORDER = { operations: 10, components: 40 } as const;
const SIZES = [10, 100, 1000, 10_000] as const;
const ROUNDS: Rounds = { rounds: 40, sliceMs: 25, warmUpMs: 1500 };
const SIZE_ROUNDS: Rounds = { rounds: 24, sliceMs: 60, warmUpMs: 1200 };

type Figures = ReadonlyMap<string, number>;
const of = (figures: Figures, part: string): number => figures.get(part) ?? Number.NaN;
const round = (number: number, digits = 1): string => number.toFixed(digits);
const load = (): string => round(loadavg().at(0) ?? Number.NaN);

const partsTable = (figures: Figures, base: string, what: Readonly<Record<string, string>>): string =>
  markdownTable(
    ["part", "µs CPU", `× ${base}`],
    Object.entries(what).map(([part, words]) => [words, round(of(figures, part)), round(of(figures, part) / of(figures, base), 2)]),
  );

async function measured<Part extends string>({ works }: Ways<Part>): Promise<Figures> {
  return await interleaved(works, ROUNDS);
}

/** `faults`: pages that the kernel gives while one order goes the whole way. */
type ComponentPrice = { readonly components: number; readonly whole: number; readonly floor: number; readonly faults: number };

const CALLS = 20;

/** Of warm work. The collector takes and gives pages too: the middle of several calls has little of it. */
function faultsOf(work: () => unknown): number {
  const pages = Array.from({ length: CALLS }, () => {
    const before = process.resourceUsage().minorPageFault;
    work();
    return process.resourceUsage().minorPageFault - before;
  });
  return median(pages);
}

/** What each component adds: the order with it, less the order with operations alone, by component. */
async function componentPrices(): Promise<readonly ComponentPrice[]> {
  const none = sizeWays({ ...ORDER, components: 0 });
  const works: Record<string, () => unknown> = { whole0: none.whole, floor0: none.floor };
  for (const components of SIZES) {
    const { whole, floor } = sizeWays({ ...ORDER, components });
    works[`whole${components}`] = whole;
    works[`floor${components}`] = floor;
  }
  const figures = await interleaved(works, SIZE_ROUNDS);
  const price = (part: string, components: number): number => (of(figures, `${part}${components}`) - of(figures, `${part}0`)) / components;
  return SIZES.map((components) => ({
    components,
    whole: price("whole", components),
    floor: price("floor", components),
    faults: faultsOf(sizeWays({ ...ORDER, components }).whole),
  }));
}

const loadBefore = load();
const json = await jsonWays(ORDER);
const xml = xmlWays(ORDER);
const ofJson = await measured(json);
const ofXml = await measured(xml);
const prices = await componentPrices();
const wholes = prices.map(({ whole }) => whole);
const floors = prices.map(({ floor }) => floor);
const flatnessOf = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);
const rounded = (number: number): number => Number(number.toFixed(2));
const results = {
  floorRatio: rounded(of(ofJson, "whole") / of(ofJson, "floor")),
  jsonataRatio: rounded(of(ofJson, "jsonata") / of(ofJson, "mapped")),
  flatness: rounded(flatnessOf(wholes)),
  xmlRatio: rounded(of(ofXml, "whole") / of(ofXml, "parser")),
};

const report = [
  `Node ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), load ${loadBefore} before and ${load()} after. Medians of interleaved rounds, CPU time, warm.`,
  `## JSON: an order of ${ORDER.operations} operations and ${ORDER.components} components, ${json.bytes} bytes`,
  partsTable(ofJson, "floor", {
    floor: "JSON.parse + JSON.stringify of the same text",
    parser: "parser: bytes to exact tree, duplicate keys refused",
    mapping: "mapping: form, table, rules, canonical schema",
    text: "canonical text",
    mapped: "mapping and canonical text: tree to text",
    whole: "whole: bytes to canonical text",
    jsonata: "JSONata: tree to the same text",
  }),
  "## What one component adds, µs CPU",
  markdownTable(
    ["components", "whole", "floor", "page faults of the whole order"],
    prices.map(({ components, whole, floor, faults }) => [components, round(whole, 3), round(floor, 3), round(faults, 0)]),
  ),
  `The dearest is ${round(flatnessOf(wholes), 2)} × the cheapest; of the floor itself ${round(flatnessOf(floors), 2)} ×.`,
  `## XML: an order IDoc of the same size, ${xml.bytes} bytes`,
  partsTable(ofXml, "parser", {
    parser: "saxes with nobody listening",
    tree: "saxes and our tree, as where the quick way declines",
    exact: "bytes to exact tree, within the limits: the quick way, saxes where it declines",
    whole: "whole: bytes to canonical text",
  }),
  "It cannot show: cold starts (all is warm), documents of other shapes, what the door adds (digest, unknown fields, ledger), memory, another machine. JSONata is given trees whose numbers are texts, since it has only doubles, and is compared from tree to text: no parser is in that ratio.",
].join("\n\n");

console.log(`${report}\n`);
console.log(JSON.stringify(results));
