import type { LaneQueue } from "../ledger/ports.ts";
import { messageOf, type Notice } from "./notices.ts";

class NotTaken extends Error {}

/**
 * A notice that must not be lost: where the queue does not take it, what called this is repeated as a whole.
 * @throws NotTaken
 */
export async function sendSurely(queue: LaneQueue, notice: Notice, once: string): Promise<void> {
  const [taken] = await queue.send(notice.target, [messageOf(notice, once)]);
  if (taken !== true) throw new NotTaken(`the queue of ${notice.target} did not take a ${notice.kind} of ${notice.document}`);
}
