import { Queue } from "aws-cdk-lib/aws-sqs";
import { App, Stack, Validations } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { StageName } from "../../infra/stage.ts";
import { allResources, ofType, synthesised } from "./synthesised.ts";

const built = StageName.options.map((stage) => ({ stage, ...synthesised(stage) }));
afterAll(() => {
  for (const { remove } of built) remove();
});

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const resources = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const Policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.literal("Allow"), Action: list, Resource: resources, Condition: z.unknown().optional() })),
  }),
  Roles: z.array(z.object({ Ref: z.string() })),
});

/** Reasons given for cdk-nag's findings, over the whole tree. */
const acknowledgements = (root: IConstruct) =>
  root.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
    .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)));

const prod = built.filter(({ stage }) => stage === "prod");
const policies = prod.flatMap((one) => ofType(allResources(one), "AWS::IAM::Policy").map(({ Properties }) => Policy.parse(Properties)));

/** A role's actions without the log's. */
const actionsOf = (role: string) =>
  policies
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref.startsWith(`${role}Role`)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action))
    .filter((action) => !action.startsWith("kms:") && !action.startsWith("logs:"));

const ledger = (...calls: readonly string[]): string[] => calls.map((call) => `dynamodb:${call}`);
const EVERYTHING = ledger("BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem");
const CONSUME = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
const S3_READ = ["s3:GetObject", "s3:ListBucket"];

describe("permissions", () => {
  it("name every action, none by a wildcard", () => {
    expect(policies.length).toBeGreaterThan(9);
    for (const action of policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action))) expect(action).not.toContain("*");
  });

  it("hold a wildcard in a resource only for payloads, executions and the set-up of Step Functions' logs", () => {
    const wild = policies.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Resource }) => Resource.map((one) => JSON.stringify(one)).filter((one) => one.includes("*"))),
    );
    const kinds = new Set(wild.map((one) => one.replace(/^.*"(\/\*|:execution:[^"]*|\*)".*$/, "$1").replaceAll('"', "")));
    expect([...kinds].sort()).toEqual(["*", "/*", ":execution:orderlane-prod-hold-lot:*", ":execution:orderlane-prod-release-production-order:*"]);
  });

  it.each([
    ["ReceiveDocuments", [...ledger("GetItem", "PutItem", "UpdateItem"), "s3:PutObject", "secretsmanager:GetSecretValue", "sqs:SendMessage"]],
    [
      "AdvanceLane",
      [
        ...EVERYTHING,
        ...S3_READ,
        "secretsmanager:GetSecretValue",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StartSyncExecution",
        "states:StopExecution",
        ...CONSUME,
        "sqs:SendMessage",
      ],
    ],
    ["PerformStep", [...ledger("DeleteItem", "GetItem", "PutItem", "UpdateItem"), ...S3_READ, "secretsmanager:GetSecretValue", "states:SendTaskSuccess"]],
    ["LeaseDeliveries", [...ledger("GetItem", "PutItem", "Query", "UpdateItem"), ...S3_READ]],
    ["ReportVerdicts", [...ledger("DeleteItem", "GetItem", "PutItem", "UpdateItem"), "sqs:SendMessage", "states:SendTaskSuccess"]],
    ["CommandDocument", [...ledger("GetItem", "PutItem", "Query", "UpdateItem"), "sqs:SendMessage"]],
    ["SteerConnections", [...ledger("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"), "lambda:UpdateEventSourceMapping"]],
    ["AskLedger", [...ledger("BatchGetItem", "GetItem", "Query", "Query", "UpdateItem"), ...S3_READ, "secretsmanager:GetSecretValue"]],
    ["ManageAccess", ledger("BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem")],
    ["ReplaceSecret", [...ledger("GetItem", "PutItem", "UpdateItem"), "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]],
    ["RecordDeployment", ledger("GetItem", "PutItem", "Query")],
    // Nothing is polled on this stage.
    ["PollOrders", []],
    ["WakeDue", [...ledger("BatchGetItem", "GetItem", "Query", "UpdateItem"), "sqs:SendMessage", "states:SendTaskSuccess"]],
    ["ReleaseProductionOrder", ["lambda:InvokeFunction", "sqs:SendMessage"]],
    ["ReportOperation", ["lambda:InvokeFunction"]],
    ["HoldLot", ["lambda:InvokeFunction", "sqs:SendMessage"]],
    ["Wake", ["lambda:InvokeFunction"]],
    ["Poll", ["lambda:InvokeFunction"]],
  ])("of %s are what it does, and no more", (role, actions) => {
    expect(actionsOf(role).sort()).toEqual([...actions].sort());
  });

  it("of functions that only note a token's use reach items of access and no others", () => {
    const noting = policies.flatMap(({ PolicyDocument, Roles }) =>
      PolicyDocument.Statement.filter(({ Condition }) => Condition !== undefined).map(({ Action, Condition }) => ({ role: Roles[0]?.Ref, Action, Condition })),
    );
    const condition = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["ACCESS#*"] } };
    expect(noting.map(({ role }) => role?.replace(/Role.*/, "")).sort()).toEqual([
      "AskLedger",
      "CommandDocument",
      "ReceiveDocuments",
      "ReplaceSecret",
      "SteerConnections",
    ]);
    for (const { Action, Condition } of noting) expect({ Action, Condition }).toEqual({ Action: ["dynamodb:UpdateItem"], Condition: condition });
  });

  it("to put secrets are for the connections' own and for one function", () => {
    const putting = policies.flatMap(({ PolicyDocument, Roles }) =>
      PolicyDocument.Statement.filter(({ Action }) => Action.includes("secretsmanager:PutSecretValue")).map(({ Action, Resource }) => ({
        Action,
        Resource,
        Roles,
      })),
    );
    expect(putting).toHaveLength(1);
    expect(putting[0]?.Roles[0]?.Ref).toMatch(/^ReplaceSecretRole/);
    for (const resource of putting[0]?.Resource ?? []) expect(JSON.stringify(resource)).toContain("Secrets");
  });

  it("come from no managed policy but the gateway's own for its logs", () => {
    const managed = prod.flatMap((one) =>
      ofType(allResources(one), "AWS::IAM::Role").flatMap(({ Properties }) =>
        Properties.ManagedPolicyArns === undefined ? [] : [JSON.stringify(Properties.ManagedPolicyArns)],
      ),
    );
    expect(managed).toHaveLength(1);
    expect(managed[0]).toContain("AmazonAPIGatewayPushToCloudWatchLogs");
  });
});

describe("cdk-nag", () => {
  it.each(built)("finds nothing on stage $stage that is not accepted for a reason", ({ stacks }) => {
    expect(new AwsSolutionsChecks().validateScope(stacks.app).violations).toEqual([]);
  });

  it("is given a whole sentence as the reason of every acceptance", () => {
    const given = built.flatMap(({ stacks }) => acknowledgements(stacks.app)).filter(([id]) => id.includes("AwsSolutions"));
    expect(given.length).toBeGreaterThan(10);
    for (const [id, reason] of given) expect({ id, reason, whole: /^[A-Z].{40,}\.$/s.test(reason) }).toEqual({ id, reason, whole: true });
  });

  it("would find a queue that is not encrypted, answers without TLS and has no dead-letter queue", () => {
    const seeded = new App();
    new Queue(new Stack(seeded, "seeded"), "Seeded", { enforceSSL: false });
    const found = new AwsSolutionsChecks().validateScope(seeded).violations.map(({ ruleName }) => ruleName);
    expect(found).toEqual(expect.arrayContaining(["AwsSolutions-SQS3", "AwsSolutions-SQS4"]));
  });
});
