import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { ConnectionId } from "../core/documents/ids.ts";
import type { LaneQueue, QueueMessage } from "../core/ledger/ports.ts";
import { clientOptions, type Surroundings } from "./clients.ts";
import type { FunctionParts } from "./function-parts.ts";

const BATCH = 10;
/** SQS: letters, digits and punctuation, 128 at the most; the local cloud takes anything. */
const ALLOWED = /^[!-~]{1,128}$/;

export type LaneQueueParts = {
  readonly client: SQSClient;
  /** Queue URL by target connection. */
  readonly urls: ReadonlyMap<string, string>;
  /** Told why a batch was not taken; the answer itself is only `false`. */
  readonly onTrouble: (error: unknown) => void;
};

/** The local cloud's queue URLs name a host that is not its address: the client's endpoint counts. */
export const queueClient = (surroundings: Surroundings): SQSClient => new SQSClient({ ...clientOptions(surroundings), useQueueUrlAsEndpoint: false });

type Numbered = { readonly at: number; readonly message: QueueMessage };

function refuseBadBatch(messages: readonly QueueMessage[]): void {
  if (messages.length > BATCH) throw new RangeError(`${messages.length} messages: at most ${BATCH}`);
  for (const { group, deduplicationId } of messages) {
    if (!ALLOWED.test(group)) throw new RangeError(`SQS would refuse the message group "${group}"`);
    if (!ALLOWED.test(deduplicationId)) throw new RangeError(`SQS would refuse the deduplication id "${deduplicationId}"`);
  }
}

/** The first message of every group, then the second, … : within a batch one may fail alone, and a later one of its lane would overtake it. */
function wavesOf(messages: readonly QueueMessage[]): Numbered[][] {
  const waves: Numbered[][] = [];
  const depth = new Map<string, number>();
  messages.forEach((message, at) => {
    const before = depth.get(message.group);
    const level = before === undefined ? 0 : before + 1;
    depth.set(message.group, level);
    const wave = waves[level];
    if (wave === undefined) waves.push([{ at, message }]);
    else wave.push({ at, message });
  });
  return waves;
}

async function sendWave({ client, onTrouble }: LaneQueueParts, url: string, wave: readonly Numbered[]): Promise<ReadonlySet<number>> {
  const Entries = wave.map(({ at, message }) => ({
    Id: String(at),
    MessageBody: message.body,
    MessageGroupId: message.group,
    MessageDeduplicationId: message.deduplicationId,
  }));
  try {
    const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    return new Set(Successful.map(({ Id }) => Number(Id)));
  } catch (error) {
    onTrouble(error);
    // "Not taken" is the answer: the sender is asked to repeat, and a message taken after all is dropped by its deduplication id.
    return new Set();
  }
}

async function sendInOrder(parts: LaneQueueParts, url: string, messages: readonly QueueMessage[]): Promise<ReadonlySet<number>> {
  const taken = new Set<number>();
  const broken = new Set<string>();
  for (const wave of wavesOf(messages)) {
    const sendable = wave.filter(({ message }) => !broken.has(message.group));
    const accepted = sendable.length === 0 ? new Set<number>() : await sendWave(parts, url, sendable);
    for (const { at, message } of sendable) {
      if (accepted.has(at)) taken.add(at);
      else broken.add(message.group);
    }
  }
  return taken;
}

/**
 * The targets' FIFO queues. Calls: one SendMessageBatch for messages of different lanes; one more for each further message of the same lane.
 * @throws RangeError for a target without a queue, over 10 messages, and ids SQS would refuse: defects, not outages
 */
export function laneQueue(parts: LaneQueueParts): LaneQueue {
  return {
    async send(target: ConnectionId, messages) {
      const url = parts.urls.get(target);
      if (url === undefined) throw new RangeError(`connection ${target} has no queue`);
      refuseBadBatch(messages);
      const taken = await sendInOrder(parts, url, messages);
      return messages.map((_, at) => taken.has(at));
    },
  };
}

/** The lane queue of a function: what is not taken is logged. `urls` is its QUEUE_URLS. */
export function laneQueueOf({ surroundings, logger }: FunctionParts, urls: Readonly<Record<string, string>>): LaneQueue {
  const onTrouble = (error: unknown) => logger.warn("queue.not-taken", { error });
  return laneQueue({ client: queueClient(surroundings), urls: new Map(Object.entries(urls)), onTrouble });
}
