import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { MinuteSchedule } from "./minute-schedule.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

/** The line that poll-orders logs where a poll failed, or the door refused what it told. */
const LOGGED = "poll.failed";

type Props = {
  readonly stage: string;
  readonly pollOrders: IFunction;
  readonly log: ILogGroup;
  /** Some connection is polled. */
  readonly isPolling: boolean;
  readonly enabled: boolean;
  readonly alarmed: boolean;
  readonly topic: ITopic;
};

/** Calls poll-orders each minute, where some ERP is polled; the alarms say when polls fail, or have not run. */
export class PollSchedule extends MinuteSchedule {
  constructor(scope: Construct, id: string, { stage, pollOrders, log, isPolling, enabled, alarmed, topic }: Props) {
    super(scope, id, {
      handler: pollOrders,
      name: "poll-orders",
      description: "ERPs without webhooks are asked for their orders",
      enabled: isPolling && enabled,
    });
    if (!alarmed && !isPolling) return;
    const filter = new MetricFilter(this, "Filter", {
      logGroup: log,
      filterPattern: FilterPattern.stringValue("$.message", "=", LOGGED),
      metricNamespace: `orderlane/${stage}`,
      metricName: LOGGED,
      metricValue: "1",
    });
    const common = { heading: RUNBOOK.pollFails, topic, threshold: 1, evaluationPeriods: 1 };
    new ShopFloorAlarm(this, "Failing", {
      ...common,
      impact: "New, changed and cancelled orders of an ERP do not reach the plants: it cannot be asked, or what it says cannot be taken.",
      metric: filter.metric({ statistic: "Sum", period: Duration.minutes(5) }),
      // An ERP that restarts fails a minute or two.
      threshold: 4,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (!isPolling) return;
    new ShopFloorAlarm(this, "Stopped", {
      ...common,
      impact: "New, changed and cancelled orders of an ERP do not reach the plants: nobody asks it for them.",
      metric: pollOrders.metricInvocations({ statistic: "Sum", period: Duration.minutes(5) }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
