import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { Settings } from "../../core/settings/settings.ts";
import { type CloudParts, startCloud } from "../cloud.ts";
import { EXPECTED } from "./expected.ts";
import { type Matrix, runMatrix } from "./run-matrix.ts";
import { readTable } from "./table.ts";

/**
 * `npm run access:matrix [-- --json]`: who gets what, at every route of docs/openapi.json. The last line is `{cells, wrong}` with --json, else a sentence; exit code 0
 * only where nothing is wrong. For its own test: `--cloud FILE` is a cloud that runs already, `--table FILE` another table than the one written by hand.
 */

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, cloud: { type: "string" }, table: { type: "string" } } });
const say = (text: string): void => console.error(text);

const Texts = z.record(z.string(), z.string());
const Parts = z.object({
  endpoint: z.string(),
  apiUrl: z.string(),
  clients: z.object({
    endpoint: z.string(),
    region: z.string(),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
    forcePathStyle: z.literal(true),
    useQueueUrlAsEndpoint: z.literal(false),
    disableHostPrefix: z.literal(true),
  }),
  table: z.string(),
  bucket: z.string(),
  queueUrls: Texts,
  workflowArns: Texts,
  functionNames: Texts,
  secrets: Texts,
  settings: Settings,
});

async function main(): Promise<Matrix> {
  const rows = readTable(values.table === undefined ? EXPECTED : readFileSync(values.table, "utf8"));
  if (values.cloud !== undefined) return runMatrix(Parts.parse(JSON.parse(readFileSync(values.cloud, "utf8"))) satisfies CloudParts, rows);
  const cloud = await startCloud({ log: say, logFile: join(import.meta.dirname, "..", "..", ".local", "access-matrix.log") });
  try {
    return await runMatrix(cloud, rows);
  } finally {
    await cloud.stop();
  }
}

const { cells, wrong } = await main();
for (const { operationId, target, principal, expected, came } of wrong) say(`✗ ${operationId} ${target} as ${principal}: ${expected} expected, ${came} came`);
const sentence = `${cells} cells (operation × principal × site), ${wrong.length} wrong`;
console.log(values.json ? JSON.stringify({ cells, wrong: wrong.length }) : sentence);
// Connections that are kept alive for a next request would keep the process, too.
process.exit(wrong.length === 0 ? 0 : 1);
