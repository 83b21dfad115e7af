import * as z from "zod";
import { evaluate, type States } from "./expressions.ts";
import type { Choice, Retrier, StateMachine, Task } from "./state-machine.ts";

/** What an execution asks of the world. A rejected promise is the error of its task. */
export type ExecutionWorld = {
  /** Calls perform-step and waits for what it returns. */
  invoke(payload: unknown): Promise<unknown>;
  send(message: { readonly queueUrl: string; readonly group: string; readonly deduplicationId: string; readonly body: string }): Promise<void>;
  /** A new task token, and what it will be answered with. */
  token(): { readonly token: string; readonly answer: Promise<unknown>; forget(): void };
  sleep(milliseconds: number): Promise<void>;
  /** From 0, below 1. */
  random(): number;
};

const InvokeArguments = z.strictObject({ FunctionName: z.string(), Payload: z.record(z.string(), z.unknown()) });
const SendArguments = z.strictObject({ QueueUrl: z.string(), MessageGroupId: z.string(), MessageDeduplicationId: z.string(), MessageBody: z.string() });

type Done = { readonly output: unknown; readonly next: string | undefined };

class ExecutionFailed extends Error {}

/** Runs a Standard workflow from its input to its output; never on, where a promise of the world never comes. @throws ExecutionFailed */
export async function runExecution(machine: StateMachine, name: string, input: unknown, world: ExecutionWorld): Promise<unknown> {
  let at: string | undefined = machine.StartAt;
  let value = input;
  while (at !== undefined) {
    const state = machine.States[at];
    if (state === undefined) throw new ExecutionFailed(`there is no state ${at}`);
    if (state.Type === "Succeed") return value;
    const context = { Execution: { Name: name, Input: input }, State: { Name: at } };
    const done: Done = state.Type === "Choice" ? await choose(state, { input: value, context }) : await perform(state, { input: value, context }, world);
    value = done.output;
    at = done.next;
  }
  return value;
}

async function choose(state: Choice, states: States): Promise<Done> {
  for (const rule of state.Choices) {
    const holds = await evaluate(rule.Condition, states);
    if (typeof holds !== "boolean") throw new ExecutionFailed(`the condition ${rule.Condition} is neither true nor false`);
    if (holds) return { output: rule.Output === undefined ? states.input : await evaluate(rule.Output, states), next: rule.Next };
  }
  return { output: states.input, next: state.Default };
}

async function perform(state: Task, states: States, world: ExecutionWorld): Promise<Done> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await attemptOf(state, states, world);
      const output = state.Output === undefined ? result : await evaluate(state.Output, { ...states, result });
      return { output, next: state.Next };
    } catch (error) {
      const retrier = state.Retry?.[0];
      if (retrier === undefined || attempt >= retrier.MaxAttempts) return caught(state, states, error);
      await world.sleep(world.random() * delayOf(retrier, attempt));
    }
  }
}

const delayOf = (retrier: Retrier, attempt: number): number =>
  Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** attempt, retrier.MaxDelaySeconds) * 1000;

async function caught(state: Task, states: States, error: unknown): Promise<Done> {
  const catcher = state.Catch?.[0];
  const told = error instanceof Error ? error.message : String(error);
  if (catcher === undefined) throw new ExecutionFailed(told);
  const errorOutput = { Error: "Lambda.Unknown", Cause: told };
  return { output: await evaluate(catcher.Output, { ...states, errorOutput }), next: catcher.Next };
}

async function attemptOf(state: Task, states: States, world: ExecutionWorld): Promise<unknown> {
  switch (state.Resource) {
    case "arn:aws:states:::sqs:sendMessage": {
      const message = SendArguments.parse(await evaluate(state.Arguments, states));
      await world.send({
        queueUrl: message.QueueUrl,
        group: message.MessageGroupId,
        deduplicationId: message.MessageDeduplicationId,
        body: message.MessageBody,
      });
      return {};
    }
    case "arn:aws:states:::lambda:invoke": {
      const { Payload } = InvokeArguments.parse(await evaluate(state.Arguments, states));
      return { StatusCode: 200, Payload: await world.invoke(Payload) };
    }
    case "arn:aws:states:::lambda:invoke.waitForTaskToken":
      return untilAnswered(state, states, world);
  }
}

/** A fresh token for each attempt. An invocation that fails ends the attempt, unless its token was answered before. */
async function untilAnswered(state: Task, states: States, world: ExecutionWorld): Promise<unknown> {
  const { token, answer, forget } = world.token();
  const context = { ...Object(states.context), Task: { Token: token } };
  try {
    const { Payload } = InvokeArguments.parse(await evaluate(state.Arguments, { ...states, context }));
    const failed = new Promise<never>((_resolve, reject) => {
      world.invoke(Payload).catch(reject);
    });
    return await Promise.race([answer, failed]);
  } finally {
    forget();
  }
}
