import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = mkdtempSync(join(tmpdir(), "orderlane-boundaries-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Rules = z.object({ summary: z.object({ ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string() })) }) }) });
const Report = z.object({ summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }) });

/** What each seeded file imports (`type …`: for its types only), and the rules that it must break (and no others). */
const breaking: Record<string, { imports: string; breaks: string[] }> = {
  "core/lanes/asks-aws.ts": { imports: "../../aws/ledger-store.ts", breaks: ["core-imports-only-core"] },
  "core/lanes/asks-aws-for-a-type.ts": { imports: "type ../../aws/ledger-store.ts", breaks: ["core-imports-only-core"] },
  "core/lanes/asks-function.ts": { imports: "../../functions/wake-due/wake-due.ts", breaks: ["core-imports-only-core"] },
  "core/lanes/asks-sdk.ts": { imports: "@aws-sdk/client-sqs", breaks: ["core-uses-no-sdk"] },
  "core/lanes/asks-middy.ts": { imports: "@middy/core", breaks: ["core-uses-no-sdk"] },
  "core/lanes/asks-powertools.ts": { imports: "@aws-lambda-powertools/logger", breaks: ["core-uses-no-sdk"] },
  ...Object.fromEntries(
    ["net", "http", "https", "fs", "fs/promises", "child_process", "dns", "dns/promises", "worker_threads"].map((module) => [
      `core/lanes/asks-${module.replace("/", "-")}.ts`,
      { imports: `node:${module}`, breaks: ["core-reaches-nothing-outside"] },
    ]),
  ),
  "core/access/allowlist.ts": { imports: "node:dns", breaks: ["allowlist-compares-addresses-only"] },
  "core/lanes/asks-jsonata.ts": { imports: "jsonata", breaks: ["no-hanging-expressions", "product-uses-no-development-package"] },
  "infra/stacks/validates.ts": { imports: "asl-validator", breaks: ["no-hanging-expressions"] },
  "local/selects.ts": { imports: "jsonpath-plus", breaks: ["no-hanging-expressions"] },
  "aws/asks-connector.ts": { imports: "../connectors/plain-json/client.ts", breaks: ["aws-imports-only-core"] },
  "aws/asks-development-package.ts": { imports: "fast-check", breaks: ["product-uses-no-development-package"] },
  "connectors/plain-json/asks-aws.ts": { imports: "../../aws/ledger-store.ts", breaks: ["connectors-import-only-core"] },
  "connectors/plain-json/asks-other.ts": { imports: "../sap/client.ts", breaks: ["connectors-not-each-other"] },
  "workflows/release/asks-function.ts": { imports: "../../functions/wake-due/env.ts", breaks: ["workflows-import-only-core"] },
  "functions/wake-due/asks-infra.ts": { imports: "../../infra/settings.ts", breaks: ["functions-import-only-product"] },
  "functions/wake-due/asks-workflow.ts": { imports: "../../workflows/release/inner.ts", breaks: ["functions-import-only-product"] },
  "functions/wake-due/asks-other.ts": { imports: "../ask-ledger/env.ts", breaks: ["functions-not-each-other"] },
  "cli/asks-local.ts": { imports: "../local/cloud.ts", breaks: ["cli-imports-only-product"] },
  "infra/asks-logic.ts": { imports: "../functions/wake-due/wake-due.ts", breaks: ["infra-imports-only-contracts"] },
  "infra/asks-lanes.ts": { imports: "../core/lanes/lane.ts", breaks: ["infra-imports-only-contracts"] },
  "infra/asks-inner.ts": { imports: "../workflows/release/inner.ts", breaks: ["infra-imports-only-contracts"] },
  "core/lanes/circle-one.ts": { imports: "./circle-two.ts", breaks: ["no-circular"] },
  "core/lanes/circle-two.ts": { imports: "./circle-one.ts", breaks: [] }, // a circle is reported once, where it starts
  "test/asks-nothing-there.ts": { imports: "./gone.ts", breaks: ["no-unresolvable"] },
};

