import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concerns, matches, PolicyDocument, removalsFrom } from "./policy.ts";

const TABLE = "arn:aws:dynamodb:eu-central-1:1:table/ledger";
const policy = PolicyDocument.parse({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource: TABLE },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: ["arn:aws:sqs:eu-central-1:1:a.fifo", "arn:aws:sqs:eu-central-1:1:b.fifo"] },
  ],
});
const allowedBy = (document: PolicyDocument | undefined): string[] =>
  (document?.Statement ?? []).flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)));

describe("removalsFrom", () => {
  it("takes away each action and each resource of each statement once", () => {
    expect(removalsFrom(policy).map(({ statement, part, removed }) => [statement, part, removed])).toEqual([
      [0, "Action", "dynamodb:GetItem"],
      [0, "Action", "dynamodb:Query"],
      [0, "Resource", TABLE],
      [1, "Action", "sqs:SendMessage"],
      [1, "Resource", "arn:aws:sqs:eu-central-1:1:a.fifo"],
      [1, "Resource", "arn:aws:sqs:eu-central-1:1:b.fifo"],
    ]);
  });

  it("leaves the rest of its statement, and the others whole", () => {
    const [action, , whole, , , second] = removalsFrom(policy);
    expect(action?.left?.Statement).toEqual([{ Effect: "Allow", Action: ["dynamodb:Query"], Resource: [TABLE] }, policy.Statement[1]]);
    expect(whole?.left?.Statement).toEqual([policy.Statement[1]]);
    expect(second?.left?.Statement[1]?.Resource).toEqual(["arn:aws:sqs:eu-central-1:1:a.fifo"]);
  });

  it("leaves nothing of a policy that has nothing more", () => {
    const one = PolicyDocument.parse({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } });
    expect(removalsFrom(one).map(({ left }) => left)).toEqual([undefined, undefined]);
  });

  it("takes away what it says it does, and nothing else", async () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const statement = fc
      .record({ actions: fc.uniqueArray(name, { minLength: 1 }), resources: fc.uniqueArray(name, { minLength: 1 }), of: fc.nat(9) })
      .map(({ actions, resources, of }) => ({
        Effect: "Allow" as const,
        Action: actions.map((action) => `s${of}:${action}`),
        Resource: resources.map((resource) => `arn:${of}:${resource}`),
      }));
    await fc.assert(
      fc.property(fc.uniqueArray(statement, { minLength: 1, selector: ({ Action }) => Action[0]?.slice(0, 2) }), (statements) => {
        const document: PolicyDocument = { Version: "2012-10-17", Statement: statements };
        const before = allowedBy(document);
        for (const { left, actions, resources } of removalsFrom(document)) {
          const gone = actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));
          expect([...allowedBy(left), ...gone].sort()).toEqual([...before].sort());
        }
      }),
    );
  });

  it("leaves a statement its conditions", () => {
    const conditioned = {
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:Query"],
      Resource: TABLE,
      Condition: { StringLike: { "dynamodb:LeadingKeys": ["A#*"] } },
    };
    const [first] = removalsFrom(PolicyDocument.parse({ Version: "2012-10-17", Statement: conditioned }));
    expect(first?.left?.Statement[0]?.Condition).toEqual(conditioned.Condition);
  });

  it("refuses a policy with a denial or a negation: what is left of it would not be told by these rules", () => {
    for (const statement of [
      { Effect: "Deny", Action: "sqs:SendMessage", Resource: "*" },
      { Effect: "Allow", NotAction: "sqs:SendMessage", Resource: "*" },
    ])
      expect(PolicyDocument.safeParse({ Version: "2012-10-17", Statement: [statement] }).success).toBe(false);
  });
});

describe("concerns", () => {
  const [get, , table] = removalsFrom(policy);

  it("knows what a removal should make fail", () => {
    expect(get !== undefined && concerns(get, { action: "dynamodb:GetItem", resource: TABLE })).toBe(true);
    expect(get !== undefined && concerns(get, { action: "dynamodb:Query", resource: TABLE })).toBe(false);
    expect(table !== undefined && concerns(table, { action: "dynamodb:Query", resource: TABLE })).toBe(true);
    expect(table !== undefined && concerns(table, { action: "dynamodb:Query", resource: `${TABLE}/index/open` })).toBe(false);
  });

  it.each([
    ["arn:aws:s3:::payloads/*", "arn:aws:s3:::payloads/a/b", true],
    ["arn:aws:s3:::payloads/*", "arn:aws:s3:::payloads", false],
    ["arn:aws:s3:::pay.loads", "arn:aws:s3:::payXloads", false],
    ["*", "anything at all", true],
    ["a?c", "abc", true],
  ])("compares as IAM does: %s and %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });
});
