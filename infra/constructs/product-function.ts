import { join } from "node:path";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, RecursiveLoop, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type * as z from "zod";
import { type Access, grant } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

type Props<Schema extends z.ZodType> = {
  readonly stage: string;
  /** Its folder in functions/ and in the bundles. */
  readonly name: string;
  readonly purpose: string;
  readonly bundles: string;
  /** The function's own Env: what infra gives must satisfy it. */
  readonly schema: Schema;
  readonly environment: z.input<Schema> & Record<string, string>;
  readonly access: readonly Access[];
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly logDays: RetentionDays;
  readonly topic: ITopic;
  /** Whether it has alarms of its own. */
  readonly alarmed: boolean;
  /** What stops on the shop floor while it fails. */
  readonly impact: string;
  /** Why AWS may not break its loop with a queue. */
  readonly loopsBecause?: string;
};

/** A function of the product with its own role (no managed policy), log group and alarms. */
export class ProductFunction<Schema extends z.ZodType = z.ZodType> extends Construct {
  readonly handler: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: Props<Schema>) {
    super(scope, id);
    const functionName = `orderlane-${props.stage}-${props.name}`;
    this.logGroup = new LogGroup(this, "Log", { logGroupName: `/aws/lambda/${functionName}`, retention: props.logDays, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description: `${props.name}: ${props.purpose}` });
    const logging = { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [this.logGroup.logGroupArn] };
    grant(this, role, [logging, ...props.access]);
    this.handler = new LambdaFunction(this, "Function", {
      functionName,
      description: props.purpose,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, props.name)),
      handler: "index.handler",
      environment: props.environment,
      role,
      logGroup: this.logGroup,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      ...(props.loopsBecause === undefined ? {} : { recursiveLoop: RecursiveLoop.ALLOW }),
    });
    if (props.alarmed) this.alarms(props);
  }

  private alarms({ impact, topic }: { impact: string; topic: ITopic }): void {
    const common = {
      impact,
      topic,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    new ShopFloorAlarm(this, "Errors", { ...common, heading: RUNBOOK.functionFails, metric: this.handler.metricErrors({ period: Duration.minutes(1) }) });
    new ShopFloorAlarm(this, "Throttles", {
      ...common,
      heading: RUNBOOK.functionThrottled,
      metric: this.handler.metricThrottles({ period: Duration.minutes(1) }),
    });
  }
}
