import type { MappingAnswer } from "../documents/source-format.ts";
import type { EffectPorts } from "../effects/effect.ts";
import type { TargetSystem } from "../effects/target-system.ts";
import type { Header, Lane } from "../ledger/items.ts";
import type { LaneQueue, Workflows } from "../ledger/ports.ts";
import type { Connection } from "../settings/settings.ts";

export type LanePorts = EffectPorts & {
  readonly queue: LaneQueue;
  readonly workflows: Workflows;
  /** The canonical form of a stored document, or why it has none; undefined when its payload is no longer stored. */
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
  readonly targetOf: (connection: Connection) => TargetSystem;
  /** Where a workflow's last state sends `finished`. */
  readonly queueUrlOf: (connection: Connection) => string;
};

/** What one write into a lane led to. */
export type Step =
  /** Another wrote first: read again, decide again. */
  | { readonly kind: "conflict" }
  | { readonly kind: "quiet" }
  /** The lane has a holder that is under way and can be started now. */
  | { readonly kind: "go-on"; readonly holder: Header; readonly lane: Lane };

export const QUIET: Step = { kind: "quiet" };
export const CONFLICT: Step = { kind: "conflict" };

/** One invocation's view: its time in all when it began, and what is left of it. */
export type Run = { readonly totalMs: number; readonly remainingMs: () => number };
