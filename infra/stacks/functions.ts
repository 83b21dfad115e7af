import { Duration } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type Settings, type Site, siteOf } from "../../core/settings/settings.ts";
import { Env as AdvanceLaneEnv } from "../../functions/advance-lane/env.ts";
import { Env as AskLedgerEnv } from "../../functions/ask-ledger/env.ts";
import { Env as CommandDocumentEnv } from "../../functions/command-document/env.ts";
import { Env as LeaseDeliveriesEnv } from "../../functions/lease-deliveries/env.ts";
import { Env as ManageAccessEnv } from "../../functions/manage-access/env.ts";
import { Env as PerformStepEnv } from "../../functions/perform-step/env.ts";
import { Env as PollOrdersEnv } from "../../functions/poll-orders/env.ts";
import { Env as ReceiveDocumentsEnv } from "../../functions/receive-documents/env.ts";
import { Env as RecordDeploymentEnv } from "../../functions/record-deployment/env.ts";
import { Env as ReplaceSecretEnv } from "../../functions/replace-secret/env.ts";
import { Env as ReportVerdictsEnv } from "../../functions/report-verdicts/env.ts";
import { Env as SteerConnectionsEnv } from "../../functions/steer-connections/env.ts";
import { Env as WakeDueEnv } from "../../functions/wake-due/env.ts";
import { ProductFunction } from "../constructs/product-function.ts";
import type { TargetQueue } from "../constructs/target-queue.ts";
import { answering, running } from "../constructs/workflow.ts";
import type { Stage } from "../stage.ts";
import type { StateStack } from "./state-stack.ts";

type Props = {
  readonly settings: Settings;
  readonly stage: Stage;
  readonly bundles: string;
  readonly state: StateStack;
  readonly queues: readonly TargetQueue[];
  readonly queueUrls: string;
  readonly workflowArns: string;
};

export type Functions = ReturnType<typeof makeFunctions> & { readonly "steer-connections": ProductFunction };

/** Where what an ERP that is polled tells goes: its orders and their materials. */
const wayDown = ({ routes }: Site): string[] =>
  [routes.OperationsRequest, routes.MaterialDefinition].flatMap((target) => (target === undefined ? [] : [target]));

/** CPU comes with memory: 1769 MB are one processor. */
const MEMORY_MB = { small: 512, busy: 1024 } as const;

const commonOf = ({ settings, stage, bundles, state }: Pick<Props, "settings" | "stage" | "bundles" | "state">) => ({
  stage: settings.stage,
  bundles,
  logDays: stage.logDays,
  topic: state.alarms,
  alarmed: stage.alarms === "each",
});

