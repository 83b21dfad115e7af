import { readFileSync } from "node:fs";
import * as z from "zod";

/** The part of the Amazon States Language that our workflows use; whatever else a definition holds fails here, so that nothing is simulated by ignoring it. */

const AnyError = z.tuple([z.literal("States.ALL")]);

const Retrier = z.strictObject({
  ErrorEquals: AnyError,
  IntervalSeconds: z.number(),
  BackoffRate: z.number(),
  MaxAttempts: z.number(),
  MaxDelaySeconds: z.number(),
  JitterStrategy: z.literal("FULL"),
});
export type Retrier = z.infer<typeof Retrier>;

const Catcher = z.strictObject({ ErrorEquals: AnyError, Output: z.unknown(), Next: z.string() });

const Task = z.strictObject({
  Type: z.literal("Task"),
  Comment: z.string().optional(),
  Resource: z.enum(["arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken", "arn:aws:states:::sqs:sendMessage"]),
  Arguments: z.unknown(),
  Output: z.unknown().optional(),
  TimeoutSeconds: z.number().optional(),
  Retry: z.tuple([Retrier]).optional(),
  Catch: z.tuple([Catcher]).optional(),
  Next: z.string().optional(),
  End: z.literal(true).optional(),
});
export type Task = z.infer<typeof Task>;

const Choice = z.strictObject({
  Type: z.literal("Choice"),
  Comment: z.string().optional(),
  Choices: z.array(z.strictObject({ Condition: z.string(), Next: z.string(), Output: z.unknown().optional() })),
  Default: z.string(),
});
export type Choice = z.infer<typeof Choice>;

const Succeed = z.strictObject({ Type: z.literal("Succeed"), Comment: z.string().optional() });

const StateMachine = z.strictObject({
  Comment: z.string(),
  QueryLanguage: z.literal("JSONata"),
  StartAt: z.string(),
  States: z.record(z.string(), z.discriminatedUnion("Type", [Task, Choice, Succeed])),
});
export type StateMachine = z.infer<typeof StateMachine>;

/** CDK's substitution, as it stands in the file. */
const PARTITION = ["$", "{Partition}"].join("");

export function readStateMachine(workflow: string): StateMachine {
  const text = readFileSync(new URL(`../../../workflows/${workflow}/workflow.asl.json`, import.meta.url), "utf8");
  return StateMachine.parse(JSON.parse(text.replaceAll(PARTITION, "aws")));
}

/** Every expression text in a definition, without its `{% %}`. */
export function expressionsOf(value: unknown): string[] {
  if (typeof value === "string") {
    const text = /^\{%(.*)%\}$/s.exec(value)?.[1]?.trim();
    return text === undefined ? [] : [text];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(expressionsOf);
}
