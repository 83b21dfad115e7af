import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { COUNTED_CALLS } from "../infra/bill/counted-calls.ts";
import { measureBundles } from "./bundles.ts";
import { countedOf } from "./call-account.ts";
import type { Figures } from "./figures.ts";
import { CLOUD_PARTS, measureInCloud } from "./local-cloud.ts";
import { measurePureWay } from "./pure-way.ts";
import { measureRefusals } from "./refusals.ts";
import { report } from "./table.ts";

/**
 * `npm run bench`: what a document costs, as tables and last one line of JSON. It judges nothing: it exits with 0 when it ran.
 * `--json`: that line alone. `--only pure,refusals,bundles,calls,aggregation,load`: some of it. `--details`: each call by function. `--save`: into bench/results/, counted calls where they were counted, the rest where all of it was measured.
 */

const PARTS = ["pure", "refusals", "bundles", ...CLOUD_PARTS] as const;
type Part = (typeof PARTS)[number];

const RESULTS = join(import.meta.dirname, "results");
/** Documents of each kind under load; with the limit a run of everything stays under five minutes. */
const CLOUD = { repeats: 5, documents: 200, limitMs: 60_000 };

type Options = { readonly json: boolean; readonly details: boolean; readonly save: boolean; readonly parts: readonly Part[] };

function optionsIn(args: readonly string[]): Options | string {
  try {
    const booleans = { json: { type: "boolean" }, details: { type: "boolean" }, save: { type: "boolean" } } as const;
    const { values } = parseArgs({ args: [...args], options: { ...booleans, only: { type: "string", default: PARTS.join(",") } } });
    const asked = values.only.split(",");
    const unknown = asked.find((name) => !PARTS.some((part) => part === name));
    if (unknown !== undefined) return `--only takes ${PARTS.join(", ")}, not "${unknown}"`;
    return {
      json: values.json === true,
      details: values.details === true,
      save: values.save === true,
      parts: PARTS.filter((part) => asked.includes(part)),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function measure(parts: readonly Part[], log: (text: string) => void): Promise<Figures> {
  const load = () => loadavg().at(0) ?? Number.NaN;
  const loadBefore = load();
  const has = (part: Part) => parts.includes(part);
  if (has("pure")) log("pure way …");
  const pureWay = has("pure") ? { pureWay: await measurePureWay() } : {};
  if (has("refusals")) log("refusals …");
  const refusals = has("refusals") ? { refusals: await measureRefusals() } : {};
  if (has("bundles")) log("bundles …");
  const bundles = has("bundles") ? { bundles: await measureBundles() } : {};
  const cloudParts = CLOUD_PARTS.filter(has);
  if (cloudParts.length > 0) log("local cloud …");
  const inCloud = cloudParts.length > 0 ? await measureInCloud(cloudParts, CLOUD, log) : {};
  const where = { takenAt: new Date().toISOString().slice(0, 16), node: process.versions.node, cores: availableParallelism() };
  return { ...where, loadBefore, loadAfter: load(), ...pureWay, ...refusals, ...bundles, ...inCloud };
}

const WHOLE = PARTS.length;

/** Only what was measured: some parts do not take the place of a whole run's figures, but counted calls are the bill's own file. */
function save(figures: Figures, parts: readonly Part[]): void {
  if (figures.calls !== undefined)
    writeFileSync(COUNTED_CALLS, `${JSON.stringify({ takenAt: figures.takenAt, flows: figures.calls.map(countedOf) }, null, 2)}\n`);
  if (parts.length < WHOLE) return;
  writeFileSync(join(RESULTS, "latest.md"), `# Latest figures\n\n${report(figures, true)}\n`);
  writeFileSync(join(RESULTS, "latest.json"), `${JSON.stringify(figures, null, 2)}\n`);
}

const options = optionsIn(process.argv.slice(2));
if (typeof options === "string") {
  console.error(`bench: ${options}`);
  process.exitCode = 2;
} else {
  const figures = await measure(options.parts, (text) => console.error(text));
  if (options.save) save(figures, options.parts);
  if (!options.json) console.log(`${report(figures, options.details)}\n`);
  console.log(JSON.stringify(figures));
}
