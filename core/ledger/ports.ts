import type { ConnectionId, DocumentId } from "../documents/ids.ts";

/** Milliseconds since 1970 UTC. The only source of time in core and functions. */
export interface Clock {
  now(): number;
}

/** Unpredictable names for claims, leases and tokens: 26 characters of base32. */
export interface Ids {
  next(): string;
}

/** The document as it came (bytes after content decoding, one document each after splitting); immutable once put; gzip and the 350 KB limit of the table are the store's affair. */
export interface PayloadStore {
  put(document: DocumentId, source: string): Promise<void>;
  /** Undefined when it never was, or its retention has passed. */
  read(document: DocumentId): Promise<string | undefined>;
}

export type QueueMessage = {
  /** The lane: FIFO message group. */
  readonly group: string;
  readonly deduplicationId: string;
  readonly body: string;
};

/** One FIFO queue for each target connection. */
export interface LaneQueue {
  /** At most 10 messages; answers for each, in order, whether the queue took it. Never throws for a queue that is down: it answers `false`. */
  send(target: ConnectionId, messages: readonly QueueMessage[]): Promise<readonly boolean[]>;
}

export interface Secrets {
  /** The values now valid under this name, newest first (two while a key rotates). Throws when the store cannot be asked and nothing fresh enough is known: fail closed. */
  read(name: string): Promise<readonly string[]>;
}

export type ExecutionState =
  | { readonly kind: "absent" }
  | { readonly kind: "running" }
  /** `output` is undefined when it failed, was stopped or timed out. */
  | { readonly kind: "ended"; readonly output?: unknown };

/** How a workflow that was called ended. `cut`: nobody knows; it may still be running. `output` is undefined when it failed. */
export type RunAnswer = { readonly kind: "ended"; readonly output?: unknown } | { readonly kind: "cut" };

/** Workflows (LANES.md 7): Standard ones are started, Express ones called. */
export interface Workflows {
  /** Calls an Express workflow and waits for its end, so long at the most. */
  run(workflow: string, execution: string, input: unknown, timeoutMs: number): Promise<RunAnswer>;
  /** A name used before counts as started. */
  start(workflow: string, execution: string, input: unknown): Promise<void>;
  look(workflow: string, execution: string): Promise<ExecutionState>;
  /** Ends it where it runs; nothing where it does not. */
  stop(workflow: string, execution: string, reason: string): Promise<void>;
  /** Answers a task token: `gone` when the task no longer waits for it. */
  answer(token: string, outcome: unknown): Promise<"taken" | "gone">;
}
