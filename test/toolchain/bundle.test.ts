import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orderlane-bundle-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  put("package.json", JSON.stringify({ name: "seeded", type: "module" }));
  put("docs/openapi.json", '{"openapi":"3.1.1"}');
  mkdirSync(join(folder, "infra"));
  cpSync(join(root, "infra", "bundle.ts"), join(folder, "infra", "bundle.ts"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function build(program = "infra/bundle.ts") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "dist"], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}

const HANDLER = 'import { answer } from "./logic.ts";\nexport const handler = async () => answer;\n';

describe("bundling the functions", () => {
  it("builds each handler to a folder of its own that loads as CommonJS under this project's module type", async () => {
    put("functions/wake-due/handler.ts", HANDLER);
    put("functions/wake-due/logic.ts", "export const answer: string = 'woken';\n");
    put("functions/ask-ledger/handler.ts", "export const handler = async () => 'asked';\n");
    expect(build()).toMatchObject({ status: 0, stdout: expect.stringMatching(/ask-ledger +\d+\.\d KB\n +wake-due +\d+\.\d KB\nbuilt 2 functions/) });
    const { handler } = createRequire(import.meta.url)(join(folder, "dist/wake-due/index.js"));
    expect(await handler()).toBe("woken");
    expect(existsSync(join(folder, "dist/wake-due/settings.json"))).toBe(false);
    expect(readFileSync(join(folder, "dist/ask-ledger/openapi.json"), "utf8")).toBe('{"openapi":"3.1.1"}');
  });

  it("writes the given settings beside the code", () => {
    put("functions/wake-due/handler.ts", "export const handler = async () => 1;\n");
    put("with-settings.ts", 'import { bundle } from "./infra/bundle.ts";\nawait bundle({ outDir: "dist", settings: JSON.parse(\'{"stage":"local"}\') });\n');
    expect(build("with-settings.ts")).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "dist/wake-due/settings.json"), "utf8")).toBe('{"stage":"local"}\n');
  });

  it.each([
    ["there is no function", "functions/README.md", "nothing", "there is no functions/*/handler.ts"],
    [
      "a handler file exports no handler",
      "functions/wake-due/handler.ts",
      "export const handle = async () => 1;\n",
      "functions/wake-due/handler.ts exports no handler",
    ],
    [
      "an expression engine would be bundled",
      "functions/wake-due/handler.ts",
      'import jsonata from "jsonata";\nexport const handler = () => jsonata("1");\n',
      "jsonata",
    ],
  ])("fails, saying so, where %s", (_case, path, text, message) => {
    put(path, text);
    expect(build()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  });

  it("fails, naming the folder, where one function has no handler", () => {
    put("functions/wake-due/handler.ts", "export const handler = async () => 1;\n");
    put("functions/ask-ledger/env.ts", "export const Env = 1;\n");
    expect(build()).toMatchObject({ status: 1, stderr: expect.stringContaining("no handler.ts in functions/ask-ledger") });
  });
});
