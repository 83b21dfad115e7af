import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { METRIC_NAMES, METRICS } from "../../core/settings/metrics.ts";
import { settingsFor } from "../../infra/settings.ts";
import { allResources, ofType, resourcesOf, type Synthesised, synthesised } from "./synthesised.ts";

const prod = synthesised("prod");
const small = synthesised("small");
afterAll(() => {
  prod.remove();
  small.remove();
});

const Mapping = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string())));
const Found = z.object({ "Fn::FindInMap": z.tuple([z.string(), z.unknown(), z.string()]) });
const Joined = z.object({ "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]) });
const Referred = z.object({ Ref: z.string() });

/** A value of the template as it stands after deployment there; what only AWS knows becomes its name. */
function deployedIn(partition: "aws" | "aws-cn", region: string, mappings: unknown) {
  const pseudo: Record<string, string> = {
    "AWS::Partition": partition,
    "AWS::Region": region,
    "AWS::AccountId": "111122223333",
    "AWS::URLSuffix": partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
  };
  const functionOf = (value: object): unknown => {
    const reference = Referred.safeParse(value).data?.Ref;
    if (reference !== undefined) return pseudo[reference] ?? `<${reference}>`;
    const joined = Joined.safeParse(value).data?.["Fn::Join"];
    if (joined !== undefined) return joined[1].map((part) => textOf(resolve(part))).join(joined[0]);
    const found = Found.safeParse(value).data?.["Fn::FindInMap"];
    return found === undefined ? undefined : Mapping.parse(mappings)[found[0]]?.[String(resolve(found[1]))]?.[found[2]];
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    return functionOf(value) ?? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member)]));
  };
  return resolve;
}
const textOf = (value: unknown): string => (typeof value === "string" ? value : `<${JSON.stringify(value).replaceAll('"', "")}>`);

const Template = z.looseObject({ Mappings: z.unknown().optional(), Resources: z.record(z.string(), z.unknown()) });
/** Every stack of the stage as one text, as deployed there. */
const textIn = (built: Synthesised, partition: "aws" | "aws-cn", region: string): string =>
  Object.values(built.templates)
    .map((each) => {
      const { Mappings, Resources } = Template.parse(each.toJSON());
      return JSON.stringify(deployedIn(partition, region, Mappings)(Resources));
    })
    .join("\n");

const Body = z.object({
  widgets: z.array(
    z.looseObject({ type: z.string(), y: z.number(), properties: z.looseObject({ markdown: z.string().optional(), title: z.string().optional() }) }),
  ),
});
function dashboardOf(built: Synthesised, partition: "aws" | "aws-cn" = "aws", region = "eu-central-1") {
  const [dashboard] = ofType(Object.values(resourcesOf(built.templates.operations)), "AWS::CloudWatch::Dashboard");
  const { Mappings } = Template.parse(built.templates.operations.toJSON());
  return Body.parse(JSON.parse(textOf(deployedIn(partition, region, Mappings)(dashboard?.Properties.DashboardBody)))).widgets;
}

