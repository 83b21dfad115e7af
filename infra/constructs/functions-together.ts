import { ComparisonOperator, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

/** Two alarms in the place of two for each function: AWS's sums over all functions of the account and region, those that are not ours included. */
export class FunctionsTogether extends Construct {
  constructor(scope: Construct, id: string, { topic }: { readonly topic: ITopic }) {
    super(scope, id);
    const alarm = (metricName: string, heading: typeof RUNBOOK.functionFails | typeof RUNBOOK.functionThrottled, impact: string) =>
      new ShopFloorAlarm(this, metricName, {
        impact,
        heading,
        topic,
        metric: new Metric({ namespace: "AWS/Lambda", metricName, statistic: "Sum", period: Duration.minutes(1) }),
        threshold: 1,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    alarm(
      "Errors",
      RUNBOOK.functionFails,
      "A function of this account fails, ours or another's: orders and confirmations may wait until it runs again. The dashboard says which.",
    );
    alarm(
      "Throttles",
      RUNBOOK.functionThrottled,
      "A function of this account is held back, ours or another's: orders and confirmations may move slowly. The dashboard says which.",
    );
  }
}
