import { Match } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { Env as AdvanceLaneEnv } from "../../functions/advance-lane/env.ts";
import { settingsFor } from "../../infra/settings.ts";
import { allResources, functionNames, ofType, resourcesOf, type Synthesised, synthesised } from "./synthesised.ts";

const prod = synthesised("prod");
const small = synthesised("small");
const local = synthesised("local");
const onAws = settingsFor("prod").connections.map(({ id }) => id);
/** Without the connections that only stage local has. */
const localAsOnAws = synthesised("local", { ...settingsFor("local"), connections: settingsFor("local").connections.filter(({ id }) => onAws.includes(id)) });
afterAll(() => {
  for (const built of [prod, small, local, localAsOnAws]) built.remove();
});

const Reference = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const { synchronisation } = prod.templates;

describe("queues", () => {
  const Queue = z.object({
    QueueName: z.string(),
    FifoQueue: z.literal(true),
    SqsManagedSseEnabled: z.literal(true),
    MessageRetentionPeriod: z.literal(14 * 24 * 3600),
    VisibilityTimeout: z.number().optional(),
    RedrivePolicy: z.object({ deadLetterTargetArn: Reference, maxReceiveCount: z.number() }).optional(),
  });

  it("are one FIFO queue per target connection, encrypted, with a dead-letter queue after 1,000 receives", () => {
    const queues = Object.entries(resourcesOf(synchronisation)).flatMap(([id, { Type, Properties }]) =>
      Type === "AWS::SQS::Queue" ? [{ id, ...Queue.parse(Properties) }] : [],
    );
    const byId = new Map(queues.map((queue) => [queue.id, queue.QueueName]));
    const sources = queues.filter((queue) => queue.RedrivePolicy !== undefined);
    expect(sources.map(({ QueueName }) => QueueName).sort()).toEqual(
      settingsFor("prod")
        .connections.map(({ id }) => `orderlane-prod-${id}.fifo`)
        .sort(),
    );
    for (const { QueueName, RedrivePolicy } of sources) {
      expect(RedrivePolicy?.maxReceiveCount).toBe(1000);
      expect(byId.get(String(RedrivePolicy?.deadLetterTargetArn["Fn::GetAtt"][0]))).toBe(QueueName.replace(".fifo", "-dead-letters.fifo"));
    }
    expect(queues).toHaveLength(2 * sources.length);
  });

  it("are not made for a connection that only sends", () => {
    const names = Object.values(resourcesOf(local.templates.synchronisation)).flatMap(({ Type, Properties }) =>
      Type === "AWS::SQS::Queue" ? [Queue.parse(Properties).QueueName] : [],
    );
    expect(names.filter((name) => !name.includes("dead-letters")).sort()).toEqual(
      ["erp", "mes-hamburg", "mes-suzhou"].map((id) => `orderlane-local-${id}.fifo`),
    );
  });

  it("hide a message for six times the consumer's time on AWS, and long enough for a killed consumer locally", () => {
    const seconds = ({ templates }: Synthesised) =>
      Object.values(resourcesOf(templates.synchronisation)).flatMap(({ Properties }) => Properties.VisibilityTimeout ?? []);
    expect(seconds(prod)).toEqual([360, 360, 360]);
    expect(seconds(local)).toEqual([5, 5, 5]);
  });

  it("answer over TLS only", () => {
    const policies = ofType(allResources(prod), "AWS::SQS::QueuePolicy");
    expect(policies).toHaveLength(6);
    for (const { Properties } of policies) {
      expect(JSON.stringify(Properties)).toContain('{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
    }
  });

  it("wake advance-lane, at most the target's groups at once, with failures reported message by message", () => {
    synchronisation.resourcePropertiesCountIs(
      "AWS::Lambda::EventSourceMapping",
      {
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 5 },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        FunctionName: { Ref: Match.stringLikeRegexp("^AdvanceLane") },
      },
      3,
    );
  });
});

