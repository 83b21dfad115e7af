import * as z from "zod";

export const StageName = z.enum(["local", "small", "prod"]);
export type StageName = z.infer<typeof StageName>;

/**
 * Where the API is reached: by anybody (its routes ask for a signature or a token), or through one interface endpoint of a VPC alone. A public API in AWS China needs an ICP
 * filing; a private one does not, and is reached over a VPN or Direct Connect (docs/deploying.md).
 */
export type Endpoint = { readonly kind: "public" } | { readonly kind: "private"; readonly vpcEndpointId: string };

/** Numbers of a stage that only the infrastructure uses; what the functions use stands in their settings. */
export type Stage = {
  /** Of a target's queue: consumer timeout × this. AWS advises six, for the retries of a throttled poller; locally a killed consumer is seen again within seconds. */
  readonly visibilityFactor: number;
  /** Functions behind the API: below the gateway's own limit of 29 s, so that the answer is ours. */
  readonly answerSeconds: number;
  /** Of wake-due: below its minute, so that a slow run does not meet the next one. */
  readonly wakeSeconds: number;
  /** The local cloud calls wake-due and poll-orders itself. */
  readonly wakeEachMinute: boolean;
  readonly logDays: number;
  readonly payloadDays: number;
  /** Table, bucket, key and secrets stay when a stack is deleted. */
  readonly retain: boolean;
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /**
   * `each`: every function, queue and workflow has alarms of its own. `together`: one alarm for what any of them may fail in, since each alarm costs 0.10 USD a month; what the product
   * itself says (parked, oldest open document) stays. Which function it was, is on the dashboard.
   */
  readonly alarms: "each" | "together";
  readonly endpoint: Endpoint;
};

const AWS: Stage = {
  visibilityFactor: 6,
  answerSeconds: 25,
  wakeSeconds: 55,
  wakeEachMinute: true,
  logDays: 30,
  payloadDays: 90,
  retain: true,
  requestsPerSecond: 50,
  requestBurst: 100,
  alarms: "each",
  endpoint: { kind: "public" },
};

const STAGES: Readonly<Record<StageName, Stage>> = {
  local: { ...AWS, visibilityFactor: 1.25, wakeEachMinute: false, logDays: 1, payloadDays: 1, retain: false, requestsPerSecond: 1000, requestBurst: 2000 },
  small: { ...AWS, alarms: "together" },
  prod: { ...AWS, logDays: 90, requestsPerSecond: 200, requestBurst: 400 },
};

export const stageOf = (name: StageName): Stage => STAGES[name];

/** Every stack's name by its part. */
export const stackNamesOf = (name: StageName) => ({
  state: `orderlane-${name}-state`,
  synchronisation: `orderlane-${name}-synchronisation`,
  operations: `orderlane-${name}-operations`,
  /** Composite and metric-math alarms: the local cloud refuses them (ARCHITECTURE.md 9), so it deploys the other three. */
  composite: `orderlane-${name}-composite-alarms`,
});
