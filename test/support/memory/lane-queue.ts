import type { ConnectionId } from "../../../core/documents/ids.ts";
import type { Clock, LaneQueue, QueueMessage } from "../../../core/ledger/ports.ts";

/** SQS: a repeated id within five minutes of the first is taken, and dropped. */
const DEDUPLICATION_MS = 5 * 60 * 1000;
const BATCH = 10;
const ALLOWED = /^[!-~]{1,128}$/;

export type ReceivedMessage = QueueMessage & {
  readonly receiptHandle: string;
  /** 20 digits, growing within the queue. */
  readonly sequenceNumber: string;
  /** From 1. */
  readonly receiveCount: number;
  readonly sentAt: number;
};

export type MemoryLaneQueue = LaneQueue & {
  /**
   * Up to `limit` messages in the order they were sent; a group of which a message is in flight gives none. They stay invisible for the visibility timeout,
   * then come back in their order, one receive more; beyond `maxReceiveCount` they go to the dead-letter queue.
   */
  receive(target: ConnectionId, limit?: number): readonly ReceivedMessage[];
  /** False when the handle is no longer good: its visibility has passed, or it is deleted. */
  delete(target: ConnectionId, receiptHandle: string): boolean;
  /** Visible again at once. */
  release(target: ConnectionId, receiptHandle: string): void;
  /** Messages not deleted, in flight or not. */
  depth(target: ConnectionId): number;
  /** When a message in flight comes back first; undefined with none in flight. */
  nextVisibleAt(target: ConnectionId): number | undefined;
  dead(target: ConnectionId): readonly QueueMessage[];
};

export type MemoryLaneQueueOptions = {
  readonly clock: Clock;
  readonly visibilityMilliseconds: number;
  /** Default 1,000 (LANES.md 5, rule 11). */
  readonly maxReceiveCount?: number;
  /** True: the queue does not take this message now. Asked once for each. */
  readonly refuses?: (target: ConnectionId, message: QueueMessage) => boolean;
};

type Waiting = {
  readonly message: QueueMessage;
  readonly sequence: number;
  readonly sentAt: number;
  receives: number;
  visibleAt: number;
  handle: string | undefined;
};
type Queue = { waiting: Waiting[]; readonly known: Map<string, number>; readonly dead: QueueMessage[] };

function refuseBadBatch(messages: readonly QueueMessage[]): void {
  if (messages.length > BATCH) throw new RangeError(`${messages.length} messages: at most ${BATCH}`);
  for (const { group, deduplicationId } of messages) {
    if (!ALLOWED.test(group)) throw new RangeError(`SQS would refuse the message group "${group}"`);
    if (!ALLOWED.test(deduplicationId)) throw new RangeError(`SQS would refuse the deduplication id "${deduplicationId}"`);
  }
}

/** Every target's FIFO queue, with its consumer's side, on a virtual clock. */
export function memoryLaneQueue({ clock, visibilityMilliseconds, maxReceiveCount = 1000, refuses = () => false }: MemoryLaneQueueOptions): MemoryLaneQueue {
  const queues = new Map<ConnectionId, Queue>();
  let sequence = 0;
  let handles = 0;

  const queueOf = (target: ConnectionId): Queue => {
    const known = queues.get(target);
    if (known !== undefined) return known;
    const made: Queue = { waiting: [], known: new Map(), dead: [] };
    queues.set(target, made);
    return made;
  };
  const take = (queue: Queue, message: QueueMessage): void => {
    const now = clock.now();
    const first = queue.known.get(message.deduplicationId);
    if (first !== undefined && now - first < DEDUPLICATION_MS) return;
    queue.known.set(message.deduplicationId, now);
    sequence += 1;
    queue.waiting.push({ message: { ...message }, sequence, sentAt: now, receives: 0, visibleAt: now, handle: undefined });
  };
  const hand = (waiting: Waiting): ReceivedMessage => {
    handles += 1;
    waiting.receives += 1;
    waiting.visibleAt = clock.now() + visibilityMilliseconds;
    waiting.handle = `handle-${handles}`;
    const sequenceNumber = String(waiting.sequence).padStart(20, "0");
    return { ...waiting.message, receiptHandle: waiting.handle, sequenceNumber, receiveCount: waiting.receives, sentAt: waiting.sentAt };
  };
  const isInFlight = (waiting: Waiting): boolean => waiting.handle !== undefined && waiting.visibleAt > clock.now();
  const bury = (queue: Queue): void => {
    const gone = queue.waiting.filter((waiting) => waiting.receives >= maxReceiveCount && !isInFlight(waiting));
    if (gone.length === 0) return;
    queue.dead.push(...gone.map((waiting) => waiting.message));
    queue.waiting = queue.waiting.filter((waiting) => !gone.includes(waiting));
  };
  const inFlightUnder = (queue: Queue, handle: string): Waiting | undefined =>
    queue.waiting.find((waiting) => waiting.handle === handle && isInFlight(waiting));

  return {
    send: async (target, messages) => {
      refuseBadBatch(messages);
      const queue = queueOf(target);
      const broken = new Set<string>();
      return messages.map((message) => {
        // A later message of a lane must not overtake one that could not be sent.
        if (broken.has(message.group) || refuses(target, message)) {
          broken.add(message.group);
          return false;
        }
        take(queue, message);
        return true;
      });
    },
    receive: (target, limit = BATCH) => {
      const queue = queueOf(target);
      bury(queue);
      const busy = new Set(queue.waiting.filter(isInFlight).map((waiting) => waiting.message.group));
      return queue.waiting
        .filter((waiting) => !busy.has(waiting.message.group))
        .slice(0, Math.min(limit, BATCH))
        .map(hand);
    },
    delete: (target, receiptHandle) => {
      const queue = queueOf(target);
      const found = inFlightUnder(queue, receiptHandle);
      if (found === undefined) return false;
      queue.waiting.splice(queue.waiting.indexOf(found), 1);
      return true;
    },
    release: (target, receiptHandle) => {
      const found = inFlightUnder(queueOf(target), receiptHandle);
      if (found !== undefined) found.visibleAt = clock.now();
    },
    depth: (target) => queueOf(target).waiting.length,
    nextVisibleAt: (target) =>
      queueOf(target)
        .waiting.filter(isInFlight)
        .reduce<number | undefined>((soonest, { visibleAt }) => (soonest === undefined || visibleAt < soonest ? visibleAt : soonest), undefined),
    dead: (target) => [...queueOf(target).dead],
  };
}
