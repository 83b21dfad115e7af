import { type ConnectionId, type DocumentId, laneGroupOf, subjectKeyIn } from "../documents/ids.ts";
import { messageOf } from "../lanes/notices.ts";
import type { LaneQueue } from "../ledger/ports.ts";
import { inParallel } from "./in-parallel.ts";

/** A stored document on its way into its lane. */
export type Outgoing = { readonly document: DocumentId; readonly target: ConnectionId };

/** What one batch of SQS holds. */
const BATCH = 10;
const PARALLEL = 8;
/** The first message of a document; what is sent again within five minutes of a success is the same. */
const FIRST = "1";

/** One lane's documents, in their order. */
type LaneLoad = { readonly target: ConnectionId; readonly documents: readonly DocumentId[] };

/**
 * Documents of one lane are sent one after another, each only after the one before was taken; lanes go side by side, each at most once in a batch.
 * Answers those the queue took; after one it did not take, none of that lane is sent.
 */
export async function sendLines(lines: readonly Outgoing[], queue: LaneQueue): Promise<ReadonlySet<DocumentId>> {
  const sent = new Set<DocumentId>();
  await inParallel(convoysOf(lines), PARALLEL, async (convoy) => {
    for (const document of await sendConvoy(convoy, queue)) sent.add(document);
    return true;
  });
  return sent;
}

/** Lanes of one target, as many as a batch takes. */
function convoysOf(lines: readonly Outgoing[]): LaneLoad[][] {
  const lanes = Map.groupBy(lines, ({ target, document }) => laneGroupOf(target, subjectKeyIn(document)));
  const loads = [...lanes.values()].flatMap(loadOf);
  return [...Map.groupBy(loads, ({ target }) => target).values()].flatMap(chunked);
}

function loadOf(lines: readonly Outgoing[]): LaneLoad[] {
  const [first] = lines;
  return first === undefined ? [] : [{ target: first.target, documents: [...new Set(lines.map(({ document }) => document))] }];
}

const chunked = (loads: readonly LaneLoad[]): LaneLoad[][] =>
  Array.from({ length: Math.ceil(loads.length / BATCH) }, (_, at) => loads.slice(at * BATCH, (at + 1) * BATCH));

async function sendConvoy(convoy: readonly LaneLoad[], queue: LaneQueue): Promise<DocumentId[]> {
  const taken: DocumentId[] = [];
  let going = convoy;
  for (let wave = 0; going.length > 0; wave += 1) {
    const heads = going.flatMap((lane) => {
      const document = lane.documents[wave];
      return document === undefined ? [] : [{ lane, document }];
    });
    const answers = await sendWave(heads, queue);
    const through = heads.filter((_, at) => answers[at] === true);
    taken.push(...through.map(({ document }) => document));
    going = through.map(({ lane }) => lane);
  }
  return taken;
}

async function sendWave(heads: readonly { readonly lane: LaneLoad; readonly document: DocumentId }[], queue: LaneQueue): Promise<readonly boolean[]> {
  const [first] = heads;
  if (first === undefined) return [];
  const messages = heads.map(({ lane, document }) => messageOf({ kind: "document", target: lane.target, document, attempt: 1 }, FIRST));
  return queue.send(first.lane.target, messages);
}
