import type { CallOutcome, Reason } from "../../core/effects/outcomes.ts";

/** Who acts, and the two ways to wait: for a person, or by name. */

export const MASTER = "master data";
export const ERP = "ERP key user";
export const MES = "MES key user";
export const QUALITY = "quality manager";
export const INTEGRATION = "integration engineer";

export const parked = (reason: Reason): CallOutcome & { kind: "park" } => ({ kind: "park", reason });
export const dependency = (on: string, reason: Reason): CallOutcome & { kind: "dependency" } => ({ kind: "dependency", on, reason });
