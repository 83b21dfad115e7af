import { advance } from "../../core/lanes/actor.ts";
import { Notice } from "../../core/lanes/notices.ts";
import type { LanePorts, Run } from "../../core/lanes/ports.ts";

export type LaneRecord = {
  readonly messageId: string;
  /** FIFO message group: the lane. */
  readonly group: string;
  /** The queue's own sequence number. */
  readonly sequence: string;
  readonly receiveCount: number;
  readonly body: string;
};

export type AdvanceLanePorts = LanePorts & {
  readonly onFailure: (record: LaneRecord, error: unknown) => void;
  /** Told of each message before it is handled. */
  readonly onNotice?: (record: LaneRecord, notice: Notice) => void;
};

/** From the third receive of any of its messages a batch is handled one group after another (LANES.md 5, rule 11). */
const CAREFUL_FROM = 3;

/**
 * A batch by message group: groups in parallel, a group's messages in turn; one failure fails the rest of its own group only.
 * Answers the ids of the messages to be delivered again.
 */
export function createAdvanceLane(ports: AdvanceLanePorts): (records: readonly LaneRecord[], remainingMs: () => number) => Promise<string[]> {
  return async (records, remainingMs) => {
    const run = { totalMs: remainingMs(), remainingMs };
    const groups = [...Map.groupBy(records, (record) => record.group).values()];
    const careful = records.some((record) => record.receiveCount >= CAREFUL_FROM);
    if (!careful) return (await Promise.all(groups.map((group) => advanceGroup(ports, group, run)))).flat();
    const failed: string[] = [];
    for (const group of groups) failed.push(...(await advanceGroup(ports, group, run)));
    return failed;
  };
}

async function advanceGroup(ports: AdvanceLanePorts, records: readonly LaneRecord[], run: Run): Promise<string[]> {
  for (const [at, record] of records.entries()) {
    try {
      const notice = Notice.parse(JSON.parse(record.body));
      ports.onNotice?.(record, notice);
      await advance(ports, run, notice, record.sequence, record.receiveCount);
    } catch (error) {
      ports.onFailure(record, error);
      return records.slice(at).map((later) => later.messageId);
    }
  }
  return [];
}
