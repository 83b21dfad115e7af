import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { MinuteSchedule } from "./minute-schedule.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

type Props = { readonly wakeDue: IFunction; readonly enabled: boolean; readonly topic: ITopic };

/** Calls wake-due each minute; the alarm says when it has not run. */
export class WakeSchedule extends MinuteSchedule {
  readonly stopped: ShopFloorAlarm;

  constructor(scope: Construct, id: string, { wakeDue, enabled, topic }: Props) {
    super(scope, id, { handler: wakeDue, name: "wake-due", description: "The only timer: what is due in the ledger is woken", enabled });
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
