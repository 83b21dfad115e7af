import type { Settings } from "./settings.ts";

/**
 * The product's own metrics: few, because each costs 0.30 USD a month for each target, and a person can read no more. Written as embedded metric format (aws/metrics.ts), asked
 * for by dashboard and alarms (infra/), counted by the bill.
 */
export const METRIC_NAMESPACE = "Orderlane";

export const METRICS = {
  /** Documents delivered. */
  delivered: { name: "Delivered", unit: "Count" },
  /** From receipt at the door to delivery. */
  delay: { name: "DeliveryDelay", unit: "Seconds" },
  /** Parked now: a person's task. */
  parked: { name: "Parked", unit: "Count" },
  /** Waiting now: for a time, a dependency, a window, a breaker. */
  waiting: { name: "Waiting", unit: "Count" },
  /** Age of the oldest document that is not settled. */
  oldestOpen: { name: "OldestOpen", unit: "Seconds" },
  /** 1 while the breaker is open. */
  breaker: { name: "BreakerOpen", unit: "Count" },
} as const;
export type MetricName = keyof typeof METRICS;

/** How often wake-due counts what is open. */
export const SURVEY_MINUTES = 5;

export type MeasuredBy = {
  readonly names: readonly MetricName[];
  /** Whether each target has metrics of its own, or the stage has one of each. */
  readonly byTarget: boolean;
};

/** Every one of them. */
export const METRIC_NAMES: readonly MetricName[] = ["delivered", "delay", "parked", "waiting", "oldestOpen", "breaker"];
/** What a pilot cannot do without: does it deliver, does somebody have to act, does anything stand still. What else is measured stands in the same log lines, for the saved queries. */
const FEW: readonly MetricName[] = ["delivered", "parked", "oldestOpen"];

export const measuredBy = (stage: Settings["stage"]): MeasuredBy =>
  stage === "small" ? { names: FEW, byTarget: false } : { names: METRIC_NAMES, byTarget: true };

/** So many metrics are paid for. */
export function metricSeries({ stage, connections }: Pick<Settings, "stage" | "connections">): number {
  const { names, byTarget } = measuredBy(stage);
  return names.length * (byTarget ? connections.length : 1);
}
