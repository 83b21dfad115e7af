import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createClient } from "@hey-api/openapi-ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { order } from "../bad-input/documents.ts";
import { localCloud } from "../support/local-cloud.ts";
import { type ApiRig, JSON_TYPE, openRig } from "./rig.ts";

/** A client made from docs/openapi.json by a public generator, in a folder of its own: it type-checks, and works against the running API. */

const ROOT = join(import.meta.dirname, "..", "..");
const cloud = localCloud();
let rig: ApiRig;
let folder = "";
beforeAll(async () => {
  rig = await openRig(cloud);
  folder = await mkdtemp(join(tmpdir(), "orderlane-client-"));
});
afterAll(async () => {
  rig.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

const TSCONFIG = {
  compilerOptions: {
    target: "ES2024",
    module: "NodeNext",
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    lib: ["ES2024", "DOM", "DOM.Iterable"],
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules", "@types")],
    outDir: "built",
    rootDir: ".",
  },
  include: ["partner.mts", "client"],
};

it("posts a document, leases, gives a verdict and reads", { timeout: 60_000 }, async () => {
  await createClient({
    input: join(ROOT, "docs", "openapi.json"),
    output: { path: join(folder, "client") },
    plugins: ["@hey-api/client-fetch", "@hey-api/sdk", "@hey-api/typescript"],
    logs: { level: "silent", file: false },
  });
  await copyFile(join(import.meta.dirname, "partner.mts.txt"), join(folder, "partner.mts"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  expect(await run(join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", ".")).toEqual({ code: 0, stdout: "", stderr: "" });

  const name = `CLIENT-${Date.now().toString(36)}`;
  const body = JSON.stringify(order(name, { materialRequirements: [] }));
  await rig.http({
    operationId: "postDocumentsNamingTheirSite",
    path: { connection: "erp" },
    headers: { ...JSON_TYPE, ...rig.senderHeaders("erp", body) },
    body,
  });
  const partner = await run(join("built", "partner.mjs"), cloud.apiUrl, rig.tokens.whole, `ORD-${name}`, name);
  expect(partner).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(partner.stdout)).toEqual({
    serverTime: expect.stringMatching(/Z$/),
    line: "accepted",
    verdict: "recorded",
    isDocument: true,
    content: "kept",
    code: "ORL-DOOR-015",
    unused: 3,
  });
});
