import type { ConnectionId } from "../../../core/documents/ids.ts";
import type { LaneRecord } from "../../../functions/advance-lane/advance-lane.ts";
import type { MemoryLaneQueue, ReceivedMessage } from "../memory/lane-queue.ts";
import type { Invocations } from "./invocations.ts";
import type { Process, Scheduler } from "./scheduler.ts";

export type EventSource = {
  /** Something may be there to be received. */
  poke(target: ConnectionId): void;
  /** No message is left, in flight or not. */
  isIdle(): boolean;
};

export type EventSourceOptions = {
  readonly scheduler: Scheduler;
  readonly invocations: Invocations;
  readonly queue: MemoryLaneQueue;
  readonly targets: readonly { readonly id: ConnectionId; readonly maxConcurrency: number; readonly batchSize: number }[];
  readonly timeoutMs: number;
  /** True: this message goes to the dead-letter queue instead of being delivered. */
  readonly buries: (message: ReceivedMessage) => boolean;
  readonly advance: (process: Process, records: LaneRecord[], remainingMs: () => number) => Promise<readonly string[]>;
};

/**
 * Lambda's event source of each FIFO queue: batches of several groups, a group never in two batches at once (the queue itself sees to that), up to `maxConcurrency` at a time.
 * What an invocation names, or all when it failed, comes back at the visibility timeout; a delete after that changes nothing.
 */
export function createEventSource(options: EventSourceOptions): EventSource {
  const { scheduler, invocations, queue } = options;
  const running = new Map<ConnectionId, number>();
  const poked = new Set<ConnectionId>();
  const countOf = (target: ConnectionId): number => running.get(target) ?? 0;

  function poke(target: ConnectionId): void {
    if (poked.has(target)) return;
    poked.add(target);
    scheduler.after(0, () => {
      poked.delete(target);
      poll(target);
    });
  }

  function poll(target: ConnectionId): void {
    const settings = settingsOf(target);
    while (countOf(target) < settings.maxConcurrency && takeBatch(target, settings.batchSize));
    const next = queue.nextVisibleAt(target);
    if (next !== undefined) scheduler.at(next, () => poke(target));
  }

  function settingsOf(target: ConnectionId) {
    const settings = options.targets.find(({ id }) => id === target);
    if (settings === undefined) throw new RangeError(`no queue for ${target}`);
    return settings;
  }

  /** False: nothing was there to be received. */
  function takeBatch(target: ConnectionId, batchSize: number): boolean {
    const received = queue.receive(target, batchSize);
    const delivered = received.filter((message) => !bury(target, message));
    if (delivered.length > 0) startBatch(target, delivered);
    return received.length > 0;
  }

  function bury(target: ConnectionId, message: ReceivedMessage): boolean {
    if (!options.buries(message)) return false;
    scheduler.note(() => `queue ${target}: BURIED ${message.body}`);
    queue.delete(target, message.receiptHandle);
    return true;
  }

  function startBatch(target: ConnectionId, messages: readonly ReceivedMessage[]): void {
    running.set(target, countOf(target) + 1);
    const records = messages.map(recordOf);
    invocations.start({
      kind: "advance-lane",
      milliseconds: options.timeoutMs,
      run: (process, remainingMs) => {
        for (const { messageId, receiveCount, body } of records) scheduler.note(() => `${process.name} receives ${messageId} (${receiveCount}) ${body}`);
        return options.advance(process, records, remainingMs);
      },
      ended: (end) => {
        running.set(target, countOf(target) - 1);
        if (end.kind === "returned") forget(target, messages, end.value);
        poke(target);
      },
    });
  }

  const forget = (target: ConnectionId, messages: readonly ReceivedMessage[], failed: readonly string[]): void => {
    for (const { receiptHandle } of messages) if (!failed.includes(receiptHandle)) queue.delete(target, receiptHandle);
  };

  return { poke, isIdle: () => options.targets.every(({ id }) => queue.depth(id) === 0) };
}

const recordOf = (message: ReceivedMessage): LaneRecord => ({
  messageId: message.receiptHandle,
  group: message.group,
  sequence: message.sequenceNumber,
  receiveCount: message.receiveCount,
  body: message.body,
});