/** Every function of the product: its environment, what it may do and nothing else, and what the shop floor notices when it fails. */
export function makeFunctions(scope: Construct, { settings, stage, bundles, state, queues, queueUrls, workflowArns }: Props) {
  const common = commonOf({ settings, stage, bundles, state });
  const answer = { timeout: Duration.seconds(stage.answerSeconds), memoryMb: MEMORY_MB.small };
  // Below every claim's life, which the settings' check ensures (LANES.md 6).
  const consumer = { timeout: Duration.seconds(settings.limits.consumerTimeoutSeconds), memoryMb: MEMORY_MB.busy };
  const { ledger, payloads, secrets } = state;
  const sendingTo = (targets: readonly string[]) => queues.flatMap((queue) => (targets.includes(queue.target) ? queue.sending() : []));
  const targets = queues.map(({ target }) => target);
  const sending = sendingTo(targets);
  const polled = settings.connections.filter(({ pollSeconds }) => pollSeconds !== undefined);
  const LEDGER_TABLE = ledger.table.tableName;
  const payloadPlace = { PAYLOAD_BUCKET: payloads.bucket.bucketName, PAYLOAD_DAYS: String(stage.payloadDays) };

  return {
    "receive-documents": new ProductFunction(scope, "ReceiveDocuments", {
      ...common,
      ...answer,
      name: "receive-documents",
      purpose: "Stores and queues what systems and agents send, then answers 202",
      memoryMb: MEMORY_MB.busy,
      schema: ReceiveDocumentsEnv,
      environment: { LEDGER_TABLE, ...payloadPlace, QUEUE_URLS: queueUrls },
      access: [...ledger.calling("GetItem", "PutItem"), ...ledger.notingUse(), ...payloads.putting(), ...secrets.readingSource(), ...sending],
      impact: "New orders and confirmations are not taken: they wait at the ERP and in the plants until they are sent again.",
    }),
    "advance-lane": new ProductFunction(scope, "AdvanceLane", {
      ...common,
      ...consumer,
      name: "advance-lane",
      purpose: "The only writer of a lane: decides what each message changes, and does it",
      schema: AdvanceLaneEnv,
      environment: { LEDGER_TABLE, ...payloadPlace, QUEUE_URLS: queueUrls, WORKFLOW_ARNS: workflowArns },
      access: [
        ...ledger.calling("GetItem", "BatchGetItem", "Query", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"),
        ...payloads.getting(),
        ...secrets.readingCall(targets),
        ...running(scope, settings.stage),
        ...queues.flatMap((queue) => queue.consuming()),
        ...sending,
      ],
      impact: "Accepted orders do not reach the plants and confirmations do not reach the ERP; nothing is lost, everything waits.",
      loopsBecause:
        "A lane with much to do sends itself a wake and goes on in a new invocation; each wake is for one document and attempt, so the chain ends with the lane's work.",
    }),
    "perform-step": new ProductFunction(scope, "PerformStep", {
      ...common,
      ...consumer,
      name: "perform-step",
      purpose: "One step of a workflow, or its undo, under its marker",
      schema: PerformStepEnv,
      environment: { LEDGER_TABLE, ...payloadPlace },
      access: [
        ...ledger.calling("GetItem", "PutItem", "UpdateItem", "DeleteItem"),
        ...payloads.getting(),
        ...secrets.readingCall(),
        ...answering(scope, settings.stage),
      ],
      impact: "Production orders, operation reports and inspections stop between plant and ERP, halfway; their workflows try again.",
    }),
    "lease-deliveries": new ProductFunction(scope, "LeaseDeliveries", {
      ...common,
      ...answer,
      name: "lease-deliveries",
      purpose: "Gives a plant's agent its open deliveries",
      schema: LeaseDeliveriesEnv,
      environment: { LEDGER_TABLE, ...payloadPlace },
      access: [...ledger.calling("GetItem", "Query", "PutItem", "UpdateItem"), ...payloads.getting()],
      impact: "The plants' agents get no work: new, changed and cancelled orders do not reach the MES.",
    }),
    "report-verdicts": new ProductFunction(scope, "ReportVerdicts", {
      ...common,
      ...answer,
      name: "report-verdicts",
      purpose: "Takes a plant's verdicts and signs of life",
      schema: ReportVerdictsEnv,
      environment: { LEDGER_TABLE, QUEUE_URLS: queueUrls },
      access: [...ledger.calling("GetItem", "PutItem", "UpdateItem", "DeleteItem"), ...answering(scope, settings.stage), ...sending],
      impact: "What the MES accepted or refused is not heard: orders run on in the plant while the ERP waits for the answer.",
    }),
    "command-document": new ProductFunction(scope, "CommandDocument", {
      ...common,
      ...answer,
      name: "command-document",
      purpose: "Takes an operator's replay, skip, resolve or undo",
      schema: CommandDocumentEnv,
      environment: { LEDGER_TABLE, QUEUE_URLS: queueUrls },
      access: [...ledger.calling("GetItem", "Query", "PutItem"), ...ledger.notingUse(), ...sending],
      impact: "Parked orders stay parked: nobody can replay, skip, resolve or undo them.",
    }),
    "ask-ledger": new ProductFunction(scope, "AskLedger", {
      ...common,
      ...answer,
      name: "ask-ledger",
      purpose: "Tells an order's story and balance, a lot's way, a document, and what is open",
      schema: AskLedgerEnv,
      environment: { LEDGER_TABLE, ...payloadPlace },
      access: [
        ...ledger.calling("GetItem", "BatchGetItem", "Query"),
        ...ledger.listingOpen(),
        ...ledger.notingUse(),
        ...payloads.getting(),
        ...secrets.readingCall(targets),
      ],
      impact: "Nobody can look up where an order stands; orders themselves go on.",
    }),
    "manage-access": new ProductFunction(scope, "ManageAccess", {
      ...common,
      ...answer,
      name: "manage-access",
      purpose: "Gives, lists and revokes grants, and tells the audit",
      schema: ManageAccessEnv,
      environment: { LEDGER_TABLE },
      access: ledger.calling("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
      impact: "Nobody can be given access and no token can be revoked; whoever holds one goes on working.",
    }),
    "replace-secret": new ProductFunction(scope, "ReplaceSecret", {
      ...common,
      ...answer,
      name: "replace-secret",
      purpose: "Puts a connection's new secret beside the one it replaces",
      schema: ReplaceSecretEnv,
      environment: { LEDGER_TABLE },
      access: [...ledger.calling("GetItem", "PutItem"), ...ledger.notingUse(), ...secrets.replacing()],
      impact: "A connection's secret cannot be replaced; those in force go on being valid.",
    }),
    "record-deployment": new ProductFunction(scope, "RecordDeployment", {
      ...common,
      ...answer,
      name: "record-deployment",
      purpose: "Records in the audit which settings and mapping tables a deployment changes",
      schema: RecordDeploymentEnv,
      environment: { LEDGER_TABLE },
      access: ledger.calling("GetItem", "Query", "PutItem"),
      impact: "A deployment that changes settings or mapping tables does not go through; what runs goes on running.",
    }),
    "poll-orders": new ProductFunction(scope, "PollOrders", {
      ...common,
      ...consumer,
      name: "poll-orders",
      purpose: "Asks ERPs without webhooks for their orders and gives what is new to the door",
      schema: PollOrdersEnv,
      environment: { LEDGER_TABLE, ...payloadPlace, QUEUE_URLS: queueUrls },
      // Where nothing is polled it may do nothing.
      access:
        polled.length === 0
          ? []
          : [
              ...ledger.calling("GetItem", "Query", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"),
              ...payloads.putting(),
              ...secrets.readingCall(polled.map(({ id }) => id)),
              ...sendingTo(polled.flatMap(({ sites }) => sites.flatMap((site) => wayDown(siteOf(settings, site))))),
            ],
      impact: "New, changed and cancelled orders of an ERP that is polled do not reach the plants.",
    }),
    "wake-due": new ProductFunction(scope, "WakeDue", {
      ...common,
      name: "wake-due",
      purpose: "The only timer: retries, deadlines, dependencies, answers that were lost",
      timeout: Duration.seconds(stage.wakeSeconds),
      memoryMb: MEMORY_MB.small,
      schema: WakeDueEnv,
      environment: { LEDGER_TABLE, QUEUE_URLS: queueUrls },
      access: [...ledger.calling("GetItem", "BatchGetItem", "UpdateItem"), ...ledger.listingOpen(), ...answering(scope, settings.stage), ...sending],
      impact: "Nothing that waits goes on: retries, deadlines of the plants and orders waiting for their material stand still.",
    }),
  } as const;
}

type SteeringProps = Pick<Props, "settings" | "stage" | "bundles" | "state"> & {
  /** The event source mapping of each target's queue, and all of their ids as the function's environment. */
  readonly mappings: readonly { readonly arn: string }[];
  readonly eventSources: string;
};

/** Made after the queues have their consumer: it may stop and start these event sources and no others. */
export const makeSteering = (scope: Construct, { settings, stage, bundles, state, mappings, eventSources }: SteeringProps): ProductFunction =>
  new ProductFunction(scope, "SteerConnections", {
    ...commonOf({ settings, stage, bundles, state }),
    timeout: Duration.seconds(stage.answerSeconds),
    memoryMb: MEMORY_MB.small,
    name: "steer-connections",
    purpose: "Pauses and resumes a connection, and tells how each stands",
    schema: SteerConnectionsEnv,
    environment: { LEDGER_TABLE: state.ledger.table.tableName, EVENT_SOURCES: eventSources },
    access: [
      ...state.ledger.calling("GetItem", "BatchGetItem", "PutItem", "DeleteItem"),
      ...state.ledger.notingUse(),
      { actions: ["lambda:UpdateEventSourceMapping"], resources: mappings.map(({ arn }) => arn) },
    ],
    impact: "No connection can be paused or resumed: what is paused stays paused, and its documents wait.",
  });
