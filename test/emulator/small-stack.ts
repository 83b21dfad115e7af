import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { expect, vi } from "vitest";
import type { Emulator } from "../../local/emulator.ts";
import { PROBE_FUNCTION } from "./probe.ts";

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: readonly string[] }>>;

/**
 * Makes a few resources by a CloudFormation template, far quicker than the product's stacks.
 * @returns the outputs, each a reference or intrinsic function of the template
 */
export async function smallStack(
  emulator: Emulator,
  name: string,
  resources: Resources,
  outputs: Readonly<Record<string, unknown>>,
): Promise<(output: string) => string> {
  const client = new CloudFormationClient(emulator.clients);
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([key, Value]) => [key, { Value }]));
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody: JSON.stringify({ Resources: resources, Outputs }) }));
  const stack = await vi.waitFor(
    async () => {
      const described = await client.send(new DescribeStacksCommand({ StackName: name }));
      const [found] = described.Stacks ?? [];
      if (found?.StackStatus?.includes("FAILED") === true || found?.StackStatus?.includes("ROLLBACK") === true) {
        const events = await client.send(new DescribeStackEventsCommand({ StackName: name }));
        return { failed: events.StackEvents?.map((event) => `${event.LogicalResourceId} ${event.ResourceStatusReason}`), outputs: [] };
      }
      expect(found?.StackStatus).toBe("CREATE_COMPLETE");
      return { failed: undefined, outputs: found?.Outputs ?? [] };
    },
    { timeout: 20_000, interval: 20 },
  );
  if (stack.failed !== undefined) throw new Error(`the stack ${name} failed: ${stack.failed.join("; ")}`);
  return (output) => {
    const value = stack.outputs.find((one) => one.OutputKey === output)?.OutputValue;
    if (value === undefined) throw new Error(`the stack ${name} has no output ${output}`);
    return value;
  };
}

const ROLE = "arn:aws:iam::000000000000:role/any";

/** A function that does what the probe says; its deadline is generous, since a test may hold it. */
export function probeFunction(name: string, probeUrl: string, timeoutSeconds = 60): Resources[string] {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      FunctionName: name,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Timeout: timeoutSeconds,
      Code: { ZipFile: PROBE_FUNCTION },
      Environment: { Variables: { PROBE: probeUrl } },
    },
  };
}

/** A FIFO queue and its event source, as the product has them: batches of ten, each message's failure reported by itself. */
export function fifoQueue(functionLogicalId: string, visibilitySeconds: number): Resources {
  return {
    Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true, VisibilityTimeout: visibilitySeconds } },
    Source: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
        FunctionName: { Ref: functionLogicalId },
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 5 },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
  };
}
