import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { anchorOf, RUNBOOK } from "../../infra/constructs/runbook.ts";
import { ShopFloorAlarm } from "../../infra/constructs/shop-floor-alarm.ts";
import { allResources, functionNames, ofType, resourcesOf, synthesised } from "./synthesised.ts";

const prod = synthesised("prod");
afterAll(prod.remove);

const runbook = readFileSync(join(import.meta.dirname, "..", "..", "docs", "runbook.md"), "utf8");
/** Second-level headings with their text. */
const sections = runbook
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ heading: String(text.split("\n")[0]), text }));

const Alarm = z.looseObject({ AlarmDescription: z.string(), AlarmActions: z.array(z.unknown()).min(1), TreatMissingData: z.string().optional() });
const alarms = [...ofType(allResources(prod), "AWS::CloudWatch::Alarm"), ...ofType(allResources(prod), "AWS::CloudWatch::CompositeAlarm")].map(
  ({ Properties, Metadata }) => ({
    path: String(Metadata?.["aws:cdk:path"]),
    ...Alarm.parse(Properties),
  }),
);
const anchorIn = (description: string) => description.match(/docs\/runbook\.md#(\S+)$/)?.[1];

describe("alarms", () => {
  it("each say what it means for the shop floor and lead to a heading of the runbook", () => {
    const anchors = new Set(
      sections.map(({ heading }) =>
        heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    expect(alarms.length).toBeGreaterThan(25);
    for (const { path, AlarmDescription } of alarms) {
      const anchor = anchorIn(AlarmDescription);
      expect({ path, anchor, known: anchors.has(String(anchor)) }).toEqual({ path, anchor, known: true });
      expect(AlarmDescription.replace(/ Runbook: .*$/, "")).toMatch(/^.{30,}\.$/);
    }
  });

  it("cannot be written without an impact and a heading of the runbook: the compiler refuses", () => {
    const { stacks } = prod;
    const rest = { topic: stacks.state.alarms, metric: stacks.synchronisation.door.api.metricCount(), threshold: 1, evaluationPeriods: 1 };
    const refused = [
      // @ts-expect-error no impact
      () => new ShopFloorAlarm(stacks.operations, "A", { ...rest, heading: RUNBOOK.doorFails }),
      // @ts-expect-error no heading
      () => new ShopFloorAlarm(stacks.operations, "B", { ...rest, impact: "Nothing moves." }),
      // @ts-expect-error a heading that the runbook does not have
      () => new ShopFloorAlarm(stacks.operations, "C", { ...rest, impact: "Nothing moves.", heading: "Something is wrong" }),
    ];
    expect(refused).toHaveLength(3);
  });

  it("stand behind every heading of the runbook, each with what stops, what to look at, what to do and the next command", () => {
    const used = new Set(alarms.map(({ AlarmDescription }) => anchorIn(AlarmDescription)));
    expect(sections.map(({ heading }) => heading).sort()).toEqual(Object.values(RUNBOOK).sort());
    for (const heading of Object.values(RUNBOOK)) expect({ heading, used: used.has(anchorOf(heading)) }).toEqual({ heading, used: true });
    for (const { text } of sections) {
      for (const part of ["**What stops on the shop floor.**", "**Look at.**", "**Do.**", "**Next command.** `aws "]) expect(text).toContain(part);
    }
  });

  it("tell somebody: each goes to the stage's topic", () => {
    for (const { AlarmActions } of alarms) expect(JSON.stringify(AlarmActions)).toContain("Alarms");
  });

  it("watch every dead-letter queue for its first message and every queue for its tenth day", () => {
    const queues = Object.entries(resourcesOf(prod.templates.synchronisation)).filter(([, { Type }]) => Type === "AWS::SQS::Queue");
    const watched = (metric: string, threshold: number) =>
      Object.values(resourcesOf(prod.templates.synchronisation)).flatMap(({ Type, Properties }) =>
        Type === "AWS::CloudWatch::Alarm" && Properties.MetricName === metric && Properties.Threshold === threshold
          ? [JSON.stringify(Properties.Dimensions)]
          : [],
      );
    for (const [id, { Properties }] of queues) {
      const alarmsOfIt =
        Properties.RedrivePolicy === undefined ? watched("ApproximateNumberOfMessagesVisible", 1) : watched("ApproximateAgeOfOldestMessage", 10 * 24 * 3600);
      expect(alarmsOfIt.filter((dimensions) => dimensions.includes(`"${id}"`))).toHaveLength(1);
    }
  });

  it("watch every function for errors and throttles", () => {
    for (const metric of ["Errors", "Throttles"]) {
      const ofFunctions = ofType(allResources(prod), "AWS::CloudWatch::Alarm").filter(
        ({ Properties }) => Properties.Namespace === "AWS/Lambda" && Properties.MetricName === metric,
      );
      expect(ofFunctions).toHaveLength(functionNames().length);
    }
  });

  it("hear of a plant that contradicts itself by the line that report-verdicts logs", () => {
    const [filter] = ofType(allResources(prod), "AWS::Logs::MetricFilter");
    const line = String(filter?.Properties.FilterPattern).match(/^\{ \$\.message = "(.+)" \}$/)?.[1];
    expect(readFileSync(join(import.meta.dirname, "..", "..", "functions", "report-verdicts", "handler.ts"), "utf8")).toContain(`logger.error("${line}"`);
  });

  it("take silence of wake-due for its stop", () => {
    const stopped = alarms.find(({ AlarmDescription }) => anchorIn(AlarmDescription) === anchorOf(RUNBOOK.wakeStopped));
    expect(stopped?.TreatMissingData).toBe("breaching");
  });

  it("over several metrics stand in the stack that the local cloud leaves out", () => {
    const judged = (resources: ReturnType<typeof allResources>) =>
      resources.filter(({ Type, Properties }) => Type === "AWS::CloudWatch::CompositeAlarm" || Properties.Metrics !== undefined);
    expect(judged(Object.values(resourcesOf(prod.templates.composite)))).toHaveLength(4);
    expect(judged(allResources(prod))).toHaveLength(4);
  });
});
