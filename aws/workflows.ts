import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import type { ExecutionState, RunAnswer, Workflows } from "../core/ledger/ports.ts";
import { clientOptions, type Surroundings } from "./clients.ts";

/** Step Functions: 80 at the most, none of the brackets, wildcards and signs it refuses (ours are base32, dots and dashes); the local cloud takes anything. */
const ALLOWED = /^[A-Za-z0-9._-]{1,80}$/;
/** What StopExecution takes. */
const CAUSE_LENGTH = 32_768;

export type WorkflowsParts = {
  readonly client: SFNClient;
  /** Where Express workflows are called. */
  readonly runs?: SFNClient;
  /** State machine ARN by workflow name. */
  readonly arns: ReadonlyMap<string, string>;
};

/**
 * For calls of Express workflows: one attempt, since a repeat would be a second run, and as much time as its caller gives. Step Functions answers them at a host of
 * their own (`sync-…`), the local cloud where it answers everything.
 */
export function runClient(surroundings: Surroundings): SFNClient {
  const { endpoint, patienceMilliseconds: _share, ...rest } = surroundings;
  const client = clientOptions({ ...rest, patienceMilliseconds: LONGEST_RUN_MS, ...(endpoint === undefined ? {} : { endpoint }) }, 1);
  return new SFNClient(endpoint === undefined ? client : { ...client, disableHostPrefix: true });
}

/** Twice a function's longest life: the caller's own limit comes first. */
const LONGEST_RUN_MS = 1_800_000;

export const workflowClient = (surroundings: Surroundings): SFNClient => new SFNClient(clientOptions(surroundings));

const isGone = (error: unknown): boolean => error instanceof TaskTimedOut || error instanceof InvalidToken || error instanceof TaskDoesNotExist;

async function describe(client: SFNClient, executionArn: string): Promise<ExecutionState> {
  try {
    const { status, output } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING" || status === "PENDING_REDRIVE") return { kind: "running" };
    return status === "SUCCEEDED" && output !== undefined ? { kind: "ended", output: JSON.parse(output) } : { kind: "ended" };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return { kind: "absent" };
    throw error;
  }
}

class NoRuns extends Error {}

async function runOnce(client: SFNClient | undefined, stateMachineArn: string, name: string, input: unknown, timeoutMs: number): Promise<RunAnswer> {
  if (client === undefined) throw new NoRuns("this function calls no Express workflow");
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    const command = new StartSyncExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    const { status, output } = await client.send(command, { abortSignal });
    return status === "SUCCEEDED" && output !== undefined ? { kind: "ended", output: JSON.parse(output) } : { kind: "ended" };
  } catch (error) {
    // Cut off by us, or on its way: it may have begun, and may go on.
    if (abortSignal.aborted || !(error instanceof SFNServiceException)) return { kind: "cut" };
    throw error;
  }
}

/**
 * Standard workflows. Calls: one each (StartExecution, DescribeExecution, StopExecution, SendTaskSuccess, StartSyncExecution).
 * @throws RangeError for a workflow that is not known and an execution name Step Functions would refuse: defects
 */
export function workflows({ client, runs, arns }: WorkflowsParts): Workflows {
  const machineOf = (workflow: string): string => {
    const arn = arns.get(workflow);
    if (arn === undefined) throw new RangeError(`workflow ${workflow} is not known`);
    return arn;
  };
  const executionOf = (workflow: string, execution: string): string => `${machineOf(workflow).replace(":stateMachine:", ":execution:")}:${execution}`;

  const checked = (execution: string): string => {
    if (!ALLOWED.test(execution)) throw new RangeError(`Step Functions would refuse the execution name "${execution}"`);
    return execution;
  };

  return {
    run: async (workflow, execution, input, timeoutMs) => runOnce(runs, machineOf(workflow), checked(execution), input, timeoutMs),
    async start(workflow, execution, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: machineOf(workflow), name: checked(execution), input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
    look: (workflow, execution) => describe(client, executionOf(workflow, execution)),
    async stop(workflow, execution, reason) {
      try {
        await client.send(new StopExecutionCommand({ executionArn: executionOf(workflow, execution), cause: reason.slice(0, CAUSE_LENGTH) }));
      } catch (error) {
        if (!(error instanceof ExecutionDoesNotExist)) throw error;
      }
    },
    async answer(token, outcome) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(outcome) }));
        return "taken";
      } catch (error) {
        if (isGone(error)) return "gone";
        throw error;
      }
    },
  };
}
