import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Access } from "./access.ts";
import { RUNBOOK } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

/** SQS keeps a message no longer than this; an operator's pause and a plant's long holiday must fit in. */
const RETENTION = Duration.days(14);
/** Leaves four days to act before the first message is lost. */
const OLD = Duration.days(10);
/** LANES.md 5, rule 11: a message set aside would let its lane's successors overtake, so the lane parks its document long before. */
const RECEIVES_BEFORE_SET_ASIDE = 1000;

type Props = { readonly stage: string; readonly target: string; readonly visibility: Duration; readonly topic: ITopic; readonly alarmed: boolean };

/** A target connection's queue: its lanes are message groups; messages carry only ids. */
export class TargetQueue extends Construct {
  readonly target: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage, target, visibility, topic, alarmed }: Props) {
    super(scope, id);
    this.target = target;
    const common = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: RETENTION };
    this.deadLetters = new Queue(this, "DeadLetters", { ...common, queueName: `orderlane-${stage}-${target}-dead-letters.fifo` });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName: `orderlane-${stage}-${target}.fifo`,
      visibilityTimeout: visibility,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_BEFORE_SET_ASIDE },
    });
    if (alarmed) this.alarms(topic);
  }

  private alarms(topic: ITopic): void {
    const { target } = this;
    new ShopFloorAlarm(this, "DeadLettersNotEmpty", {
      impact: `An order for ${target} has lost a message: its documents may stand still while later ones go ahead.`,
      heading: RUNBOOK.deadLetters,
      topic,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum", period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new ShopFloorAlarm(this, "OldMessages", {
      impact: `Documents for ${target} have waited ten days; after fourteen SQS forgets them and the systems' books part.`,
      heading: RUNBOOK.oldMessages,
      topic,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: "Maximum", period: Duration.minutes(5) }),
      threshold: OLD.toSeconds(),
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** What Lambda needs to feed a function from it (AWS: "Using Lambda with Amazon SQS", execution role permissions), and nothing beside. */
  consuming(): Access[] {
    return [{ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [this.queue.queueArn] }];
  }

  sending(): Access[] {
    return [{ actions: ["sqs:SendMessage"], resources: [this.queue.queueArn] }];
  }
}
