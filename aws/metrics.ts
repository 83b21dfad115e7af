import type { Metrics, OpenNow } from "../core/metrics/metrics.ts";
import { METRIC_NAMES, METRIC_NAMESPACE, METRICS, type MetricName, measuredBy } from "../core/settings/metrics.ts";
import type { Settings } from "../core/settings/settings.ts";

/** As much of a logger as is needed: an event's name and its attributes at the root of one line of JSON. */
export type LineLogger = { info(message: string, attributes: Record<string, unknown>): void };

type Measured = Partial<Readonly<Record<MetricName, number>>>;

/**
 * Metrics in embedded metric format: one line of the function's log, of which CloudWatch makes the metrics that its `_aws` names (docs.aws.amazon.com/AmazonCloudWatch, "Specification:
 * Embedded metric format"). What a stage does not pay for as a metric stands in the line all the same, for Logs Insights.
 */
export function logMetrics(logger: LineLogger, { stage }: Pick<Settings, "stage">, now: () => number): Metrics {
  const { names, byTarget } = measuredBy(stage);
  const write = (event: string, dimensions: Readonly<Record<string, string>>, measured: Measured, attributes: Record<string, unknown>): void => {
    const told = names.filter((name) => measured[name] !== undefined);
    const values = Object.fromEntries(METRIC_NAMES.flatMap((name) => (measured[name] === undefined ? [] : [[METRICS[name].name, measured[name]]])));
    const embedded = {
      Timestamp: now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: told.map((name) => ({ Name: METRICS[name].name, Unit: METRICS[name].unit })),
        },
      ],
    };
    logger.info(event, { ...attributes, ...dimensions, ...values, ...(told.length === 0 ? {} : { _aws: embedded }) });
  };
  const dimensionsOf = (target: string): Record<string, string> => (byTarget ? { stage, target } : { stage });

  return {
    became({ state, secondsSinceReceipt, target, ...what }) {
      const measured = state === "delivered" ? { delivered: 1, delay: secondsSinceReceipt } : {};
      write(`document.${state}`, dimensionsOf(target), measured, { ...what, target, state, secondsSinceReceipt });
    },
    openNow(targets) {
      for (const each of byTarget ? targets : together(targets))
        write("open.counted", dimensionsOf(each.target), measuredOf(each), { target: each.target, incomplete: each.incomplete });
    },
  };
}

const measuredOf = ({ parked, waiting, oldestOpenSeconds, breakerOpen }: Omit<OpenNow, "target">): Measured => ({
  parked,
  waiting,
  oldestOpen: oldestOpenSeconds,
  breaker: breakerOpen ? 1 : 0,
});

/** All targets as one. */
function together(targets: readonly OpenNow[]): (Omit<OpenNow, "target"> & { readonly target: string })[] {
  return [
    {
      target: "all",
      parked: targets.reduce((sum, { parked }) => sum + parked, 0),
      waiting: targets.reduce((sum, { waiting }) => sum + waiting, 0),
      oldestOpenSeconds: Math.max(0, ...targets.map(({ oldestOpenSeconds }) => oldestOpenSeconds)),
      breakerOpen: targets.some(({ breakerOpen }) => breakerOpen),
      incomplete: targets.some(({ incomplete }) => incomplete),
    },
  ];
}
