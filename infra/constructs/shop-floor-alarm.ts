import { Alarm, type AlarmProps, CompositeAlarm, type IAlarmRule } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { anchorOf, type RunbookHeading } from "./runbook.ts";

/** What an alarm must say before it may exist. */
export type Meaning = {
  /** What stops, or is at risk, on the shop floor; a whole sentence. */
  readonly impact: string;
  readonly heading: RunbookHeading;
  readonly topic: ITopic;
};

const descriptionOf = ({ impact, heading }: Meaning) => `${impact} Runbook: docs/runbook.md#${anchorOf(heading)}`;

/** An alarm on one metric that says what it means for the shop floor and where the runbook goes on. */
export class ShopFloorAlarm extends Alarm {
  constructor(scope: Construct, id: string, { impact, heading, topic, ...alarm }: Meaning & Omit<AlarmProps, "alarmDescription" | "actionsEnabled">) {
    super(scope, id, { ...alarm, alarmDescription: descriptionOf({ impact, heading, topic }) });
    const notify = new SnsAction(topic);
    this.addAlarmAction(notify);
    this.addOkAction(notify);
  }
}

/** The same for a judgement over several alarms. */
export class ShopFloorCompositeAlarm extends CompositeAlarm {
  constructor(scope: Construct, id: string, { alarmRule, ...meaning }: Meaning & { readonly alarmRule: IAlarmRule }) {
    super(scope, id, { alarmRule, alarmDescription: descriptionOf(meaning) });
    this.addAlarmAction(new SnsAction(meaning.topic));
  }
}
