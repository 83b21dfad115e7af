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
import type { DocumentType } from "../../core/documents/document-types.ts";
import { type Connection, connectionOf, type Settings, targetsAt } from "../../core/settings/settings.ts";
import { HOLD_LOT } from "../../workflows/hold-lot/steps.ts";
import { RELEASE_PRODUCTION_ORDER } from "../../workflows/release-production-order/steps.ts";
import { REPORT_OPERATION } from "../../workflows/report-operation/steps.ts";
import { type Access, accept, grant } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

type WorkflowName = typeof RELEASE_PRODUCTION_ORDER | typeof REPORT_OPERATION | typeof HOLD_LOT;

/** Every workflow: how it runs, and what stops when it breaks off. An Express one is called and answers; a Standard one waits for a plant, and sends its end into the lane. */
export const WORKFLOWS = [
  {
    name: RELEASE_PRODUCTION_ORDER,
    id: "ReleaseProductionOrder",
    type: StateMachineType.STANDARD,
    startedBy: { type: "OperationsRequest", role: "mes" },
    impact: "A production order was given up halfway by its workflow: plant and ERP may tell different stories until its lane has looked after it.",
  },
  {
    name: REPORT_OPERATION,
    id: "ReportOperation",
    type: StateMachineType.EXPRESS,
    impact:
      "The report of an operation was given up halfway: it may be confirmed in the ERP, and its consumption or output not posted, until its lane goes on.",
  },
  {
    name: HOLD_LOT,
    id: "HoldLot",
    type: StateMachineType.STANDARD,
    startedBy: { type: "TestResult", role: "erp" },
    impact: "An inspection was given up halfway: a failed lot may be blocked in the ERP and not held in the plant until its lane has looked after it.",
  },
] as const satisfies readonly WorkflowOf[];
type WorkflowOf = {
  readonly name: WorkflowName;
  readonly id: string;
  readonly type: StateMachineType;
  /** Of a Standard one: which documents start it, on their way to connections of which role (core/lanes/flows.ts): it sends its end into their lanes. */
  readonly startedBy?: { readonly type: DocumentType; readonly role: Connection["role"] };
  readonly impact: string;
};

/** The connections in whose lanes executions of a workflow begin, and into which they send their end. */
export function lanesOf({ startedBy }: WorkflowOf, settings: Settings): readonly string[] {
  if (startedBy === undefined) return [];
  const targets = settings.sites.flatMap((site) => targetsAt(site, [startedBy.type]));
  return targets.filter((target) => connectionOf(settings, target).role === startedBy.role);
}

const definitionOf = (name: WorkflowName): string => join(import.meta.dirname, "..", "..", "workflows", name, "workflow.asl.json");
const stateMachineNameOf = (stage: string, name: WorkflowName) => `orderlane-${stage}-${name}`;

/** Its ARN from its name, so that the functions it calls may name it before it exists. */
const workflowArnOf = (scope: Construct, stage: string, name: WorkflowName): string =>
  Stack.of(scope).formatArn({
    service: "states",
    resource: "stateMachine",
    resourceName: stateMachineNameOf(stage, name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** ARNs by name. */
export const workflowArnsOf = (scope: Construct, stage: string): Record<string, string> =>
  Object.fromEntries(WORKFLOWS.map(({ name }) => [name, workflowArnOf(scope, stage, name)]));

const named = (type: StateMachineType): WorkflowName[] => WORKFLOWS.filter((workflow) => workflow.type === type).map(({ name }) => name);

/** Start, look at and stop executions of Standard workflows; call Express ones. */
export function running(scope: Construct, stage: string): Access[] {
  const arns = (type: StateMachineType): string[] => named(type).map((name) => workflowArnOf(scope, stage, name));
  const executions = named(StateMachineType.STANDARD).map((name) => `execution:${stateMachineNameOf(stage, name)}:*`);
  return [
    { actions: ["states:StartExecution"], resources: arns(StateMachineType.STANDARD) },
    { actions: ["states:StartSyncExecution"], resources: arns(StateMachineType.EXPRESS) },
    {
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: executions.map((each) => `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${each}`),
      accepted: Object.fromEntries(
        executions.map((each) => [
          `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:${each}]`,
          "Executions of this one workflow; each is named by a document and its attempt, not yet known.",
        ]),
      ),
    },
  ];
}

/** Answer a waiting task by its token. */
export const answering = (scope: Construct, stage: string): Access[] => [
  { actions: ["states:SendTaskSuccess"], resources: named(StateMachineType.STANDARD).map((name) => workflowArnOf(scope, stage, name)) },
];

type Props = {
  readonly workflow: WorkflowOf;
  readonly stage: string;
  readonly performStep: IFunction;
  /** A Standard one sends `finished` into the lane's queue; see lanesOf. */
  readonly sending: readonly Access[];
  readonly logDays: RetentionDays;
  readonly topic: ITopic;
  readonly alarmed: boolean;
};

/** One workflow: the definition is the file's own text. */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, { workflow, stage, performStep, sending, logDays, topic, alarmed }: Props) {
    super(scope, workflow.id);
    const stateMachineName = stateMachineNameOf(stage, workflow.name);
    // A name under /aws/vendedlogs keeps the account's log policy within its size.
    const log = new LogGroup(this, "Log", {
      logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
      retention: logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
      description: `${workflow.name}: its steps, and the way back into the lane`,
    });
    grant(this, role, [{ actions: ["lambda:InvokeFunction"], resources: [performStep.functionArn] }, ...sending]);
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName,
      stateMachineType: workflow.type,
      definitionBody: DefinitionBody.fromString(readFileSync(definitionOf(workflow.name), "utf8")),
      definitionSubstitutions: { PerformStepArn: performStep.functionArn, Partition: Aws.PARTITION },
      role,
      logs: { destination: log, level: LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: false,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (alarmed) this.alarms(workflow, topic);
    accept(this, {
      "AwsSolutions-SF1":
        "Errors only: every step's outcome is in the ledger and in the execution's own history; a log of all events would cost more than the workflow.",
      "AwsSolutions-SF2": "X-Ray is not there with Lambda in AWS China, and nothing depends on it (ARCHITECTURE.md 10).",
      "AwsSolutions-IAM5[Resource::*]":
        "Step Functions sets up its log delivery by actions for which AWS knows no resources (logs:CreateLogDelivery and its like).",
    });
  }

  private alarms({ impact }: WorkflowOf, topic: ITopic): void {
    for (const metricName of ["ExecutionsFailed", "ExecutionsTimedOut"]) {
      new ShopFloorAlarm(this, metricName, {
        impact,
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
