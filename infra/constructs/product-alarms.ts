import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { MetricName } from "../../core/settings/metrics.ts";
import type { Settings } from "../../core/settings/settings.ts";
import { productMetrics } from "./product-metrics.ts";
import { RUNBOOK, type RunbookHeading } from "./runbook.ts";
import { ShopFloorAlarm } from "./shop-floor-alarm.ts";

type Watched = {
  readonly name: MetricName;
  readonly heading: RunbookHeading;
  readonly impact: (about: string) => string;
  readonly threshold: number;
  /** Counts in a row: one every five minutes. */
  readonly counts: number;
};

/** What waits for a dependency may do so for eight hours (LANES.md 9) before it parks. */
const LONG_SECONDS = 10 * 3600;

const WATCHED: readonly Watched[] = [
  {
    name: "parked",
    heading: RUNBOOK.parked,
    impact: (about) => `Documents for ${about} are parked: their orders stand still until a person decides. Other orders go on.`,
    threshold: 1,
    counts: 3,
  },
  {
    name: "oldestOpen",
    heading: RUNBOOK.oldestOpen,
    impact: (about) => `A document for ${about} has not got through for ten hours, and nobody was asked: an order, or its confirmation, is late.`,
    threshold: LONG_SECONDS,
    counts: 1,
  },
  {
    name: "breaker",
    heading: RUNBOOK.breakerOpen,
    impact: (about) => `Calls of ${about} fail and are held back: its documents wait in the ledger, in order, until it answers again.`,
    threshold: 1,
    counts: 6,
  },
];

/** Alarms on what the product itself counts. */
export class ProductAlarms extends Construct {
  readonly alarms: readonly ShopFloorAlarm[];

  constructor(scope: Construct, id: string, { settings, topic }: { readonly settings: Settings; readonly topic: ITopic }) {
    super(scope, id);
    this.alarms = WATCHED.flatMap(({ name, heading, impact, threshold, counts }) =>
      productMetrics(settings, name).map(
        ({ about, metric }) =>
          new ShopFloorAlarm(this, `${name}-${about.replaceAll(" ", "-")}`, {
            impact: impact(about),
            heading,
            topic,
            metric,
            threshold,
            evaluationPeriods: counts,
            comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            // Nothing is counted while the timer stands still, which has an alarm of its own.
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }),
      ),
    );
  }
}
