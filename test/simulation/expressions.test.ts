import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluatedByJsonata, expressionOf, plainExpression, type States } from "../support/world/expressions.ts";
import { expressionsOf, readStateMachine } from "../support/world/state-machine.ts";

const WORKFLOWS = readdirSync(new URL("../../workflows", import.meta.url), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const EXPRESSIONS = [...new Set(WORKFLOWS.flatMap((workflow) => expressionsOf(readStateMachine(workflow))))];

const context = {
  Execution: { Name: "x.y-1", Input: { document: "x.y", attempt: 3, mode: "undo", target: "mes-hamburg", group: "g", queueUrl: "queue:mes-hamburg" } },
  State: { Name: "Deliver" },
  Task: { Token: "token-1" },
};
const KINDS = ["applied", "refused", "queued", "undone", "expired", "wait", "dependency", "park", "stale", "crashed"];
const SAMPLES: States[] = [
  ...KINDS.map((kind) => ({ input: { kind, reason: { code: "X", message: "it's 'quoted'" } }, result: { kind, Payload: { kind } }, context })),
  { input: { mode: "undo" }, context },
  {
    input: { mode: "forward" },
    result: { StatusCode: 200, Payload: { kind: "applied", reference: "ERP-1" } },
    errorOutput: { Error: "Lambda.Unknown", Cause: "killed" },
    context,
  },
  { input: {}, result: {}, context },
];

/** What both give, or how both fail. */
const outcomeOf = async (evaluation: Promise<unknown>): Promise<unknown> =>
  evaluation.then(
    (value) => ({ value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) }),
    () => "fails",
  );

describe("the expressions of the workflows, as the world evaluates them", () => {
  it("are found in every workflow", () => {
    expect(WORKFLOWS).toContain("release-production-order");
    expect(EXPRESSIONS.length).toBeGreaterThan(10);
    expect(EXPRESSIONS.filter((text) => plainExpression(text) !== undefined).length).toBeGreaterThan(5);
  });

  it.each(EXPRESSIONS)("%s gives what jsonata gives", async (text) => {
    for (const states of SAMPLES) {
      expect(await outcomeOf(expressionOf(text)(states))).toEqual(await outcomeOf(evaluatedByJsonata(text)(states)));
    }
  });
});
