import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Template } from "aws-cdk-lib/assertions";
import * as z from "zod";
import type { Settings } from "../../core/settings/settings.ts";
import { orderlaneApp } from "../../infra/orderlane-app.ts";
import { settingsFor } from "../../infra/settings.ts";
import type { Endpoint, StageName } from "../../infra/stage.ts";

/** Seconds for each test file, and only warnings: `cdk synth -c stage=prod` shows them. cdk-nag runs all the same. */
process.env.CDK_VALIDATION = "false";

const FUNCTIONS = join(import.meta.dirname, "..", "..", "functions");

export const functionNames = () =>
  readdirSync(FUNCTIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

export const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  Metadata: z.looseObject({ "aws:cdk:path": z.string().optional() }).optional(),
});
export type Resource = z.infer<typeof Resource>;

/** The stacks of a stage, synthesised with stand-ins for the functions' code, in a folder of their own. Call `remove` at the end. */
export function synthesised(stage: StageName, settings: Settings = settingsFor(stage), endpoint?: Endpoint) {
  const folder = mkdtempSync(join(tmpdir(), "orderlane-infra-"));
  const bundles = join(folder, "bundles");
  for (const name of functionNames()) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, "index.js"), "exports.handler = async () => undefined;");
  }
  const stacks = orderlaneApp({ settings, bundles, outdir: join(folder, "cdk.out"), ...(endpoint === undefined ? {} : { endpoint }) });
  const templates = {
    state: Template.fromStack(stacks.state),
    synchronisation: Template.fromStack(stacks.synchronisation),
    operations: Template.fromStack(stacks.operations),
    composite: Template.fromStack(stacks.composite),
  };
  return { stacks, templates, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export type Synthesised = ReturnType<typeof synthesised>;

/** Every resource of a template by its logical id. */
export const resourcesOf = (template: Template): Record<string, Resource> =>
  z.object({ Resources: z.record(z.string(), Resource) }).parse(template.toJSON()).Resources;

export const allResources = ({ templates }: Synthesised): Resource[] => Object.values(templates).flatMap((template) => Object.values(resourcesOf(template)));

export const ofType = (resources: readonly Resource[], type: string) => resources.filter((resource) => resource.Type === type);