/** Imports that the layout allows: none may be reported. */
const allowed: Record<string, string[]> = {
  "core/lanes/lane.ts": ["node:crypto", "node:zlib", "zod"],
  "core/settings/settings.ts": [],
  "aws/ledger-store.ts": ["../core/lanes/lane.ts", "@aws-sdk/client-sqs"],
  "connectors/connector.ts": ["../core/lanes/lane.ts"],
  "connectors/plain-json/client.ts": ["../connector.ts", "../../core/lanes/lane.ts"],
  "connectors/sap/client.ts": ["../connector.ts"],
  "workflows/release/inner.ts": [],
  "workflows/release/steps.ts": ["../../core/lanes/lane.ts"],
  "functions/ask-ledger/env.ts": ["zod"],
  "functions/wake-due/env.ts": ["zod"],
  "functions/wake-due/wake-due.ts": ["../../core/lanes/lane.ts", "../../workflows/release/steps.ts"],
  "functions/wake-due/handler.ts": [
    "./wake-due.ts",
    "./env.ts",
    "../../aws/ledger-store.ts",
    "../../connectors/plain-json/client.ts",
    "@middy/core",
    "type aws-lambda",
  ],
  "cli/orderlane.ts": ["../core/lanes/lane.ts", "../aws/ledger-store.ts", "../connectors/plain-json/client.ts"],
  "infra/settings.ts": ["../core/settings/settings.ts"],
  "infra/app.ts": ["./settings.ts", "../functions/wake-due/env.ts", "../workflows/release/steps.ts"],
  "local/cloud.ts": ["../infra/settings.ts", "../connectors/plain-json/client.ts", "../functions/wake-due/wake-due.ts"],
  "bench/bench.ts": ["../functions/wake-due/handler.ts", "../core/lanes/lane.ts"],
  "test/workflow.test.ts": ["asl-validator", "jsonata", "../functions/wake-due/handler.ts", "../local/cloud.ts"],
};

const PACKAGES = ["@aws-sdk/client-sqs", "@middy/core", "@aws-lambda-powertools/logger", "zod"];
const DEVELOPMENT_PACKAGES = ["jsonata", "jsonpath-plus", "asl-validator", "fast-check", "@types/aws-lambda"];

const statement = (imports: string) => (imports.startsWith("type ") ? `import type { here as there } from "${imports.slice(5)}";` : `import "${imports}";`);
const file = (imports: string[]) => [...imports.map(statement), "export const here = 1;", ""].join("\n");

function put(path: string, text: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function seed() {
  const versions = (names: string[]) => Object.fromEntries(names.map((name) => [name, "1.0.0"]));
  put("package.json", JSON.stringify({ name: "seeded", type: "module", dependencies: versions(PACKAGES), devDependencies: versions(DEVELOPMENT_PACKAGES) }));
  for (const name of [...PACKAGES, ...DEVELOPMENT_PACKAGES]) {
    put(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    put(`node_modules/${name}/index.js`, "module.exports = {};\n");
    put(`node_modules/${name}/index.d.ts`, "export const here = 1;\n");
  }
  for (const [path, imports] of Object.entries(allowed)) put(path, file(imports));
  for (const [path, { imports }] of Object.entries(breaking)) put(path, file([imports]));
  cpSync(join(root, ".dependency-cruiser.cjs"), join(folder, ".dependency-cruiser.cjs"));
  cpSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
}

/** The checker as `npm run check` runs it, told to answer in JSON. */
function cruise(): unknown {
  const checker = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
  const run = spawnSync(process.execPath, [checker, "--config", ".dependency-cruiser.cjs", "--output-type", "json", "."], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.stdout === "") throw new Error(`dependency-cruiser answered nothing: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

describe("the boundary checker", () => {
  seed();
  const answer = cruise();
  const found = Report.parse(answer).summary.violations.map(({ from, rule }) => `${from} breaks ${rule.name}`);

  it.each(Object.entries(breaking))("reports what %s breaks, by the name of the rule", (path, { breaks }) => {
    expect(found.filter((line) => line.startsWith(`${path} `)).sort()).toEqual(breaks.map((rule) => `${path} breaks ${rule}`).sort());
  });

  it("reports nothing where the layout allows the import", () => {
    expect(found.filter((line) => Object.keys(allowed).some((path) => line.startsWith(`${path} `)))).toEqual([]);
  });

  it("has a seeded violation for every rule", () => {
    const rules = Rules.parse(answer).summary.ruleSetUsed.forbidden.map((rule) => rule.name);
    expect([...new Set(Object.values(breaking).flatMap((seeded) => seeded.breaks))].sort()).toEqual([...rules].sort());
  });
});
