import { App, CliCredentialsStackSynthesizer, type IReusableStackSynthesizer, Validations } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import * as z from "zod";
import type { Settings } from "../core/settings/settings.ts";
import type { DeployedBy } from "./constructs/deployment-record.ts";
import { CompositeAlarmsStack } from "./stacks/composite-alarms-stack.ts";
import { OperationsStack } from "./stacks/operations-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";
import { SynchronisationStack } from "./stacks/synchronisation-stack.ts";
import { type Endpoint, stageOf } from "./stage.ts";

/** Behaviour of the CDK that is asked for by name; here and not in cdk.json, so that tests make the very same templates. */
const FLAGS = {
  "aws:cdk:enable-path-metadata": true,
  "@aws-cdk/core:target-partitions": ["aws", "aws-cn"],
  // A stack cannot be deleted or lose what another one uses of it.
  "@aws-cdk/core:defaultCrossStackReferences": "strong",
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/aws-iam:minimizePolicies": true,
  "@aws-cdk/aws-iam:standardizedServicePrincipals": true,
  "@aws-cdk/aws-apigateway:requestValidatorUniqueId": true,
  "@aws-cdk/aws-kms:aliasNameRef": true,
  "@aws-cdk/aws-lambda:recognizeLayerVersion": true,
  "@aws-cdk/aws-sqs:enforceSSL": true,
  "@aws-cdk/aws-stepfunctions-tasks:enableEmrServicePolicyV2": true,
};

/** Under exactOptionalPropertyTypes the CDK's class is not of its own interface's type, for a property that both may leave undefined. */
const Synthesizer = z.custom<IReusableStackSynthesizer>((value) => value instanceof CliCredentialsStackSynthesizer);

type AppProps = {
  readonly settings: Settings;
  /** The folder with a bundle for each function. */
  readonly bundles: string;
  readonly outdir?: string;
  /** By default the stage's own. */
  readonly endpoint?: Endpoint;
  /** Without it the templates can be looked at, and not deployed. */
  readonly deployedBy?: DeployedBy;
  /** Deployed as whoever calls, not through the roles that `cdk bootstrap` makes. */
  readonly usesCallersCredentials?: boolean;
};

/** Every stack of a stage, with cdk-nag's AwsSolutions rules run at synthesis. */
export function orderlaneApp({
  settings,
  bundles,
  outdir,
  endpoint = stageOf(settings.stage).endpoint,
  deployedBy = { who: "", why: "" },
  usesCallersCredentials = false,
}: AppProps) {
  // The CDK's own check of the templates takes seconds: it is made for AWS, whose templates are the same but for numbers.
  const app = new App({
    context: FLAGS,
    analyticsReporting: false,
    builtinCloudFormationValidation: settings.stage !== "local",
    ...(outdir === undefined ? {} : { outdir }),
    ...(usesCallersCredentials ? { defaultStackSynthesizer: Synthesizer.parse(new CliCredentialsStackSynthesizer()) } : {}),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const state = new StateStack(app, settings);
  const synchronisation = new SynchronisationStack(app, { settings, bundles, state, deployedBy, endpoint });
  const operations = new OperationsStack(app, { settings, synchronisation, topic: state.alarms });
  const composite = new CompositeAlarmsStack(app, { settings, state, synchronisation });
  return { app, state, synchronisation, operations, composite };
}