describe("the dashboard", () => {
  it("is one, and is read from the top down: is it fine, which system, what waits, in detail, in English and Chinese", () => {
    for (const built of [prod, small]) {
      expect(ofType(allResources(built), "AWS::CloudWatch::Dashboard")).toHaveLength(1);
      const texts = dashboardOf(built)
        .toSorted((one, other) => one.y - other.y)
        .flatMap(({ properties }) => properties.markdown ?? []);
      expect(texts.map((text) => text.split("\n")[0])).toEqual([
        expect.stringMatching(/^# Orderlane (prod|small)$/),
        "## 1. Is it fine? 一切正常吗？",
        "## 2. Which system? 是哪个系统？",
        "## 3. What waits? 什么在等待？",
        "## 4. In detail 细节",
      ]);
      for (const { properties } of dashboardOf(built)) expect(String(properties.title ?? properties.markdown)).toMatch(/\p{Script=Han}/u);
    }
  });

  it("shows every metric that the stage pays for", () => {
    const shown = JSON.stringify(dashboardOf(prod));
    for (const { id } of settingsFor("prod").connections)
      for (const name of METRIC_NAMES) expect(shown).toContain(`"Orderlane","${METRICS[name].name}","stage","prod","target","${id}"`);
    const few = JSON.stringify(dashboardOf(small));
    for (const name of ["Delivered", "Parked", "OldestOpen"]) expect(few).toContain(`"Orderlane","${name}","stage","small"`);
    expect(few).not.toContain("BreakerOpen");
  });

  it("leads into the console of the partition it stands in", () => {
    const links = (partition: "aws" | "aws-cn", region: string) =>
      String(dashboardOf(prod, partition, region)[0]?.properties.markdown).match(/https:\/\/[^/]+\/\w+\/home\?region=[\w-]+/g);
    expect(new Set(links("aws", "eu-central-1"))).toEqual(
      new Set(["https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1", "https://console.aws.amazon.com/states/home?region=eu-central-1"]),
    );
    expect(new Set(links("aws-cn", "cn-north-1"))).toEqual(
      new Set(["https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1", "https://console.amazonaws.cn/states/home?region=cn-north-1"]),
    );
  });
});

describe("alarms on documents", () => {
  it("watch what is parked, what does not get through and each breaker, target by target on prod and together on small", () => {
    const watched = (built: Synthesised) =>
      ofType(Object.values(resourcesOf(built.templates.operations)), "AWS::CloudWatch::Alarm").map(({ Properties }) => [
        Properties.MetricName,
        Properties.Threshold,
      ]);
    const targets = settingsFor("prod").connections.length;
    expect(watched(prod)).toHaveLength(3 * targets);
    expect(watched(prod)).toEqual(
      expect.arrayContaining([
        ["Parked", 1],
        ["OldestOpen", 36_000],
        ["BreakerOpen", 1],
      ]),
    );
    expect(watched(small)).toEqual([
      ["Parked", 1],
      ["OldestOpen", 36_000],
    ]);
  });

  it("are few on small: functions together, and none for single queues, workflows and the ledger", () => {
    const alarms = ofType(allResources(small), "AWS::CloudWatch::Alarm").map(
      ({ Properties }) => `${String(Properties.Namespace)} ${String(Properties.MetricName)}`,
    );
    expect(alarms.sort()).toEqual([
      "AWS/ApiGateway 5XXError",
      "AWS/Lambda Errors",
      "AWS/Lambda Invocations",
      "AWS/Lambda Throttles",
      "Orderlane OldestOpen",
      "Orderlane Parked",
      "orderlane/small verdict.conflict",
    ]);
    expect(ofType(allResources(small), "AWS::CloudWatch::CompositeAlarm")).toEqual([]);
  });
});

describe("saved queries", () => {
  const Query = z.object({ Name: z.string(), QueryString: z.string(), LogGroupNames: z.array(z.string()).min(1) });
  const queries = ofType(allResources(prod), "AWS::Logs::QueryDefinition").map(({ Properties }) => Query.parse(Properties));

  it("stand in the stack that the local cloud leaves out, in a folder of the stage, named in both languages", () => {
    expect(ofType(Object.values(resourcesOf(prod.templates.composite)), "AWS::Logs::QueryDefinition")).toHaveLength(queries.length);
    expect(queries.map(({ Name }) => Name.replace(/ \p{Script=Han}.*$/u, "")).sort()).toEqual([
      "orderlane/prod/audit of refusals and reads",
      "orderlane/prod/one document's way (put in its id)",
      "orderlane/prod/parked by reason",
      "orderlane/prod/refusals by connection",
      "orderlane/prod/slowest deliveries",
    ]);
    for (const { Name } of queries) expect(Name).toMatch(/ \p{Script=Han}+$/u);
  });

  it("ask log groups that are there, by fields and lines that are written", () => {
    const groups = new Set(ofType(allResources(prod), "AWS::Logs::LogGroup").map(({ Properties }) => Properties.LogGroupName));
    const [gateway] = ofType(allResources(prod), "AWS::ApiGateway::Stage");
    const access = JSON.stringify(gateway?.Properties.AccessLogSetting);
    const writer = readFileSync(join(import.meta.dirname, "..", "..", "aws", "metrics.ts"), "utf8");
    for (const name of queries.flatMap(({ LogGroupNames }) => LogGroupNames)) expect({ name, there: groups.has(name) }).toEqual({ name, there: true });
    for (const field of ["path", "status", "from", "method", "refusal", "requestId"]) expect(access).toContain(`\\"${field}\\":`);
    const lines = queries.flatMap(({ QueryString }) => QueryString.match(/message = "document\.\w+"/g) ?? []);
    expect(lines).toEqual(['message = "document.parked"', 'message = "document.delivered"']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the file.
    expect(writer).toContain("write(`document.${state}`");
  });
});

describe("AWS China", () => {
  const china = textIn(prod, "aws-cn", "cn-north-1");

  it("gets the same templates: every ARN and address is of its partition", () => {
    const arns = china.match(/arn:[a-z-]*:/g) ?? [];
    expect(arns.length).toBeGreaterThan(30);
    expect(new Set(arns)).toEqual(new Set(["arn:aws-cn:"]));
    expect(china).not.toMatch(/amazonaws\.com(?!\.cn)(?<!(apigateway|cloudwatch|lambda|logs|scheduler|states)\.amazonaws\.com)/);
    expect(china.match(/console\.[a-z.-]+/g) ?? []).not.toContain("console.aws.amazon.com");
    expect(textIn(prod, "aws", "eu-central-1")).not.toContain("aws-cn:");
  });

  it("can have an API that only one VPC endpoint reaches, and which refuses everything else", () => {
    const vpcEndpointId = "vpce-0123456789abcdef0";
    const closed = synthesised("prod", settingsFor("prod"), { kind: "private", vpcEndpointId });
    try {
      const called = { Action: "execute-api:Invoke", Principal: { AWS: "*" }, Resource: "execute-api:/*" };
      closed.templates.synchronisation.hasResourceProperties("AWS::ApiGateway::RestApi", {
        EndpointConfiguration: { Types: ["PRIVATE"], VpcEndpointIds: [vpcEndpointId] },
        Policy: {
          Statement: [
            { ...called, Effect: "Allow", Condition: { StringEquals: { "aws:SourceVpce": vpcEndpointId } } },
            { ...called, Effect: "Deny", Condition: { StringNotEquals: { "aws:SourceVpce": vpcEndpointId } } },
          ],
        },
      });
      expect(new AwsSolutionsChecks().validateScope(closed.stacks.app).violations).toEqual([]);
      expect(textIn(closed, "aws-cn", "cn-north-1").match(/arn:aws:/g)).toBeNull();
    } finally {
      closed.remove();
    }
  });

  it("is asked for nothing that is not there: no X-Ray, function address, user pool, HTTP task or metrics of event sources", () => {
    const types = new Set(allResources(prod).map(({ Type }) => Type));
    for (const missing of ["AWS::Lambda::Url", "AWS::Cognito::UserPool", "AWS::XRay::Group", "AWS::Events::Connection", "AWS::WAFv2::WebACL"])
      expect(types).not.toContain(missing);
    for (const { Properties } of ofType(allResources(prod), "AWS::Lambda::Function")) expect(Properties).not.toHaveProperty("TracingConfig");
    for (const { Properties } of ofType(allResources(prod), "AWS::Lambda::EventSourceMapping")) expect(Properties).not.toHaveProperty("MetricsConfig");
    for (const { Properties } of ofType(allResources(prod), "AWS::ApiGateway::RestApi"))
      expect(Properties.EndpointConfiguration).toEqual({ Types: ["REGIONAL"] });
    expect(china).not.toContain("states:::http:invoke");
  });
});
