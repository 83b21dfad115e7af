import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { RELEASE_PRODUCTION_ORDER } from "../../workflows/release-production-order/steps.ts";
import { type Access, accept, grant } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

const DEFINITION = join(import.meta.dirname, "..", "..", "workflows", RELEASE_PRODUCTION_ORDER, "workflow.asl.json");

const stateMachineNameOf = (stage: string) => `orderlane-${stage}-${RELEASE_PRODUCTION_ORDER}`;

/** Its ARN from its name, so that the functions it calls may name it before it exists. */
export const workflowArnOf = (scope: Construct, stage: string): string =>
  Stack.of(scope).formatArn({ service: "states", resource: "stateMachine", resourceName: stateMachineNameOf(stage), arnFormat: ArnFormat.COLON_RESOURCE_NAME });

/** Start, look at and stop executions. */
export function running(scope: Construct, stage: string): Access[] {
  const executions = `execution:${stateMachineNameOf(stage)}:*`;
  return [
    { actions: ["states:StartExecution"], resources: [workflowArnOf(scope, stage)] },
    {
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [`arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${executions}`],
      accepted: {
        [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:${executions}]`]:
          "Executions of this one workflow; each is named by a document and its attempt, not yet known.",
      },
    },
  ];
}

/** Answer a waiting task by its token. */
export const answering = (scope: Construct, stage: string): Access[] => [{ actions: ["states:SendTaskSuccess"], resources: [workflowArnOf(scope, stage)] }];

type Props = {
  readonly stage: string;
  readonly performStep: IFunction;
  /** Sends `finished` into the lane's queue. */
  readonly sending: readonly Access[];
  readonly logDays: RetentionDays;
  readonly topic: ITopic;
};

/** release-production-order: the definition is the file's own text. */
export class ReleaseWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { stage, performStep, sending, logDays, topic }: Props) {
    super(scope, id);
    const stateMachineName = stateMachineNameOf(stage);
    // A name under /aws/vendedlogs keeps the account's log policy within its size.
    const log = new LogGroup(this, "Log", {
      logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
      retention: logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
      description: "release-production-order: its steps, and the way back into the lane",
    });
    grant(this, role, [{ actions: ["lambda:InvokeFunction"], resources: [performStep.functionArn] }, ...sending]);
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(readFileSync(DEFINITION, "utf8")),
      definitionSubstitutions: { PerformStepArn: performStep.functionArn, Partition: Aws.PARTITION },
      role,
      logs: { destination: log, level: LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: false,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.alarms(topic);
    accept(this, {
      "AwsSolutions-SF1":
        "Errors only: every step's outcome is in the ledger and in the execution's own history; a log of all events would cost more than the workflow.",
      "AwsSolutions-SF2": "X-Ray is not there with Lambda in AWS China, and nothing depends on it (ARCHITECTURE.md 10).",
      "AwsSolutions-IAM5[Resource::*]":
        "Step Functions sets up its log delivery by actions for which AWS knows no resources (logs:CreateLogDelivery and its like).",
    });
  }

  private alarms(topic: ITopic): void {
    for (const metricName of ["ExecutionsFailed", "ExecutionsTimedOut"]) {
      new ShopFloorAlarm(this, metricName, {
        impact: "A production order was given up halfway by its workflow: plant and ERP may tell different stories until its lane has looked after it.",
        heading: RUNBOOK.workflowFails,
        topic,
        metric: this.stateMachine.metric(metricName, { statistic: "Sum", period: Duration.minutes(5) }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    }
  }
}
