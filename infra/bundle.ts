import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { build, type Metafile } from "esbuild";
import type { Settings } from "../core/settings/settings.ts";

const root = join(import.meta.dirname, "..");

/** Expression engines that a hostile input hangs past any timeout (LIBRARIES.md). */
const NEVER_IN_A_BUNDLE = ["jsonata", "jsonpath-plus", "lodash.set", "asl-validator"];

/** What a function answers from, beside its code: a file that is read when it is asked for, so that no start pays for it. */
const BESIDE: Readonly<Record<string, string>> = { "ask-ledger": join("docs", "openapi.json") };

/** One function's folder, ready to be an asset: `index.js` exports `handler`; `settings.json` stands beside it where settings were given. */
type Bundle = { name: string; folder: string; bytes: number };

/** Nothing usable was built. */
export class BundleFailed extends Error {}

/**
 * Bundles every functions/<name>/handler.ts by one esbuild run into `<outDir>/<name>/`, and esbuild's account of what went in into `<outDir>/meta.json`.
 * Two clouds side by side give two `outDir`s.
 *
 * @throws BundleFailed where there is no handler, one builds to nothing, or a forbidden package would be bundled
 */
export async function bundle({ settings, outDir }: { settings?: Settings; outDir: string }): Promise<{ functions: Bundle[]; metafile: Metafile }> {
  const names = functionNames();
  for (const name of names) rmSync(join(outDir, name), { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: names.map((name) => ({ in: join(root, "functions", name, "handler.ts"), out: join(name, "index") })),
    outdir: outDir,
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Packages' ES modules first: only these can be shaken, which is most of the AWS SDK.
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: false,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
  });
  refuseForbidden(metafile);
  writeFileSync(join(outDir, "meta.json"), JSON.stringify(metafile));
  return { functions: names.map((name) => finish(name, join(resolve(outDir), name), settings)), metafile };
}

function functionNames(): string[] {
  const foldersOf = (pattern: string) => [...new Set(globSync(pattern, { cwd: root }).map((path) => basename(dirname(path))))].sort();
  const names = foldersOf("functions/*/handler.ts");
  if (names.length === 0) throw new BundleFailed("there is no functions/*/handler.ts to bundle");
  const without = foldersOf("functions/*/*.ts").filter((name) => !names.includes(name));
  if (without.length > 0) throw new BundleFailed(`no handler.ts in ${without.map((name) => `functions/${name}`).join(", ")}`);
  return names;
}

function finish(name: string, folder: string, settings: Settings | undefined): Bundle {
  mkdirSync(folder, { recursive: true });
  // Says CommonJS wherever the folder lies, under this project's own "type": "module" too.
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  if (settings !== undefined) writeFileSync(join(folder, "settings.json"), `${JSON.stringify(settings)}\n`);
  const beside = BESIDE[name];
  if (beside !== undefined) writeFileSync(join(folder, basename(beside)), JSON.stringify(JSON.parse(readFileSync(join(root, beside), "utf8"))));
  const code = join(folder, "index.js");
  // How esbuild writes a named export of an ES module into CommonJS: the metafile lists none for this format.
  if (!/\bhandler:\(\)=>/.test(readFileSync(code, "utf8"))) throw new BundleFailed(`functions/${name}/handler.ts exports no handler`);
  return { name, folder, bytes: statSync(code).size };
}

function refuseForbidden(metafile: Metafile) {
  const found = Object.keys(metafile.inputs).filter((input) => NEVER_IN_A_BUNDLE.some((name) => input.includes(`node_modules/${name}/`)));
  if (found.length > 0) throw new BundleFailed(`must never be in a bundle: ${found.join(", ")}`);
}

/** `npm run build [-- <outDir>]`: builds and prints the sizes. */
async function main(outDir: string) {
  const started = performance.now();
  const { functions } = await bundle({ outDir });
  for (const { name, bytes } of functions) console.log(`  ${name.padEnd(20)}${(bytes / 1024).toFixed(1).padStart(9)} KB`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`built ${functions.length} functions into ${relative(process.cwd(), resolve(outDir))}/ in ${seconds} s`);
}

if (import.meta.main) {
  const [outDir] = process.argv.slice(2);
  await main(outDir === undefined ? join(root, "dist") : outDir).catch((error: unknown) => {
    if (!(error instanceof BundleFailed)) throw error;
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  });
}
