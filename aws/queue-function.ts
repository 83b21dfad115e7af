import * as z from "zod";

/** A batch of an SQS FIFO event source, as much of it as is read. */
const QueueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int(), MessageGroupId: z.string(), SequenceNumber: z.string() }),
    }),
  ),
});

export type QueueRecord = {
  readonly messageId: string;
  readonly group: string;
  readonly sequence: string;
  readonly receiveCount: number;
  readonly body: string;
};

/** What a function is told of its own time. */
export type FunctionContext = { getRemainingTimeInMillis(): number };

export const recordsOf = (event: unknown): QueueRecord[] =>
  QueueEvent.parse(event).Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    group: attributes.MessageGroupId,
    sequence: attributes.SequenceNumber,
    receiveCount: attributes.ApproximateReceiveCount,
  }));

/** The event source's partial failure format. */
export const failuresOf = (messageIds: readonly string[]) => ({ batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) });
