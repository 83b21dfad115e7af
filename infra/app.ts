import { join, resolve } from "node:path";
import process from "node:process";
import { App } from "aws-cdk-lib/core";
import * as z from "zod";
import { billFor } from "./bill/print-bill.ts";
import { BundleFailed, bundle } from "./bundle.ts";
import { orderlaneApp } from "./orderlane-app.ts";
import { SettingsRefused, settingsFor } from "./settings.ts";
import { StageName } from "./stage.ts";

/** `npx cdk synth -c stage=prod [-c bundles=<folder>] [-c erpUrl=<address>] [-c trytonUrl=<address>] [-c numbers=shift] [-c who=<name> -c why=<text>]`: what cdk.json calls. */

const Context = z.object({
  stage: StageName.default("local"),
  /** A folder with a bundle for each function; without it they are bundled here. */
  bundles: z.string().min(1).optional(),
  erpUrl: z.string().min(1).optional(),
  trytonUrl: z.string().min(1).optional(),
  numbers: z.literal("shift").optional(),
  /** `cli`: deployed with the caller's own credentials, not through CDK's roles (the local cloud that holds roles to their rights). */
  credentials: z.literal("cli").optional(),
  /** For the audit: a deployment of another stage than local needs both. */
  who: z.string().default(""),
  why: z.string().default(""),
});

/** What the CDK's command hands on of `-c name=value`. */
function context() {
  const { node } = new App({ autoSynth: false });
  const parsed = Context.safeParse(Object.fromEntries(Object.keys(Context.shape).map((name) => [name, node.tryGetContext(name)])));
  if (parsed.success) return parsed.data;
  throw new SettingsRefused(`a value given with -c cannot be used:\n${z.prettifyError(parsed.error)}`);
}

async function main() {
  const { stage, bundles, erpUrl, trytonUrl, numbers, credentials, ...said } = context();
  const overrides = { ...(erpUrl === undefined ? {} : { erpUrl }), ...(trytonUrl === undefined ? {} : { trytonUrl }) };
  const settings = settingsFor(stage, { ...overrides, ...(numbers === undefined ? {} : { numbers }) });
  const outDir = join(import.meta.dirname, "..", "dist", stage);
  if (bundles === undefined) await bundle({ settings, outDir });
  const deployedBy = stage === "local" && said.who === "" ? { who: "local cloud", why: "it was started" } : said;
  const parts = { settings, bundles: bundles === undefined ? outDir : resolve(bundles), deployedBy, usesCallersCredentials: credentials === "cli" };
  const assembly = orderlaneApp(parts).app.synth();
  // Beside the template, which is what stdout is for.
  console.error(billFor(settings, assembly));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SettingsRefused || error instanceof BundleFailed)) throw error;
  // What a person can mend, without a stack trace around it.
  console.error(`orderlane: ${error.message}`);
  process.exitCode = 1;
}
