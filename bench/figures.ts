import type { Aggregation } from "./aggregation.ts";
import type { BundleCost } from "./bundles.ts";
import type { CallAccount } from "./call-account.ts";
import type { FlowPrice } from "./document-price.ts";
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
  readonly prices?: readonly FlowPrice[];
  readonly aggregation?: readonly Aggregation[];
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
} as const;
