import { AlarmRule, ComparisonOperator, MathExpression, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../../core/settings/settings.ts";
import { RUNBOOK } from "../constructs/runbook.ts";
import { SavedQueries } from "../constructs/saved-queries.ts";
import { ShopFloorAlarm, ShopFloorCompositeAlarm } from "../constructs/shop-floor-alarm.ts";
import type { TargetQueue } from "../constructs/target-queue.ts";
import { stackNamesOf, stageOf } from "../stage.ts";
import type { StateStack } from "./state-stack.ts";
import type { SynchronisationStack } from "./synchronisation-stack.ts";

type Props = { readonly settings: Settings; readonly state: StateStack; readonly synchronisation: SynchronisationStack };

/** Judgements over several metrics, and saved queries; in a stack of its own, since the local cloud refuses them (ARCHITECTURE.md 9). */
export class CompositeAlarmsStack extends Stack {
  constructor(scope: Construct, { settings, state, synchronisation }: Props) {
    super(scope, stackNamesOf(settings.stage).composite, { description: `Orderlane ${settings.stage}: alarms over several metrics, saved queries` });
    new SavedQueries(this, "Queries", { stage: settings.stage });
    if (stageOf(settings.stage).alarms === "each") this.standstill(state, synchronisation);
  }

  private standstill(state: StateStack, synchronisation: SynchronisationStack): void {
    const stuck = synchronisation.queues.map((queue) => this.noProgress(queue, state));
    new ShopFloorCompositeAlarm(this, "Standstill", {
      impact: "Nothing goes through to any plant or ERP, or the timer has stopped too: plants work on what they already have.",
      heading: RUNBOOK.standstill,
      topic: state.alarms,
      alarmRule: AlarmRule.anyOf(AlarmRule.allOf(...stuck), AlarmRule.allOf(synchronisation.wake.stopped, AlarmRule.anyOf(...stuck))),
    });
  }

  private noProgress({ target, queue }: TargetQueue, state: StateStack): ShopFloorAlarm {
    const period = Duration.minutes(5);
    return new ShopFloorAlarm(this, `NoProgress-${target}`, {
      impact: `Documents wait for ${target} and none has gone through for a quarter of an hour; other systems go on.`,
      heading: RUNBOOK.noProgress,
      topic: state.alarms,
      metric: new MathExpression({
        expression: "IF(waiting > 0 AND taken == 0, 1, 0)",
        label: `Waiting, none taken: ${target}`,
        period,
        usingMetrics: {
          waiting: queue.metricApproximateNumberOfMessagesVisible({ statistic: "Minimum", period }),
          taken: queue.metricNumberOfMessagesDeleted({ statistic: "Sum", period }),
        },
      }),
      threshold: 1,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
