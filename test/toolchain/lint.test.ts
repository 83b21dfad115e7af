import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "orderlane-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Report = z.object({ diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })) });

const SAVE = "async function save(): Promise<boolean> {\n  return true;\n}\n";

/** One violation per rule that STYLE.md leans on, under the rule's own name. */
const seeded: Record<string, string> = {
  noFloatingPromises: `${SAVE}export function go(): void {\n  save();\n}\n`,
  noMisusedPromises: `${SAVE}export function go(): number {\n  if (save()) return 1;\n  return 2;\n}\n`,
  noUnsafeTypeAssertion: "export const text = (x: unknown): string => x as string;\n",
  noExplicitAny: "export const text = (x: any): string => String(x);\n",
  noConsole: 'console.log("x");\nexport const here = 1;\n',
  noNonNullAssertion: "export const text = (x: string | undefined): string => x!;\n",
  noExcessiveCognitiveComplexity:
    "export function f(a: number, b: number): number {\n  if (a) { if (b) { if (a > b) { if (a > 2) { if (b > 3) return 1; } } } }\n  return 2;\n}\n",
  noBarrelFile: 'export * from "./allowed.ts";\n',
  useImportType: 'import { Buffer } from "node:buffer";\nexport const size = (x: Buffer): number => x.length;\n',
  useExhaustiveSwitchCases:
    'type K = { kind: "a" } | { kind: "b" };\nexport function f(k: K): number {\n  switch (k.kind) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n',
  noRestrictedImports: 'import { BlockList, connect } from "node:net";\nexport const all = [BlockList, connect];\n',
  noEnum: "export enum Mode {\n  on,\n}\n",
  noSkippedTests: 'import { it } from "vitest";\nit.skip("a", () => {});\n',
};

function put(path: string, text: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The linter as `npm run check` runs it, told to answer in JSON. */
function lint() {
  for (const file of ["biome.json", ".gitignore", "tsconfig.json", "package.json"]) cpSync(join(root, file), join(folder, file));
  for (const [rule, text] of Object.entries(seeded)) put(`core/${rule}.ts`, text);
  put("core/allowed.ts", 'export const kinds = ["a"] as const;\n');
  put("core/addresses.ts", 'import { BlockList } from "node:net";\nexport const list = new BlockList();\n');
  put("core/whole-module.ts", 'import * as net from "node:net";\nexport const socket = net.connect(1);\n');
  put("local/console.ts", 'console.log("x");\nexport const here = 1;\n');
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const run = spawnSync(process.execPath, [biome, "lint", "--error-on-warnings", "--reporter=json", "--max-diagnostics=200", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  return Report.parse(JSON.parse(run.stdout)).diagnostics.map(({ category, location }) => `${location.path}: ${category.split("/").at(-1)}`);
}

describe("the linter", () => {
  const found = lint();

  it.each(Object.keys(seeded))("reports a seeded %s", (rule) => {
    expect(found).toContain(`core/${rule}.ts: ${rule}`);
  });

  it("lets no whole node:net into core/", () => {
    expect(found).toContain("core/whole-module.ts: noRestrictedImports");
  });

  it.each(["core/allowed.ts", "core/addresses.ts", "local/console.ts"])("allows what %s does", (path) => {
    expect(found.filter((line) => line.startsWith(`${path}:`))).toEqual([]);
  });
});
