import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import { METRIC_NAMESPACE, METRICS, type MetricName, measuredBy, SURVEY_MINUTES } from "../../core/settings/metrics.ts";
import type { Settings } from "../../core/settings/settings.ts";

/** What is counted as it happens is summed; what wake-due counts now and then is taken at its worst. */
const STATISTIC = {
  delivered: "Sum",
  delay: "p95",
  parked: "Maximum",
  waiting: "Maximum",
  oldestOpen: "Maximum",
  breaker: "Maximum",
} as const satisfies Record<MetricName, string>;

/** A metric of the product, with what it is about: a target connection, or the whole stage where that is not paid for. */
export type ProductMetric = { readonly about: string; readonly metric: Metric };

/** Every series that the stage has of one metric; none where it is not measured. */
export function productMetrics({ stage, connections }: Pick<Settings, "stage" | "connections">, name: MetricName): readonly ProductMetric[] {
  const { names, byTarget } = measuredBy(stage);
  if (!names.includes(name)) return [];
  const made = (about: string, dimensionsMap: Record<string, string>): ProductMetric => ({
    about,
    metric: new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: METRICS[name].name,
      dimensionsMap,
      statistic: STATISTIC[name],
      period: Duration.minutes(SURVEY_MINUTES),
    }),
  });
  return byTarget ? connections.map(({ id }) => made(id, { stage, target: id })) : [made("every system", { stage })];
}
