import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Aws, Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { grant } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

type Props = { readonly wakeDue: IFunction; readonly enabled: boolean; readonly topic: ITopic };

/** Calls wake-due each minute; the alarm says when it has not run. */
export class WakeSchedule extends Construct {
  readonly stopped: ShopFloorAlarm;

  constructor(scope: Construct, id: string, { wakeDue, enabled, topic }: Props) {
    super(scope, id);
    const role = new Role(this, "Role", {
      // Only for schedules of this account: AWS's guard against a confused deputy.
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }),
      description: "Calls wake-due each minute",
    });
    grant(this, role, [{ actions: ["lambda:InvokeFunction"], resources: [wakeDue.functionArn] }]);
    // The plain resource: the CDK's own target would let the role call every version of the function.
    new CfnSchedule(this, "Schedule", {
      description: "The only timer: what is due in the ledger is woken",
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      state: enabled ? "ENABLED" : "DISABLED",
      // No retry: the next minute does what this one missed.
      target: { arn: wakeDue.functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 } },
    });
    this.stopped = new ShopFloorAlarm(this, "Stopped", {
      impact: "Nothing that waits goes on: retries, deadlines of the plants and orders waiting for their material stand still.",
      heading: RUNBOOK.wakeStopped,
      topic,
      metric: wakeDue.metricInvocations({ statistic: "Sum", period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
