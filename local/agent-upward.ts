import { backoffOf, type Patience, patiently, pause } from "./agent-patience.ts";
import { ApiFailure, LinesAnswer } from "./agent-wire.ts";

/** A document on its way up, with a key that stays the same however often it is sent. */
export type UpwardLine = { readonly key: string; readonly document: Readonly<Record<string, unknown>> };
export type UpwardResult = {
  readonly key: string;
  readonly result: "accepted" | "duplicate" | "refused";
  readonly document?: string;
  readonly detail?: string;
};

export type UpwardParts = { readonly send: (body: unknown) => Promise<unknown>; readonly patience: Patience; readonly signal: AbortSignal };

const LINES_PER_MESSAGE = 500;

/** Posts documents (consumption) as batches of lines; lines not taken yet are sent again under the same key, until the signal is aborted. */
export async function postUpward(parts: UpwardParts, lines: readonly UpwardLine[]): Promise<readonly UpwardResult[]> {
  const { signal, patience } = parts;
  const done: UpwardResult[] = [];
  let open = lines;
  let barren = 0;
  while (open.length > 0) {
    const batch = open.slice(0, LINES_PER_MESSAGE);
    const sent = await patiently(() => sendBatch(parts.send, batch), signal, patience);
    if (sent === undefined) break;
    done.push(...sent.done);
    // What must be sent again stays in front, so that the lines of one order keep their order.
    open = [...sent.again, ...open.slice(LINES_PER_MESSAGE)];
    barren = sent.again.length === 0 ? 0 : barren + 1;
    if (barren > 0) await pause(backoffOf(barren - 1, patience), signal);
  }
  return done;
}

type Batch = { readonly done: readonly UpwardResult[]; readonly again: readonly UpwardLine[] };

/** A line without a result counts as not taken: its key makes the repeat safe. */
async function sendBatch(send: UpwardParts["send"], batch: readonly UpwardLine[]): Promise<Batch> {
  const answer = LinesAnswer.parse(await send({ lines: batch }).catch(linesOfFailure));
  const results = new Map(answer.lines.map((line) => [line.line, line]));
  const done: UpwardResult[] = [];
  const again: UpwardLine[] = [];
  for (const [at, line] of batch.entries()) {
    const result = resultOf(line, results.get(at + 1));
    if (result === undefined) again.push(line);
    else done.push(result);
  }
  return { done, again };
}

function resultOf({ key }: UpwardLine, found: LinesAnswer["lines"][number] | undefined): UpwardResult | undefined {
  if (found === undefined || found.result === "retry") return undefined;
  const { result, document, detail } = found;
  return { key, result, ...(document === undefined ? {} : { document }), ...(detail === undefined ? {} : { detail }) };
}

/** A message that is not taken as a whole may still hold a result for each line; a failure without them stays a failure. */
function linesOfFailure(error: unknown): unknown {
  if (error instanceof ApiFailure && LinesAnswer.safeParse(error.body).success) return error.body;
  throw error;
}
