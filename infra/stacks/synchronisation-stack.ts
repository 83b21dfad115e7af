import { ArnFormat, CfnOutput, Duration, Names, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { isForPersons, OPERATIONS } from "../../core/api/operations.ts";
import { type Settings, targetsAt } from "../../core/settings/settings.ts";
import { type DeployedBy, DeploymentRecord } from "../constructs/deployment-record.ts";
import { FrontDoor, type Route } from "../constructs/front-door.ts";
import { FunctionsTogether } from "../constructs/functions-together.ts";
import { PollSchedule } from "../constructs/poll-schedule.ts";
import type { ProductFunction } from "../constructs/product-function.ts";
import { TargetQueue } from "../constructs/target-queue.ts";
import { VerdictContradiction } from "../constructs/verdict-contradiction.ts";
import { WakeSchedule } from "../constructs/wake-schedule.ts";
import { lanesOf, WORKFLOWS, Workflow, workflowArnsOf } from "../constructs/workflow.ts";
import { type Endpoint, stackNamesOf, stageOf } from "../stage.ts";
import { type Functions, makeFunctions, makeSteering } from "./functions.ts";
import type { StateStack } from "./state-stack.ts";

type Props = {
  readonly settings: Settings;
  readonly bundles: string;
  readonly state: StateStack;
  readonly deployedBy: DeployedBy;
  readonly endpoint: Endpoint;
};

/** The way of a document: door, queues, functions, workflow, timer. */
export class SynchronisationStack extends Stack {
  readonly functions: Functions;
  readonly queues: readonly TargetQueue[];
  readonly door: FrontDoor;
  readonly workflows: readonly Workflow[];
  readonly wake: WakeSchedule;

  constructor(scope: Construct, { settings, bundles, state, deployedBy, endpoint }: Props) {
    super(scope, stackNamesOf(settings.stage).synchronisation, { description: `Orderlane ${settings.stage}: door, lanes, workflows` });
    this.addStackDependency(state, "the payloads' ARN is imported by name");
    const stage = stageOf(settings.stage);
    const topic = state.alarms;
    const alarmed = stage.alarms === "each";
    const visibility = Duration.seconds(settings.limits.consumerTimeoutSeconds * stage.visibilityFactor);
    // Connections that only send have no lane, and need no queue.
    const targets = new Set<string>(settings.sites.flatMap((site) => targetsAt(site)));
    const receiving = settings.connections.filter(({ id }) => targets.has(id));
    this.queues = receiving.map(({ id: target }) => new TargetQueue(this, `Queue-${target}`, { stage: settings.stage, target, visibility, topic, alarmed }));
    const queueUrls = this.toJsonString(Object.fromEntries(this.queues.map(({ target, queue }) => [target, queue.queueUrl])));
    const workflowArns = this.toJsonString(workflowArnsOf(this, settings.stage));

    const made = makeFunctions(this, { settings, stage, bundles, state, queues: this.queues, queueUrls, workflowArns });
    const sources = this.consumeQueues(settings, made["advance-lane"]);
    const mappings = sources.map(({ id }) => ({
      arn: this.formatArn({ service: "lambda", resource: "event-source-mapping", resourceName: id, arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
    }));
    const eventSources = this.toJsonString(Object.fromEntries(sources.map(({ target, id }) => [target, id])));
    this.functions = { ...made, "steer-connections": makeSteering(this, { settings, stage, bundles, state, mappings, eventSources }) };
    const performStep = this.functions["perform-step"].handler;
    const sendingTo = (targets: readonly string[]) => this.queues.flatMap((queue) => (targets.includes(queue.target) ? queue.sending() : []));
    const common = { stage: settings.stage, performStep, logDays: stage.logDays, topic, alarmed };
    this.workflows = WORKFLOWS.map((workflow) => new Workflow(this, { workflow, sending: sendingTo(lanesOf(workflow, settings)), ...common }));
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
    new DeploymentRecord(this, "DeploymentRecord", { settings, recordDeployment: this.functions["record-deployment"].handler, deployedBy });
    this.outputs(state, queueUrls, workflowArns);
  }

  /** One function serves every queue: it is one code with one set of rights; targets stay apart by their queues' own concurrency. */
  private consumeQueues(settings: Settings, advanceLane: ProductFunction): { readonly target: string; readonly id: string }[] {
    return this.queues.map(({ target, queue }) => {
      const limits = settings.connections.find(({ id }) => id === target)?.target;
      if (limits === undefined) throw new Error(`queue ${target} belongs to no connection`);
      // Not the CDK's own event source: it would also let the function change a message's visibility and look up the queue's address, which Lambda never does.
      const source = advanceLane.handler.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
        eventSourceArn: queue.queueArn,
        batchSize: limits.batchSize,
        maxConcurrency: limits.maxConcurrency,
        reportBatchItemFailures: true,
      });
      return { target, id: source.eventSourceMappingId };
    });
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
const routesOf = (functions: Functions): Route[] =>
  OPERATIONS.map(({ method, path, access, function: name }) => ({
    method,
    path,
    handler: functions[name].handler,
    ...(isForPersons(access) ? {} : { forMachines: true }),
  }));