describe("functions", () => {
  const Made = z.object({
    FunctionName: z.string(),
    Timeout: z.number(),
    Runtime: z.literal("nodejs24.x"),
    Architectures: z.tuple([z.literal("arm64")]),
    LoggingConfig: z.object({ LogGroup: z.object({ Ref: z.string() }) }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
    RecursiveLoop: z.string().optional(),
  });
  const functionsOf = (built: Synthesised) => ofType(allResources(built), "AWS::Lambda::Function").map(({ Properties }) => Made.parse(Properties));
  const named = (name: string) => functionsOf(prod).find(({ FunctionName }) => FunctionName === `orderlane-prod-${name}`);

  it("are those of functions/, each on Node 24 and arm64 with a log group of its own", () => {
    const made = functionsOf(prod);
    expect(made.map(({ FunctionName }) => FunctionName).sort()).toEqual(
      functionNames()
        .map((name) => `orderlane-prod-${name}`)
        .sort(),
    );
    expect(new Set(made.map(({ LoggingConfig }) => LoggingConfig.LogGroup.Ref)).size).toBe(made.length);
  });

  it("have the environment that their own schema asks for, and nothing else", async () => {
    for (const name of functionNames()) {
      const { Env } = z.object({ Env: z.instanceof(z.ZodObject) }).parse(await import(`../../functions/${name}/env.ts`));
      expect({ name, variables: Object.keys(named(name)?.Environment.Variables ?? {}).sort() }).toEqual({ name, variables: Object.keys(Env.shape).sort() });
    }
  });

  it("read their environment only where it is sound, and say which variable is not", () => {
    const sound = {
      LEDGER_TABLE: "ledger",
      PAYLOAD_BUCKET: "payloads",
      PAYLOAD_DAYS: "90",
      QUEUE_URLS: '{"erp":"https://sqs.eu-central-1.amazonaws.com/1/erp.fifo"}',
      WORKFLOW_ARNS: '{"release-production-order":"arn:aws:states:eu-central-1:1:stateMachine:x"}',
    };
    expect(AdvanceLaneEnv.parse(sound)).toMatchObject({ PAYLOAD_DAYS: 90, QUEUE_URLS: { erp: "https://sqs.eu-central-1.amazonaws.com/1/erp.fifo" } });
    for (const [name, text] of Object.entries({ LEDGER_TABLE: "", PAYLOAD_DAYS: "0", QUEUE_URLS: "erp", WORKFLOW_ARNS: '{"a":"b"}' })) {
      expect(AdvanceLaneEnv.safeParse({ ...sound, [name]: text }).error?.issues[0]?.path[0]).toBe(name);
    }
  });

  it("are stopped before a claim ends (consumers) and before the gateway gives up (the others)", () => {
    const { limits } = settingsFor("prod");
    for (const name of ["advance-lane", "perform-step"]) expect(named(name)?.Timeout).toBeLessThan(limits.claimSeconds);
    for (const name of ["receive-documents", "lease-deliveries", "report-verdicts", "command-document", "ask-ledger"])
      expect(named(name)?.Timeout).toBeLessThan(29);
    expect(named("wake-due")?.Timeout).toBeLessThan(60);
  });

  it("loop with a queue only where a lane goes on by itself", () => {
    expect(functionsOf(prod).flatMap(({ FunctionName, RecursiveLoop }) => (RecursiveLoop === "Allow" ? [FunctionName] : []))).toEqual([
      "orderlane-prod-advance-lane",
    ]);
  });
});

describe("door", () => {
  it("hands every body on as bytes", () => synchronisation.hasResourceProperties("AWS::ApiGateway::RestApi", { BinaryMediaTypes: ["*/*"] }));

  it("throttles, logs each request without header or body, and logs its own errors", () => {
    synchronisation.hasResourceProperties("AWS::ApiGateway::Stage", {
      AccessLogSetting: { DestinationArn: Match.anyValue(), Format: Match.not(Match.stringLikeRegexp("header|body|authorizer")) },
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400, LoggingLevel: "ERROR", DataTraceEnabled: false })],
    });
  });

  it("answers every refusal of the gateway as problem+json", () => {
    const responses = ofType(allResources(prod), "AWS::ApiGateway::GatewayResponse");
    const Refusal = z.object({
      ResponseType: z.string(),
      StatusCode: z.string().optional(),
      ResponseParameters: z.looseObject({ "gatewayresponse.header.Content-Type": z.literal("'application/problem+json'") }),
      ResponseTemplates: z.object({ "application/json": z.string() }),
    });
    const Problem = z.strictObject({
      type: z.literal("about:blank"),
      title: z.string(),
      status: z.number().optional(),
      detail: z.string(),
      requestId: z.string(),
    });
    const refusals = responses.map(({ Properties }) => Refusal.parse(Properties));
    for (const { StatusCode, ResponseTemplates } of refusals) {
      const problem = Problem.parse(JSON.parse(ResponseTemplates["application/json"]));
      expect(problem.status === undefined ? undefined : String(problem.status)).toBe(StatusCode);
    }
    const statuses = Object.fromEntries(refusals.map(({ ResponseType, StatusCode }) => [ResponseType, StatusCode]));
    expect(statuses).toMatchObject({
      DEFAULT_4XX: undefined,
      DEFAULT_5XX: undefined,
      ACCESS_DENIED: "403",
      MISSING_AUTHENTICATION_TOKEN: "404",
      REQUEST_TOO_LARGE: "413",
      THROTTLED: "429",
      INTEGRATION_FAILURE: "502",
      INTEGRATION_TIMEOUT: "504",
    });
  });

  const routes = ofType(allResources(prod), "AWS::ApiGateway::Method").map(({ Properties, Metadata }) => ({
    route: String(Metadata?.["aws:cdk:path"]).replace(/^.*\/Default(.*)\/([A-Z]+)\/Resource$/, `${String(Properties.HttpMethod)} $1`),
    authorization: Properties.AuthorizationType,
  }));
  const isSigned = (route: string) => route.includes(" /aws/");

  it("lets the gateway check AWS signatures on every route under /aws and on no other, for all routes of persons", () => {
    for (const { route, authorization } of routes) expect({ route, authorization }).toEqual({ route, authorization: isSigned(route) ? "AWS_IAM" : "NONE" });
    const machines = /\/(documents|lease|verdicts|heartbeat|results|openapi\.json)$/;
    const persons = routes.flatMap(({ route }) => (isSigned(route) || machines.test(route) ? [] : [route.replace(" ", " /aws")]));
    expect(routes.flatMap(({ route }) => (isSigned(route) ? [route] : [])).sort()).toEqual(persons.sort());
  });

  it("has the routes of ARCHITECTURE.md 5, the list of master data, and those of access", () => {
    const plain = routes.flatMap(({ route }) => (isSigned(route) ? [] : [route]));
    expect(plain.sort()).toEqual([
      "GET /v1/access/grants",
      "GET /v1/audit",
      "GET /v1/openapi.json",
      "GET /v1/sites/{site}/connections",
      "GET /v1/sites/{site}/documents/{id}",
      "GET /v1/sites/{site}/lots/{lot}/genealogy",
      "GET /v1/sites/{site}/master",
      "GET /v1/sites/{site}/open",
      "GET /v1/sites/{site}/orders",
      "GET /v1/sites/{site}/orders/balance",
      "GET /v1/sites/{site}/results",
      "POST /v1/access/grants",
      "POST /v1/access/grants/{id}/revocation",
      "POST /v1/connections/{connection}/documents",
      "POST /v1/connections/{connection}/secrets/{which}",
      "POST /v1/sites/{site}/connections/{connection}/documents",
      "POST /v1/sites/{site}/connections/{connection}/pause",
      "POST /v1/sites/{site}/connections/{connection}/resumption",
      "POST /v1/sites/{site}/deliveries/lease",
      "POST /v1/sites/{site}/deliveries/verdicts",
      "POST /v1/sites/{site}/documents/{id}/commands",
      "POST /v1/sites/{site}/heartbeat",
    ]);
  });
});

