import * as z from "zod";
import { ConnectionId } from "../../../core/documents/ids.ts";
import type { ExecutionState, LaneQueue, RunAnswer, Workflows } from "../../../core/ledger/ports.ts";
import { runExecution } from "./execution.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { readStateMachine, type StateMachine } from "./state-machine.ts";
import type { Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

/** Step Functions as the world runs it: the ports' calls are gated elsewhere, an answer here is what the service itself would give. */
export type StepFunctions = {
  readonly port: Workflows;
  /** Executions under way that do not just wait for a task token: one whose delivery was taken back, and whose stop was missed, waits its year out. */
  acting(): number;
  /** Faults. `vanish`: as if it had never been (its retention passed, the state machine was made anew). `abort`: ended without an output. */
  vanish(execution: string): void;
  abort(execution: string): void;
  /** The names of those that run, the longest first. */
  names(): readonly string[];
};

export type StepFunctionsOptions = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly invoke: (payload: unknown) => Promise<unknown>;
  readonly queue: LaneQueue;
  /** Asked when a message is handed over: it is lost for good although it was taken. */
  readonly losesMessage: (body: string) => boolean;
};

type Execution = { status: "running" | "ended"; output?: unknown };
type Waiting = { readonly execution: Execution; readonly resolve: (outcome: unknown) => void };

const machines = new Map<string, StateMachine>();

function machineOf(workflow: string): StateMachine {
  const known = machines.get(workflow);
  if (known !== undefined) return known;
  const read = readStateMachine(workflow);
  machines.set(workflow, read);
  return read;
}

export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { scheduler, random } = options;
  const executions = new Map<string, Execution>();
  const tokens = new Map<string, Waiting>();
  let count = 0;
  /** Express runs under way. */
  let called = 0;

  /** Never comes for an execution that was stopped meanwhile. */
  function unlessStopped<Answer>(execution: Execution, promise: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const goOn = (act: () => void): void => {
        if (execution.status === "running") act();
      };
      promise.then(
        (value) => goOn(() => resolve(value)),
        (error: unknown) => goOn(() => reject(error)),
      );
    });
  }

  function tokenFor(execution: Execution) {
    count += 1;
    const token = `token-${count}`;
    const answer = new Promise<unknown>((resolve) => {
      tokens.set(token, { execution, resolve });
    });
    return { token, answer: unlessStopped(execution, answer), forget: () => tokens.delete(token) };
  }

  async function send(message: { queueUrl: string; group: string; deduplicationId: string; body: string }): Promise<void> {
    const target = ConnectionId.parse(message.queueUrl.slice("queue:".length));
    if (options.losesMessage(message.body)) {
      scheduler.note(() => `workflow's message LOST ${message.body}`);
      return;
    }
    const [taken] = await options.queue.send(target, [{ group: message.group, deduplicationId: message.deduplicationId, body: message.body }]);
    if (taken !== true) throw new Error("Sqs.SdkClientException");
  }

  function end(name: string, execution: Execution, output: unknown): void {
    if (execution.status === "ended") return;
    execution.status = "ended";
    if (output !== undefined) execution.output = output;
    scheduler.note(() => `execution ${name} ends ${JSON.stringify(output)}`);
  }

  function start(workflow: string, name: string, input: unknown): void {
    if (executions.has(name)) return;
    const execution: Execution = { status: "running" };
    executions.set(name, execution);
    const hold = <Answer>(promise: Promise<Answer>): Promise<Answer> => unlessStopped(execution, promise);
    const run = runExecution(machineOf(workflow), name, input, {
      invoke: (payload) => hold(options.invoke(payload)),
      send: (message) => hold(soon().then(() => send(message))),
      token: () => tokenFor(execution),
      sleep: (milliseconds) => hold(scheduler.sleep(milliseconds)),
      random: () => random.next(),
    });
    run.then(
      (output) => end(name, execution, output),
      () => end(name, execution, undefined),
    );
  }

  /** An Express workflow: its caller waits so long at the most; the run goes on without it. */
  function run(workflow: string, name: string, input: unknown, timeoutMs: number): Promise<RunAnswer> {
    called += 1;
    const over = (answer: RunAnswer): RunAnswer => {
      called -= 1;
      scheduler.note(() => `run ${name} ends ${JSON.stringify(answer)}`);
      return answer;
    };
    const whole = runExecution(machineOf(workflow), name, JSON.parse(JSON.stringify(input)), {
      invoke: options.invoke,
      send,
      token: () => z.never().parse("an Express workflow has no task tokens"),
      sleep: (milliseconds) => scheduler.sleep(milliseconds),
      random: () => random.next(),
    }).then(
      (output) => over({ kind: "ended", output }),
      () => over({ kind: "ended" }),
    );
    return Promise.race([whole, scheduler.sleep(timeoutMs).then((): RunAnswer => ({ kind: "cut" }))]);
  }

  const soon = (): Promise<void> => scheduler.sleep(random.between(5, 200));

  function look(name: string): ExecutionState {
    const execution = executions.get(name);
    if (execution === undefined) return { kind: "absent" };
    return execution.status === "running" ? { kind: "running" } : { kind: "ended", ...(execution.output === undefined ? {} : { output: execution.output }) };
  }

  function answer(token: string, outcome: unknown): "taken" | "gone" {
    const waiting = tokens.get(token);
    if (waiting === undefined || waiting.execution.status === "ended") return "gone";
    tokens.delete(token);
    waiting.resolve(JSON.parse(JSON.stringify(outcome)));
    return "taken";
  }

  function abort(name: string): void {
    const execution = executions.get(name);
    if (execution !== undefined) end(name, execution, undefined);
  }

  return {
    port: {
      run: async (workflow, name, input, timeoutMs) => run(workflow, name, input, timeoutMs),
      start: async (workflow, name, input) => start(workflow, name, input),
      look: async (_workflow, name) => look(name),
      stop: async (_workflow, name) => abort(name),
      answer: async (token, outcome) => answer(token, outcome),
    },
    acting: () => {
      const waiting = new Set([...tokens.values()].map(({ execution }) => execution));
      return called + [...executions.values()].filter((execution) => execution.status === "running" && !waiting.has(execution)).length;
    },
    vanish: (name) => {
      abort(name);
      executions.delete(name);
    },
    abort,
    names: () => [...executions].flatMap(([name, { status }]) => (status === "running" ? [name] : [])),
  };
}

/** What the plan has in store for the longest running execution at some moments. */
export function strikeExecutions(plan: WorldPlan, scheduler: Scheduler, stepFunctions: StepFunctions, tally: Tally): void {
  for (const { at, kind } of plan.blows) {
    scheduler.after(at, () => {
      const [name] = stepFunctions.names();
      if (name === undefined) return;
      tally.add(`fault: execution ${kind}`);
      scheduler.note(() => `execution ${name}: ${kind}`);
      if (kind === "vanishes") stepFunctions.vanish(name);
      else stepFunctions.abort(name);
    });
  }
}
