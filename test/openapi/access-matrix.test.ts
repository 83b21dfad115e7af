import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXPECTED } from "../../local/access-matrix/expected.ts";
import { gapsOf, routesOf, runMatrix } from "../../local/access-matrix/run-matrix.ts";
import { readTable } from "../../local/access-matrix/table.ts";
import { localCloud } from "../support/local-cloud.ts";

/** A part of `npm run access:matrix`: all operations and targets, for the principals that differ most. */

const cloud = localCloud();
const MOST_DIFFERENT = ["none", "all", "other-site", "aws-reader"];
const rows = readTable(EXPECTED);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orderlane-matrix-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("every route lets in exactly who may, at every site", async () => {
  const some = rows.map((row) => ({
    ...row,
    statuses: Object.fromEntries(Object.entries(row.statuses).filter(([principal]) => MOST_DIFFERENT.includes(principal))),
  }));
  const { cells, wrong } = await runMatrix(cloud, some);
  console.log(`access matrix: ${cells} of ${rows.length * Object.keys(rows[0]?.statuses ?? {}).length} cells (all of them: npm run access:matrix)`);
  expect(wrong).toEqual([]);
  expect(cells).toBe(rows.length * MOST_DIFFERENT.length);
});

it("a route that the table does not know fails, and so does a row without a route", async () => {
  const more = new Map([...routesOf(), ["readNothing", { method: "GET", path: "/v1/nothing" }]]);
  await expect(runMatrix(cloud, rows, more)).rejects.toThrow("no row for readNothing");
  expect(gapsOf([...rows, { operationId: "gone", target: "hamburg", statuses: {} }], routesOf())).toEqual([
    "docs/openapi.json has no gone",
    "nothing is asked of gone",
  ]);
});

/** The table with one principal's column alone. */
const onlyNone = (spoil: (operationId: string, status: number) => number): string =>
  ["operation target none", ...rows.map(({ operationId, target, statuses }) => `${operationId} ${target} ${spoil(operationId, Number(statuses.none))}`)].join(
    "\n",
  );

async function command(table: string): Promise<{ readonly code: unknown; readonly last: string | undefined }> {
  const files = { cloud: join(folder, "cloud.json"), table: join(folder, "table.txt") };
  await writeFile(files.cloud, JSON.stringify(cloud));
  await writeFile(files.table, table);
  const program = join(import.meta.dirname, "../../local/access-matrix/access-matrix.ts");
  const child = spawn(process.execPath, [program, "--json", "--cloud", files.cloud, "--table", files.table], { stdio: ["ignore", "pipe", "ignore"] });
  const code = new Promise((resolve) => child.once("close", resolve));
  return { last: (await text(child.stdout)).trimEnd().split("\n").at(-1), code: await code };
}

it("the command ends with 0 and its last line where nothing is wrong, and with 1 where one expectation is", async () => {
  expect(await command(onlyNone((_, status) => status))).toEqual({ code: 0, last: `{"cells":${rows.length},"wrong":0}` });
  const spoilt = onlyNone((operationId, status) => (operationId === "readApiDescription" ? 401 : status));
  expect(await command(spoilt)).toEqual({ code: 1, last: `{"cells":${rows.length},"wrong":1}` });
});
