import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import type { ExecutionState, Workflows } from "../core/ledger/ports.ts";
import { clientOptions, type Surroundings } from "./clients.ts";

/** Step Functions: 80 at the most, none of the brackets, wildcards and signs it refuses (ours are base32, dots and dashes); the local cloud takes anything. */
const ALLOWED = /^[A-Za-z0-9._-]{1,80}$/;
/** What StopExecution takes. */
const CAUSE_LENGTH = 32_768;

export type WorkflowsParts = {
  readonly client: SFNClient;
  /** State machine ARN by workflow name. */
  readonly arns: ReadonlyMap<string, string>;
};

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

/**
 * Standard workflows. Calls: one each (StartExecution, DescribeExecution, StopExecution, SendTaskSuccess).
 * @throws RangeError for a workflow that is not known and an execution name Step Functions would refuse: defects
 */
export function workflows({ client, arns }: WorkflowsParts): Workflows {
  const machineOf = (workflow: string): string => {
    const arn = arns.get(workflow);
    if (arn === undefined) throw new RangeError(`workflow ${workflow} is not known`);
    return arn;
  };
  const executionOf = (workflow: string, execution: string): string => `${machineOf(workflow).replace(":stateMachine:", ":execution:")}:${execution}`;

  return {
    async start(workflow, execution, input) {
      if (!ALLOWED.test(execution)) throw new RangeError(`Step Functions would refuse the execution name "${execution}"`);
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: machineOf(workflow), name: execution, input: JSON.stringify(input) }));
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