describe("workflow, timer and logs", () => {
  it.each([
    ["release-production-order", "STANDARD"],
    ["report-operation", "EXPRESS"],
    ["hold-lot", "STANDARD"],
  ])("runs %s, the workflow's own file, %s, logging errors without data and without X-Ray", (name, type) => {
    synchronisation.hasResourceProperties("AWS::StepFunctions::StateMachine", {
      StateMachineName: `orderlane-prod-${name}`,
      StateMachineType: type,
      DefinitionString: Match.stringLikeRegexp("PerformStepArn"),
      DefinitionSubstitutions: { PerformStepArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^PerformStep"), "Arn"] }, Partition: { Ref: "AWS::Partition" } },
      LoggingConfiguration: { Level: "ERROR", IncludeExecutionData: false },
      TracingConfiguration: { Enabled: false },
    });
  });

  it("substitutes every name that the workflow's file leaves open", () => {
    const Machine = z.object({ DefinitionString: z.string(), DefinitionSubstitutions: z.record(z.string(), z.unknown()) });
    for (const { Properties } of ofType(allResources(prod), "AWS::StepFunctions::StateMachine")) {
      const machine = Machine.parse(Properties);
      const open = new Set([...machine.DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
      expect([...open].sort()).toEqual(Object.keys(machine.DefinitionSubstitutions).sort());
    }
  });

  it("calls wake-due each minute on AWS, and leaves it to the local cloud locally", () => {
    synchronisation.hasResourceProperties("AWS::Scheduler::Schedule", { ScheduleExpression: "rate(1 minute)", State: "ENABLED" });
    local.templates.synchronisation.hasResourceProperties("AWS::Scheduler::Schedule", { State: "DISABLED" });
  });

  it("calls poll-orders each minute where some ERP is polled, and then hears of its silence; elsewhere it is not called", () => {
    const schedules = ({ templates }: Synthesised) =>
      ofType(Object.values(resourcesOf(templates.synchronisation)), "AWS::Scheduler::Schedule").map(({ Properties }) => [
        String(Properties.Description).split(":")[0],
        Properties.State,
      ]);
    expect(schedules(prod)).toEqual([
      ["The only timer", "ENABLED"],
      ["ERPs without webhooks are asked for their orders", "DISABLED"],
    ]);
    const values = settingsFor("local", { trytonUrl: "https://erp.example.com/erp" });
    const polling = synthesised("prod", { ...values, stage: "prod" });
    try {
      expect(schedules(polling)).toEqual([
        ["The only timer", "ENABLED"],
        ["ERPs without webhooks are asked for their orders", "ENABLED"],
      ]);
      polling.templates.synchronisation.hasResourceProperties("AWS::CloudWatch::Alarm", {
        AlarmDescription: Match.stringLikeRegexp("nobody asks it for them.*orders-are-no-longer-fetched-from-an-erp$"),
        TreatMissingData: "breaching",
      });
    } finally {
      polling.remove();
    }
  });

  it("keeps every log group for a limited time", () => {
    const groups = ofType(allResources(prod), "AWS::Logs::LogGroup");
    expect(groups).toHaveLength(functionNames().length + 5);
    for (const { Properties } of groups) expect(Properties.RetentionInDays).toBe(90);
  });
});

describe("stages", () => {
  /** Names of keys and kinds of leaves, without numbers, names and references. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shapeOf);
    if (value === null || typeof value !== "object") return typeof value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
  };
  /** By the path in the tree, without the stage's name and the hashes that hold it. */
  const outline = (built: Synthesised, stage: string) =>
    Object.fromEntries(
      allResources(built).map(({ Type, Properties, Metadata }) => {
        const path = String(Metadata?.["aws:cdk:path"])
          .replaceAll(new RegExp(`-?${stage}-?`, "g"), "")
          .replaceAll(/[0-9A-F]{8}/g, "");
        return [path, { Type, shape: shapeOf(Properties) }];
      }),
    );

  /** What small has fewer of, because each costs: alarms and what only they need, and metrics by target on the dashboard. */
  const withoutWatching = (resources: ReturnType<typeof outline>) =>
    Object.fromEntries(
      Object.entries(resources).filter(([path, { Type }]) => !/Alarm$|Dashboard$|MetricFilter$/.test(Type) && !path.includes("operations/Documents/")),
    );

  it("have the same templates but for their numbers, what small watches together, and the local one's further connections", () => {
    expect(withoutWatching(outline(small, "small"))).toEqual(withoutWatching(outline(prod, "prod")));
    expect(outline(localAsOnAws, "local")).toEqual(outline(prod, "prod"));
    expect(Object.keys(outline(local, "local"))).toEqual(expect.arrayContaining(Object.keys(outline(prod, "prod"))));
    expect(Object.keys(outline(prod, "prod")).length).toBeGreaterThan(150);
  });

  it("name no partition: they stand in AWS China too", () => {
    for (const template of Object.values(prod.templates)) expect(JSON.stringify(template.toJSON())).not.toMatch(/arn:aws(-cn)?:/);
  });
});
