import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

/** The line that report-verdicts logs for a second, different verdict (LANES.md 8). */
const LOGGED = "verdict.conflict";

type Props = { readonly stage: string; readonly log: ILogGroup; readonly topic: ITopic };

/** Counts contradictions in the log of report-verdicts, and raises an alarm on the first. */
export class VerdictContradiction extends Construct {
  constructor(scope: Construct, id: string, { stage, log, topic }: Props) {
    super(scope, id);
    const filter = new MetricFilter(this, "Filter", {
      logGroup: log,
      filterPattern: FilterPattern.stringValue("$.message", "=", LOGGED),
      metricNamespace: `orderlane/${stage}`,
      metricName: LOGGED,
      metricValue: "1",
    });
    new ShopFloorAlarm(this, "Alarm", {
      impact: "A plant has said accepted and refused of the same order: the first word stands, and the MES may be working on another one.",
      heading: RUNBOOK.plantContradicts,
      topic,
      metric: filter.metric({ statistic: "Sum", period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
