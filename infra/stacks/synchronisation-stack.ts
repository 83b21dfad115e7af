import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { CfnOutput, Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../../core/settings/settings.ts";
import { FrontDoor, type Route } from "../constructs/front-door.ts";
import { FunctionsTogether } from "../constructs/functions-together.ts";
import { PollSchedule } from "../constructs/poll-schedule.ts";
import { TargetQueue } from "../constructs/target-queue.ts";
import { VerdictContradiction } from "../constructs/verdict-contradiction.ts";
import { WakeSchedule } from "../constructs/wake-schedule.ts";
import { WORKFLOWS, Workflow, workflowArnsOf } from "../constructs/workflow.ts";
import { type Endpoint, stackNamesOf, stageOf } from "../stage.ts";
import { type Functions, makeFunctions } from "./functions.ts";
import type { StateStack } from "./state-stack.ts";

type Props = { readonly settings: Settings; readonly bundles: string; readonly state: StateStack; readonly endpoint: Endpoint };

/** The way of a document: door, queues, functions, workflow, timer. */
export class SynchronisationStack extends Stack {
  readonly functions: Functions;
  readonly queues: readonly TargetQueue[];
  readonly door: FrontDoor;
  readonly workflows: readonly Workflow[];
  readonly wake: WakeSchedule;

  constructor(scope: Construct, { settings, bundles, state, endpoint }: Props) {
    super(scope, stackNamesOf(settings.stage).synchronisation, { description: `Orderlane ${settings.stage}: door, lanes, workflows` });
    this.addStackDependency(state, "the payloads' ARN is imported by name");
    const stage = stageOf(settings.stage);
    const topic = state.alarms;
    const alarmed = stage.alarms === "each";
    const visibility = Duration.seconds(settings.limits.consumerTimeoutSeconds * stage.visibilityFactor);
    this.queues = settings.connections.map(
      ({ id: target }) => new TargetQueue(this, `Queue-${target}`, { stage: settings.stage, target, visibility, topic, alarmed }),
    );
    const queueUrls = this.toJsonString(Object.fromEntries(this.queues.map(({ target, queue }) => [target, queue.queueUrl])));
    const workflowArns = this.toJsonString(workflowArnsOf(this, settings.stage));

    this.functions = makeFunctions(this, { settings, stage, bundles, state, queues: this.queues, queueUrls, workflowArns });
    this.consumeQueues(settings);
    const performStep = this.functions["perform-step"].handler;
    const sending = this.queues.flatMap((queue) => queue.sending());
    const common = { stage: settings.stage, performStep, sending, logDays: stage.logDays, topic, alarmed };
    this.workflows = WORKFLOWS.map((workflow) => new Workflow(this, { workflow, ...common }));
    new VerdictContradiction(this, "VerdictContradiction", { stage: settings.stage, log: this.functions["report-verdicts"].logGroup, topic });
    this.wake = new WakeSchedule(this, "Wake", { wakeDue: this.functions["wake-due"].handler, enabled: stage.wakeEachMinute, topic });
    new PollSchedule(this, "Poll", {
      stage: settings.stage,
      pollOrders: this.functions["poll-orders"].handler,
      log: this.functions["poll-orders"].logGroup,
      isPolling: settings.connections.some(({ pollSeconds }) => pollSeconds !== undefined),
      enabled: stage.wakeEachMinute,
      alarmed,
      topic,
    });
    if (!alarmed) new FunctionsTogether(this, "Functions", { topic });
    this.door = new FrontDoor(this, "Door", {
      stage: settings.stage,
      routes: routesOf(this.functions),
      requestsPerSecond: stage.requestsPerSecond,
      requestBurst: stage.requestBurst,
      endpoint,
      logDays: stage.logDays,
      topic,
    });
    this.outputs(state, queueUrls, workflowArns);
  }

  /** One function serves every queue: it is one code with one set of rights; targets stay apart by their queues' own concurrency. */
  private consumeQueues(settings: Settings): void {
    for (const { target, queue } of this.queues) {
      const limits = settings.connections.find(({ id }) => id === target)?.target;
      if (limits === undefined) throw new Error(`queue ${target} belongs to no connection`);
      this.functions["advance-lane"].handler.addEventSource(
        new SqsEventSource(queue, { batchSize: limits.batchSize, maxConcurrency: limits.maxConcurrency, reportBatchItemFailures: true }),
      );
    }
  }

  private outputs(state: StateStack, queueUrls: string, workflowArns: string): void {
    const names = Object.fromEntries(Object.entries(this.functions).map(([name, made]) => [name, made.handler.functionName]));
    const outputs = {
      ApiUrl: this.door.api.url,
      ApiId: this.door.api.restApiId,
      ApiStage: this.door.api.deploymentStage.stageName,
      LedgerTable: state.ledger.table.tableName,
      PayloadBucket: state.payloads.bucket.bucketName,
      QueueUrls: queueUrls,
      WorkflowArns: workflowArns,
      FunctionNames: this.toJsonString(names),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

/** ARCHITECTURE.md 5. */
function routesOf(functions: Functions): Route[] {
  const receive = functions["receive-documents"].handler;
  const ask = functions["ask-ledger"].handler;
  const report = functions["report-verdicts"].handler;
  return [
    { method: "POST", path: "/v1/sites/{site}/connections/{connection}/documents", handler: receive },
    { method: "POST", path: "/v1/connections/{connection}/documents", handler: receive },
    { method: "POST", path: "/v1/sites/{site}/deliveries/lease", handler: functions["lease-deliveries"].handler },
    { method: "POST", path: "/v1/sites/{site}/deliveries/verdicts", handler: report },
    { method: "POST", path: "/v1/sites/{site}/heartbeat", handler: report },
    { method: "GET", path: "/v1/sites/{site}/documents/{id}", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/orders", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/open", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/orders/balance", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/results", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/lots/{lot}/genealogy", handler: ask },
    { method: "GET", path: "/v1/sites/{site}/master", handler: ask },
    { method: "POST", path: "/v1/sites/{site}/documents/{id}/commands", handler: functions["command-document"].handler },
  ];
}
