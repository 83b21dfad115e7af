import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const WORKFLOWS = join(import.meta.dirname, "..", "..", "..", "workflows");
const SUBSTITUTIONS = { Partition: "aws", PerformStepArn: "arn:aws:lambda:eu-central-1:000000000000:function:perform-step" };

const Task = z.looseObject({
  Type: z.literal("Task"),
  Resource: z.string(),
  Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()) })).optional(),
  Catch: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), Next: z.string() })).optional(),
});
const Machine = z.looseObject({ QueryLanguage: z.string(), StartAt: z.string(), States: z.record(z.string(), z.looseObject({ Type: z.string() })) });

const names = readdirSync(WORKFLOWS);

function definitionOf(name: string): string {
  const text = readFileSync(join(WORKFLOWS, name, "workflow.asl.json"), "utf8");
  return Object.entries(SUBSTITUTIONS).reduce((filled, [key, value]) => filled.replaceAll(`\${${key}}`, value), text);
}

const problemsOf = (text: string): string => {
  const { isValid, errorsText } = validate(JSON.parse(text));
  return isValid ? "" : errorsText();
};

describe.each(names)("the workflow %s", (name) => {
  const text = definitionOf(name);
  const machine = Machine.parse(JSON.parse(text));
  const tasks = Object.entries(machine.States).flatMap(([state, definition]) => (definition.Type === "Task" ? [{ state, ...Task.parse(definition) }] : []));

  it("is valid Amazon States Language, its JSONata included", () => {
    expect(problemsOf(text)).toBe("");
  });

  it("retries every task, and sends every other failure of a step on to the state that tells the lane", () => {
    const ends = Object.entries(machine.States).flatMap(([state, { Type, End }]) => (Type === "Succeed" || End === true ? [state] : []));
    expect(ends).toHaveLength(1);
    for (const task of tasks) {
      expect(task.Retry?.map((retry) => retry.ErrorEquals)).toEqual([["States.ALL"]]);
      if (task.state === ends[0]) expect(task.Catch).toBeUndefined();
      else expect(task.Catch).toMatchObject([{ ErrorEquals: ["States.ALL"], Next: ends[0] }]);
    }
  });
});

describe("the validator", () => {
  const sound = definitionOf("release-production-order");
  const spoilt: readonly (readonly [string, string, string])[] = [
    ["a way to a state that is not there", '"Next": "Tell rejected"', '"Next": "Tell nobody"'],
    ["JSONata that does not parse", "$states.input.kind = 'expired'", "$states.input.kind = = 'expired'"],
    ["a condition that is no JSONata", "{% $states.input.mode = 'undo' %}", "$.mode"],
    ["a state nobody reaches", '"Default": "Deliver"', '"Default": "Cover the acceptance"'],
  ];

  it.each(spoilt)("finds %s", (_, right, wrong) => {
    expect(sound).toContain(right);
    expect(problemsOf(sound.replace(right, wrong))).not.toBe("");
  });
});
