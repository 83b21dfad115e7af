import type { BundleCost } from "./bundles.ts";
import type { CallAccount } from "./count-calls.ts";
import type { PureWay } from "./pure-way.ts";
import type { Refusals } from "./refusals.ts";
import type { Throughput } from "./throughput.ts";

/** Everything one run measured; a part that was not asked for is not there. */
export type Figures = {
  readonly takenAt: string;
  readonly node: string;
  readonly cores: number;
  /** Load average over the last minute, before and after: what else ran. Above the number of cores the CPU times are still right, the rates are not. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly pureWay?: readonly PureWay[];
  readonly refusals?: Refusals;
  readonly bundles?: readonly BundleCost[];
  readonly calls?: readonly CallAccount[];
  readonly throughput?: readonly Throughput[];
};

/** LIBRARIES.md, "Cost per million documents" and "Cold start": what the design expects. */
export const DESIGN = {
  /** Durable write units of a document that needs no workflow. */
  singleStepWriteUnits: 8,
  /** Standard transitions of a document that has one. */
  workflowTransitions: 8,
  /** CPU of loading the whole mapper as CommonJS without a tracer. */
  importMs: 82,
  /** US dollars per million, list prices of us-east-1. */
  dollarsPerMillion: { request: 3.5, writeUnit: 0.625, readUnit: 0.125, transition: 25, message: 0.5 },
} as const;

/** What these counts cost at list prices for a million documents: API, DynamoDB, queue and workflow; functions' time and logs are not counted. */
export function dollarsPerMillion({ requests, write, read, transitions, lines }: CallAccount): number {
  const price = DESIGN.dollarsPerMillion;
  const sends = lines.filter(({ service }) => service === "SQS").reduce((sum, { calls }) => sum + calls, 0);
  return requests * price.request + write * price.writeUnit + read * price.readUnit + transitions * price.transition + sends * price.message;
}
