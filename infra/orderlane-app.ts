import { App, Validations } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import type { Settings } from "../core/settings/settings.ts";
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

type Parts = { readonly settings: Settings; readonly bundles: string; readonly outdir?: string; readonly endpoint?: Endpoint };

/** Every stack of a stage, with cdk-nag's AwsSolutions rules run at synthesis. @param bundles the folder with a bundle for each function @param endpoint by default the stage's own */
export function orderlaneApp({ settings, bundles, outdir, endpoint = stageOf(settings.stage).endpoint }: Parts) {
  // The CDK's own check of the templates takes seconds: it is made for AWS, whose templates are the same but for numbers.
  const app = new App({
    context: FLAGS,
    analyticsReporting: false,
    builtinCloudFormationValidation: settings.stage !== "local",
    ...(outdir === undefined ? {} : { outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const state = new StateStack(app, settings);
  const synchronisation = new SynchronisationStack(app, { settings, bundles, state, endpoint });
  const operations = new OperationsStack(app, { settings, synchronisation, topic: state.alarms });
  const composite = new CompositeAlarmsStack(app, { settings, state, synchronisation });
  return { app, state, synchronisation, operations, composite };
}
