import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { smallStack } from "./small-stack.ts";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ log: () => undefined });
});
afterAll(() => emulator.stop());

const THRESHOLD = { ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 1 };
const METRIC = { Namespace: "AWS/SQS", MetricName: "NumberOfMessagesSent" };

it("a plain alarm deploys", async () => {
  const Properties = { AlarmName: "plain", ...METRIC, ...THRESHOLD, Period: 60, Statistic: "Sum" };
  const stack = await smallStack(emulator, "plain", { Alarm: { Type: "AWS::CloudWatch::Alarm", Properties } }, { Name: { Ref: "Alarm" } });
  expect(stack("Name")).toBe("plain");
});

it("a composite alarm fails the deployment, so such alarms are in a stack that is not deployed here", async () => {
  const Properties = { AlarmName: "composite", AlarmRule: "TRUE" };
  await expect(smallStack(emulator, "composite", { Alarm: { Type: "AWS::CloudWatch::CompositeAlarm", Properties } }, {})).rejects.toThrow(
    "Unrecognized resource types: [AWS::CloudWatch::CompositeAlarm]",
  );
});

it("a metric-math alarm fails the deployment, so such alarms are in a stack that is not deployed here", async () => {
  const sent = { Id: "sent", MetricStat: { Metric: METRIC, Period: 60, Stat: "Sum" }, ReturnData: false };
  const Properties = { AlarmName: "math", ...THRESHOLD, Metrics: [sent, { Id: "twice", Expression: "sent * 2" }] };
  await expect(smallStack(emulator, "math", { Alarm: { Type: "AWS::CloudWatch::Alarm", Properties } }, {})).rejects.toThrow(
    "Properties.Metrics (metric math) is not supported",
  );
});
