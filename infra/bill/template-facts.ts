import * as z from "zod";

/** What of a stage is paid by the month or polled, counted in its own templates: whatever is added to a stack is in the bill. */
export type TemplateFacts = {
  readonly keys: number;
  readonly secrets: number;
  /** One for each metric that an alarm reads. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  readonly eventSources: number;
  /** Schedules that run, each minute. */
  readonly schedules: number;
};

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) })),
});
const Reading = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() });

class NotInTheBill extends Error {}

/** @throws NotInTheBill for a schedule of another pace than the bill reckons with */
export function factsOf(templates: readonly unknown[]): TemplateFacts {
  const resources = templates.flatMap((template) => Object.values(Template.parse(template).Resources));
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  const schedules = ofType("AWS::Scheduler::Schedule").filter(({ Properties }) => Properties.State === "ENABLED");
  for (const { Properties } of schedules) {
    if (Properties.ScheduleExpression !== "rate(1 minute)") throw new NotInTheBill(`a schedule runs at ${String(Properties.ScheduleExpression)}`);
  }
  return {
    keys: ofType("AWS::KMS::Key").length,
    secrets: ofType("AWS::SecretsManager::Secret").length,
    alarmMetrics: ofType("AWS::CloudWatch::Alarm").reduce((sum, { Properties }) => sum + metricsRead(Properties), 0),
    compositeAlarms: ofType("AWS::CloudWatch::CompositeAlarm").length,
    dashboards: ofType("AWS::CloudWatch::Dashboard").length,
    eventSources: ofType("AWS::Lambda::EventSourceMapping").length,
    schedules: schedules.length,
  };
}

/** An alarm over an expression is paid for each metric under it. */
function metricsRead(properties: unknown): number {
  const { Metrics } = Reading.parse(properties);
  return Metrics === undefined ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
}
