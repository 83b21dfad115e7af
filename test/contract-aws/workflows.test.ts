import { randomUUID } from "node:crypto";
import { CreateStateMachineCommand } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { randomIds } from "../../aws/ids.ts";
import { queueClient } from "../../aws/lane-queue.ts";
import { runClient, workflowClient, workflows } from "../../aws/workflows.ts";
import { workflowsContract } from "../contract/workflows.ts";
import { surroundings } from "./surroundings.ts";

const ROLE = "arn:aws:iam::000000000000:role/contract";
const TokenMessage = z.object({ execution: z.string(), token: z.string() });

const machine = (state: object) => JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Only", States: { Only: state } });

workflowsContract(
  "on Step Functions",
  async () => {
    const client = workflowClient(surroundings());
    const sqs = queueClient(surroundings());
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `contract-${randomUUID()}` }));
    const create = async (definition: string, type: "STANDARD" | "EXPRESS" = "STANDARD"): Promise<string> => {
      const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: `contract-${randomUUID()}`, roleArn: ROLE, type, definition }));
      return z.string().parse(stateMachineArn);
    };
    const sendToken = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Arguments: { QueueUrl, MessageBody: { execution: "{% $states.context.Execution.Name %}", token: "{% $states.context.Task.Token %}" } },
      Output: "{% $states.result %}",
      End: true,
    };
    const arns = new Map([
      ["echo", await create(machine({ Type: "Pass", End: true }))],
      ["failing", await create(machine({ Type: "Fail", Error: "Planted", Cause: "by the test" }))],
      ["waiting", await create(machine(sendToken))],
      ["called-echo", await create(machine({ Type: "Pass", End: true }), "EXPRESS")],
      ["called-failing", await create(machine({ Type: "Fail", Error: "Planted", Cause: "by the test" }), "EXPRESS")],
      ["called-slow", await create(machine({ Type: "Wait", Seconds: 10, End: true }), "EXPRESS")],
    ]);
    return {
      workflows: workflows({ client, runs: runClient(surroundings()), arns }),
      called: { echo: "called-echo", failing: "called-failing", slow: "called-slow" },
      ids: randomIds,
      echo: "echo",
      failing: "failing",
      waiting: "waiting",
      tokenOf: async (execution) => {
        for (;;) {
          const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
          for (const { Body, ReceiptHandle } of Messages) {
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
            const message = TokenMessage.parse(JSON.parse(String(Body)));
            if (message.execution === execution) return message.token;
          }
        }
      },
    };
  },
  "taken",
);
