import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import * as z from "zod";
import { stackNamesOf } from "../infra/stage.ts";
import type { Emulator } from "./emulator.ts";
import { runCommand } from "./run-command.ts";

const ROOT = join(import.meta.dirname, "..");
const CDK = join(ROOT, "node_modules", "aws-cdk", "bin", "cdk");
const BOOTSTRAP_STACK = "CDKToolkit";
const STACK_POLL_MS = 20;
/** How much of a failed command is shown, and of each line: a stack trace quotes whole minified files. */
const SHOWN_LINES = 40;
const SHOWN_WIDTH = 400;

const { state: STATE, synchronisation: SYNCHRONISATION, operations: OPERATIONS } = stackNamesOf("local");

const json = z.string().transform((text): unknown => JSON.parse(text));
const names = json.pipe(z.record(z.string(), z.string()));
/** What the synchronisation stack says of itself. */
const DeployedParts = z.object({
  ApiId: z.string(),
  ApiStage: z.string(),
  LedgerTable: z.string(),
  PayloadBucket: z.string(),
  QueueUrls: names,
  WorkflowArns: names,
  FunctionNames: names,
});
export type DeployedParts = z.output<typeof DeployedParts>;
const Outputs = z.object({ [SYNCHRONISATION]: DeployedParts });

/**
 * Makes what every deployment needs to stand in an account (CDK's bucket and roles), from CDK's own template: as `cdk bootstrap` does, in a fifth of its time.
 * @throws Error when the stack fails
 */
export async function bootstrap(emulator: Emulator): Promise<void> {
  const template = join(dirname(CDK), "..", "lib", "api", "bootstrap", "bootstrap-template.yaml");
  const client = new CloudFormationClient(emulator.clients);
  const parameters = {
    FileAssetsBucketKmsKeyId: "AWS_MANAGED_KEY",
    CloudFormationExecutionPolicies: "arn:aws:iam::aws:policy/AdministratorAccess",
  };
  await client.send(
    new CreateStackCommand({
      StackName: BOOTSTRAP_STACK,
      TemplateBody: await readFile(template, "utf8"),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Capabilities: ["CAPABILITY_NAMED_IAM"],
    }),
  );
  for (let status = "CREATE_IN_PROGRESS"; status !== "CREATE_COMPLETE"; ) {
    if (status !== "CREATE_IN_PROGRESS") throw new Error(`the stack ${BOOTSTRAP_STACK} ended as ${status}`);
    await delay(STACK_POLL_MS);
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: BOOTSTRAP_STACK }));
    status = String(stack?.StackStatus);
  }
}

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/** Synthesises the stacks of stage `local`: runs the app of cdk.json as the CLI would, without starting the CLI. @returns the folder of the cloud assembly */
export async function synthesise(emulator: Emulator, context: Readonly<Record<string, string>>): Promise<string> {
  const assembly = join(emulator.directory, "cdk.out");
  const { context: ofProject } = CdkJson.parse(JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8")));
  const env = {
    ...(await environment(emulator)),
    CDK_OUTDIR: assembly,
    // Under enforcement CDK's own roles could not be assumed: the emulator lets the account's root do all, and it stays that one.
    CDK_CONTEXT_JSON: JSON.stringify({ ...ofProject, stage: "local", ...(emulator.enforcement === undefined ? {} : { credentials: "cli" }), ...context }),
    CDK_DEFAULT_ACCOUNT: emulator.account,
    CDK_DEFAULT_REGION: emulator.region,
  };
  await run("the synthesis", [join(ROOT, "infra", "app.ts")], env);
  return assembly;
}

/** Deploys the stacks that the emulator can take: composite and metric-math alarms are synthesised and asserted elsewhere (ARCHITECTURE.md 9). */
export async function deploy(emulator: Emulator, assembly: string): Promise<DeployedParts> {
  const outputs = join(emulator.directory, "outputs.json");
  const how = [
    "--no-notices",
    "--no-version-reporting",
    "--require-approval",
    "never",
    "--method",
    "direct",
    "--concurrency",
    "3",
    "--progress",
    "events",
    "--outputs-file",
    outputs,
  ];
  await run("cdk deploy", [CDK, "deploy", STATE, SYNCHRONISATION, OPERATIONS, "--app", assembly, ...how], await environment(emulator));
  const parts = Outputs.parse(JSON.parse(await readFile(outputs, "utf8")))[SYNCHRONISATION];
  if (parts === undefined) throw new Error(`the deployment left no outputs of ${SYNCHRONISATION}`);
  return parts;
}

async function run(what: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { status, output } = await runCommand(process.execPath, args, { cwd: ROOT, env });
  if (status === 0) return;
  const shown = output
    .trimEnd()
    .split("\n")
    .slice(-SHOWN_LINES)
    .map((line) => line.slice(0, SHOWN_WIDTH));
  throw new Error(`${what} failed with status ${status}:\n${shown.join("\n")}`);
}

/** Nothing of this process's AWS settings, proxies or CA bundles: the deployment must be able to reach the emulator only. */
async function environment(emulator: Emulator): Promise<NodeJS.ProcessEnv> {
  const { region, credentials, endpoint } = emulator.clients;
  const home = join(emulator.directory, "cdk-home");
  await mkdir(home, { recursive: true });
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: emulator.directory,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
    CDK_DISABLE_VERSION_CHECK: "true",
    CI: "true",
    NO_COLOR: "1",
    ...(emulator.enforcement === undefined ? {} : { NODE_EXTRA_CA_CERTS: emulator.enforcement.certificate, AWS_CA_BUNDLE: emulator.enforcement.certificate }),
  };
}
